// Waits, interrupts, deferred work, lists, pointers to functions, per-CPU variables.
extension BruteForce.Generator {
  mutating func waits() -> [Statement] {
    budget -= 3
    let (queue, flag) = (Place.variable(number[.waitQueue, default: -1]), Place.variable(ints[0]))
    if !isAtomic, random.oneIn(2) {
      let test: Expression =
        random.oneIn(3)
        ? .and(.read(flag, .once), .read(.variable(ints[1]), .once))
        : random.oneIn(3) ? .binary(.equal, .read(flag, .once), .number(2)) : .read(flag, .once)
      if random.oneIn(4) {
        let patience = random.pick([BruteForce.Patience.interruptible, .timeout])
        let seen = Statement.condition(.local(0), plain(), [])
        return [.waitEvent(queue, test, patience, into: 0)] + (random.oneIn(2) ? [seen] : [])
      }
      return [.waitEvent(queue, test, .endless, into: 0)]
    }
    let set = Statement.assign(flag, .number(1 + random.below(2)), .once)
    let wake = Statement.evaluate(.call(.wakeUp(queue)))
    switch random.below(6) {
    case 0: return [wake, set]
    case 1: return [set]
    case 2: return [wake]
    default: return [set, wake]
    }
  }

  mutating func states() -> [Statement] {
    budget -= 3
    let flag = Place.variable(ints[0])
    if me == 0 {
      if isAtomic { return [] }
      if random.oneIn(3) {
        let look = Expression.not(.read(flag, .once))
        let set = Statement.evaluate(.call(.setState(sleeping: true)))
        if random.oneIn(2) {
          let patience: BruteForce.Patience = random.oneIn(3) ? .timeout : .endless
          return [
            set,
            .condition(
              look,
              [
                patience == .timeout
                  ? .set(0, .call(.schedule(patience))) : .evaluate(.call(.schedule(.endless)))
              ], []),
          ]
            + [.evaluate(.call(.setState(sleeping: false)))]
        }
        return [.condition(look, [set, .evaluate(.call(.schedule(.endless)))], [])]
      }
      return [.sleepUntil(.read(flag, .once))]
    }
    let set = Statement.assign(flag, .number(1), .once)
    let wake = Statement.evaluate(.call(.wakeProcess(0)))
    switch random.below(5) {
    case 0: return [wake, set]
    case 1: return [wake]
    default: return [set, wake]
    }
  }

  mutating func completions() -> [Statement] {
    budget -= 2
    let place = Place.variable(number[.completion, default: -1])
    switch random.below(isAtomic ? 4 : 8) {
    case 0, 1: return [.evaluate(.call(.complete(place)))]
    case 2: return [.evaluate(.call(random.oneIn(3) ? .reinitialize(place) : .completeAll(place)))]
    case 3:
      return [
        .set(0, .call(random.oneIn(2) ? .completionDone(place) : .tryWaitForCompletion(place)))
      ]
    default:
      if random.oneIn(4) {
        let patience = random.pick([BruteForce.Patience.interruptible, .timeout])
        return [.set(0, .call(.waitForCompletion(place, patience)))]
      }
      return [.evaluate(.call(.waitForCompletion(place, .endless)))]
        + (random.oneIn(2) ? plain() : [])
    }
  }

  mutating func interrupts(_ level: Int) -> [Statement] {
    budget -= 2
    let raised = handlers.filter {
      switch program.machines[$0].role {
      case .interrupt(_, _, _, true), .softInterrupt(_, _, _, true): true
      default: false
      }
    }
    if !raised.isEmpty, random.oneIn(2) {
      let handler = random.pick(raised)
      var isHard = false
      if case .interrupt = program.machines[handler].role { isHard = true }
      if isHard, !isAtomic, random.oneIn(3) {
        return [.evaluate(.call(.raiseAndWait(handler)))]
      }
      if handler != me { return [.evaluate(.call(.raise(handler)))] }
    }
    if interruptsAreOff { return plain() }
    if me < threads, random.oneIn(2) {
      let (wasAtomic, wereOff) = (isAtomic, interruptsAreOff)
      (isAtomic, interruptsAreOff) = (true, true)
      defer { (isAtomic, interruptsAreOff) = (wasAtomic, wereOff) }
      let inner = idiom(level + 1)
      switch random.below(3) {
      case 0:
        return [.evaluate(.call(.interruptsOff))] + inner + [.evaluate(.call(.interruptsOn))]
      case 1:
        return [.evaluate(.call(.interruptsSave))] + inner + [
          .evaluate(.call(.interruptsRestore))
        ]
      default:
        return [.evaluate(.call(.halvesOff))] + inner + [.evaluate(.call(.halvesOn))]
      }
    }
    if let lock = locks.first, level < 3 { return spinLocked(lock, level) }
    return plain()
  }

