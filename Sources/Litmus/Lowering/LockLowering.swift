// Locks: what is disabled, taken, released and looked at.
extension Lowering {
  func lockKind(of place: Place?) -> Instruction.LockKind? {
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

  func lock(
    _ operation: Primitive.LockOperation, _ context: Primitive.LockContext, _ place: Place?,
    _ values: [Int32], _ type: CType, at offset: Int
  ) -> Int32 {
    // The address is found before anything is disabled.
    let address = placeAddress(place)
    let isRelease = [.unlock, .readUnlock, .writeUnlock].contains(operation)
    let kept = isRelease ? constant(0) : disable(context, at: offset)
    let got = lock(
      operation, kind(of: place), place, address, context == .savedInterrupts ? .void : type,
      at: offset)
    if isRelease { enable(context, values.first, at: offset) }
    if operation == .tryLock, context != .none {
      let (taken, free) = (newLabel(), newLabel())
      emit(
        Instruction(operation: .branch, value: got, next: Int32(taken), other: Int32(free)),
        at: offset)
      self.place(free)
      enable(context, kept, at: offset)
      self.place(taken)
    }
    return context == .savedInterrupts ? kept : got
  }

  /// Disables what a lock is taken under, in a step; gives what interrupts were before.
  func disable(_ context: Primitive.LockContext, at offset: Int) -> Int32 {
    if context == .none { return constant(0) }
    mark(.disabling(context), at: offset)
    if context == .bottomHalves {
      hold(.bottomHalves, at: offset)
      return constant(0)
    }
    let (before, interruptsOff) = (temporary(.int), heldSlot(.interrupts))
    set(before, to: slot(interruptsOff), at: offset)
    deepen(by: unary(.not, slot(before), .int), at: offset)
    set(interruptsOff, to: constant(1), at: offset)
    return slot(before)
  }

  /// Enables it again, or brings back what was kept, in a step.
  func enable(_ context: Primitive.LockContext, _ kept: Int32?, at offset: Int) {
    if context == .none { return }
    mark(.enabling(context), at: offset)
    if context == .bottomHalves {
      refuseEnabling(unless: constant(0), at: offset)
      return release(.bottomHalves, at: offset)
    }
    let interruptsOff = heldSlot(.interrupts)
    let wanted =
      context == .savedInterrupts
      ? binary(.notEqual, kept ?? constant(0), constant(0), .long) : constant(0)
    refuseEnabling(unless: wanted, at: offset)
    let after = temporary(.int)
    set(after, to: wanted, at: offset)
    deepen(by: binary(.subtract, slot(after), slot(interruptsOff), .long), at: offset)
    set(interruptsOff, to: slot(after), at: offset)
  }

  private func mark(_ mark: StepMark, at offset: Int) {
    emit(
      Instruction(operation: .mark, isStep: true, isMarked: true, limit: mark.rawValue), at: offset)
  }

  /// The slot that says whether, or how often, the thread holds something.
  func heldSlot(_ held: Held) -> Int32 {
    if let known = heldSlots[held] ?? sharedSlot(held) { return known }
    let made =
      switch held {
      case .interrupts:
        takeSlots([.upTo(1)], named: "\(threadName).interrupts-off", pinned: isInitial)
      case .bottomHalves:
        takeSlots([.integer(.int)], named: "\(threadName).bottom-halves-off", pinned: isInitial)
      case .preemption:
        takeSlots([.integer(.int)], named: "\(threadName).preemption-off", pinned: isInitial)
      case .bits:
        takeSlots([.integer(.int)], named: "\(threadName).bits-locked", pinned: isInitial)
      }
    heldSlots[held] = made
    return made
  }

  /// Notes that the thread holds one more of something that keeps it from sleeping.
  func hold(_ held: Held, if isTaken: Int32? = nil, at offset: Int) {
    let (counter, count) = (heldSlot(held), isTaken ?? constant(1))
    set(counter, to: binary(.add, slot(counter), count, .int), at: offset)
    deepen(by: count, at: offset)
  }

  /// The same for what must have been taken before.
  func release(_ held: Held, at offset: Int) {
    emit(
      Instruction(
        operation: .check(.lockMisuse), value: slot(heldSlot(held)),
        limit: held == .preemption ? Self.enablesPreemption : 0), at: offset)
    letGo(of: held, at: offset)
  }

  /// Notes that it holds one less, if it holds any: what others hold does not make it less deep.
  func letGo(of held: Held, at offset: Int) {
    let counter = heldSlot(held)
    let one = temporary(.int)
    set(one, to: binary(.notEqual, slot(counter), constant(0), .int), at: offset)
    deepen(by: unary(.minus, slot(one), .int), at: offset)
    set(counter, to: binary(.subtract, slot(counter), slot(one), .int), at: offset)
  }

  /// Whether the thread itself holds a lock, or that it does not.
  func isHeld(_ place: Place?, isRefused: Bool, at offset: Int) -> Int32 {
    let (target, address) = (temporary(.int), placeAddress(place))
    emit(
      Instruction(operation: .isHeld(kind(of: place)), target: target, address: address),
      at: offset)
    if isRefused {
      emit(
        Instruction(
          operation: .check(.lockMisuse), address: address, value: unary(.not, slot(target), .int)),
        at: offset)
    }
    return slot(target)
  }

  /// Takes a lock that sleeps and gives 0, or gives a number where it is not free.
  func lock(
    _ operation: Primitive.LockOperation, _ place: Place?, orGive value: Int64, at offset: Int
  ) -> Int32 {
    lock(
      operation, kind(of: place), place, placeAddress(place), .int, orGive: value, at: offset)
  }

  func assertHeld(_ mode: Primitive.LockMode, _ place: Place?, at offset: Int) -> Int32 {
    emit(
      Instruction(operation: .assertHeld(kind(of: place), mode), address: placeAddress(place)),
      at: offset)
    return constant(0)
  }

  /// Makes an object what it is at the start: a step.
  func initialize(_ place: Place?, at offset: Int) -> Int32 {
    let address = placeAddress(place)
    if let place, case .object(.srcu)? = program.type(of: place) {
      emit(
        Instruction(
          operation: .initializeReaders, isStep: true, isMarked: true, address: address),
        at: offset)
      return constant(0)
    }
    emit(
      Instruction(
        operation: .initialize(lockKind(of: place)), isStep: true, isMarked: true,
        address: address), at: offset)
    return constant(0)
  }

  private func lock(
    _ operation: Primitive.LockOperation, _ kind: Instruction.LockKind, _ place: Place?,
    _ address: Int32, _ type: CType, orGive value: Int64 = 0, at offset: Int
  ) -> Int32 {
    let sleeps: Bool =
      switch kind {
      case .exclusive(let sleeps), .readWrite(let sleeps): sleeps
      }
    let waits = [.lock, .readLock, .writeLock].contains(operation)
    if waits { refuseWait("a lock", at: offset) }
    if operation == .writeLock {
      return writeLock(kind, address, sleeps: sleeps, orGive: value, at: offset)
    }
    let target = type == .void ? -1 : temporary(type)
    emit(
      Instruction(
        operation: .lock(operation, kind), isStep: true, isMarked: true, target: target,
        address: address, limit: value, depthSlot: waits && sleeps ? depthSlot : -1), at: offset)
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
    switch place?.root {
    case .pointee:
      return program.pools.contains { program.sleeps(.structure($0.structure)) }
        || program.variables.indices.contains { number in
          let variable = program.variables[number]
          return program.sleeps(variable.type) && (variable.function != nil || isFreeable(number))
        }
    case .variable(let number): return isFreeable(number)
    case .result, .member, .element, nil: return false
    }
  }

  private func isFreeable(_ global: Int) -> Bool {
    guard let location = locationOfGlobal[global] else { return false }
    return result.objects[Int(result.objectOfLocation[location])].lifetime == .freeable
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
    _ kind: Instruction.LockKind, _ address: Int32, sleeps: Bool, orGive value: Int64,
    at offset: Int
  ) -> Int32 {
    let (got, given) = (temporary(.int), temporary(.int))
    if value != 0 { set(given, to: constant(0), at: offset) }
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
      Instruction(
        operation: .awaitWriteLock, isStep: true, isMarked: true, target: value == 0 ? -1 : given,
        address: address, limit: value), at: offset)
    self.place(end)
    if !sleeps { deepen(by: constant(1), at: offset) }
    return value == 0 ? constant(0) : slot(given)
  }

  /// Notes that the thread is deeper in code that must not sleep, or less deep.
  func deepen(by count: Int32, at offset: Int) {
    guard depthSlot >= 0 else { return }
    set(depthSlot, to: binary(.add, slot(depthSlot), count, .long), at: offset)
  }

  func requireAwake(at offset: Int) {
    guard depthSlot >= 0 else { return }
    emit(
      Instruction(
        operation: .check(.sleepInAtomic), value: unary(.not, slot(depthSlot), .long)), at: offset)
  }

  func refuseWait(_ what: String, at offset: Int) {
    if isInAtomic {
      report(.refused, at: offset, "\(what) is not waited for within 'atomic'")
    }
  }
}
