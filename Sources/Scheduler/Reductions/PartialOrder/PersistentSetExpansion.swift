/// Expands states for a reduced search: takes each successor on along steps that are independent
/// of all other threads, and keeps only the state where that ends.
///
/// A step is taken on, and the other steps of its state are left out, if
///
/// 1. it conflicts with nothing that another thread may do before it (``FutureAccesses``),
/// 2. it cannot hide that a property is broken (``VisibleCells``), and it breaks no check.
///
/// Such a step, *a*, by thread A in state *s*, with all its choices, is a persistent set
/// (Godefroid, LNCS 1032) of one thread, found from recorded footprints; such steps are also
/// called ample or stubborn. Why nothing is missed: let *w* be a run from *s* to something that
/// has to be found: a broken property, a check, a deadlock, an end.
///
/// - If A steps in *w*, its first step there is *a*, since nobody before it has accessed what *a*
///   accesses; and *a* can go first, with the same state in the end.
/// - If A does not, *a* can be taken before *w*, and what *w* leads to is there after it too. A
///   deadlock or an end would not be one, for *a* can still be taken; so this is not the case for
///   them. A check that *w*'s last step breaks is broken as before, because *a* changes nothing
///   that the step reads. A broken property stays broken by 2: *a* writes nothing that it reads. A
///   property about quiet states is not broken anywhere in *w* while A holds a lock that must be
///   free: then *a*, its release included, has nothing to hide.
///
/// Either way what has to be found is found from the state after *a*, by a run that is shorter or
/// as long. Chains of such steps are cut off after ``longest`` steps, and the states that are kept
/// are expanded in full, so nothing is put off for ever: no cycle proviso is needed.
///
/// Threads that can never end (``DeadlockRule/someThreadCannotEnd``) are those of the whole graph
/// too. Let *w* now be a run from *s* to a state in which a thread T has ended, or to a broken
/// check: by the argument above it is found from the state after *a*, for if A takes no step in
/// *w* T is another thread, and *a* leaves T's end as it is. So T can end from a state that is
/// kept if and only if it can in the part that is searched. And let *w* lead to a state from which
/// T can never end. If A steps in *w* the same state is found from the state after *a*; if not,
/// the one that *a* leads to from it, and from there T cannot end either. So such a state is kept
/// if there is one.
///
/// A property about steps would make every step visible; a system that has one is not reduced. A
/// landmark ("sometimes") needs one state only. It is sought in the states passed through too, and
/// only if none has it does another search treat it as a property that must not be hidden.
///
/// *Observed accesses.* What a thread may do from a control location on is not known but assumed,
/// from what it has been observed to do. If the assumption is false, some run *w* ends in a first
/// step *f* that accesses a cell, or goes to a location, that has not been observed at its
/// location. Up to that access *f* depends on cells that have been observed, and no step that is
/// taken on writes those: *f* makes the same unobserved access after *a*. So by the argument above
/// a search that relies on a false assumption comes to a state that is expanded in full and in
/// which *f* makes that access; the search sees that, and is started again with more accesses. The
/// same holds for what properties read. That a thread waits for a lock that another one holds is
/// assumed too. To see this fail when only the release is taken on, each thread about to take a
/// free lock is tried with the lock held (``probe(_:from:)``), and what it reads before it waits
/// is added as well. This takes for granted that a step asks for a lock through ``Lock`` and only
/// on behalf of its own thread.
///
/// Everything depends on the state alone, so the states kept are the same for any number of
/// workers.
final class PersistentSetExpansion {
  let system: System
  let width: AnyWidth
  let future: FutureAccesses
  let visible: VisibleCells
  let properties: PropertyTable
  let taker: StepTaker<StepFootprint>
  /// What has been seen that ``FutureAccesses/observed`` lacks.
  var missed: ObservedAccesses
  /// Whether anything has been seen that it lacks.
  var isIncomplete = false

