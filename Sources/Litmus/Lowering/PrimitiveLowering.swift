// What the functions of the kernel and of race files become.
extension Lowering {
  func lower(
    _ primitive: Primitive, _ place: Place?, _ arguments: [TypedExpression], _ type: CType,
    at offset: Int
  ) -> Int32 {
    // The value comes before the address, as in an assignment.
    switch primitive {
    case .await: return lowerAwait(arguments[0], at: offset)
    case .nothing: return constant(0)
    default: break
    }
    let values = arguments.map(lower)
    switch primitive {
    case .exchange: return modify(.exchange, place, values, type, at: offset)
    case .compareExchange:
      return modify(.compareExchange(returnsTest: false), place, values, type, at: offset)
    case .testAndExchange:
      return modify(.compareExchange(returnsTest: true), place, values, type, at: offset)
    case .fetch(let operation, let returned):
      let held = arguments.first?.type.integer ?? .int
      return modify(.fetch(operation, held, returned), place, values, type, at: offset)
    case .addUnless:
      let held = arguments.first?.type.integer ?? .int
      return modify(.addUnless(held), place, values, type, at: offset)
    case .refcount(let operation):
      return modify(.refcount(operation), place, values, type, at: offset)
    case .bit(let operation, isAtomic: true, let returnsOld):
      return modify(.bit(operation, returnsOld: returnsOld), place, values, type, at: offset)
    case .bit(let operation, isAtomic: false, let returnsOld):
      return plainBit(operation, returnsOld: returnsOld, place, values[0], at: offset)
    case .testBit: return modify(.testBit, place, values, type, at: offset)
    case .lock(let operation): return lock(operation, place, type, at: offset)
    case .isLocked:
      return step(.isLocked, place, type, at: offset)
    case .assertHeld:
      emit(
        Instruction(operation: .assertHeld(kind(of: place)), address: placeAddress(place)),
        at: offset)
      return constant(0)
    case .sequence(let operation): return sequence(operation, place, values, type, at: offset)
    case .fence: return constant(0)
    case .rcu(let operation): return rcu(operation, at: offset)
    case .srcu(let operation): return srcu(operation, place, values, type, at: offset)
    case .assert:
      emit(Instruction(operation: .check(.assert), value: values[0]), at: offset)
      return constant(0)
    case .warn:
      emit(
        Instruction(operation: .check(.assert), value: unary(.not, values[0], .int)), at: offset)
      return constant(0)
    case .assume:
      emit(Instruction(operation: .check(.assume), value: values[0]), at: offset)
      return constant(0)
    case .choose: return choose(values, at: offset)
    case .mightSleep:
      requireAwake(at: offset)
      return constant(0)
    case .initialize:
      emit(
        Instruction(
          operation: .initialize(lockKind(of: place)), isStep: true, isMarked: true,
          address: placeAddress(place)), at: offset)
      return constant(0)
    case .mark:
      emit(Instruction(operation: .mark, isStep: true, isMarked: true), at: offset)
      return constant(0)
    case .await, .nothing: return constant(0)
    }
  }

  private func placeAddress(_ place: Place?) -> Int32 {
    place.map { address(of: $0) } ?? constant(0)
  }

  /// A step on an object, with what comes of it.
  private func step(
    _ operation: Instruction.Operation, _ place: Place?, _ type: CType, at offset: Int
  ) -> Int32 {
    let address = placeAddress(place)
    let target = type == .void ? -1 : temporary(type)
    emit(
      Instruction(
        operation: operation, isStep: true, isMarked: true, target: target, address: address,
        depthSlot: depthSlot), at: offset)
    return target < 0 ? constant(0) : slot(target)
  }

  private func modify(
    _ modification: Instruction.Modification, _ place: Place?, _ values: [Int32], _ type: CType,
    at offset: Int
  ) -> Int32 {
    guard let place else { return constant(0) }
    let address: Int32
    if case .memory(let found) = access(place) { address = found } else { return constant(0) }
    let target = type == .void ? -1 : temporary(type)
    emit(
      Instruction(
        operation: .modify(modification), isStep: true, isMarked: true, target: target,
        address: address, value: values.first ?? -1,
        second: values.count > 1 ? values[1] : -1), at: offset)
    return target < 0 ? constant(0) : slot(target)
  }

