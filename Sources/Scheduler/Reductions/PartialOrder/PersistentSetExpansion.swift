/// Expands states for a reduced search: takes each successor on along steps that concern nobody but
/// the thread that takes them, and keeps only the state where that ends.
///
/// A step is taken on, and the others of its state are left out, if
///
/// 1. nothing that another thread may do before this one's step conflicts with it
///    (``FutureAccesses``),
/// 2. it cannot hide that a property is broken (``VisibleCells``), and it breaks no check.
///
/// Such a step, *a*, by thread A in state *s*, with all its choices, is a persistent set
/// (Godefroid, LNCS 1032) of one thread, found from recorded footprints. Why nothing is missed: let
/// *w* be a run from *s* to something that has to be found: a broken property, a check, a deadlock,
/// an end.
///
/// - If A steps in *w*, its first step there is *a*, since nobody before it has touched what *a*
///   touches; and *a* can go first, with the same state in the end.
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
/// A property about steps would make every step visible; a system that has one is not reduced. A
/// landmark ("sometimes") needs one state only. It is looked out for in the states passed through
/// too, and only if none has it does another search treat it as a property that must not be hidden.
///
/// *ObservedAccesses.* What a thread may do from a place on is not known but assumed, from what it
/// has been seen to do. If the assumption is false, some run *w* ends in a first step *f* that
/// touches a cell, or goes to a place, that the habits of its place do not have. Up to that access
/// *f* depends on cells that the habits do have, and no step that is taken on writes those: *f*
/// shows the same surprise after *a*. So by the argument above a search that relies on false habits
/// comes to a state that is expanded in full and in which *f* is surprising; it sees that, and is
/// started again with better habits. The same holds for what properties read. That a thread waits
/// for a lock that another one holds is also a habit; to see it fail when only the release is taken
/// on, each thread about to take a free lock is tried with the lock held (``probe(_:from:)``), and
/// what it touches before it waits becomes a habit too. This takes for granted that a step asks a
/// lock through ``Lock`` and only on behalf of its own thread.
///
/// Everything depends on the state alone, so the states kept are the same for any number of
/// workers.
final class PersistentSetExpansion<W: Width> {
  let system: System
  let width: W
  let forecast: FutureAccesses
  let watch: VisibleCells
  let properties: PropertyTable
  let taker: StepTaker<W, StepFootprint>
  /// What has been seen that the forecast's habits miss.
  var news: ObservedAccesses
  var isSurprised = false

  /// The landmarks to look out for in the states that are passed through.
  var lookout: [PropertyIndex] = []
  /// Where they have been seen: behind which state of the batch, and after which steps if somebody asks.
  private(set) var glimpses: [(property: PropertyIndex, origin: Int, path: [Schedule.Step]?)] = []

  /// By thread: the number of its place, or one of the two below.
  let here: UnsafeMutablePointer<Int>
  static var unknown: Int { -1 }
  static var finished: Int { -2 }
  /// By thread: the locks that it holds.
  let held: UnsafeMutablePointer<UInt64>
  /// The state of a probe, and the cells that a property reads.
  let scratch: Words
  let readLog: Words
  /// The most steps that a successor is taken on by.
  private static var longest: Int { 256 }
  /// By successor: the steps to it, if somebody asks.
  private var paths: [[Schedule.Step]]?

  init(of system: System, width: W, _ plan: ReductionPlan) {
    (self.system, self.width) = (system, width)
    (forecast, watch) = (plan.forecast, plan.watch)
    properties = PropertyTable(of: system)
    taker = StepTaker(of: system, width: width)
    news = ObservedAccesses(of: system)
    here = .allocate(capacity: system.threads.count)
    held = .allocate(capacity: system.threads.count)
    scratch = .allocate(capacity: width.words)
    readLog = .allocate(capacity: forecast.setWords)
  }

  deinit {
    here.deallocate()
    held.deallocate()
    scratch.deallocate()
    readLog.deallocate()
  }

  var threads: Range<Int> { 0..<system.threads.count }

  // MARK: - Expanding

  /// Fills `successors`, which are empty, with the states that the steps from a batch lead to.
  func expand(_ batch: Int, into successors: Successors, place: (Int) -> Words) {
    glimpses.removeAll(keepingCapacity: true)
    for index in 0..<batch {
      let first = successors.count
      expand(place(index), at: index, into: successors)
      let most = first + 256 * system.threads.count
      var slot = first
      while slot < successors.count {
        settle(slot, from: index, in: successors, most: most)
        slot += 1
      }
    }
  }

