// Threads that sleep, and what they sleep on.
extension Executor {
  /// Carries out what has to do with them; false if it has to wait.
  mutating func wait(_ instruction: Instruction, _ operation: WaitInstruction) -> Bool {
    switch operation {
    case .setState: setState(evaluator.value(instruction.value))
    case .prepare: prepare(instruction)
    case .sleep(let ways): return sleep(instruction, ways)
    case .leave(let touches): leave(instruction, touches)
    case .wakeUp(let mask):
      if let queue = queue(instruction) {
        for entry in 0..<image.entryCount where memory.read(image.entries[entry].slot) == queue {
          wake(image.entries[entry], Int64(mask))
        }
      }
    case .hasWaiters:
      if let queue = queue(instruction) { finish(instruction, hasWaiters(queue) ? 1 : 0) }
    case .wakeTask:
      let slot = evaluator.slot(of: instruction)
      if slot < 0 { return true }
      let sleeps = memory.read(slot) & TaskState.normal != 0
      if sleeps { memory.write(slot, TaskState.running) }
      finish(instruction, sleeps ? 1 : 0)
    case .take(let ways): return take(instruction, ways)
    case .tryTake:
      let slot = evaluator.slot(of: instruction)
      if slot >= 0 { finish(instruction, countDown(slot) ? 1 : 0) }
    case .complete(let all):
      let slot = evaluator.slot(of: instruction)
      if slot < 0 { return true }
      let count = memory.read(slot)
      if count != WaitInstruction.all {
        memory.write(slot, all ? WaitInstruction.all : count + 1)
      }
    }
    return true
  }

  /// The address of the queue that an instruction is about.
  private mutating func queue(_ instruction: Instruction) -> Int64? {
    let address = evaluator.value(instruction.address)
    return evaluator.slot(at: address, as: .waitQueue) >= 0 ? address : nil
  }

  func hasWaiters(_ queue: Int64) -> Bool {
    for entry in 0..<image.entryCount where memory.read(image.entries[entry].slot) == queue {
      return true
    }
    return false
  }

  private func setState(_ value: Int64) {
    // A thread that never sleeps has no state.
    let state = image.taskStates[thread]
    if state >= 0, evaluator.fault == nil { memory.write(state, value) }
  }

  /// The slot of the thread's own entry, or of the one that an instruction names.
  private mutating func entry(_ instruction: Instruction) -> Int32 {
    if instruction.second < 0 { return image.ownEntries[thread] }
    return evaluator.slot(at: evaluator.value(instruction.second), as: .waitEntry)
  }

  private mutating func prepare(_ instruction: Instruction) {
    let (entry, state) = (entry(instruction), evaluator.value(instruction.value))
    guard let queue = queue(instruction), entry >= 0, evaluator.fault == nil else { return }
    // Who stands in a queue already stays there.
    if memory.read(entry) == 0 { memory.write(entry, queue) }
    setState(state)
  }

  private mutating func sleep(_ instruction: Instruction, _ ways: UInt8) -> Bool {
    if instruction.depthSlot >= 0, memory.read(instruction.depthSlot) > 0 {
      fail(.sleepInAtomic)
      return true
    }
    let state = image.taskStates[thread]
    if state < 0 || memory.read(state) == TaskState.running {
      finish(instruction, 0)
      return true
    }
    guard ways > 0 else { return false }
    memory.write(state, TaskState.running)
    giveUp(instruction, ways)
    return true
  }

  private mutating func leave(_ instruction: Instruction, _ touches: Bool) {
    let entry = entry(instruction)
    if entry < 0 || evaluator.fault != nil { return }
    if touches || memory.read(entry) != 0 {
      guard queue(instruction) != nil else { return }
      memory.write(entry, 0)
    }
    setState(TaskState.running)
  }

  /// Wakes the thread of an entry if it sleeps as a mask says, and takes the entry out.
  private func wake(_ entry: WaitEntry, _ mask: Int64) {
    let state = image.taskStates[Int(entry.thread)]
    guard state >= 0, memory.read(state) & mask != 0 else { return }
    memory.write(state, TaskState.running)
    memory.write(entry.slot, 0)
  }

  // MARK: - Counts

  /// Counts down; false if there is nothing to count.
  private func countDown(_ slot: Int32) -> Bool {
    let count = memory.read(slot)
    if count == 0 { return false }
    if count != WaitInstruction.all { memory.write(slot, count - 1) }
    return true
  }

  private mutating func take(_ instruction: Instruction, _ ways: UInt8) -> Bool {
    let slot = evaluator.slot(of: instruction)
    if slot < 0 || sleepsInAtomic(instruction) { return true }
    if countDown(slot) {
      finish(instruction, 0)
    } else if ways > 0 {
      giveUp(instruction, ways)
    } else {
      return false
    }
    return true
  }
}

/// Where a thread's place in a queue is kept.
struct WaitEntry {
  var slot: Int32
  var thread: Int32
}
