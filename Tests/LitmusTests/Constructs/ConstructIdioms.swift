// What generated programs are made of: plain accesses, locks.
extension BruteForce.Generator {
  typealias Place = BruteForce.Place
  typealias Statement = BruteForce.Statement
  typealias Expression = BruteForce.Expression
  typealias Kind = BruteForce.Kind
  typealias Style = BruteForce.Style
  typealias Context = BruteForce.Context

  mutating func anInt() -> Place {
    if hasObjects, let object, let member = member[.int], random.oneIn(6) {
      return .part(object, member)
    }
    return .variable(random.pick(ints))
  }

  mutating func style() -> Style { random.oneIn(2) ? .plain : .once }

  mutating func small() -> Expression {
    switch random.below(5) {
    case 0: .local(random.below(2))
    case 1: .read(anInt(), style())
    case 2: .binary(.add, .local(random.below(2)), .number(1))
    default: .number(random.below(3))
    }
  }

  mutating func test() -> Expression {
    switch random.below(6) {
    case 0: .local(random.below(2))
    case 1: .not(.read(anInt(), style()))
    case 2: .and(.read(anInt(), style()), .read(anInt(), style()))
    case 3: .or(.read(anInt(), style()), .local(0))
    case 4: .binary(.equal, .read(anInt(), style()), .number(random.below(3)))
    default: .read(anInt(), style())
    }
  }

  mutating func properties() -> [BruteForce.Property] {
    let (x, y) = (
      Expression.read(.variable(ints[0]), .plain), Expression.read(.variable(ints[1]), .plain)
    )
    var expressions: [Expression] = [
      .binary(.notEqual, x, .number(2)), .binary(.less, x, .number(3)), .or(x, .not(y)),
      .not(.and(x, y)),
    ]
    if hasObjects {
      let member = Expression.read(
        .member(.read(.variable(pointer), .plain), self.member[.int, default: -1]), .plain)
      let seen = Expression.read(.variable(pointer), .plain)
      let differs = Expression.binary(.notEqual, member, .number(2))
      expressions += [.binary(.less, member, .number(2)), .or(.not(seen), differs)]
    }
    // In which states a soft timer is an interrupt is another question.
    let kinds: [BruteForce.Property.Kind] =
      has(.timers) ? [.always, .finally] : [.always, .quiet, .finally]
    return [
      BruteForce.Property(
        kind: random.pick(kinds), name: "claim", expression: random.pick(expressions))
    ]
  }

  /// Something without a group.
  mutating func plain() -> [Statement] {
    budget -= 1
    switch random.below(isAtomic ? 8 : 13) {
    case 0, 1: return [.assign(anInt(), small(), style())]
    case 2, 3, 4: return [.add(anInt(), random.oneIn(3) ? -1 : 1)]
    case 5: return [.set(random.below(2), .read(anInt(), style()))]
    case 6:
      return [.set(random.below(2), .call(.exchange(.variable(ints[0]), small())))]
    case 7:
      return [
        .set(
          random.below(2),
          .call(.compareExchange(.variable(ints[0]), .number(random.below(2)), .number(2))))
      ]
    case 8:
      return [.condition(test(), plain(), random.oneIn(3) ? plain() : [])]
    case 9:
      let wait = Expression.or(
        .read(anInt(), .once), .binary(.less, .read(anInt(), .once), .number(1)))
      return [.await(random.oneIn(4) ? test() : wait)]
    case 10:
      return [.atomic([.add(.variable(ints[0]), 1), .assign(.variable(ints[1]), small(), .plain)])]
    case 11: return [.set(random.below(2), .call(.choose(0, 1 + random.below(2))))]
    default:
      budget -= 2
      return [.rounds(2, counter: 5, [.add(.variable(ints[0]), 1)] + plain())]
    }
  }

  // MARK: - Idioms

  mutating func idiom(_ level: Int) -> [Statement] {
    if budget <= 0 { return random.oneIn(2) ? [] : [.set(0, small())] }
    return random.oneIn(4) ? plain() : about(level)
  }

  /// Something of one of the groups.
  mutating func about(_ level: Int) -> [Statement] {
    let isHandler = me >= threads
    switch random.pick(groups) {
    case .locks: return locked(level)
    case .readWrite: return readWritten(level)
    case .heap: return heap()
    case .objectLocks: return lockedObject(level)
    case .refcounts: return counted()
    case .rcu: return rcu(level)
    case .srcu: return sleepingReaders(level)
    case .waits: return waits()
    case .states: return isHandler ? [.evaluate(.call(.wakeProcess(0)))] : states()
    case .completions: return completions()
    case .interrupts, .softInterrupts: return interrupts(level)
    case .work, .timers: return deferred()
    case .functions: return functions()
    case .lists: return lists()
    case .objectLists: return objectLists()
    case .semaphores: return semaphores()
    case .perCPU: return perCPU()
    }
  }

  mutating func locked(_ level: Int) -> [Statement] {
    budget -= 2
    if !isAtomic && random.oneIn(4) || random.oneIn(20) {
      if isHeld(mutex) { return plain() }
      held.append(mutex)
      defer { held.removeLast() }
      let inner = idiom(level + 1)
      return [.evaluate(.call(.lock(.variable(mutex), .mutex, .none)))] + inner + [
        .evaluate(.call(.unlock(.variable(mutex), .mutex, .none)))
      ]
    }
    return spinLocked(random.pick(locks), level)
  }

  /// Whether a lock is held; now and then it is taken twice all the same.
  mutating func isHeld(_ lock: Int) -> Bool { held.contains(lock) && !random.oneIn(15) }

  mutating func spinLocked(_ number: Int, _ level: Int) -> [Statement] {
    if isHeld(number) { return plain() }
    held.append(number)
    defer { held.removeLast() }
    let lock = Place.variable(number)
    var contexts: [Context] = [.none]
    if has(.interrupts) || has(.softInterrupts) || has(.timers) {
      if !interruptsAreOff { contexts = [.none, .saved, .saved, .halves] }
    }
    let context = random.pick(contexts)
    let (wasAtomic, wereOff) = (isAtomic, interruptsAreOff)
    isAtomic = true
    if context != .none { interruptsAreOff = true }
    defer { (isAtomic, interruptsAreOff) = (wasAtomic, wereOff) }
    let inner = level > 2 ? plain() : idiom(level + 1)
    let unlock = Statement.evaluate(.call(.unlock(lock, .spinlock, context)))
    if context == .none, random.oneIn(5) {
      return [.condition(.call(.tryLock(lock, .spinlock)), inner + [unlock], [])]
    }
    return [.evaluate(.call(.lock(lock, .spinlock, context)))] + inner
      + (me < threads && random.oneIn(25) ? [] : [unlock])
  }

  mutating func readWritten(_ level: Int) -> [Statement] {
    budget -= 2
    let (number, kind) = random.pick(readWrite)
    if isHeld(number) { return plain() }
    held.append(number)
    defer { held.removeLast() }
    let place = Place.variable(number)
    let wasAtomic = isAtomic
    if kind == .rwlock { isAtomic = true }
    defer { isAtomic = wasAtomic }
    let inner = level > 2 ? plain() : idiom(level + 1)
    if random.oneIn(2) {
      return [.evaluate(.call(.readLock(place, kind)))] + inner + [
        .evaluate(.call(.readUnlock(place, kind)))
      ]
    }
    return [.evaluate(.call(.writeLock(place, kind)))] + inner + [
      .evaluate(.call(.writeUnlock(place, kind)))
    ]
  }
}
