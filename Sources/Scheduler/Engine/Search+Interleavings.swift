/// Exact counts of maximal runs, by dynamic programming over the acyclic state graph.
extension Search {
  /// How many interleavings there are, and on how many of them something in `broken` breaks.
  ///
  /// States are taken in topological order, see ``RunCounter``. The search has logged the steps.
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

  private mutating func count(broken: [Int], limbs: Int) -> Attempt {
    guard let log, !log.isGivenUp else {
      endPassForLackOfSteps()
      return .limit
    }
    let bad = RunCounter<W>.Bad(
      inState: broken.filter { subjects.always.contains($0) || subjects.quiet.contains($0) },
      atEnd: broken.filter(subjects.atEnd.contains))
    let hasViolating = !broken.isEmpty
    let extraBytes =
      PathCounts.bytes(states: store.numbers, limbs: limbs, hasViolating: hasViolating)
      + store.count * 4
    if isPassLimitHit(extraBytes: extraBytes) { return .limit }
    let counter = RunCounter(
      store, subjects, log, bad, hasViolating: hasViolating, limbs: limbs)
    if !counter.hasRoom {
      endPassForLackOfRoom()
      return .limit
    }
    counter.start(crew: workers.count)
    var taken = 0
    while taken < counter.ready {
      if isPassLimitHit(extraBytes: extraBytes) { return .limit }
      let round = taken..<counter.ready
      counter.follow(round, crew: round.count < sharing.smallestLevel ? 1 : workers.count)
      if counter.hasOverflowed { return .overflowed }
      taken = round.upperBound
    }
    return taken < store.count
      ? .cyclic : .counted(all: counter.all, violating: counter.violating)
  }
}
