/// Seeing what the habits miss that a reduction relies on.
extension Fusion {
  /// Compares the step just tried with what is known of the thread's place.
  func compare(_ thread: Int, from state: Words) {
    let footprint = trial.footprint
    for other in threads
    where other != thread && footprint.writes.intersects(forecast.places.cells[other]) {
      var shared = footprint.writes
      shared.keep(forecast.places.cells[other])
      news.shared.formUnion(shared)
      isSurprised = true
    }
    if isKnown(thread) { return }
    var conduct = Habits.Conduct(reads: footprint.reads, writes: footprint.writes)
    for choice in 0..<trial.count where !trial.isFinished(thread, in: trial.result(choice)) {
      conduct.next.insert(forecast.places.place(of: thread, in: trial.result(choice)))
    }
    if trial.count > 0 { conduct.undeterredBy = heldByOthers(than: thread) }
    note(conduct, thread, from: state)
  }

  private func isKnown(_ thread: Int) -> Bool {
    let number = here[thread]
    if number < 0 { return false }
    let (own, size) = (forecast.own(number), forecast.setWords)
    let reads = trial.footprint.reads.words
    let writes = trial.footprint.writes.words
    var surplus: UInt64 = 0
    for word in 0..<size {
      surplus |= reads[word] & ~own[word] | writes[word] & ~own[size &+ word]
    }
    if surplus != 0 { return false }
    for choice in 0..<trial.count {
      let next = self.number(of: thread, in: trial.result(choice))
      if next == Self.finished { continue }
      if next == Self.unknown || !forecast.leads(from: number, to: next, thread: thread) {
        return false
      }
    }
    return trial.count == 0 || forecast.waits(number) & heldByOthers(than: thread) == 0
  }

  private func heldByOthers(than thread: Int) -> UInt64 {
    var locks: UInt64 = 0
    for other in threads where other != thread { locks |= held[other] }
    return locks
  }

  private func note(_ conduct: Habits.Conduct, _ thread: Int, from state: Words) {
    let place = forecast.places.place(of: thread, in: state)
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
      trial.take(thread, from: scratch)
      if trial.count == 0 {
        // It waits, and may have looked at more than the lock to find that out.
        if !isKnown(thread) {
          let seen = trial.footprint
          note(Habits.Conduct(reads: seen.reads, writes: seen.writes), thread, from: state)
        }
        continue
      }
      note(Habits.Conduct(undeterredBy: 1 &<< UInt64(lock)), thread, from: state)
    }
  }

  /// Whether a property about single states is broken or reached; sees what it reads.
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
}
