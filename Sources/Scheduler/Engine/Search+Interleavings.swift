/// Exact counts of maximal runs, by dynamic programming over the acyclic state graph.
extension Search {
  /// How many interleavings there are, and on how many of them something in `broken` breaks.
  ///
  /// States are taken in topological order, each when all steps that arrive at it have been
  /// followed; what is never taken lies on or behind a cycle. Counts start as two limbs of 64 bits
  /// and are widened, and counting starts over, when a sum does not fit.
  func interleavings(broken: [Int]) -> Exploration.Interleavings {
    var limbs = 2
    while true {
      switch count(broken: broken, limbs: limbs) {
      case .counted(let result): return result
      case .overflowed: limbs *= 2
      }
    }
  }

  private enum Attempt {
    case counted(Exploration.Interleavings)
    case overflowed
  }

  /// Path counts of each state, `limbs` words each: clean runs, then violating ones.
  private struct PathCounts: ~Copyable {
    let limbs: Int
    let words: ReservedMemory<UInt64>

    init(states: Int, limbs: Int) {
      self.limbs = limbs
      words = ReservedMemory(capacity: states * limbs * 2)
      precondition(words.capacity >= states * limbs * 2, "no address space to count paths in")
    }

    func clean(_ number: Int) -> UnsafeMutablePointer<UInt64> {
      words.base + number &* limbs &* 2
    }

    func violating(_ number: Int) -> UnsafeMutablePointer<UInt64> { clean(number) + limbs }

    /// Adds one count to another; false when the sum does not fit.
    @inline(__always)
    func add(_ source: UnsafeMutablePointer<UInt64>, to target: UnsafeMutablePointer<UInt64>)
      -> Bool
    {
      var carry: UInt64 = 0
      for index in 0..<limbs {
        let (first, over) = target[index].addingReportingOverflow(source[index])
        let (sum, overAgain) = first.addingReportingOverflow(carry)
        target[index] = sum
        carry = over || overAgain ? 1 : 0
      }
      return carry == 0
    }

    func value(_ count: UnsafeMutablePointer<UInt64>) -> BigNatural {
      BigNatural(limbs: UnsafeBufferPointer(start: count, count: limbs))
    }
  }

  private func count(broken: [Int], limbs: Int) -> Attempt {
    let counts = PathCounts(states: store.count, limbs: limbs)
    let waiting = ReservedMemory<UInt32>(capacity: store.count)
    let order = ReservedMemory<UInt32>(capacity: store.count)
    let words = store.width.words
    for number in 0..<store.count { waiting[number] = arrivals[number] }
    let isBadState = broken.filter { subjects.always.contains($0) || subjects.quiet.contains($0) }
    let isBadEnd = broken.filter(subjects.atEnd.contains)
    let isBadStep = broken.filter(subjects.perStep.contains)

    counts.clean(0)[0] = 1
    var (head, tail) = (0, 0)
    // A cycle through the initial state leaves nothing to start from.
    if waiting[0] == 0 {
      order[0] = 0
      tail = 1
    }
    var (all, violating) = (BigNatural(), BigNatural())
    var touched: UInt64 = 0
    while head < tail {
      if monitor.limitHit(states: 0, bytes: bytes) != nil { return .counted(.notCounted(.limit)) }
      let batch = min(successors.batchCapacity, tail - head)
      successors.expand(batch) { store.state(Int(order[head &+ $0])) }
      touched ^= store.touch(successors.hashes, count: successors.count)
      for index in 0..<batch {
        let number = Int(order[head + index])
        let state = store.state(number)
        let isEnd = successors.canStep[index] == 0
        var isBad = isBadState.contains { subjects.isHit($0, state) }
        if isEnd {
          isBad =
            isBad || subjects.brokenCheck(in: state) != nil || successors.unfinished[index] != 0
            || isBadEnd.contains { subjects.isHit($0, state) }
        }
        if isBad {
          guard counts.add(counts.clean(number), to: counts.violating(number)) else {
            return .overflowed
          }
          for limb in 0..<limbs { counts.clean(number)[limb] = 0 }
        }
        if isEnd {
          all += counts.value(counts.clean(number))
          all += counts.value(counts.violating(number))
          violating += counts.value(counts.violating(number))
        }
      }
      for index in 0..<successors.count {
        let from = Int(order[head + Int(successors.origin[index])])
        let next = successors.words + index * words
        guard let to = store.find(next, hash: successors.hashes[index]) else { continue }
        let breaks = isBadStep.contains {
          subjects.isBroken(
            $0, from: store.state(from), to: next, by: Int(successors.thread[index]))
        }
        let target = breaks ? counts.violating(to) : counts.clean(to)
        guard counts.add(counts.clean(from), to: target),
          counts.add(counts.violating(from), to: counts.violating(to))
        else { return .overflowed }
        waiting[to] -= 1
        if waiting[to] == 0 {
          order[tail] = UInt32(to)
          tail += 1
        }
      }
      head += batch
    }
    withExtendedLifetime(touched) {}
    if tail < store.count { return .counted(.unbounded(loop: findLoop())) }
    return .counted(.finite(all: all, violating: violating))
  }
}
