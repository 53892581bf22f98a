// Callbacks of RCU and SRCU.
extension Executor {
  /// Carries out a part of how callbacks are queued and run; false if it has to wait.
  mutating func step(_ step: CallbackStep, _ instruction: Instruction) -> Bool {
    switch step {
    case .queue(let callback), .queueObject(let callback): queue(callback, instruction)
    case .start: return startCallback(instruction)
    case .leave: leaveCallback()
    case .noteBarrier: noteBarrier(instruction)
    case .awaitBarrier:
      for number in 0..<image.headCount where isAwaited(image.heads[number].awaited) {
        return false
      }
      return !isAwaited(image.callbacks.awaited)
    }
    return true
  }

  private func isAwaited(_ slot: Int32) -> Bool {
    slot >= 0 && memory.read(slot) >> Int64(thread) & 1 != 0
  }

  /// The readers inside now, of RCU or of the domain at an address.
  private mutating func readersInside(of domain: Int64) -> Int64 {
    var mask: Int64 = 0
    if domain == 0 {
      for other in 0..<image.threadCount
      where image.rcuDepth[other] >= 0 && memory.read(image.rcuDepth[other]) > 0 {
        mask |= 1 << Int64(other)
      }
      return mask
    }
    let first = evaluator.slot(at: domain, as: .readers)
    if first < 0 { return 0 }
    for other in 0..<image.threadCount {
      mask |= memory.read(first + Int32(other)) << Int64(other * Lowering.readersInside)
    }
    return mask
  }

  /// What the instruction queues: a head, or an object that stands for one.
  private mutating func head(of instruction: Instruction) -> Int32 {
    let slot = evaluator.slot(of: instruction)
    if slot < 0 { return -1 }
    guard case .callback(.queueObject) = instruction.operation else {
      return image.headOfSlot[Int(slot)]
    }
    let location = evaluator.value(instruction.address) &- Address.base
    let object = image.lives[Int(image.objectOfLocation[Int(location)])]
    if object.head < 0 || Int64(object.base) != location { fail(.wild) }
    return object.head
  }

  private mutating func queue(_ callback: Int, _ instruction: Instruction) {
    let domain = instruction.value < 0 ? 0 : evaluator.value(instruction.value)
    let number = head(of: instruction)
    if number < 0 || evaluator.fault != nil { return }
    let head = image.heads[Int(number)]
    if memory.read(head.queued) != 0 { return fail(head.object < 0 ? .rcu : .doubleFree) }
    let readers = readersInside(of: domain)
    if evaluator.fault != nil { return }
    memory.write(head.queued, Int64(callback + 1))
    memory.write(head.readers, readers)
    if head.domain >= 0 { memory.write(head.domain, domain) }
    memory.write(image.callbacks.pending, memory.read(image.callbacks.pending) + 1)
  }

  /// Starts one of those whose readers have left; each of them is a result of the step.
  private mutating func startCallback(_ instruction: Instruction) -> Bool {
    var (ready, found) = (0, -1)
    for number in 0..<image.headCount where memory.isReady(image.heads[number]) {
      if ready == choice { found = number }
      if ready > choice {
        hasMore = true
        break
      }
      ready += 1
    }
    if found < 0 { return false }
    let (head, slots) = (image.heads[found], image.callbacks)
    let callback = memory.read(head.queued)
    memory.write(head.queued, 0)
    memory.write(slots.pending, memory.read(slots.pending) - 1)
    memory.write(slots.running, 1)
    if head.domain >= 0 {
      memory.write(slots.domain, memory.read(head.domain))
      memory.write(head.domain, 0)
    }
    if head.awaited >= 0 {
      memory.write(slots.awaited, memory.read(head.awaited))
      memory.write(head.awaited, 0)
    }
    if callback > image.callbackCount {
      fail(.useAfterFree)
      return true
    }
    memory.write(slots.argument, Address.value(of: Int(head.location)))
    finish(instruction, callback)
    return true
  }

  private func leaveCallback() {
    let slots = image.callbacks
    memory.write(slots.running, 0)
    memory.write(slots.argument, 0)
    if slots.domain >= 0 { memory.write(slots.domain, 0) }
    if slots.awaited >= 0 { memory.write(slots.awaited, 0) }
  }

  private mutating func noteBarrier(_ instruction: Instruction) {
    if sleepsInAtomic(instruction) { return }
    let domain = instruction.address < 0 ? 0 : evaluator.value(instruction.address)
    if domain != 0 { _ = evaluator.slot(at: domain, as: .readers) }
    if evaluator.fault != nil { return }
    func note(_ slot: Int32) {
      if slot >= 0 { memory.write(slot, memory.read(slot) | 1 << Int64(thread)) }
    }
    for number in 0..<image.headCount {
      let head = image.heads[number]
      if memory.read(head.queued) != 0, memory.domain(head.domain) == domain { note(head.awaited) }
    }
    let slots = image.callbacks
    if slots.machine >= 0, memory.read(slots.running) != 0, memory.domain(slots.domain) == domain {
      note(slots.awaited)
    }
  }

  /// Tells those callbacks that wait for readers of a domain that one of them has left.
  func leaveReaders(ofHeads domain: Int64, _ bit: Int) {
    for number in 0..<image.headCount {
      let head = image.heads[number]
      guard memory.read(head.queued) != 0, memory.domain(head.domain) == domain else { continue }
      let mask = memory.read(head.readers)
      if mask >> Int64(bit) & 1 != 0 { memory.write(head.readers, mask & ~(1 << Int64(bit))) }
    }
  }

  /// Notes that the object has ended in which a head lies that may be queued.
  func outlive(_ number: Int32) {
    if number < 0 { return }
    let queued = image.heads[Int(number)].queued
    let callback = memory.read(queued)
    if callback > 0, callback <= image.callbackCount {
      memory.write(queued, callback + image.callbackCount)
    }
  }
}

extension MachineMemory {
  /// The domain in a slot, or RCU where there is no slot for it.
  fileprivate func domain(_ slot: Int32) -> Int64 { slot < 0 ? 0 : read(slot) }

  /// Whether a head is queued, and all have left that it waits for.
  func isReady(_ head: CallbackHead) -> Bool { read(head.queued) != 0 && read(head.readers) == 0 }

  /// Whether no callback runs, and none can start any more once all threads have ended that must:
  /// one that has ended inside a reader never leaves it.
  func callbacksAreDone(_ image: ProgramImage) -> Bool {
    if read(image.callbacks.running) != 0 { return false }
    for number in 0..<image.headCount {
      let head = image.heads[number]
      if read(head.queued) == 0 { continue }
      let never = domain(head.domain) == 0 ? image.endingReaders : image.endingDomainReaders
      if read(head.readers) & never == 0 { return false }
    }
    return true
  }
}