  mutating func deferred() -> [Statement] {
    budget -= 2
    let later = handlers.filter {
      switch program.machines[$0].role {
      case .work, .timer: true
      default: false
      }
    }
    let handler = random.pick(later)
    let isWork = program.machines[handler].role == .work
    if me >= threads, random.below(4) > 0 { return plain() }
    switch random.below(isAtomic ? 4 : 8) {
    case 0, 1: return [.evaluate(.call(.queue(handler)))]
    case 2: return [.set(0, .call(random.oneIn(2) ? .cancel(handler) : .isPending(handler)))]
    case 3: return [.set(0, .call(.queue(handler)))]
    case 4, 5:
      if handler == me, random.below(5) > 0 { return plain() }
      return [.set(1, .call(.cancelSync(handler)))] + (random.oneIn(2) ? plain() : [])
    case 6:
      return [.evaluate(.call(isWork ? .flush(handler) : .cancelSync(handler)))]
    default:
      return [.evaluate(.call(isWork ? .flush(handler) : .shutdownSync(handler)))]
    }
  }

  mutating func functions() -> [Statement] {
    budget -= 2
    let place = Place.variable(number[.function, default: -1])
    let argument: Expression = hasObjects ? .local(3) : .null
    switch random.below(6) {
    case 0: return [.assign(place, .function(random.below(2)), style())]
    case 1: return [.assign(place, .null, style())]
    case 2:
      if hasObjects, let own = member[.function] {
        let call = Statement.invoke(.member(.local(3), own), .local(3))
        return [take()]
          + checked([.assign(.member(.local(3), own), .function(random.below(2)), .plain), call])
      }
      return [.invoke(place, argument)]
    case 3: return [.condition(.read(place, .once), [.invoke(place, argument)], [])]
    default: return [.invoke(place, argument)]
    }
  }

  mutating func lists() -> [Statement] {
    budget -= 5
    let (head, node) = (Place.variable(list.head), Place.variable(random.pick(list.nodes)))
    let action: [Statement] =
      switch random.below(6) {
      case 0: [.evaluate(.call(.listAdd(node, head)))]
      case 1: [.evaluate(.call(.listAddTail(node, head)))]
      case 2:
        [.condition(.not(.call(.listIsEmpty(head))), [.evaluate(.call(.listDelete(node)))], [])]
      case 3: [.evaluate(.call(.listDeleteInit(node)))]
      case 4: [.evaluate(.call(.listAdd(node, head))), .evaluate(.call(.listDelete(node)))]
      default: [.set(0, .call(.listIsEmpty(head)))]
      }
    if let lock = locks.first, random.oneIn(2), !interruptsAreOff, !isHeld(lock) {
      let place = Place.variable(lock)
      return [.evaluate(.call(.lock(place, .spinlock, .none)))] + action + [
        .evaluate(.call(.unlock(place, .spinlock, .none)))
      ]
    }
    return action
  }

  mutating func perCPU() -> [Statement] {
    budget -= 1
    // Work, and a timer without a thread, runs on whatever processor.
    switch program.machines[me].role {
    case .work, .timer(nil): return plain()
    default: break
    }
    if random.oneIn(3) {
      return [
        .assign(.variable(ints[0]), .call(.perCPURead(0, thread: random.below(threads))), .plain)
      ]
    }
    return [.evaluate(.call(.perCPUIncrement(0, oneStep: random.oneIn(2))))]
  }
  mutating func semaphores() -> [Statement] {
    budget -= 2
    let place = Place.variable(number[.semaphore, default: -1])
    let up = Statement.evaluate(.call(.up(place)))
    switch random.below(5) {
    case 0: return [up]
    case 1: return [.condition(.not(.call(.tryDown(place))), plain() + [up], [])]
    default:
      if isAtomic, random.below(8) > 0 { return [up] }
      return [.evaluate(.call(.down(place)))] + plain() + (random.oneIn(5) ? [] : [up])
    }
  }
}