  /// `__set_bit` and its relatives: a read, then a write.
  private func plainBit(
    _ operation: Primitive.BitOperation, returnsOld: Bool, _ place: Place?, _ bit: Int32,
    at offset: Int
  ) -> Int32 {
    let address = placeAddress(place)
    let long = CType.integer(.long)
    let old = temporary(long)
    let inRange = binary(.less, bit, constant(64), .unsignedLong)
    emit(Instruction(operation: .check(.outOfBounds), value: inRange), at: offset)
    emit(Instruction(operation: .load, isStep: true, target: old, address: address), at: offset)
    let mask = binary(.shiftLeft, constant(1), bit, .long)
    let new =
      switch operation {
      case .set: binary(.or, slot(old), mask, .long)
      case .clear: binary(.and, slot(old), unary(.complement, mask, .long), .long)
      case .change: binary(.xor, slot(old), mask, .long)
      }
    emit(Instruction(operation: .store, isStep: true, address: address, value: new), at: offset)
    guard returnsOld else { return constant(0) }
    return binary(.notEqual, binary(.and, slot(old), mask, .long), constant(0), .long)
  }

  // MARK: - Locks

  private func lockKind(of place: Place?) -> Instruction.LockKind? {
    switch place.flatMap({ program.type(of: $0) }) {
    case .object(.spinlock): .exclusive(sleeps: false)
    case .object(.mutex): .exclusive(sleeps: true)
    case .object(.readWriteLock(let sleeps)): .readWrite(sleeps: sleeps)
    default: nil
    }
  }

  private func kind(of place: Place?) -> Instruction.LockKind {
    lockKind(of: place) ?? .exclusive(sleeps: false)
  }

  private func lock(
    _ operation: Primitive.LockOperation, _ place: Place?, _ type: CType, at offset: Int
  ) -> Int32 {
    let kind = kind(of: place)
    let sleeps: Bool =
      switch kind {
      case .exclusive(let sleeps), .readWrite(let sleeps): sleeps
      }
    let waits = [.lock, .readLock, .writeLock].contains(operation)
    if waits { refuseWait("a lock", at: offset) }
    if operation == .writeLock { return writeLock(kind, place, sleeps: sleeps, at: offset) }
    let address = placeAddress(place)
    let target = type == .void ? -1 : temporary(type)
    emit(
      Instruction(
        operation: .lock(operation, kind), isStep: true, isMarked: true, target: target,
        address: address, depthSlot: waits && sleeps ? depthSlot : -1), at: offset)
    if !sleeps {
      switch operation {
      case .lock, .readLock, .writeLock: deepen(by: constant(1), at: offset)
      case .tryLock, .readTryLock, .writeTryLock: deepen(by: slot(target), at: offset)
      case .unlock, .readUnlock, .writeUnlock: deepen(by: constant(-1), at: offset)
      case .downgrade: break
      }
    }
    if sleeps, [.unlock, .readUnlock, .writeUnlock].contains(operation), canDie(place) {
      touch(kind, address, at: offset)
    }
    return target < 0 ? constant(0) : slot(target)
  }

  /// Whether somebody else can end the life of a lock that this thread has just released.
  private func canDie(_ place: Place?) -> Bool {
    guard let place, case .pointee = place.root else { return false }
    return program.variables.contains { variable in
      variable.function != nil && program.sleeps(variable.type)
    }
  }

  /// Looks once more at a lock that has been released, for those who wait for it.
  private func touch(_ kind: Instruction.LockKind, _ address: Int32, at offset: Int) {
    let operation: Instruction.Operation =
      if case .exclusive = kind { .isLocked } else { .load }
    emit(
      Instruction(operation: operation, isStep: true, isMarked: true, address: address), at: offset)
  }

  /// Tries; if that fails, the thread stands in line, which keeps readers out, and waits.
  private func writeLock(
    _ kind: Instruction.LockKind, _ place: Place?, sleeps: Bool, at offset: Int
  ) -> Int32 {
    let address = placeAddress(place)
    let got = temporary(.int)
    let (wait, end) = (newLabel(), newLabel())
    emit(
      Instruction(
        operation: .lock(.writeLock, kind), isStep: true, isMarked: true, target: got,
        address: address, depthSlot: sleeps ? depthSlot : -1), at: offset)
    emit(
      Instruction(
        operation: .branch, value: slot(got), next: Int32(end), other: Int32(wait)), at: offset)
    self.place(wait)
    emit(
      Instruction(operation: .awaitWriteLock, isStep: true, isMarked: true, address: address),
      at: offset)
    self.place(end)
    if !sleeps { deepen(by: constant(1), at: offset) }
    return constant(0)
  }

  /// Notes that the thread is deeper in code that must not sleep, or less deep.
  private func deepen(by count: Int32, at offset: Int) {
    guard depthSlot >= 0 else { return }
    set(depthSlot, to: binary(.add, slot(depthSlot), count, .long), at: offset)
  }

