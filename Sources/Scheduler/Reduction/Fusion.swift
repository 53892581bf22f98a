/// Expands states, and takes each successor on along steps that no other thread and no property can
/// notice.
///
/// PROOF TO BE WRITTEN
final class Fusion<W: Width> {
  private let system: System
  private let width: W
  private let forecast: Forecast
  private let watch: Watch
  private let readLog: Words
  /// What has been seen that the forecast's habits miss.
  private(set) var news: Habits
  private(set) var isSurprised = false

  /// The subjects to look out for in the states that are passed through.
  var lookout: [Int] = []
  /// What has been seen of them: the subject, and the place in the batch.
  private(set) var glimpses: [(subject: Int, origin: Int)] = []
  private let subjects: Subjects

  private let trial: Words
  private var footprint: Footprint
  private let threadCount: Int
  /// By thread: the number of its place, -1 if unknown, -2 if it has finished.
  private let here: UnsafeMutablePointer<Int>
  /// By thread: the locks that it holds.
  private let held: UnsafeMutablePointer<UInt64>
  private let lockFields: [Layout.Field]
  /// The results of the step that is being tried.
  private var results: Words
  private var resultRoom = 8
  private var resultCount = 0
  /// The most steps that a successor is taken on by.
  private static var longest: Int { 1000 }
  /// By successor: the steps to it, if somebody asks.
  private var paths: [[Schedule.Step]]?

  init(of system: System, width: W, _ reduction: ReductionPlan) {
    (self.system, self.width) = (system, width)
    (forecast, watch) = (reduction.forecast, reduction.watch)
    readLog = .allocate(capacity: forecast.setWords)
    subjects = Subjects(of: system)
    news = Habits(of: system)
    threadCount = system.threads.count
    footprint = Footprint(room: system.layout.fields.count)
    trial = .allocate(capacity: width.words)
    here = .allocate(capacity: threadCount)
    held = .allocate(capacity: threadCount)
    results = .allocate(capacity: resultRoom * width.words)
    lockFields = forecast.lockCells.map { system.layout.fields[$0] }
  }

  deinit {
    trial.deallocate()
    readLog.deallocate()
    here.deallocate()
    held.deallocate()
    results.deallocate()
  }

  // MARK: - Expanding

  /// Replaces the contents of `successors` by the states that the steps from a batch lead to.
  func expand(_ batch: Int, into successors: Successors<W>, place: (Int) -> Words) {
    glimpses = []
    for index in 0..<batch {
      let first = successors.count
      expand(place(index), at: index, into: successors)
      var slot = first
      while slot < successors.count {
        settle(slot, from: index, in: successors)
        slot += 1
      }
    }
  }

  private func expand(_ from: Words, at index: Int, into successors: Successors<W>) {
    if from[0] & Check.mask != 0 { return }
    look(at: from)
    for thread in 0..<threadCount where here[thread] != -2 {
      let bit: UInt64 = 1 &<< UInt64(thread)
      successors.unfinished[index] |= bit
      attempt(thread, from: from)
      for choice in 0..<resultCount {
        let slot = successors.append(origin: index, thread: thread, choice: choice)
        width.copy(results + choice &* width.words, to: successors.words + slot &* width.words)
        paths?.append([Schedule.Step(ThreadID(thread), choice: choice)])
      }
      if resultCount > 0 { successors.canStep[index] |= bit }
      probe(thread, from: from)
    }
  }

  /// Notes where threads stand in a state and which locks they hold.
  private func look(at state: Words) {
    for thread in 0..<threadCount { here[thread] = number(of: thread, in: state) }
    lookAtLocks(state)
  }

  private func lookAtLocks(_ state: Words) {
    for thread in 0..<threadCount { held[thread] = 0 }
    for (lock, field) in lockFields.enumerated() {
      let owner = Int(field.bits(in: state))
      if owner > 0 { held[owner &- 1] |= 1 &<< UInt64(lock) }
    }
  }

  private func number(of thread: Int, in state: Words) -> Int {
    let view = StateView(state, NoRecorder())
    if Int(view[system.threads[thread].position]) == system.threads[thread].script.count {
      return -2
    }
    return forecast.number(of: forecast.places.place(of: thread, in: state), thread: thread)
  }

