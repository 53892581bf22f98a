/// Exact counts of maximal runs, by dynamic programming over the acyclic state graph.
extension Search {
  /// How many interleavings there are, and on how many of them something in `broken` breaks.
  ///
  /// States are taken in topological order, each when all steps that arrive at it have been
  /// followed; what is never taken lies on or behind a cycle. The search has logged the steps.
  /// Counts start as two limbs of 64 bits and are widened, and counting starts over, when a sum
  /// does not fit.
  mutating func interleavings(broken: [Int]) -> Exploration.Interleavings {
    var limbs = 2
    while true {
      switch count(broken: broken, limbs: limbs) {
      case .counted(let all, let violating): return .finite(all: all, violating: violating)
      case .cyclic: return findLoop().map { .unbounded(loop: $0) } ?? .notCounted(.limit)
      case .limit: return .notCounted(.limit)
      case .overflowed: limbs *= 2
      }
    }
  }

  private enum Attempt {
    case counted(all: BigNatural, violating: BigNatural)
    case cyclic
    case limit
    case overflowed
  }

  /// The properties of states that make a run violating; the log marks steps that do.
  private struct Bad {
    let inState: [Int]
    let atEnd: [Int]
  }

  private mutating func count(broken: [Int], limbs: Int) -> Attempt {
    guard let log, !log.isGivenUp else {
      endPassForLackOfSteps()
      return .limit
    }
    let bad = Bad(
      inState: broken.filter { subjects.always.contains($0) || subjects.quiet.contains($0) },
      atEnd: broken.filter(subjects.atEnd.contains))
    let hasViolating = !broken.isEmpty
    let extraBytes =
      PathCounts.bytes(states: store.numbers, limbs: limbs, hasViolating: hasViolating)
      + store.count * 4
    if isPassLimitHit(extraBytes: extraBytes) { return .limit }
    let counts = PathCounts(states: store.numbers, limbs: limbs, hasViolating: hasViolating)
    if !counts.hasRoom {
      endPassForLackOfRoom()
      return .limit
    }
    for place in StepLog.first..<log.end { counts.waiting(log.entries[place].number)[0] &+= 1 }
    let order = ReservedMemory<UInt32>(capacity: store.count)
    counts.clean(0)[0] = 1
    // A cycle through the initial state leaves nothing to start from.
    var (head, tail) = (0, counts.waiting(0)[0] == 0 ? 1 : 0)
    var (all, violating) = (BigNatural(), BigNatural())
    while head < tail {
      if isPassLimitHit(extraBytes: extraBytes) { return .limit }
      let batch = order.base + head
      let size = min(successors.batchCapacity, tail - head)
      warm(by: batch, size, counts, log)
      for index in 0..<size {
        let number = Int(batch[index])
        if hasViolating && isBad(number, bad) && !counts.spoil(number) { return .overflowed }
        var place = store.steps(from: number)
        if place == 0 {
          all += counts.value(counts.clean(number))
          if hasViolating {
            all += counts.value(counts.violating(number))
            violating += counts.value(counts.violating(number))
          }
          continue
        }
        while true {
          let step = log.entries[place]
          if !counts.follow(number, to: step.number, breaks: step.breaks) { return .overflowed }
          let waiting = counts.waiting(step.number)
          waiting.pointee &-= 1
          if waiting.pointee == 0 {
            order[tail] = UInt32(truncatingIfNeeded: step.number)
            tail += 1
          }
          if step.isLast { break }
          place += 1
        }
      }
      head += size
    }
    return tail < store.count ? .cyclic : .counted(all: all, violating: violating)
  }

  /// Loads the states of a batch, their counts and those one step on, which lie all over the memory.
  ///
  /// One kind after another, so that no load waits for another one of its kind.
  private mutating func warm(
    by batch: UnsafeMutablePointer<UInt32>, _ size: Int, _ counts: borrowing PathCounts,
    _ log: StepLog
  ) {
    var loads: UInt64 = 0
    for index in 0..<size {
      let number = Int(batch[index])
      loads ^= UInt64(store.steps(from: number)) ^ counts.clean(number)[0]
    }
    for index in 0..<size {
      loads ^= UInt64(log.entries[store.steps(from: Int(batch[index]))].number)
    }
    for index in 0..<size {
      var place = store.steps(from: Int(batch[index]))
      while place != 0 {
        let step = log.entries[place]
        loads ^= counts.waiting(step.number)[0]
        place = step.isLast ? 0 : place + 1
      }
    }
    warm(loads)
  }

  /// Whether a state makes the runs to it violating.
  private func isBad(_ number: Int, _ bad: Bad) -> Bool {
    let state = store.state(number)
    if bad.inState.contains(where: { subjects.isHit($0, state) }) { return true }
    guard store.steps(from: number) == 0 else { return false }
    return !subjects.endHits(state, system.isUnfinished(state), bad.atEnd).isEmpty
  }
}
