// Task states, wait queues, completions and semaphores.
extension Lowering {
  func wait(
    _ operation: Primitive.WaitOperation, _ place: Place?, _ arguments: [TypedExpression],
    _ type: CType, at offset: Int
  ) -> Int32 {
    switch operation {
    case .event(let patience): return waitEvent(patience, place, arguments, type, at: offset)
    case .current:
      // In an interrupt it is the thread that stands still.
      let owner = program.threads.isEmpty ? nil : program.threads[thread].activity.interrupt?.thread
      return task(isInitial ? nil : owner ?? thread, at: offset)
    case .task(let number): return task(number, at: offset)
    case .prepare, .finish: return queue(operation, place, arguments, at: offset)
    default: break
    }
    let values = arguments.map(lower)
    switch operation {
    case .setState:
      requireThread(at: offset)
      emitWait(.setState, value: values[0], at: offset)
    case .schedule(let patience): return schedule(patience, values.first, type, at: offset)
    case .wakeUp(let mask):
      emitWait(.wakeUp(mask: mask), placeAddress(place), at: offset)
    case .hasWaiters: return step(.wait(.hasWaiters), place, type, at: offset)
    case .wakeProcess: return step(.wait(.wakeTask), place, type, at: offset)
    case .complete(let all): emitWait(.complete(all: all), placeAddress(place), at: offset)
    case .take(let patience): return take(patience, place, values.first, type, at: offset)
    case .tryTake(let isTrueIfTaken):
      let taken = step(.wait(.tryTake), place, .int, at: offset)
      return isTrueIfTaken ? taken : unary(.not, taken, .int)
    case .isDone:
      return binary(.notEqual, step(.load, place, .int, at: offset), constant(0), .int)
    case .up:
      return modify(.fetch(.add, .unsignedInt, .nothing), place, [constant(1)], .void, at: offset)
    case .setCount:
      emit(
        Instruction(
          operation: .store, isStep: true, isMarked: true, address: placeAddress(place),
          value: values[0]), at: offset)
    case .event, .current, .task, .prepare, .finish: break
    }
    return constant(0)
  }

  private func emitWait(
    _ operation: WaitInstruction, _ address: Int32 = -1, target: Int32 = -1, value: Int32 = -1,
    entry: Int32 = -1, limit: Int64 = 0, depthSlot: Int32 = -1, at offset: Int
  ) {
    emit(
      Instruction(
        operation: .wait(operation), isStep: true, isMarked: true, target: target, address: address,
        value: value, second: entry, limit: limit, depthSlot: depthSlot), at: offset)
  }

  /// Refuses what only a thread can do.
  private func requireThread(at offset: Int) {
    if isInitial { report(.refused, at: offset, "'init' is no thread: it has no state") }
  }

  /// Finds who is about to sleep in a state in which it would not run again, as the kernel warns.
  func requireRunning(at offset: Int) {
    guard result.taskStates.indices.contains(thread), !isInitial else { return }
    emit(
      Instruction(
        operation: .check(.sleepInAtomic),
        value: unary(.not, slot(result.taskStates[thread]), .long)), at: offset)
  }

  /// The address of a thread.
  private func task(_ number: Int?, at offset: Int) -> Int32 {
    guard let number else {
      report(.refused, at: offset, "'init' is no thread: 'current' is nobody there")
      return constant(0)
    }
    guard result.tasks.indices.contains(number) else { return constant(0) }
    return constant(Address.value(of: result.tasks[number]))
  }

  private func queue(
    _ operation: Primitive.WaitOperation, _ place: Place?, _ arguments: [TypedExpression],
    at offset: Int
  ) -> Int32 {
    requireThread(at: offset)
    let address = placeAddress(place)
    // The entry is a place whose address is given.
    let entry = lower(arguments[0])
    if operation == .prepare {
      emitWait(.prepare, address, value: lower(arguments[1]), entry: entry, at: offset)
    } else {
      emitWait(.leave(touches: false), address, entry: entry, at: offset)
    }
    return constant(0)
  }

  // MARK: - What comes of a wait

  /// What a wait gives that has gone on in the way that `way` says: 0 where what it was for has
  /// come.
  private func result(
    of patience: Patience, _ way: Int32, rest: @autoclosure () -> Int32, _ type: CType,
    at offset: Int
  ) -> Int32 {
    if type == .void { return constant(0) }
    let target = temporary(type)
    let (given, end) = (newLabel(), newLabel())
    set(target, to: givenUp(patience, way), at: offset)
    emit(
      Instruction(operation: .branch, value: way, next: Int32(end), other: Int32(given)), at: offset
    )
    self.place(given)
    set(target, to: rest(), at: offset)
    self.place(end)
    return slot(target)
  }