  /// The landmarks that are sought in the states passed through.
  var soughtLandmarks: [PropertyIndex] = []
  /// Where they have been found: behind which state of the batch, and after which steps if
  /// somebody asks.
  private(set) var landmarkHits: [(property: PropertyIndex, origin: Int, path: [Schedule.Step]?)] =
    []

  /// By thread: the index of its control location, or one of the two below.
  let locations: OwnedBuffer<Int>
  static var unknown: Int { -1 }
  static var finished: Int { -2 }
  /// By thread: the locks that it holds.
  let held: OwnedBuffer<UInt64>
  /// The state of a probe.
  let probed: StateBuffer
  /// The cells that a property reads, a bit for each.
  let readLog: OwnedBuffer<UInt64>
  /// The most steps that a successor is taken on by.
  private static var longest: Int { 256 }
  /// By successor: the steps to it, if somebody asks.
  private var paths: [[Schedule.Step]]?

  init(of system: System, _ plan: ReductionPlan) {
    self.system = system
    width = AnyWidth(words: system.layout.wordCount)
    (future, visible) = (plan.future, plan.visible)
    properties = PropertyTable(of: system)
    taker = StepTaker(of: system)
    missed = ObservedAccesses(of: system)
    locations = OwnedBuffer(capacity: system.threads.count)
    held = OwnedBuffer(capacity: system.threads.count)
    probed = StateBuffer(1, words: width.words)
    readLog = OwnedBuffer(capacity: future.setWords)
  }

  var threads: Range<Int> { 0..<system.threads.count }

  // MARK: - Expanding

  /// Fills `successors`, which are empty, with the states that the steps from a batch lead to.
  func expand(_ states: StateRow, _ batch: Int, into successors: Successors) {
    landmarkHits.removeAll(keepingCapacity: true)
    for index in 0..<batch {
      let first = successors.count
      expand(states[index], at: index, into: successors)
      let most = first + 256 * system.threads.count
      var slot = first
      while slot < successors.count {
        advance(slot, from: index, in: successors, most: most)
        slot += 1
      }
    }
  }

  private func expand(_ from: StateRef, at index: Int, into successors: Successors) {
    if Check.isBroken(in: from) { return }
    locate(in: from)
    for thread in threads where locations[thread] != Self.finished {
      taker.take(thread, from: from)
      checkAccesses(of: thread, from: from)
      for choice in 0..<taker.count {
        let slot = successors.append(origin: index, thread: thread, choice: choice)
        width.copy(taker.result(choice), to: successors.state(slot))
        paths?.append([Schedule.Step(ThreadID(thread), choice: choice)])
      }
      if taker.count > 0 { successors.canStep[index] |= 1 &<< UInt64(thread) }
      probe(thread, from: from)
    }
  }

  /// Notes the control locations of the threads in a state, and which locks they hold.
  private func locate(in state: StateRef) {
    for thread in threads { locations[thread] = location(of: thread, in: state) }
    noteHeldLocks(in: state)
  }

  private func noteHeldLocks(in state: StateRef) {
    for thread in threads { held[thread] = 0 }
    for (lock, field) in future.lockFields.enumerated() {
      let owner = Int(field.bits(in: state.pointer))
      if owner > 0 { held[owner &- 1] |= 1 &<< UInt64(lock) }
    }
  }

  /// The index of a thread's control location in a state.
  func location(of thread: Int, in state: StateRef) -> Int {
    if taker.isFinished(thread, in: state) { return Self.finished }
    return future.index(of: future.locations.location(of: thread, in: state), thread: thread)
  }

  // MARK: - Going on