  private func expand(_ from: Words, at index: Int, into successors: Successors) {
    if Check.isBroken(in: from) { return }
    look(at: from)
    for thread in threads where here[thread] != Self.finished {
      taker.take(thread, from: from)
      compare(thread, from: from)
      for choice in 0..<taker.count {
        let slot = successors.append(origin: index, thread: thread, choice: choice)
        width.copy(taker.result(choice), to: successors.state(slot))
        paths?.append([Schedule.Step(ThreadID(thread), choice: choice)])
      }
      if taker.count > 0 { successors.canStep[index] |= 1 &<< UInt64(thread) }
      probe(thread, from: from)
    }
  }

  /// Notes where threads stand in a state and which locks they hold.
  private func look(at state: Words) {
    for thread in threads { here[thread] = number(of: thread, in: state) }
    lookAtLocks(state)
  }

  private func lookAtLocks(_ state: Words) {
    for thread in threads { held[thread] = 0 }
    for (lock, field) in forecast.lockFields.enumerated() {
      let owner = Int(field.bits(in: state))
      if owner > 0 { held[owner &- 1] |= 1 &<< UInt64(lock) }
    }
  }

  /// The number of a thread's place in a state.
  func number(of thread: Int, in state: Words) -> Int {
    if taker.isFinished(thread, in: state) { return Self.finished }
    return forecast.number(of: forecast.places.location(of: thread, in: state), thread: thread)
  }

  // MARK: - Going on

  /// Takes a successor on for as long as some thread's next step concerns nobody else.
  ///
  /// Of a step with several results the others become successors of their own, up to `most`.
  private func settle(
    _ slot: Int, from index: Int, in successors: Successors, most: Int
  ) {
    let (first, choice) = (Int(successors.steps[slot].thread), Int(successors.steps[slot].choice))
    look(at: successors.state(slot))
    for _ in 0..<Self.longest {
      let state = successors.state(slot)
      if Check.isBroken(in: state) { break }
      guard let thread = loner(in: state, first: first) else { break }
      if taker.count > 1 && successors.count + taker.count > most { break }
      for property in lookout where properties.isHit(property, in: state) {
        glimpses.append((property, index, paths?[slot]))
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
      here[thread] = number(of: thread, in: next)
      lookAtLocks(next)
    }
    successors.hashes[slot] = width.hash(successors.state(slot))
  }

  /// A thread whose next step concerns nobody else; the step's results are left in the taker.
  ///
  /// Whoever has just stepped is asked first: most steps go on with what was begun.
  private func loner(in state: Words, first: Int) -> Int? {
    if isLoner(first, in: state) { return first }
    return threads.first { $0 != first && isLoner($0, in: state) }
  }

  private func isLoner(_ thread: Int, in state: Words) -> Bool {
    if here[thread] < 0 { return false }
    taker.take(thread, from: state)
    compare(thread, from: state)
    if taker.count == 0 || taker.breaksCheck { return false }
    if watch.mayRepair(taker.recording.whole.writes, holding: held[thread]) { return false }
    for other in threads where other != thread && here[other] != Self.finished {
      if here[other] == Self.unknown || !isApart(from: here[other], holding: held[thread]) {
        return false
      }
    }
    return true
  }

  /// Whether the step just tried and all that a thread may do, from its place on, before that step
  /// leave each other alone; whoever takes the step holds some locks.
  private func isApart(from place: Int, holding locks: UInt64) -> Bool {
    if !meets(forecast.future(place)) { return true }
    var rest = locks
    while rest != 0 {
      let lock = rest.trailingZeroBitCount
      rest &= rest &- 1
      let isReleased = taker.recording.whole.writes.contains(forecast.lockCells[lock])
      let future =
        isReleased
        ? forecast.future(place, untilReleased: lock) : forecast.future(place, whileHeld: lock)
      if !meets(future) { return true }
    }
    return false
  }

  /// Whether the step just tried conflicts with a set of cells touched and written.
  private func meets(_ set: UnsafeMutablePointer<UInt64>) -> Bool {
    let size = forecast.setWords
    let (reads, writes) = (taker.recording.whole.reads.words, taker.recording.whole.writes.words)
    var common: UInt64 = 0
    for word in 0..<size { common |= writes[word] & set[word] | reads[word] & set[size &+ word] }
    return common != 0
  }

  // MARK: - Paths

  /// The steps to each successor of a state, which `successors` then hold.
  func paths(from state: Words, _ successors: Successors) -> [[Schedule.Step]] {
    paths = []
    defer { paths = nil }
    successors.expand(1) { _ in state }
    return paths ?? []
  }
}

/// Seeing what the habits miss that a reduction relies on.
extension PersistentSetExpansion {
  /// Compares the step just tried with what is known of the thread's place.
  func compare(_ thread: Int, from state: Words) {
    let footprint = taker.recording.whole
    for other in threads
    where other != thread && footprint.writes.intersects(forecast.places.cells[other]) {
      var shared = footprint.writes
      shared.keep(forecast.places.cells[other])
      news.shared.formUnion(shared)
      isSurprised = true
    }
    if isKnown(thread) { return }
    var conduct = ObservedAccesses.AtLocation(reads: footprint.reads, writes: footprint.writes)
    for choice in 0..<taker.count where !taker.isFinished(thread, in: taker.result(choice)) {
      conduct.next.insert(forecast.places.location(of: thread, in: taker.result(choice)))
    }
    if taker.count > 0 { conduct.undeterredBy = heldByOthers(than: thread) }
    note(conduct, thread, from: state)
  }

