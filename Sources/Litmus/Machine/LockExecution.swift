// Locks and readers.
extension Executor {
  /// Whether the thread is in code that must not sleep, or in a state in which it would not run
  /// again.
  mutating func sleepsInAtomic(_ instruction: Instruction) -> Bool {
    guard instruction.depthSlot >= 0 else { return false }
    guard memory.read(instruction.depthSlot) > 0 || image.isAsleep(thread, memory) else {
      return false
    }
    fail(.sleepInAtomic)
    return true
  }

  private mutating func lockNumber(_ instruction: Instruction) -> Int32? {
    let slot = evaluator.slot(of: instruction)
    guard slot >= 0 else { return nil }
    let lock = image.lockOfSlot[Int(slot)]
    if lock < 0 {
      fail(.wild)
      return nil
    }
    return lock
  }

  /// Whether the wait for a lock that is not free is given up, where it can be.
  private func givesUp(_ instruction: Instruction) -> Bool {
    if instruction.limit != 0 { finish(instruction, instruction.limit) }
    return instruction.limit != 0
  }

  mutating func exclusiveLock(
    _ instruction: Instruction, _ operation: Primitive.LockOperation
  ) -> Bool {
    guard let lock = lockNumber(instruction) else { return true }
    let isMine = memory.isHeld(lock: lock, by: thread)
    switch operation {
    case .lock:
      if isMine {
        fail(.lockMisuse)
      } else if !sleepsInAtomic(instruction) {
        if !memory.acquire(lock: lock, by: thread) { return givesUp(instruction) }
        finish(instruction, 0)
      }
    case .tryLock:
      finish(instruction, !isMine && memory.acquire(lock: lock, by: thread) ? 1 : 0)
    default:
      if isMine { memory.release(lock: lock, by: thread) } else { fail(.lockMisuse) }
    }
    return true
  }

  // MARK: - Locks for reading and writing: who writes, then by thread who reads and who waits.

  private func isReading(_ writer: Int32, _ thread: Int) -> Bool {
    memory.read(writer + 1 + Int32(thread)) != 0
  }

  private func hasReaders(_ writer: Int32) -> Bool {
    (0..<image.threadCount).contains { isReading(writer, $0) }
  }

  private func hasWaiters(_ writer: Int32) -> Bool {
    (0..<image.threadCount).contains {
      memory.read(writer + 1 + Int32(image.threadCount + $0)) != 0
    }
  }

  mutating func readWriteLock(
    _ instruction: Instruction, _ operation: Primitive.LockOperation
  ) -> Bool {
    let writer = evaluator.slot(of: instruction)
    if writer < 0 { return true }
    let me = Int64(thread + 1)
    let mine = writer + 1 + Int32(thread)
    let owner = memory.read(writer)
    let holds = owner == me || isReading(writer, thread)
    switch operation {
    case .readLock:
      if holds {
        fail(.lockMisuse)
      } else if !sleepsInAtomic(instruction) {
        // Readers stand behind those who wait to write, but for those in an interrupt.
        if owner != 0 || !image.handlers[thread].isInterrupt && hasWaiters(writer) {
          return givesUp(instruction)
        }
        memory.write(mine, 1)
        finish(instruction, 0)
      }
    case .readTryLock:
      let isFree = owner == 0 && !hasWaiters(writer) && !holds
      if isFree { memory.write(mine, 1) }
      finish(instruction, isFree ? 1 : 0)
    case .readUnlock:
      if isReading(writer, thread) { memory.write(mine, 0) } else { fail(.lockMisuse) }
    case .writeLock:
      if holds {
        fail(.lockMisuse)
      } else if !sleepsInAtomic(instruction) {
        let isFree = owner == 0 && !hasReaders(writer)
        memory.write(isFree ? writer : mine + Int32(image.threadCount), isFree ? me : 1)
        finish(instruction, isFree ? 1 : 0)
      }
    case .writeTryLock:
      let isFree = owner == 0 && !hasReaders(writer) && !hasWaiters(writer)
      if isFree { memory.write(writer, me) }
      finish(instruction, isFree ? 1 : 0)
    case .writeUnlock:
      if owner == me { memory.write(writer, 0) } else { fail(.lockMisuse) }
    case .downgrade:
      if owner == me {
        memory.write(writer, 0)
        memory.write(mine, 1)
      } else {
        fail(.lockMisuse)
      }
    case .lock, .unlock, .tryLock: fail(.wild)
    }
    return true
  }

  mutating func awaitWriteLock(_ instruction: Instruction) -> Bool {
    let writer = evaluator.slot(of: instruction)
    if writer < 0 { return true }
    if memory.read(writer) != 0 || hasReaders(writer) {
      guard givesUp(instruction) else { return false }
    } else {
      memory.write(writer, Int64(thread + 1))
      finish(instruction, 0)
    }
    memory.write(writer + 1 + Int32(image.threadCount + thread), 0)
    return true
  }