  /// Takes a successor on for as long as some thread's next step is a persistent set.
  ///
  /// Of a step with several results the others become successors of their own, up to `most`.
  private func advance(
    _ slot: Int, from index: Int, in successors: Successors, most: Int
  ) {
    let (first, choice) = (Int(successors.steps[slot].thread), Int(successors.steps[slot].choice))
    locate(in: successors.state(slot))
    for _ in 0..<Self.longest {
      let state = successors.state(slot)
      if Check.isBroken(in: state) { break }
      guard let thread = persistentThread(in: state, first: first) else { break }
      if taker.count > 1 && successors.count + taker.count > most { break }
      for property in soughtLandmarks where properties.isHit(property, in: state) {
        landmarkHits.append((property, index, paths?[slot]))
      }
      for result in 1..<max(1, taker.count) {
        let other = successors.append(origin: index, thread: first, choice: choice)
        width.copy(taker.result(result), to: successors.state(other))
        if let path = paths?[slot] {
          paths?.append(path + [Schedule.Step(ThreadID(thread), choice: result)])
        }
      }
      let next = successors.state(slot)
      width.copy(taker.result(0), to: next)
      paths?[slot].append(Schedule.Step(ThreadID(thread), choice: 0))
      locations[thread] = location(of: thread, in: next)
      noteHeldLocks(in: next)
    }
    successors.hashes[slot] = width.hash(successors.state(slot))
  }

  /// A thread whose next step is a persistent set; the step's results are left in ``taker``.
  ///
  /// Whoever has just stepped is asked first: most steps go on with what was begun.
  private func persistentThread(in state: StateRef, first: Int) -> Int? {
    if isPersistent(first, in: state) { return first }
    return threads.first { $0 != first && isPersistent($0, in: state) }
  }

  /// Whether the next step of a thread, with all its choices, is a persistent set that hides
  /// nothing.
  private func isPersistent(_ thread: Int, in state: StateRef) -> Bool {
    if locations[thread] < 0 { return false }
    taker.take(thread, from: state)
    checkAccesses(of: thread, from: state)
    if taker.count == 0 || taker.breaksCheck { return false }
    if visible.mayHide(taker.recording.whole.writes, holding: held[thread]) { return false }
    for other in threads where other != thread && locations[other] != Self.finished {
      if locations[other] == Self.unknown
        || !isIndependent(from: locations[other], holding: held[thread])
      {
        return false
      }
    }
    return true
  }

  /// Whether the step just taken is independent of all that another thread, from its location on,
  /// may do before it; whoever takes the step holds some locks.
  private func isIndependent(from location: Int, holding locks: UInt64) -> Bool {
    if !conflicts(with: future.accesses(from: location)) { return true }
    var rest = locks
    while rest != 0 {
      let lock = rest.trailingZeroBitCount
      rest &= rest &- 1
      let isReleased = taker.recording.whole.writes.contains(future.lockCells[lock])
      let accesses =
        isReleased
        ? future.accesses(from: location, untilReleased: lock)
        : future.accesses(from: location, whileHeld: lock)
      if !conflicts(with: accesses) { return true }
    }
    return false
  }

  /// Whether the step just taken conflicts with a set of cells accessed and written.
  private func conflicts(with set: UnsafeMutablePointer<UInt64>) -> Bool {
    let size = future.setWords
    let (reads, writes) = (taker.recording.whole.reads.words, taker.recording.whole.writes.words)
    var common: UInt64 = 0
    for word in 0..<size { common |= writes[word] & set[word] | reads[word] & set[size &+ word] }
    return common != 0
  }

  // MARK: - Paths

  /// The steps to each successor of a state, which `successors` then hold.
  func paths(from state: StateRef, _ successors: Successors) -> [[Schedule.Step]] {
    paths = []
    defer { paths = nil }
    successors.expand(1) { _ in state }
    return paths ?? []
  }
}