  /// Tries a thread's next step in all its choices, and looks whether the forecast knew.
  ///
  /// Leaves the results and the footprint; no results mean that the thread is blocked.
  private func attempt(_ thread: Int, from state: Words) {
    footprint.removeAll()
    resultCount = 0
    let code = system.threads[thread]
    let plain = StateView(state, NoRecorder())
    let position = Int(plain[code.position])
    let machine = code.script[position]
    while true {
      if resultCount == resultRoom { makeRoom() }
      let to = results + resultCount &* width.words
      width.copy(state, to: to)
      let outcome = withUnsafeMutablePointer(to: &footprint) {
        machine.stepRecorded(StateView(to, FootprintRecorder(into: $0)), choice: resultCount)
      }
      if outcome.isBlocked && to[0] & Check.mask == 0 { break }
      if outcome.isCompleted {
        StateView(to, NoRecorder())[code.position] = UInt8(truncatingIfNeeded: position &+ 1)
      }
      resultCount &+= 1
      if !outcome.hasMoreChoices { break }
      precondition(resultCount < 256, "a step has at most 256 choices")
    }
    compare(thread, from: state)
  }

  private func makeRoom() {
    let more = Words.allocate(capacity: resultRoom * 2 * width.words)
    more.moveInitialize(from: results, count: resultRoom * width.words)
    results.deallocate()
    results = more
    resultRoom *= 2
  }

  // MARK: - Seeing what the forecast missed

  /// Compares what a thread has just done with what the forecast says of its place.
  private func compare(_ thread: Int, from state: Words) {
    let number = here[thread]
    var isKnown = number >= 0
    if number >= 0 {
      let own = forecast.own(number)
      let size = forecast.setWords
      for word in 0..<size {
        if footprint.readCells.words[word] & ~own[word] != 0
          || footprint.writtenCells.words[word] & ~own[size &+ word] != 0
        {
          isKnown = false
        }
      }
      for result in 0..<resultCount {
        let next = self.number(of: thread, in: results + result &* width.words)
        if next == -2 { continue }
        if next == -1 || !forecast.leads(from: number, to: next, thread: thread) {
          isKnown = false
        }
      }
      if resultCount > 0 && forecast.waits(number) & heldByOthers(than: thread) != 0 {
        isKnown = false
      }
    }
    for other in 0..<threadCount
    where other != thread && footprint.writtenCells.intersects(forecast.places.cells[other]) {
      var shared = footprint.writtenCells
      shared.keep(forecast.places.cells[other])
      news.shared.formUnion(shared)
      isSurprised = true
    }
    if !isKnown { note(thread, from: state) }
  }

  private func heldByOthers(than thread: Int) -> UInt64 {
    var locks: UInt64 = 0
    for other in 0..<threadCount where other != thread { locks |= held[other] }
    return locks
  }

  private func note(_ thread: Int, from state: Words) {
    var conduct = Habits.Conduct(reads: footprint.readCells, writes: footprint.writtenCells)
    for result in 0..<resultCount {
      let words = results + result &* width.words
      if number(of: thread, in: words) != -2 {
        conduct.next.insert(forecast.places.place(of: thread, in: words))
      }
    }
    if resultCount > 0 { conduct.undeterredBy = heldByOthers(than: thread) }
    note(conduct, thread, from: state)
  }

  private func note(_ conduct: Habits.Conduct, _ thread: Int, from state: Words) {
    let place = forecast.places.place(of: thread, in: state)
    news.conduct[thread][place, default: Habits.Conduct()].formUnion(conduct)
    isSurprised = true
  }

  /// Tries whether a thread would wait for a free lock if another one held it.
  private func probe(_ thread: Int, from state: Words) {
    guard threadCount > 1, here[thread] >= 0 else { return }
    var locks = forecast.waits(here[thread]) & ~held[thread] & ~heldByOthers(than: thread)
    while locks != 0 {
      let lock = locks.trailingZeroBitCount
      locks &= locks &- 1
      width.copy(state, to: trial)
      let field = lockFields[lock]
      let other: UInt64 = thread == 0 ? 2 : 1
      trial[field.word] |= other &<< UInt64(field.shift)
      let code = system.threads[thread]
      let position = Int(StateView(state, NoRecorder())[code.position])
      let outcome = code.script[position].stepPlain(StateView(trial, NoRecorder()), choice: 0)
      if outcome.isBlocked && trial[0] & Check.mask == 0 { continue }
      note(Habits.Conduct(undeterredBy: 1 &<< UInt64(lock)), thread, from: state)
    }
  }