  mutating func inspectLock(_ instruction: Instruction) {
    if instruction.operation == .isLocked {
      guard let lock = lockNumber(instruction) else { return }
      return finish(instruction, memory.isFree(lock: lock) ? 0 : 1)
    }
    let slot = evaluator.slot(of: instruction)
    if slot < 0 { return }
    switch instruction.operation {
    case .isHeld(.exclusive):
      let lock = image.lockOfSlot[Int(slot)]
      finish(instruction, lock >= 0 && memory.isHeld(lock: lock, by: thread) ? 1 : 0)
    case .isHeld(.readWrite):
      let isWriting = memory.read(slot) == Int64(thread + 1)
      finish(instruction, isWriting || isReading(slot, thread) ? 1 : 0)
    case .assertHeld(.exclusive, _):
      let lock = image.lockOfSlot[Int(slot)]
      if lock < 0 || !memory.isHeld(lock: lock, by: thread) { fail(.lockMisuse) }
    case .assertHeld(.readWrite, let mode):
      let isWriting = mode != .read && memory.read(slot) == Int64(thread + 1)
      let isHeld = isWriting || mode != .write && isReading(slot, thread)
      if !isHeld { fail(.lockMisuse) }
    case .initializeReaders:
      let readers = (0..<image.threadCount).contains { memory.read(slot + Int32($0)) != 0 }
      if readers { fail(.rcu) }
    case .initialize(.exclusive):
      let lock = image.lockOfSlot[Int(slot)]
      if lock < 0 || !memory.isFree(lock: lock) { fail(.lockMisuse) }
    case .initialize(.readWrite):
      if memory.read(slot) != 0 || hasReaders(slot) { fail(.lockMisuse) }
    default:
      if image.kinds[Int(slot)] == .waitQueue {
        if hasWaiters(evaluator.value(instruction.address)) { fail(.lockMisuse) }
      } else {
        memory.write(slot, 0)
      }
    }
  }

  // MARK: - Readers

  /// Tells those who wait for readers, of `object` or of RCU, that one of them has left.
  private func leaveReaders(_ object: Int64, _ bit: Int) {
    for other in 0..<image.threadCount {
      let waits = image.rcuWaits[other]
      guard waits >= 0 else { continue }
      let on = image.rcuWaitsOn[other]
      guard (on >= 0 ? memory.read(on) : 0) == object else { continue }
      let mask = memory.read(waits)
      if mask >> Int64(bit) & 1 != 0 { memory.write(waits, mask & ~(1 << Int64(bit))) }
    }
  }

  mutating func readers(_ instruction: Instruction) -> Bool {
    switch instruction.operation {
    case .rcuEnter: memory.write(image.rcuDepth[thread], memory.read(image.rcuDepth[thread]) + 1)
    case .rcuLeave:
      let depth = memory.read(image.rcuDepth[thread])
      if depth == 0 {
        fail(.rcu)
        return true
      }
      memory.write(image.rcuDepth[thread], depth - 1)
      if depth == 1 { leaveReaders(0, thread) }
    case .rcuNote:
      if sleepsInAtomic(instruction) { return true }
      var mask: Int64 = 0
      for other in 0..<image.threadCount
      where image.rcuDepth[other] >= 0 && memory.read(image.rcuDepth[other]) > 0 {
        mask |= 1 << Int64(other)
      }
      note(object: 0, mask)
    case .rcuAwait:
      if memory.read(image.rcuWaits[thread]) != 0 { return false }
      if image.rcuWaitsOn[thread] >= 0 { memory.write(image.rcuWaitsOn[thread], 0) }
    default: return objectReaders(instruction)
    }
    return true
  }

  private func note(object: Int64, _ mask: Int64) {
    memory.write(image.rcuWaits[thread], mask)
    if image.rcuWaitsOn[thread] >= 0 { memory.write(image.rcuWaitsOn[thread], object) }
  }

  /// Readers of an object: each thread's cell is a set of those that it is inside, by number.
  ///
  /// The index that a reader is given names the object, the reader's number there, and is not 0.
  private mutating func objectReaders(_ instruction: Instruction) -> Bool {
    let address = evaluator.value(instruction.address)
    let first = evaluator.slot(at: address, as: instruction.kind)
    if first < 0 { return true }
    let mine = first + Int32(thread)
    let inside = memory.read(mine)
    let count = Lowering.readersInside
    let base = Int64(image.program.slots[Int(first)].readers ?? 0) * Int64(count) + 1
    switch instruction.operation {
    case .srcuEnter:
      let free = (~inside).trailingZeroBitCount
      if free >= count {
        fail(.rcu)
        return true
      }
      memory.write(mine, inside | 1 << Int64(free))
      finish(instruction, base + Int64(free))
    case .srcuLeave:
      let bit = evaluator.value(instruction.value) &- base
      guard bit >= 0, bit < Int64(count), inside >> bit & 1 != 0 else {
        fail(.rcu)
        return true
      }
      memory.write(mine, inside & ~(1 << bit))
      leaveReaders(address, thread * count + Int(bit))
    default:
      if sleepsInAtomic(instruction) { return true }
      var mask: Int64 = 0
      for other in 0..<image.threadCount {
        mask |= memory.read(first + Int32(other)) << Int64(other * count)
      }
      note(object: address, mask)
    }
    return true
  }
}