/// Finding accesses that have not been observed and that a reduction would have to know of.
extension PersistentSetExpansion {
  /// Compares the step just taken with what has been observed at the thread's location.
  func checkAccesses(of thread: Int, from state: StateRef) {
    let footprint = taker.recording.whole
    for other in threads
    where other != thread && footprint.writes.intersects(future.locations.cells[other]) {
      var shared = footprint.writes
      shared.keep(future.locations.cells[other])
      missed.shared.formUnion(shared)
      isIncomplete = true
    }
    if isObserved(thread) { return }
    var accesses = ObservedAccesses.AtLocation(reads: footprint.reads, writes: footprint.writes)
    for choice in 0..<taker.count where !taker.isFinished(thread, in: taker.result(choice)) {
      accesses.next.insert(future.locations.location(of: thread, in: taker.result(choice)))
    }
    if taker.count > 0 { accesses.ignoredLocks = heldByOthers(than: thread) }
    addMissed(accesses, of: thread, from: state)
  }

  /// Whether the step just taken has been observed at the thread's location.
  private func isObserved(_ thread: Int) -> Bool {
    let location = locations[thread]
    if location < 0 { return false }
    let (step, size) = (future.step(from: location), future.setWords)
    let reads = taker.recording.whole.reads.words
    let writes = taker.recording.whole.writes.words
    var surplus: UInt64 = 0
    for word in 0..<size {
      surplus |= reads[word] & ~step[word] | writes[word] & ~step[size &+ word]
    }
    if surplus != 0 { return false }
    for choice in 0..<taker.count {
      let next = self.location(of: thread, in: taker.result(choice))
      if next == Self.finished { continue }
      if next == Self.unknown || !future.leads(from: location, to: next, thread: thread) {
        return false
      }
    }
    return taker.count == 0 || future.waits(at: location) & heldByOthers(than: thread) == 0
  }

  private func heldByOthers(than thread: Int) -> UInt64 {
    var locks: UInt64 = 0
    for other in threads where other != thread { locks |= held[other] }
    return locks
  }

  private func addMissed(
    _ accesses: ObservedAccesses.AtLocation, of thread: Int, from state: StateRef
  ) {
    let location = future.locations.location(of: thread, in: state)
    _ = missed.add(accesses, at: location, of: thread)
    isIncomplete = true
  }

  /// Tries whether a thread about to take a free lock would wait if another one held it.
  func probe(_ thread: Int, from state: StateRef) {
    guard system.threads.count > 1, locations[thread] >= 0 else { return }
    var locks = future.waits(at: locations[thread]) & ~held[thread] & ~heldByOthers(than: thread)
    while locks != 0 {
      let lock = locks.trailingZeroBitCount
      locks &= locks &- 1
      width.copy(state, to: probed[0])
      let field = future.lockFields[lock]
      let other: UInt64 = thread == 0 ? 2 : 1
      probed[0][field.word] |= other &<< UInt64(field.shift)
      taker.take(thread, from: probed[0])
      if taker.count == 0 {
        // It waits, and may have read more than the lock to find that out.
        if !isObserved(thread) {
          let footprint = taker.recording.whole
          addMissed(
            .init(reads: footprint.reads, writes: footprint.writes), of: thread, from: state)
        }
        continue
      }
      addMissed(.init(ignoredLocks: 1 &<< UInt64(lock)), of: thread, from: state)
    }
  }

  /// Whether a property about single states is broken or reached; checks what it reads.
  func isHit(_ property: PropertyIndex, _ state: StateRef) -> Bool {
    if !visible.properties.contains(property) { return properties.isHit(property, in: state) }
    let size = future.setWords
    for word in 0..<size { readLog[word] = 0 }
    let isHit = properties.isHit(property, in: state, log: readLog.base)
    let known = future.observed.propertyReads[property.number].words
    for word in 0..<size where readLog[word] & ~(word < known.count ? known[word] : 0) != 0 {
      for bit in 0..<64 where readLog[word] >> UInt64(bit) & 1 == 1 {
        missed.propertyReads[property.number].insert(word * 64 + bit)
      }
      isIncomplete = true
    }
    return isHit
  }
}
