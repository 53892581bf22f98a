// Objects, and what keeps them alive.
extension BruteForce.Generator {
  var value: Place { .member(.local(3), member[.int, default: -1]) }

  /// Something with the object that `p` leads to.
  mutating func use() -> [Statement] {
    switch random.below(4) {
    case 0: [.set(0, .read(value, style()))]
    case 1: [.add(value, 1)]
    case 2: [.assign(value, .number(random.below(3)), style())]
    default: [.assign(.variable(ints[0]), .read(value, .plain), .plain)]
    }
  }

  mutating func take() -> Statement {
    let from = second >= 0 && random.oneIn(4) ? second : pointer
    return .set(3, .read(.variable(from), has(.rcu) ? .rcu : style()))
  }

  mutating func checked(_ statements: [Statement]) -> [Statement] {
    random.oneIn(6) ? statements : [.condition(.local(3), statements, [])]
  }

  mutating func heap() -> [Statement] {
    budget -= 3
    switch random.below(program.pool == nil ? 5 : 8) {
    case 0, 1: return [take()] + checked(use())
    case 2:
      return [
        .set(3, .call(.exchange(.variable(pointer), .null))), .evaluate(.call(.free(.local(3)))),
      ]
    case 3:
      return [
        take(), .assign(.variable(pointer), .null, style()), .evaluate(.call(.free(.local(3)))),
      ]
    case 4:
      if let next = member[.pointer], random.oneIn(2) {
        return [take()]
          + checked([
            .set(3, .read(.member(.local(3), next), .plain)), .condition(.local(3), use(), []),
          ])
      }
      if second >= 0 {
        return [.assign(.variable(second), .read(.variable(pointer), .plain), .plain)]
      }
      return [take()] + checked(use())
    default:
      let allocation = Statement.set(
        3, .call(.allocate(zeroed: random.oneIn(2), mayNotSleep: isAtomic || random.oneIn(3))))
      var statements: [Statement] = []
      if random.below(4) > 0 { statements.append(.assign(value, .number(1), .plain)) }
      if let next = member[.pointer], random.oneIn(2) {
        statements.append(
          .assign(.member(.local(3), next), .read(.variable(pointer), .plain), .plain))
      }
      statements.append(
        .assign(
          .variable(second >= 0 && random.oneIn(3) ? second : pointer), .local(3),
          has(.rcu) ? .rcu : style()))
      return [allocation]
        + (program.mayFail ? [.condition(.local(3), statements, [])] : statements)
    }
  }

  mutating func lockedObject(_ level: Int) -> [Statement] {
    budget -= 4
    if random.oneIn(3) { return heap() }
    let isMutex = !isAtomic && random.oneIn(2)
    let kind: Kind = isMutex ? .mutex : .spinlock
    let lock = Place.member(.local(3), member[kind, default: -1])
    let inner = use()
    let unlock = Statement.evaluate(.call(.unlock(lock, kind, .none)))
    let tail: [Statement] =
      random.oneIn(3)
      ? [
        .condition(
          .binary(.equal, .local(0), .number(random.below(3))),
          [.evaluate(.call(.free(.local(3))))], [])
      ]
      : []
    return [take()]
      + checked([.evaluate(.call(.lock(lock, kind, .none)))] + inner + [unlock] + tail)
  }

  mutating func counted() -> [Statement] {
    budget -= 3
    if let global = number[.refcount], random.oneIn(2) {
      let place = Place.variable(global)
      if random.oneIn(2) {
        return [
          .condition(.call(.refcountIncrementNotZero(place)), plain(), [])
        ]
      }
      if random.oneIn(3) { return [.evaluate(.call(.refcountIncrement(place)))] }
      return [.condition(.call(.refcountDecrementAndTest(place)), plain(), [])]
    }
    let place = Place.member(.local(3), member[.refcount, default: -1])
    let put = Statement.condition(
      .call(.refcountDecrementAndTest(place)),
      (random.oneIn(2) ? [.assign(.variable(pointer), .null, .plain)] : [])
        + [.evaluate(.call(.free(.local(3))))], [])
    switch random.below(4) {
    case 0: return [take()] + checked([put])
    case 1:
      return [take()]
        + checked([
          .condition(.call(.refcountIncrementNotZero(place)), use() + [put], [])
        ])
    case 2:
      let get = Statement.evaluate(.call(.refcountIncrement(place)))
      return [take()] + checked([get] + use() + [put])
    default:
      if program.pool == nil { return [take()] + checked([put]) }
      return [
        .set(3, .call(.allocate(zeroed: true, mayNotSleep: true))),
        .condition(
          .local(3),
          [
            .evaluate(.call(.refcountSet(place, 1 + random.below(2)))),
            .assign(.variable(pointer), .local(3), .once),
          ], []),
      ]
    }
  }