  /// What a wait gives that was given up.
  private func givenUp(_ patience: Patience, _ way: Int32) -> Int32 {
    let late = constant(Int64(patience.timedOut ?? 0))
    if patience.interrupted == 0 { return late }
    let interrupted = constant(Int64(patience.interrupted))
    if patience.timedOut == nil { return interrupted }
    let isFirst = binary(.equal, way, constant(1), .int)
    return node(Node(operation: .conditional, a: isFirst, b: interrupted, c: late))
  }

  /// What is left of a time: all of it, or the least that there can be.
  private func rest(of time: Int32?, at offset: Int) -> Int32 {
    guard let time else { return constant(0) }
    if let known = constantValue(time), known <= 1 { return constant(1) }
    let isLeast = temporary(.int)
    emit(
      Instruction(
        operation: .choose, isMarked: true, target: isLeast, value: constant(0), limit: 1),
      at: offset)
    let isShort = binary(.less, time, constant(1), .long)
    let least = node(Node(operation: .or, a: slot(isLeast), b: isShort))
    return node(Node(operation: .conditional, a: least, b: constant(1), c: time))
  }

  /// Keeps a time that is looked at later.
  private func kept(_ time: Int32?, at offset: Int) -> Int32? {
    guard let time, constantValue(time) == nil else { return time }
    let kept = temporary(.integer(.long))
    set(kept, to: time, at: offset)
    return slot(kept)
  }

  private func schedule(
    _ patience: Patience, _ time: Int32?, _ type: CType, at offset: Int
  ) -> Int32 {
    requireThread(at: offset)
    refuseWait("a wake-up", at: offset)
    let time = kept(time, at: offset)
    let patience = time.flatMap(constantValue) == .max ? patience.withoutEnd : patience
    let way = temporary(.int)
    emitWait(.sleep(ways: patience.ways), target: way, depthSlot: depthSlot, at: offset)
    return result(of: patience, slot(way), rest: rest(of: time, at: offset), type, at: offset)
  }

  private func take(
    _ patience: Patience, _ place: Place?, _ time: Int32?, _ type: CType, at offset: Int
  ) -> Int32 {
    refuseWait("a completion or semaphore", at: offset)
    let time = patience.givesRest ? kept(time, at: offset) : nil
    let patience = time.flatMap(constantValue) == .max ? patience.withoutEnd : patience
    let way = temporary(.int)
    emitWait(
      .take(ways: patience.ways), placeAddress(place), target: way, depthSlot: depthSlot, at: offset
    )
    return result(
      of: patience, slot(way), rest: patience.givesRest ? rest(of: time, at: offset) : constant(0),
      type, at: offset)
  }

  // MARK: - wait_event

  /// The condition; if it is false, a step that queues, the condition again, and no step until a
  /// wake-up, again and again; then a step that leaves the queue.
  private func waitEvent(
    _ patience: Patience, _ place: Place?, _ arguments: [TypedExpression], _ type: CType,
    at offset: Int
  ) -> Int32 {
    requireThread(at: offset)
    refuseWait("a condition", at: offset)
    if isInCondition {
      report(.refused, at: offset, "a wait has no place in the condition of another")
    }
    requireAwake(at: offset)
    requireRunning(at: offset)
    let time = kept(arguments.count > 1 ? lower(arguments[1]) : nil, at: offset)
    let patience = time.flatMap(constantValue) == .max ? patience.withoutEnd : patience
    let target = type == .void ? -1 : temporary(type)
    func give(_ value: @autoclosure () -> Int32) {
      if target >= 0 { set(target, to: value(), at: offset) }
    }
    func test(_ yes: Int, _ no: Int) {
      (isInCondition, conditions) = (true, conditions + 1)
      frame.loops += 1
      branch(on: arguments[0], yes, no)
      frame.loops -= 1
      (isInCondition, conditions) = (false, conditions - 1)
    }
    func touch(_ operation: WaitInstruction, value: Int32 = -1) {
      emitWait(operation, placeAddress(place), value: value, at: offset)
    }
    let (round, again, leave, end) = (newLabel(), newLabel(), newLabel(), newLabel())
    let (late, interrupted) = (newLabel(), newLabel())
    // Nothing is queued where there is nothing to wait for, or no time.
    let (first, waits) = (newLabel(), newLabel())
    test(first, waits)
    self.place(first)
    if let time {
      let isNone = binary(.lessOrEqual, time, constant(0), .long)
      give(node(Node(operation: .conditional, a: isNone, b: constant(1), c: time)))
    } else {
      give(constant(0))
    }
    jump(to: end, at: offset)
    self.place(waits)
    if let time {
      give(constant(0))
      emit(
        Instruction(operation: .branch, value: time, next: Int32(round), other: Int32(end)),
        at: offset)
    }
    self.place(round)
    let state = constant(Int64(patience.state))
    touch(.prepare, value: state)
    test(leave, again)
    self.place(again)
    let way = temporary(.int)
    emitWait(
      .sleep(ways: patience.ways), target: way, limit: 1, depthSlot: depthSlot, at: offset)
    waitAgain(patience, slot(way), round, late: late, interrupted: interrupted, at: offset)
    if patience.interrupted != 0 {
      // Who is interrupted leaves the queue before it looks once more.
      self.place(interrupted)
      touch(.leave(touches: true))
      let (isTrue, isFalse) = (newLabel(), newLabel())
      test(isTrue, isFalse)
      self.place(isTrue)
      if time != nil { touch(.leave(touches: false)) }
      give(rest(of: time, at: offset, isZero: time == nil))
      jump(to: end, at: offset)
      self.place(isFalse)
      give(constant(Int64(patience.interrupted)))
      jump(to: end, at: offset)
    }
    if patience.timedOut != nil {
      self.place(late)
      touch(.prepare, value: state)
      let (isTrue, isFalse, out) = (newLabel(), newLabel(), newLabel())
      let found = temporary(.int)
      test(isTrue, isFalse)
      self.place(isTrue)
      set(found, to: constant(1), at: offset)
      jump(to: out, at: offset)
      self.place(isFalse)
      set(found, to: constant(0), at: offset)
      self.place(out)
      touch(.leave(touches: true))
      give(slot(found))
      jump(to: end, at: offset)
    }
    self.place(leave)
    touch(.leave(touches: true))
    give(rest(of: time, at: offset, isZero: time == nil))
    self.place(end)
    return target < 0 ? constant(0) : slot(target)
  }

