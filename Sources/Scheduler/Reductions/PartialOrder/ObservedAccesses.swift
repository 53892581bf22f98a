/// What threads access at each of their control locations, and what properties read, as far as it
/// has been observed.
///
/// A reduction takes this for complete, and its search looks for anything that is missing: see
/// ``PersistentSetExpansion``. Everything in here only grows, by unions, so that it does not
/// matter who observed what first.
struct ObservedAccesses: Sendable {
  /// The accesses of a thread at one location: all cells of the steps tried there, wherever they
  /// lead.
  struct AtLocation: Sendable {
    var reads = CellSet()
    var writes = CellSet()
    /// The locations that a step from here has led to.
    var next: Set<UInt64> = []
    /// The locks that another thread held when a step was taken all the same.
    var ignoredLocks: UInt64 = 0
  }

  /// By thread, then by location: see ``ControlLocations``.
  var byLocation: [[UInt64: AtLocation]]
  /// By property.
  var propertyReads: [CellSet]
  /// The cells of one thread's locations that another thread has written: they tell none apart.
  var shared = CellSet()

  init(of system: System) {
    byLocation = system.threads.map { _ in [:] }
    propertyReads = system.properties.map { _ in CellSet() }
  }

  /// Adds what has been observed elsewhere, but for ``shared``.
  mutating func formUnion(_ other: ObservedAccesses) {
    for (thread, locations) in other.byLocation.enumerated() {
      for (location, accesses) in locations { _ = add(accesses, at: location, of: thread) }
    }
    // A location that is only known to be led to gets an entry, which has no accesses yet.
    for (thread, locations) in byLocation.enumerated() {
      for next in locations.values.flatMap(\.next) where byLocation[thread][next] == nil {
        byLocation[thread][next] = AtLocation()
      }
    }
    for (property, reads) in other.propertyReads.enumerated() {
      propertyReads[property].formUnion(reads)
    }
  }

  /// Adds accesses of a thread at a location; whether any of them is new.
  mutating func add(_ accesses: AtLocation, at location: UInt64, of thread: Int) -> Bool {
    guard let known = byLocation[thread][location] else {
      byLocation[thread][location] = accesses
      return true
    }
    if accesses.isSubset(of: known) { return false }
    byLocation[thread][location, default: accesses].formUnion(accesses)
    return true
  }
}

extension ObservedAccesses.AtLocation {
  func isSubset(of other: Self) -> Bool {
    reads.isSubset(of: other.reads) && writes.isSubset(of: other.writes)
      && next.isSubset(of: other.next) && ignoredLocks & ~other.ignoredLocks == 0
  }

  mutating func formUnion(_ other: Self) {
    reads.formUnion(other.reads)
    writes.formUnion(other.writes)
    next.formUnion(other.next)
    ignoredLocks |= other.ignoredLocks
  }
}