  mutating func rcu(_ level: Int) -> [Statement] {
    budget -= 4
    let callback = program.functions.firstIndex { $0.isCallback } ?? 0
    func reader(_ body: [Statement], _ random: inout Random) -> [Statement] {
      if random.oneIn(5) { return body }
      return [.evaluate(.call(.readerEnters))] + body
        + (random.oneIn(20) ? [] : [.evaluate(.call(.readerLeaves))])
    }
    switch random.below(7) {
    case 0, 1, 2:
      let wasAtomic = isAtomic
      isAtomic = true
      defer { isAtomic = wasAtomic }
      let inner = [take()] + checked(use())
      return reader(inner, &random)
    case 3:
      if isAtomic, random.below(10) > 0 { return plain() }
      return [
        .set(3, .call(.exchange(.variable(pointer), .null))),
        .evaluate(.call(.synchronize)), .evaluate(.call(.free(.local(3)))),
      ]
    case 4, 5:
      let pointer = Place.variable(pointer)
      return [
        take(),
        .condition(
          .local(3),
          [
            .assign(pointer, .null, .rcu),
            .evaluate(.call(.callback(.local(3), function: random.oneIn(2) ? nil : callback))),
          ], []),
      ]
    default:
      if isAtomic, random.below(10) > 0 { return plain() }
      return [.evaluate(.call(random.oneIn(2) ? .barrier : .synchronize))]
    }
  }

  mutating func sleepingReaders(_ level: Int) -> [Statement] {
    budget -= 3
    let place = Place.variable(number[.srcu, default: -1])
    let callback = program.functions.firstIndex { $0.isCallback } ?? 0
    if random.oneIn(4) {
      let queue = Statement.evaluate(.call(.srcuCallback(place, .local(3), function: callback)))
      return [
        .set(3, .call(.exchange(.variable(pointer), .null))), .condition(.local(3), [queue], []),
      ]
    }
    if random.oneIn(6), !isAtomic { return [.evaluate(.call(.srcuBarrier(place)))] }
    if random.oneIn(3), !isAtomic {
      return [
        .set(3, .call(.exchange(.variable(pointer), .null))),
        .evaluate(.call(.srcuSynchronize(place))), .evaluate(.call(.free(.local(3)))),
      ]
    }
    let inner = [take()] + checked(use())
    if random.oneIn(5) { return inner }
    return [.set(2, .call(.srcuEnters(place)))] + inner + [
      .evaluate(.call(.srcuLeaves(place, .local(2))))
    ]
  }
  /// Lists of objects, with a lock or under RCU.
  mutating func objectLists() -> [Statement] {
    budget -= 5
    let (head, node) = (
      Place.variable(list.head), Place.member(.local(3), member[.listHead, default: -1])
    )
    let isRCU = has(.rcu)
    var actions: [Statement]
    switch random.below(program.pool == nil ? 4 : 6) {
    case 0, 1:
      actions = [.forEach(3, head, isRCU ? .once : .plain, use())]
      if isRCU, random.below(5) > 0 {
        return [.evaluate(.call(.readerEnters))] + actions + [.evaluate(.call(.readerLeaves))]
      }
    case 2:
      actions = [
        .set(3, .call(.listFirst(head))),
        .condition(
          .local(3),
          [
            .evaluate(.call(isRCU ? .listDeleteRCU(node) : .listDelete(node))),
            .evaluate(
              .call(
                isRCU && random.below(4) > 0
                  ? .callback(.local(3), function: nil) : .free(.local(3)))),
          ], []),
      ]
    case 3:
      actions = [.set(3, .call(.listFirst(head)))] + checked(use())
    default:
      let add = Statement.evaluate(
        .call(isRCU ? .listAddRCU(node, head) : .listAddTail(node, head)))
      let fill = Statement.assign(value, .number(1), .plain)
      let new = Statement.set(3, .call(.allocate(zeroed: random.oneIn(2), mayNotSleep: true)))
      actions = [new, .condition(.local(3), random.below(4) > 0 ? [fill, add] : [add], [])]
    }
    guard let lock = locks.first, !interruptsAreOff, !isHeld(lock), random.below(4) > 0 else {
      return actions
    }
    let place = Place.variable(lock)
    return [.evaluate(.call(.lock(place, .spinlock, .none)))] + actions + [
      .evaluate(.call(.unlock(place, .spinlock, .none)))
    ]
  }
}
