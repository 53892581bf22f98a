// Work and timers: what is done with them, and the machines that run their functions.
extension Lowering {
  func deferred(
    _ call: DeferredCall, isDelayed: Bool, _ place: Place?, _ values: [Int32], _ type: CType,
    at offset: Int
  ) -> Int32 {
    let address = placeAddress(place)
    func step(_ operation: DeferredOperation, _ target: Int32 = -1) {
      emit(
        Instruction(
          operation: .deferred(operation), isStep: true, isMarked: true, target: target,
          address: address, value: operation == .setUp ? values.last ?? -1 : -1,
          limit: isDelayed ? 1 : 0, depthSlot: call.sleeps ? depthSlot : -1), at: offset)
    }
    /// The step, and what comes of it.
    func value(_ operation: DeferredOperation) -> Int32 {
      let target = type == .void ? -1 : temporary(type)
      step(operation, target)
      return target < 0 ? constant(0) : slot(target)
    }
    func refuse() {
      refuseWait(isTimer(place) ? "the end of a timer" : "the end of work", at: offset)
    }
    switch call {
    case .setUp: return value(.setUp)
    case .queue: return value(.queue)
    case .modify: return value(.modify)
    case .add: return value(.add)
    case .cancel: return value(.cancel)
    case .cancelIdle:
      refuse()
      return value(.cancelIdle)
    case .tryCancel: return value(.tryCancel)
    case .shutDown(let isSync):
      if isSync { refuse() }
      let wasPending = value(.shutDown)
      if isSync { step(.awaitIdle(enables: false)) }
      return wasPending
    case .cancelSync:
      refuse()
      let wasPending = value(.disable)
      step(.awaitIdle(enables: true))
      return wasPending
    case .disable(let isSync):
      if isSync { refuse() }
      let wasPending = value(.disable)
      if isSync { step(.awaitIdle(enables: false)) }
      return wasPending
    case .enable: return value(.enable)
    case .flush:
      refuse()
      let item = temporary(.int)
      step(.noteFlush, item)
      emit(
        Instruction(
          operation: .deferred(.awaitFlush), isStep: true, isMarked: true, value: slot(item)),
        at: offset)
      return binary(.notEqual, slot(item), constant(0), .int)
    case .isPending: return value(.isPending)
    case .isBusy: return value(.isBusy)
    }
  }

  private func isTimer(_ place: Place?) -> Bool {
    place.flatMap { program.type(of: $0) } == .object(.timer)
  }

  // MARK: - Machines

  /// Whether the end of a function is a step of its own: who asks whether it runs can come between
  /// its last access and its end.
  var endIsStep: Bool {
    program.usesPrimitive {
      if case .deferred(let call, _) = $0 { call.seesRunning } else { false }
    }
  }

  /// Finds where work and timers lie.
  ///
  /// Whether they are pending and run is kept beside them, by their machines, so that it outlives
  /// the objects: what is pending then is still started.
  func layOutDeferred() {
    let flushes = program.usesPrimitive {
      if case .deferred(.flush, _) = $0 { true } else { false }
    }
    let machines = Int64(1) << Int64(program.threads.count) - 1
    for (number, item) in program.deferred.enumerated() {
      let start =
        switch item.container {
        case .variable(let number): locationOfGlobal[number] ?? 0
        case .object(let index, let pool): result.objects[result.pools[pool].first + index].base
        }
      let location = start + item.offset
      let thread = program.threads.firstIndex { $0.deferred == number } ?? 0
      result.deferred.append(
        LoweredDeferred(
          kind: item.kind, name: item.name, location: location,
          slot: result.slotOfLocation[location], thread: thread))
      if flushes, result.handlers[thread].waiting < 0 {
        result.handlers[thread].waiting = share(.upTo(machines), "\(item.name).waiting")
        result.handlers[thread].served = share(.upTo(machines), "\(item.name).served")
      }
    }
  }

  /// Calls the function that work or a timer has been given.
  func runDeferred(_ number: Int) {
    let (item, lowered) = (program.deferred[number], result.deferred[number])
    let offset = program.functions[frame.function].offset
    let address = constant(Address.value(of: lowered.location))
    let end = newLabel()
    if item.functions.count == 1 {
      // It is the machine's own, as a thread's is.
      let function = program.functions[program.deferredFunctions[item.functions[0]]]
      for parameter in function.parameters {
        declare(parameter, at: offset, isParameter: true)
        assign([address], to: access(.variable(parameter)), at: offset)
      }
      return lower(function.body ?? [])
    }
    // The object may be freed while the function runs, and with it what it holds.
    let chosen = temporary(.int)
    set(chosen, to: slot(lowered.slot), at: offset)
    for (index, function) in item.functions.enumerated() {
      let (isMeant, next) = (newLabel(), newLabel())
      let isLast = index == item.functions.count - 1
      if !isLast {
        emit(
          Instruction(
            operation: .branch,
            value: binary(.equal, slot(chosen), constant(Int64(function + 1)), .int),
            next: Int32(isMeant), other: Int32(next)), at: offset)
      }
      place(isMeant)
      let called = program.deferredFunctions[function]
      let takesItem = !program.functions[called].parameters.isEmpty
      _ = inline(called, takesItem ? [[address]] : [], isUsed: false, at: offset)
      if !isLast { jump(to: end, at: offset) }
      place(next)
    }
    place(end)
  }
}

/// Work or a timer, and where what is known of it is kept.
struct LoweredDeferred {
  var kind: DeferredKind
  var name: String
  /// Where it lies, and the slot there: which function it has been given; behind that is how often
  /// it is disabled.
  var location: Int
  var slot: Int32
  /// The machine that runs it.
  var thread: Int
}
