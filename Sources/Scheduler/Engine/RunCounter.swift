import Synchronization

/// Counts the runs to each state along the logged steps, with one worker or several.
///
/// States are taken in rounds: all steps that arrive at a state of a round have been followed before, and
/// following the steps from the round makes up the next one. What is never taken lies on or behind
/// a cycle. Sums do not depend on the order in which they are formed, so nothing here does on how many
/// workers there are. Who adds to the count of a state has locked it, unless it is alone.
final class RunCounter<W: Width>: @unchecked Sendable {
  /// What makes a run violating, besides the steps that the log marks.
  struct Bad: Sendable {
    let inState: [Int]
    let atEnd: [Int]
  }

  private let store: StateStore<W>
  private let subjects: Subjects
  private let log: StepLog
  private let bad: Bad
  private let counts: PathCounts
  /// The states in the order in which they are taken.
  private let order: ReservedMemory<UInt32>
  private let tail = Atomic<Int>(0)
  private let hasSpilled = Atomic<Bool>(false)
  private let totals = Mutex((all: BigNatural(), violating: BigNatural()))
  /// Keeps the optimiser from dropping the loads that only warm the cache.
  private let touched = Atomic<UInt64>(0)

  /// States, or log entries, that a worker takes at a time.
  private static var piece: (states: Int, entries: Int) { (256, 1024) }

  /// Nothing is counted yet.
  init(
    _ store: StateStore<W>, _ subjects: Subjects, _ log: StepLog, _ bad: Bad,
    hasViolating: Bool, limbs: Int
  ) {
    (self.store, self.subjects, self.log, self.bad) = (store, subjects, log, bad)
    counts = PathCounts(states: store.numbers, limbs: limbs, hasViolating: hasViolating)
    order = ReservedMemory(capacity: store.count)
  }

  /// Whether there is address space for every state; otherwise nothing can be counted.
  var hasRoom: Bool { counts.hasRoom && order.capacity >= store.count }
  /// Whether a count did not fit; then there are no counts.
  var hasOverflowed: Bool { hasSpilled.load(ordering: .relaxed) }
  /// The states that are taken or can be.
  var ready: Int { tail.load(ordering: .relaxed) }
  var all: BigNatural { totals.withLock { $0.all } }
  var violating: BigNatural { totals.withLock { $0.violating } }

  /// Finds out how many steps arrive at each state, and makes up the first round.
  func start(crew: Int) {
    let end = log.end
    share(StepLog.first..<end, by: Self.piece.entries, crew) { [self] piece in
      // An atomic addition waits for its cache miss, and keeps later ones waiting; loads do not.
      var loads: UInt64 = 0
      for place in piece { loads ^= counts.peek(log.entries[place].number) }
      touched.store(loads, ordering: .relaxed)
      for place in piece { counts.expectArrival(at: log.entries[place].number, isAlone: crew == 1) }
    }
    counts.clean(0)[0] = 1
    // A cycle through the initial state leaves nothing to start from.
    if counts.waiting(0)[0] == 0 { tail.store(1, ordering: .relaxed) }
  }

  /// Follows the steps from the states `round` of the order.
  func follow(_ round: Range<Int>, crew: Int) {
    share(round, by: Self.piece.states, crew) { [self] piece in
      if !hasOverflowed { follow(piece, isAlone: crew == 1) }
    }
  }

  /// Has workers take pieces of a range until there are none.
  private func share(
    _ range: Range<Int>, by size: Int, _ crew: Int, _ work: @escaping @Sendable (Range<Int>) -> Void
  ) {
    let level = Level(
      Level.pieces(of: [range], size: size),
      Insertions(firstNew: 0, portion: 0, isShared: crew > 1))
    let takeAll: @Sendable (Int) -> Void = { _ in while let piece = level.take() { work(piece) } }
    Crew.run(crew, takeAll, absent: { _ in })
  }

  private func follow(_ piece: Range<Int>, isAlone: Bool) {
    let batch = UnsafeBufferPointer<UInt32>(
      start: order.base + piece.lowerBound, count: piece.count)
    warm(by: batch)
    var next: [UInt32] = []
    next.reserveCapacity(Self.piece.states * 4)
    for number in batch {
      let from = Int(number)
      if counts.hasViolating && isBad(from) && !counts.spoil(from) { return spill() }
      var place = store.steps(from: from)
      if place == 0 { end(at: from) }
      while place != 0 {
        let step = log.entries[place]
        guard let isLast = counts.follow(from, to: step.number, breaks: step.breaks, isAlone)
        else { return spill() }
        if isLast { next.append(UInt32(truncatingIfNeeded: step.number)) }
        place = step.isLast ? 0 : place &+ 1
      }
    }
    let start = tail.add(next.count, ordering: .relaxed).oldValue
    for (index, number) in next.enumerated() { order[start + index] = number }
  }

  private func spill() { hasSpilled.store(true, ordering: .relaxed) }

  /// Adds the runs that end in a state to the totals.
  private func end(at number: Int) {
    let clean = counts.value(counts.clean(number))
    let violating = counts.hasViolating ? counts.value(counts.violating(number)) : 0
    totals.withLock { totals in
      totals.all += clean
      totals.all += violating
      totals.violating += violating
    }
  }

  /// Loads the states of a batch, their counts and those one step on, which lie all over the memory.
  ///
  /// One kind after another, so that no load waits for another one of its kind.
  private func warm(by batch: UnsafeBufferPointer<UInt32>) {
    var loads: UInt64 = 0
    for number in batch {
      loads ^= UInt64(store.steps(from: Int(number))) ^ counts.clean(Int(number))[0]
    }
    for number in batch {
      loads ^= UInt64(log.entries[store.steps(from: Int(number))].number)
    }
    for number in batch {
      var place = store.steps(from: Int(number))
      while place != 0 {
        let step = log.entries[place]
        loads ^= counts.peek(step.number)
        place = step.isLast ? 0 : place + 1
      }
    }
    touched.store(loads, ordering: .relaxed)
  }

  /// Whether a state makes the runs to it violating.
  private func isBad(_ number: Int) -> Bool {
    let state = store.state(number)
    if bad.inState.contains(where: { subjects.isHit($0, state) }) { return true }
    guard store.steps(from: number) == 0 else { return false }
    return !subjects.endHits(state, bad.atEnd).isEmpty
  }
}