  /// Whether a property about single states is broken or reached; notes what it reads.
  func isHit(_ subject: Int, _ state: Words) -> Bool {
    if !watch.properties.contains(subject) { return subjects.isHit(subject, state) }
    let size = forecast.setWords
    for word in 0..<size { readLog[word] = 0 }
    let isHit = subjects.isHit(subject, state, log: readLog)
    let known = forecast.habits.propertyReads[subject].words
    for word in 0..<size where readLog[word] & ~(word < known.count ? known[word] : 0) != 0 {
      for bit in 0..<64 where readLog[word] >> UInt64(bit) & 1 == 1 {
        news.propertyReads[subject].insert(word * 64 + bit)
      }
      isSurprised = true
    }
    return isHit
  }

  // MARK: - Going on

  /// Takes a successor on for as long as some thread's next step concerns nobody else.
  ///
  /// Of a step with several results the others become successors of their own.
  private func settle(_ slot: Int, from index: Int, in successors: Successors<W>) {
    let size = width.words
    look(at: successors.words + slot &* size)
    var steps = 0
    while steps < Self.longest {
      let state = successors.words + slot &* size
      if state[0] & Check.mask != 0 { break }
      guard let thread = loner(in: state, first: Int(successors.thread[slot])) else { break }
      for subject in lookout where subjects.isHit(subject, state) {
        glimpses.append((subject, index))
      }
      for choice in 1..<max(1, resultCount) {
        let other = successors.append(
          origin: index, thread: Int(successors.thread[slot]),
          choice: Int(successors.choice[slot]))
        width.copy(results + choice &* size, to: successors.words + other &* size)
        if let path = paths?[slot] {
          paths?.append(path + [Schedule.Step(ThreadID(thread), choice: choice)])
        }
      }
      let next = successors.words + slot &* size
      width.copy(results, to: next)
      paths?[slot].append(Schedule.Step(ThreadID(thread), choice: 0))
      here[thread] = number(of: thread, in: next)
      lookAtLocks(next)
      steps += 1
    }
    successors.hashes[slot] = width.hash(successors.words + slot &* size)
  }

  /// A thread that can step, and whose step concerns nobody else: its results are left.
  private func loner(in state: Words, first: Int) -> Int? {
    if isLoner(first, in: state) { return first }
    for thread in 0..<threadCount where thread != first && isLoner(thread, in: state) {
      return thread
    }
    return nil
  }

  private func isLoner(_ thread: Int, in state: Words) -> Bool {
    if here[thread] < 0 { return false }
    attempt(thread, from: state)
    if resultCount == 0 { return false }
    for result in 0..<resultCount where results[result &* width.words] & Check.mask != 0 {
      return false
    }
    if watch.mayRepair(footprint.writtenCells, holding: held[thread]) { return false }
    for other in 0..<threadCount where other != thread && here[other] != -2 {
      if here[other] == -1 || !isApart(thread, from: here[other]) { return false }
    }
    return true
  }

  /// Whether the step just tried and all that another thread does before this one's step, whatever
  /// that is, leave each other alone.
  private func isApart(_ thread: Int, from place: Int) -> Bool {
    if !meets(forecast.future(place)) { return true }
    var locks = held[thread]
    while locks != 0 {
      let lock = locks.trailingZeroBitCount
      locks &= locks &- 1
      let isReleased = footprint.writtenCells.contains(forecast.lockCells[lock])
      if !meets(
        isReleased
          ? forecast.future(place, untilReleased: lock) : forecast.future(place, whileHeld: lock))
      {
        return true
      }
    }
    return false
  }

  /// Whether the step just tried conflicts with a set of cells touched and written.
  private func meets(_ set: UnsafeMutablePointer<UInt64>) -> Bool {
    let size = forecast.setWords
    var common: UInt64 = 0
    for word in 0..<size {
      let (reads, writes) = (footprint.readCells.words[word], footprint.writtenCells.words[word])
      common |= writes & set[word] | reads & set[size &+ word]
    }
    return common != 0
  }

  // MARK: - Paths

  /// What `body` makes of the successors of a state and the steps to each.
  func withPaths<Result>(
    from state: Words, _ successors: Successors<W>, _ body: ([[Schedule.Step]]) -> Result
  ) -> Result {
    paths = []
    defer { paths = nil }
    successors.expand(1) { _ in state }
    return body(paths ?? [])
  }
}
