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
      result.handlers[number] = slots
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
      case .bits: Int32(-1)
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

extension Activity {
  /// Whether it must not sleep, though it interrupts no thread that the file names.
  fileprivate var isAtomic: Bool {
    switch self {
    case .timer, .callbacks: true
    case .thread, .interrupt, .work: false
    }
  }
}
