/// Exact counts of maximal runs, by dynamic programming over the acyclic state graph.
extension Search {
  /// How many interleavings there are, and on how many of them something in `broken` breaks.
  ///
  /// States are taken in topological order, each when all steps that arrive at it have been
  /// followed; what is never taken lies on or behind a cycle. Counts start as two limbs of 64 bits
  /// and are widened, and counting starts over, when a sum does not fit.
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

  /// The properties that make a run violating.
  struct Bad {
    let inState: [Int]
    let atEnd: [Int]
    let perStep: [Int]

    init(_ broken: [Int], _ subjects: Subjects) {
      inState = broken.filter { subjects.always.contains($0) || subjects.quiet.contains($0) }
      atEnd = broken.filter(subjects.atEnd.contains)
      perStep = broken.filter(subjects.perStep.contains)
    }
  }

  private mutating func count(broken: [Int], limbs: Int) -> Attempt {
    let bad = Bad(broken, subjects)
    let extraBytes = PathCounts.bytes(states: store.numbers, limbs: limbs) + store.count * 4
    if isPassLimitHit(extraBytes: extraBytes) { return .limit }
    let counts = PathCounts(states: store.numbers, limbs: limbs)
    if !counts.hasRoom {
      endPassForLackOfRoom()
      return .limit
    }
    let order = ReservedMemory<UInt32>(capacity: store.count)
    for number in 0..<store.numbers {
      counts.waiting(number)[0] = UInt64(store.arrivals(at: number))
    }
    counts.clean(0)[0] = 1
    // A cycle through the initial state leaves nothing to start from.
    var (head, tail) = (0, counts.waiting(0)[0] == 0 ? 1 : 0)
    var (all, violating) = (BigNatural(), BigNatural())
    while head < tail {
      if isPassLimitHit(extraBytes: extraBytes) { return .limit }
      let batch = min(successors.batchCapacity, tail - head)
      warm(by: order.base + head, batch, counts)
      successors.expand(batch) { store.state(Int(order[head &+ $0])) }
      for index in 0..<batch {
        let number = Int(order[head + index])
        if isBad(number, at: index, bad), !counts.spoil(number) { return .overflowed }
        if successors.canStep[index] == 0 {
          all += counts.value(counts.clean(number))
          all += counts.value(counts.violating(number))
          violating += counts.value(counts.violating(number))
        }
      }
      guard follow(from: order.base + head, counts, bad, order.base, &tail) else {
        return .overflowed
      }
      head += batch
    }
    return tail < store.count ? .cyclic : .counted(all: all, violating: violating)
  }

  /// Loads the states of a batch and their counts, which lie all over the memory.
  private mutating func warm(
    by batch: UnsafeMutablePointer<UInt32>, _ count: Int, _ counts: borrowing PathCounts
  ) {
    var loads: UInt64 = 0
    for index in 0..<count {
      let number = Int(batch[index])
      loads ^= store.state(number)[0] ^ counts.clean(number)[0]
    }
    warm(loads)
  }

  /// Whether a state of the expanded batch makes the runs to it violating.
  func isBad(_ number: Int, at index: Int, _ bad: Bad) -> Bool {
    let state = store.state(number)
    return bad.inState.contains { subjects.isHit($0, state) }
      || successors.canStep[index] == 0 && !endHits(state, at: index, bad.atEnd).isEmpty
  }

  /// Adds the runs to each state of a batch to the states one step on, which join the order when
  /// nothing else leads to them; false when a sum does not fit.
  private mutating func follow(
    from batch: UnsafeMutablePointer<UInt32>, _ counts: borrowing PathCounts, _ bad: Bad,
    _ order: UnsafeMutablePointer<UInt32>, _ tail: inout Int
  ) -> Bool {
    // Look everything up before it is used, so that the cache misses overlap.
    let found = successors.numbers
    warm(store.touch(successors.hashes, count: successors.count, found))
    var loads: UInt64 = 0
    for index in 0..<successors.count {
      let words = successors.words + index &* store.width.words
      guard
        let number = store.number(of: found[index], ifEqualTo: words)
          ?? store.find(words, hash: successors.hashes[index])
      else {
        preconditionFailure("a step leads to a state that a finished search did not find")
      }
      found[index] = UInt32(truncatingIfNeeded: number)
      loads ^= counts.waiting(number)[0]
    }
    warm(loads)
    for index in 0..<successors.count {
      let from = Int(batch[Int(successors.origin[index])])
      let to = Int(found[index])
      let breaks = bad.perStep.contains {
        subjects.isBroken(
          $0, from: store.state(from), to: store.state(to), by: Int(successors.thread[index]))
      }
      guard
        counts.add(counts.clean(from), to: breaks ? counts.violating(to) : counts.clean(to)),
        counts.add(counts.violating(from), to: counts.violating(to))
      else { return false }
      counts.waiting(to)[0] &-= 1
      if counts.waiting(to)[0] == 0 {
        order[tail] = UInt32(truncatingIfNeeded: to)
        tail += 1
      }
    }
    return true
  }
}
