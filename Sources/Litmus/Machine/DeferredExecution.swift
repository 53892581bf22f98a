// Work and timers.
extension Executor {
  mutating func deferred(_ instruction: Instruction, _ operation: DeferredOperation) -> Bool {
    if operation == .awaitFlush {
      let item = evaluator.value(instruction.value)
      return item == 0 || !isServed(image.handlers[image.deferred[Int(item) - 1].thread])
    }
    if instruction.depthSlot >= 0, sleepsInAtomic(instruction) { return true }
    let slot = evaluator.slot(of: instruction)
    if slot < 0 { return true }
    let number = Int(image.deferredOfSlot[Int(slot)])
    if number >= 0, operation.isAboutQueue, instruction.limit == 0,
      image.deferred[number].kind == .delayedWork
    {
      fail(.wild)
      return true
    }
    // What has never been set up has no function, nor a machine that would run it.
    if memory.read(slot) == 0 || number < 0, operation.needsFunction(instruction.kind == .timer) {
      fail(.null)
      return true
    }
    return change(instruction, operation, Int(slot), number)
  }

  private mutating func change(
    _ instruction: Instruction, _ operation: DeferredOperation, _ slot: Int, _ number: Int
  ) -> Bool {
    let disabled = Int32(slot + 1)
    let handler = number < 0 ? HandlerSlots() : image.handlers[image.deferred[number].thread]
    let wasPending = number >= 0 && memory.read(handler.pending) != 0
    let isRunning = number >= 0 && memory.read(handler.running) != 0
    switch operation {
    case .setUp:
      if wasPending { fail(memory.read(Int32(slot)) == 0 ? .useAfterFree : .assert) }
      memory.write(Int32(slot), evaluator.value(instruction.value))
      memory.write(disabled, 0)
    case .queue, .modify, .add:
      if operation == .add, wasPending { fail(.assert) }
      let isOff = memory.read(disabled) != 0
      if !wasPending, !isOff { memory.write(handler.pending, 1) }
      let isDone = operation == .queue ? !wasPending && !isOff : wasPending
      finish(instruction, isDone ? 1 : 0)
    case .cancel:
      dismiss(handler, wasPending, isRunning)
      finish(instruction, wasPending ? 1 : 0)
    case .cancelIdle:
      if isRunning { return false }
      dismiss(handler, wasPending, isRunning)
      finish(instruction, wasPending ? 1 : 0)
    case .tryCancel:
      if !isRunning { dismiss(handler, wasPending, isRunning) }
      finish(instruction, isRunning ? -1 : wasPending ? 1 : 0)
    case .shutDown, .disable:
      memory.write(disabled, operation == .shutDown ? 1 : memory.read(disabled) + 1)
      dismiss(handler, wasPending, isRunning)
      finish(instruction, wasPending ? 1 : 0)
    case .enable:
      let depth = memory.read(disabled)
      if depth == 0 { fail(.assert) } else { memory.write(disabled, depth - 1) }
      finish(instruction, depth == 1 ? 1 : 0)
    case .awaitIdle(let enables):
      if isRunning { return false }
      if enables { memory.write(disabled, max(0, memory.read(disabled) - 1)) }
    case .noteFlush:
      let mask = wasPending ? handler.waiting : handler.served
      let waits = wasPending || isRunning
      if waits { memory.write(mask, memory.read(mask) | 1 << Int64(thread)) }
      finish(instruction, waits ? Int64(number + 1) : 0)
    case .isPending: finish(instruction, wasPending ? 1 : 0)
    case .isBusy: finish(instruction, (wasPending ? 1 : 0) + (isRunning ? 2 : 0))
    case .awaitFlush: break
    }
    return true
  }

  /// Makes what is pending so no longer; who waits for its end waits for what runs at most.
  private func dismiss(_ handler: HandlerSlots, _ wasPending: Bool, _ isRunning: Bool) {
    if !wasPending { return }
    memory.write(handler.pending, 0)
    if handler.waiting < 0 { return }
    let waiting = memory.read(handler.waiting)
    memory.write(handler.waiting, 0)
    if isRunning { memory.write(handler.served, memory.read(handler.served) | waiting) }
  }

  /// Whether the machine still waits for a run of a handler.
  private func isServed(_ handler: HandlerSlots) -> Bool {
    (memory.read(handler.waiting) | memory.read(handler.served)) >> Int64(thread) & 1 != 0
  }
}

extension DeferredOperation {
  /// Whether delayed work has functions of its own for it.
  fileprivate var isAboutQueue: Bool {
    switch self {
    case .cancel, .disable, .enable, .noteFlush, .setUp: true
    default: false
    }
  }

  /// Whether it needs what has been set up: what is to run, and whose end is waited for as work.
  fileprivate func needsFunction(_ isTimer: Bool) -> Bool {
    switch self {
    case .queue, .modify, .add: true
    case .noteFlush, .disable, .enable: !isTimer
    default: false
    }
  }
}