  private func isKnown(_ thread: Int) -> Bool {
    let number = here[thread]
    if number < 0 { return false }
    let (own, size) = (forecast.own(number), forecast.setWords)
    let reads = taker.recording.whole.reads.words
    let writes = taker.recording.whole.writes.words
    var surplus: UInt64 = 0
    for word in 0..<size {
      surplus |= reads[word] & ~own[word] | writes[word] & ~own[size &+ word]
    }
    if surplus != 0 { return false }
    for choice in 0..<taker.count {
      let next = self.number(of: thread, in: taker.result(choice))
      if next == Self.finished { continue }
      if next == Self.unknown || !forecast.leads(from: number, to: next, thread: thread) {
        return false
      }
    }
    return taker.count == 0 || forecast.waits(number) & heldByOthers(than: thread) == 0
  }

  private func heldByOthers(than thread: Int) -> UInt64 {
    var locks: UInt64 = 0
    for other in threads where other != thread { locks |= held[other] }
    return locks
  }

  private func note(_ conduct: ObservedAccesses.AtLocation, _ thread: Int, from state: Words) {
    let place = forecast.places.location(of: thread, in: state)
    _ = news.add(conduct, at: place, of: thread)
    isSurprised = true
  }

  /// Tries whether a thread about to take a free lock would wait if another one held it.
  func probe(_ thread: Int, from state: Words) {
    guard system.threads.count > 1, here[thread] >= 0 else { return }
    var locks = forecast.waits(here[thread]) & ~held[thread] & ~heldByOthers(than: thread)
    while locks != 0 {
      let lock = locks.trailingZeroBitCount
      locks &= locks &- 1
      width.copy(state, to: scratch)
      let field = forecast.lockFields[lock]
      let other: UInt64 = thread == 0 ? 2 : 1
      scratch[field.word] |= other &<< UInt64(field.shift)
      taker.take(thread, from: scratch)
      if taker.count == 0 {
        // It waits, and may have looked at more than the lock to find that out.
        if !isKnown(thread) {
          let seen = taker.recording.whole
          note(
            ObservedAccesses.AtLocation(reads: seen.reads, writes: seen.writes), thread, from: state
          )
        }
        continue
      }
      note(ObservedAccesses.AtLocation(undeterredBy: 1 &<< UInt64(lock)), thread, from: state)
    }
  }

  /// Whether a property about single states is broken or reached; sees what it reads.
  func isHit(_ property: PropertyIndex, _ state: Words) -> Bool {
    if !watch.properties.contains(property) { return properties.isHit(property, in: state) }
    let size = forecast.setWords
    for word in 0..<size { readLog[word] = 0 }
    let isHit = properties.isHit(property, in: state, log: readLog)
    let known = forecast.habits.propertyReads[property.number].words
    for word in 0..<size where readLog[word] & ~(word < known.count ? known[word] : 0) != 0 {
      for bit in 0..<64 where readLog[word] >> UInt64(bit) & 1 == 1 {
        news.propertyReads[property.number].insert(word * 64 + bit)
      }
      isSurprised = true
    }
    return isHit
  }
}