  private func rest(of time: Int32?, at offset: Int, isZero: Bool) -> Int32 {
    isZero ? constant(0) : rest(of: time, at: offset)
  }

  /// Goes round again, or to where a wait is given up.
  private func waitAgain(
    _ patience: Patience, _ way: Int32, _ round: Int, late: Int, interrupted: Int, at offset: Int
  ) {
    guard patience.ways > 0 else { return jump(to: round, at: offset) }
    let givenUp = newLabel()
    let goesOn = newLabel()
    emit(
      Instruction(operation: .branch, value: way, next: Int32(givenUp), other: Int32(goesOn)),
      at: offset)
    self.place(goesOn)
    jump(to: round, at: offset)
    self.place(givenUp)
    guard patience.ways == 2 else {
      return jump(to: patience.interrupted != 0 ? interrupted : late, at: offset)
    }
    emit(
      Instruction(
        operation: .branch, value: binary(.equal, way, constant(1), .int),
        next: Int32(interrupted), other: Int32(late)), at: offset)
  }

  // MARK: - Threads

  /// Adds the cells of threads that may sleep: their states, and the queues in which they stand.
  func layOutTasks() {
    let sleeps = program.usesPrimitive {
      if case .wait(let operation) = $0 {
        return switch operation {
        case .event, .prepare, .finish, .setState, .schedule, .wakeProcess: true
        default: false
        }
      }
      return false
    }
    let queues = program.usesPrimitive { if case .wait(.event) = $0 { true } else { false } }
    for entry in program.threads where sleeps || program.namesThreads {
      if program.namesThreads {
        let location = addObject(
          "\(entry.name).task", .object(.waiting(.task)), thread: nil,
          at: program.functions[entry.function].offset)
        result.tasks.append(location)
        result.taskStates.append(result.slotOfLocation[location])
        result.slots[Int(result.slotOfLocation[location])].name = "\(entry.name).state"
      } else {
        result.taskStates.append(add(entry, "state", .task))
      }
      result.ownEntries.append(queues ? add(entry, "waits-on", .entry) : -1)
    }
  }

  private func add(_ entry: ThreadEntry, _ name: String, _ object: WaitObject) -> Int32 {
    var slot = Slot(name: "\(entry.name).\(name)", content: object.content, thread: nil)
    slot.isPinned = true
    slot.use = .waiting(object, of: result.ownEntries.count)
    result.slots.append(slot)
    return Int32(result.slots.count - 1)
  }

  /// Threads that never sleep need no cells for it, unless they have addresses.
  func dropWakeful() {
    for number in result.threads.indices where result.taskStates.indices.contains(number) {
      let code = result.threads[number].code
      func drop(_ slot: Int32) -> Int32 {
        if slot >= 0 { result.slots[Int(slot)].isUnused = true }
        return -1
      }
      let queues = code.contains { $0.operation == .wait(.prepare) && $0.second < 0 }
      if !queues { result.ownEntries[number] = drop(result.ownEntries[number]) }
      let changes = code.contains {
        [.wait(.prepare), .wait(.setState)].contains($0.operation)
      }
      // Who only schedules goes on at once.
      if !changes, result.tasks.isEmpty {
        result.taskStates[number] = drop(result.taskStates[number])
      }
    }
  }
}
