// How handlers start and end.
extension MachineMemory {
  /// Whether the processor that a handler interrupts holds it off.
  @inline(__always) func isHeldOff(_ handler: HandlerSlots) -> Bool {
    let processor = handler.processor
    if processor.interruptsOff < 0 { return false }
    if read(processor.interruptsOff) != 0 { return true }
    return handler.isSoft && read(processor.bottomHalvesOff) != 0
  }

  /// Whether a handler is still to come.
  func isOwed(_ handler: HandlerSlots) -> Bool {
    handler.pending >= 0
      ? read(handler.pending) != 0
      : handler.entries >= 0 && read(handler.entries) < handler.least
  }

  /// Whether a handler rests, and nothing is left for it once all threads have ended that must.
  ///
  /// One that a thread holds off which has ended can never come.
  func isDone(_ handler: HandlerSlots) -> Bool {
    if read(handler.running) != 0 { return false }
    if !isOwed(handler) { return true }
    if handler.disabled >= 0, read(handler.disabled) != 0 { return true }
    return !handler.interruptsDaemon && isHeldOff(handler)
  }
}

extension Executor {
  /// Carries out a part of how handlers are started; false if it has to wait.
  mutating func step(_ step: HandlerStep, _ instruction: Instruction) -> Bool {
    switch step {
    case .enter: return enter(image.handlers[thread])
    case .leave: leave(image.handlers[thread])
    case .raise, .request, .awaitService, .disable, .enable, .awaitRest:
      return act(on: image.handlers[Int(instruction.limit)], step, instruction)
    }
    return true
  }

  private mutating func act(
    on handler: HandlerSlots, _ step: HandlerStep, _ instruction: Instruction
  ) -> Bool {
    let me: Int64 = 1 << Int64(thread)
    switch step {
    case .enter, .leave: break
    case .raise: memory.write(handler.pending, 1)
    case .request:
      memory.write(handler.pending, 1)
      memory.write(handler.waiting, memory.read(handler.waiting) | me)
    case .awaitService:
      return (memory.read(handler.waiting) | memory.read(handler.served)) & me == 0
    case .disable:
      if sleepsInAtomic(instruction) { return true }
      memory.write(handler.disabled, memory.read(handler.disabled) + 1)
    case .enable:
      let count = memory.read(handler.disabled)
      if count == 0 { fail(.lockMisuse) } else { memory.write(handler.disabled, count - 1) }
    case .awaitRest:
      if sleepsInAtomic(instruction) { return true }
      return memory.read(handler.running) == 0
    }
    return true
  }

  private func enter(_ handler: HandlerSlots) -> Bool {
    if memory.isHeldOff(handler) { return false }
    let processor = handler.processor
    let interrupted = processor.interrupted < 0 ? 0 : memory.read(processor.interrupted)
    // Neither hard nor soft interrupts nest, and hard ones interrupt soft ones.
    if interrupted >= (handler.isSoft ? ProcessorSlots.soft : ProcessorSlots.hard) { return false }
    if handler.disabled >= 0, memory.read(handler.disabled) != 0 { return false }
    if handler.pending >= 0 {
      if memory.read(handler.pending) == 0 { return false }
      memory.write(handler.pending, 0)
    }
    if handler.entries >= 0 {
      let entries = memory.read(handler.entries)
      if entries >= handler.most { return false }
      memory.write(handler.entries, entries + 1)
    }
    if handler.waiting >= 0 {
      memory.write(handler.served, memory.read(handler.waiting))
      memory.write(handler.waiting, 0)
    }
    memory.write(handler.running, 1)
    if processor.interrupted >= 0 {
      let level = handler.isSoft ? ProcessorSlots.soft : ProcessorSlots.hard
      memory.write(processor.interrupted, interrupted + level)
      if !handler.isSoft { memory.write(processor.interruptsOff, 1) }
    }
    return true
  }

  private func leave(_ handler: HandlerSlots) {
    memory.write(handler.running, 0)
    if handler.served >= 0 { memory.write(handler.served, 0) }
    let processor = handler.processor
    if processor.interrupted < 0 { return }
    let level = handler.isSoft ? ProcessorSlots.soft : ProcessorSlots.hard
    memory.write(processor.interrupted, memory.read(processor.interrupted) - level)
    if !handler.isSoft { memory.write(processor.interruptsOff, 0) }
  }

  /// Whether the machine stands still while a handler runs in its place, so that no step may be
  /// taken.
  @inline(__always) var isInterrupted: Bool {
    let gate = image.gates[thread]
    return gate.slot >= 0 && memory.read(gate.slot) >= gate.least
  }
}

/// What a machine that can be interrupted looks at before each step.
struct Gate: BitwiseCopyable {
  /// The slot that says what runs in the place of a thread; -1 if nothing can.
  var slot: Int32 = -1
  /// From which number on the machine stands still.
  var least: Int64 = 1

  init() {}

  /// That of a machine: a thread stands still for all its handlers, a soft interrupt for hard
  /// ones.
  init(of machine: Int, in program: LoweredProgram) {
    let handler = program.handlers[machine]
    if !handler.isHandler {
      slot = program.processors[machine].interrupted
    } else if handler.isSoft {
      (slot, least) = (handler.processor.interrupted, ProcessorSlots.hard)
    }
  }
}
