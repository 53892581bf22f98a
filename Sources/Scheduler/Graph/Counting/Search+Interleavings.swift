/// Exact counts of maximal runs, by dynamic programming over the acyclic state graph.
extension Search {
  /// How many interleavings there are, and on how many of them something in `broken` breaks.
  ///
  /// States are taken in topological order, see ``RunCounter``. The search has logged the steps.
  mutating func interleavings(broken: [Int]) -> Exploration.Interleavings {
    guard let log, !log.isGivenUp else {
      endPassForLackOfSteps()
      return .notCounted(.limit)
    }
    let bad = RunCounter.Bad(
      inState: broken.filter { subjects.always.contains($0) || subjects.quiet.contains($0) },
      atEnd: broken.filter(subjects.atEnd.contains))
    let counter = RunCounter(
      store, subjects, log, bad, hasViolating: !broken.isEmpty, crew: workers.count,
      sharing)
    if isPassLimitHit(extraBytes: counter.bytes) { return .notCounted(.limit) }
    if counter.hasRoom { counter.start() }
    while counter.hasRoom && counter.ready > 0 {
      if isPassLimitHit(extraBytes: counter.bytes) { return .notCounted(.limit) }
      counter.follow()
    }
    if !counter.hasRoom {
      endPassForLackOfRoom()
      return .notCounted(.limit)
    }
    if counter.followed < store.count {
      self.counter = counter
      return findLoop().map { .unbounded(loop: $0) } ?? .notCounted(.limit)
    }
    return .finite(all: counter.all, violating: counter.violating)
  }
}
