/// What threads do at each of their places, and what properties read, as far as it has been seen.
///
/// A reduction takes its habits for complete, and its search looks for anything that they miss: see
/// ``PersistentSetExpansion``. Everything in here only grows, by unions, so that it does not matter
/// who saw what first.
struct ObservedAccesses: Sendable {
  /// What a thread does at a place: all cells of the steps tried there, wherever they lead.
  struct AtLocation: Sendable {
    var reads = CellSet()
    var writes = CellSet()
    /// The places that a step from here has led to.
    var next: Set<UInt64> = []
    /// The locks of which another thread held one when a step was taken all the same.
    var undeterredBy: UInt64 = 0
  }

  /// By thread, then by place: see ``ControlLocations``.
  var conduct: [[UInt64: AtLocation]]
  /// By property.
  var propertyReads: [CellSet]
  /// The cells of one thread's places that another thread has written: they tell no places apart.
  var shared = CellSet()

  init(of system: System) {
    conduct = system.threads.map { _ in [:] }
    propertyReads = system.properties.map { _ in CellSet() }
  }

  /// Adds what a search has seen and these habits miss, but for ``shared``.
  mutating func formUnion(_ news: ObservedAccesses) {
    for (thread, places) in news.conduct.enumerated() {
      for (place, seen) in places { _ = add(seen, at: place, of: thread) }
    }
    // A place that is only known to be led to has a number, and no habits yet.
    for (thread, places) in conduct.enumerated() {
      for next in places.values.flatMap(\.next) where conduct[thread][next] == nil {
        conduct[thread][next] = AtLocation()
      }
    }
    for (property, reads) in news.propertyReads.enumerated() {
      propertyReads[property].formUnion(reads)
    }
  }
}

extension ObservedAccesses {
  /// Adds what a thread has been seen to do at a place; whether that is news.
  mutating func add(_ seen: AtLocation, at place: UInt64, of thread: Int) -> Bool {
    guard let known = conduct[thread][place] else {
      conduct[thread][place] = seen
      return true
    }
    if known.covers(seen) { return false }
    conduct[thread][place, default: seen].formUnion(seen)
    return true
  }
}

extension ObservedAccesses.AtLocation {
  func covers(_ other: Self) -> Bool {
    other.reads.isSubset(of: reads) && other.writes.isSubset(of: writes)
      && other.next.isSubset(of: next) && other.undeterredBy & ~undeterredBy == 0
  }

  mutating func formUnion(_ other: Self) {
    reads.formUnion(other.reads)
    writes.formUnion(other.writes)
    next.formUnion(other.next)
    undeterredBy |= other.undeterredBy
  }
}
