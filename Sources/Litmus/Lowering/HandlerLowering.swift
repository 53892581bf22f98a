// The loops of handlers, and the slots that they share with the threads that they interrupt.
extension Lowering {
  /// Gives handlers, and the processors of threads that have any, their slots.
  func layOutHandlers() {
    result.handlers = program.threads.map { _ in HandlerSlots() }
    result.processors = program.threads.map { _ in ProcessorSlots() }
    for entry in program.threads {
      guard let (thread, _) = entry.activity.interrupt else { continue }
      let name = program.threads[thread].name
      if result.processors[thread].interrupted < 0 {
        let both = ProcessorSlots.soft + ProcessorSlots.hard
        result.processors[thread].interruptsOff = share(.upTo(1), "\(name).interrupts-off")
        result.processors[thread].interrupted = share(.upTo(both), "\(name).interrupted")
        result.processors[thread].bottomHalvesOff = share(
          .integer(.int), "\(name).bottom-halves-off")
      }
    }
    for (number, entry) in program.threads.enumerated() where entry.activity != .thread {
      var slots = HandlerSlots(running: share(.upTo(1), "\(entry.name).running"))
      slots.isInterrupt = entry.activity.interrupt != nil || entry.activity.isAtomic
      if let (thread, isSoft) = entry.activity.interrupt {
        slots.processor = result.processors[thread]
        (slots.isSoft, slots.interruptsDaemon) = (isSoft, program.threads[thread].isDaemon)
      }
      if case .interrupt(_, _, let times?) = entry.activity {
        slots.entries = share(.upTo(Int64(times.upperBound)), "\(entry.name).entries")
        (slots.least, slots.most) = (Int64(times.lowerBound), Int64(times.upperBound))
      } else {
        slots.pending = share(.upTo(1), "\(entry.name).pending")
      }
      if uses([.disable, .disableAtOnce, .enable], of: number) {
        slots.disabled = share(.integer(.unsignedInt), "\(entry.name).disabled")
      }
      if uses([.raiseAndWait], of: number) {
        // Masks of machines.
        slots.waiting = share(.integer(.unsignedInt), "\(entry.name).awaited")
        slots.served = share(.integer(.unsignedInt), "\(entry.name).serves")
      }
      result.handlers[number] = slots
    }
  }

  /// What a handler is, as the file says it; nil for a thread.
  func title(of entry: ThreadEntry) -> String? {
    func on(_ thread: Int?) -> String { thread.map { " on \(program.threads[$0].name)" } ?? "" }
    switch entry.activity {
    case .thread: return nil
    case .interrupt(let thread, let isSoft, _):
      return "\(isSoft ? "softirq" : "irq") \(entry.name)\(on(thread))"
    case .work: return "work \(entry.name)"
    case .timer(let thread): return "timer \(entry.name)\(on(thread))"
    case .callbacks: return "callbacks of RCU"
    }
  }

  private func uses(_ operations: Set<Primitive.HandlerOperation>, of machine: Int) -> Bool {
    program.usesPrimitive { primitive in
      guard case .handler(let operation, machine) = primitive else { return false }
      return operations.contains(operation)
    }
  }

  /// The slot of the processor that the machine runs on, where other machines look at it too.
  func sharedSlot(_ held: Held) -> Int32? {
    if isInitial { return nil }
    let runsOn = program.threads[thread].activity.interrupt?.thread ?? thread
    let processor = result.processors[runsOn]
    let slot =
      switch held {
      case .interrupts: processor.interruptsOff
      case .bottomHalves: processor.bottomHalvesOff
      case .bits, .preemption: Int32(-1)
      }
    return slot < 0 ? nil : slot
  }

  /// A slot that machines share.
  func share(_ content: Slot.Content, _ name: String) -> Int32 {
    result.slots.append(Slot(name: name, content: content, thread: nil, isPinned: true))
    return Int32(result.slots.count - 1)
  }