  private func requireAwake(at offset: Int) {
    guard depthSlot >= 0 else { return }
    emit(
      Instruction(
        operation: .check(.sleepInAtomic), value: unary(.not, slot(depthSlot), .long)), at: offset)
  }

  private func refuseWait(_ what: String, at offset: Int) {
    if isInAtomic {
      report(.refused, at: offset, "\(what) is not waited for within 'atomic'")
    }
  }

  private func sequence(
    _ operation: Primitive.SequenceOperation, _ place: Place?, _ values: [Int32], _ type: CType,
    at offset: Int
  ) -> Int32 {
    switch operation {
    case .writeBegin, .writeEnd:
      return modify(
        .fetch(.add, .unsignedInt, .nothing), place, [constant(1)], .void, at: offset)
    case .readBegin:
      refuseWait("a writer", at: offset)
      return step(.readBegin, place, type, at: offset)
    case .readRetry:
      let now = temporary(type)
      emit(
        Instruction(
          operation: .load, isStep: true, isMarked: true, target: now,
          address: placeAddress(place)), at: offset)
      // What 'read_seqcount_begin' gave is an unsigned number, whatever it was kept in.
      let unsigned = CType.integer(.unsignedInt)
      return binary(
        .notEqual, convert(slot(now), to: unsigned), convert(values[0], to: unsigned),
        .unsignedInt)
    }
  }

  // MARK: - Readers

  private func rcu(_ operation: Primitive.ReaderOperation, at offset: Int) -> Int32 {
    switch operation {
    case .enter:
      emit(Instruction(operation: .rcuEnter, isStep: true, isMarked: true), at: offset)
      deepen(by: constant(1), at: offset)
    case .leave:
      emit(Instruction(operation: .rcuLeave, isStep: true, isMarked: true), at: offset)
      deepen(by: constant(-1), at: offset)
    case .synchronize:
      refuseWait("a grace period", at: offset)
      emit(
        Instruction(
          operation: .rcuNote, isStep: true, isMarked: true, depthSlot: depthSlot), at: offset)
      emit(Instruction(operation: .rcuAwait, isStep: true, isMarked: true), at: offset)
    }
    return constant(0)
  }

  private func srcu(
    _ operation: Primitive.ReaderOperation, _ place: Place?, _ values: [Int32], _ type: CType,
    at offset: Int
  ) -> Int32 {
    switch operation {
    case .enter: return step(.srcuEnter, place, type, at: offset)
    case .leave:
      emit(
        Instruction(
          operation: .srcuLeave, isStep: true, isMarked: true, address: placeAddress(place),
          value: values.first ?? -1), at: offset)
    case .synchronize:
      refuseWait("a grace period", at: offset)
      emit(
        Instruction(
          operation: .srcuNote, isStep: true, isMarked: true, address: placeAddress(place),
          depthSlot: depthSlot), at: offset)
      emit(Instruction(operation: .rcuAwait, isStep: true, isMarked: true), at: offset)
    }
    return constant(0)
  }

  // MARK: - Words of race files

  private func lowerAwait(_ condition: TypedExpression, at offset: Int) -> Int32 {
    if isInAtomic, code.count != atomicStart {
      report(.refused, at: offset, "'await' comes first within 'atomic', or not at all")
    }
    condition.visit { part in
      switch part.kind {
      case .assign, .update, .copy, .call, .primitive:
        report(.refused, at: part.offset, "'await' looks at values and calls nothing")
      default: break
      }
    }
    looksAtMemory = true
    let value = lower(condition)
    looksAtMemory = false
    emit(
      Instruction(operation: .await, isStep: true, isMarked: true, value: value), at: offset)
    return constant(0)
  }

  /// A choice among more values than a step can have is made in two steps.
  private func choose(_ values: [Int32], at offset: Int) -> Int32 {
    refuseWait("a choice", at: offset)
    guard let first = constantValue(values[0]), let last = constantValue(values[1]) else {
      return constant(0)
    }
    var base = values[0]
    let blocks = (last - first) / 256
    if blocks > 0 {
      let block = temporary(.int)
      emit(
        Instruction(
          operation: .choose, isStep: true, isMarked: true, target: block, value: constant(0),
          limit: blocks), at: offset)
      let distance = binary(.multiply, slot(block), constant(256), .long)
      base = binary(.add, constant(first), distance, .long)
    }
    let target = temporary(.int)
    emit(
      Instruction(
        operation: .choose, isStep: true, isMarked: true, target: target, value: base, limit: last),
      at: offset)
    return slot(target)
  }
}