  /// What runs the function of the machine: once for a thread, and again and again for a handler.
  func lowerBody(of function: Int, _ activity: Activity, _ body: () -> Void) {
    if activity == .thread || isInitial { return body() }
    let (start, context) = (newLabel(), activity.interrupt != nil || activity.isAtomic)
    let offset = program.functions[function].offset
    place(start)
    emit(Instruction(operation: .handler(.enter), isStep: true, isMarked: true), at: offset)
    if context { deepen(by: constant(1), at: offset) }
    body()
    let end = program.functions[function].end
    if context { deepen(by: constant(-1), at: end) }
    emit(Instruction(operation: .handler(.leave)), at: end)
    jump(to: start, at: end)
  }
}

// What is done to handlers, and asked of the processor.
extension Lowering {
  func handler(_ operation: Primitive.HandlerOperation, _ machine: Int, at offset: Int) {
    func step(_ step: HandlerStep) {
      emit(
        Instruction(
          operation: .handler(step), isStep: true, isMarked: true, limit: Int64(machine),
          depthSlot: operation.maySleep ? depthSlot : -1), at: offset)
    }
    switch operation {
    case .raise: step(.raise)
    case .raiseAndWait:
      refuseWait("a handler", at: offset)
      step(.request)
      step(.awaitService)
    case .disable:
      refuseWait("a handler", at: offset)
      step(.disable)
      step(.awaitRest)
    case .disableAtOnce: step(.disable)
    case .enable: step(.enable)
    case .synchronize:
      refuseWait("a handler", at: offset)
      step(.awaitRest)
    }
  }

  /// Whether the machine runs as a hard or as a soft interrupt.
  private var serves: (hard: Bool, soft: Bool) {
    if isInitial { return (false, false) }
    let activity = program.threads[thread].activity
    if let (_, isSoft) = activity.interrupt { return (!isSoft, isSoft) }
    return (false, activity.isAtomic)
  }

  func context(_ question: Primitive.ContextQuestion, at offset: Int) -> Int32 {
    let (hard, soft) = serves
    func kept(_ value: Int32) -> Int32 {
      let now = temporary(.int)
      set(now, to: value, at: offset)
      return slot(now)
    }
    switch question {
    case .isHardInterrupt: return constant(hard ? 1 : 0)
    case .isTask: return constant(hard || soft ? 0 : 1)
    case .hasInterruptsOff: return kept(slot(heldSlot(.interrupts)))
    case .isInterrupt where hard || soft: return constant(1)
    case .isSoftInterrupt where soft, .servesSoftInterrupt where soft: return constant(1)
    case .servesSoftInterrupt where !hard: return constant(0)
    case .servesSoftInterrupt: return kept(interruptsSoft)
    case .isInterrupt, .isSoftInterrupt:
      let disabled = binary(.notEqual, slot(heldSlot(.bottomHalves)), constant(0), .int)
      return kept(hard ? binary(.or, disabled, interruptsSoft, .int) : disabled)
    }
  }

  /// Whether a hard interrupt has interrupted a soft one.
  private var interruptsSoft: Int32 {
    let interrupted = result.handlers[thread].processor.interrupted
    return binary(.and, slot(interrupted), constant(ProcessorSlots.soft), .int)
  }

  // What a broken rule of locks is about that has no address, as the `limit` of its check.
  static let enablesWithinInterrupt: Int64 = -1
  static let enablesPreemption: Int64 = -2

  /// In a hard interrupt nothing is enabled that it has found disabled.
  func refuseEnabling(unless stays: Int32, at offset: Int) {
    if !serves.hard { return }
    emit(
      Instruction(
        operation: .check(.lockMisuse), value: stays, limit: Self.enablesWithinInterrupt),
      at: offset)
  }
}

extension Activity {
  /// Whether it must not sleep, though it interrupts no thread that the file names.
  fileprivate var isAtomic: Bool {
    switch self {
    case .timer, .callbacks: true
    case .thread, .interrupt, .work: false
    }
  }
}
