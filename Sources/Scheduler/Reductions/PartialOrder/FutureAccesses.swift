/// What each thread may still touch, from each place, before it comes to a stop at a held lock.
///
/// Worked out from ``ObservedAccesses``, once for each search; does not change. Cell sets are laid
/// out flat, because the search compares them at every step.
final class FutureAccesses: @unchecked Sendable {
  let habits: ObservedAccesses
  let places: ControlLocations
  /// The words of a set of cells.
  let setWords: Int
  /// The cells that say who holds each lock.
  let lockCells: [Int]
  let lockFields: [Layout.Field]
  /// The numbers of each thread's places.
  private var numbers: [PlaceNumbers]
  private let recordWords: Int
  private let records: UnsafeMutablePointer<UInt64>
  private let recordCount: Int

  /// An open hash table from places to their numbers.
  private struct PlaceNumbers {
    var slots: [(place: UInt64, number: Int32)]
    let mask: Int
    /// The number of the thread's first place: numbers count over all threads.
    let first: Int
    let count: Int
  }

  init(_ system: System, _ habits: ObservedAccesses) {
    self.habits = habits
    places = ControlLocations(of: system, without: habits.shared)
    setWords = (system.layout.fields.count + 63) / 64
    lockCells = system.locks.map(\.lock.ownerCell)
    lockFields = lockCells.map { system.layout.fields[$0] }
    // Where each place lies must not depend on the order of a dictionary.
    let order = habits.conduct.map { $0.keys.sorted() }
    var first = 0
    numbers = []
    for thread in order {
      var slots = 16
      while slots < thread.count * 4 { slots *= 2 }
      var table = PlaceNumbers(
        slots: Array(repeating: (0, -1), count: slots), mask: slots - 1, first: first,
        count: thread.count)
      for (index, place) in thread.enumerated() {
        var slot = Int(truncatingIfNeeded: place >> 1) & table.mask
        while table.slots[slot].number >= 0 { slot = (slot + 1) & table.mask }
        table.slots[slot] = (place, Int32(index))
      }
      numbers.append(table)
      first += thread.count
    }
    let nextWords = (order.map(\.count).max() ?? 0) / 64 + 1
    recordWords = setWords * (4 + 4 * lockCells.count) + 1 + nextWords
    recordCount = first
    records = .allocate(capacity: max(1, recordCount * recordWords))
    records.initialize(repeating: 0, count: max(1, recordCount * recordWords))
    for thread in order.indices { fill(thread, order[thread]) }
  }

  deinit { records.deallocate() }

  /// The number of a thread's place, or -1 if nobody has been seen there.
  @inline(__always) func number(of place: UInt64, thread: Int) -> Int {
    let table = numbers[thread]
    var slot = Int(truncatingIfNeeded: place &>> 1) & table.mask
    while true {
      let entry = table.slots[slot]
      if entry.number < 0 { return -1 }
      if entry.place == place { return table.first &+ Int(entry.number) }
      slot = (slot &+ 1) & table.mask
    }
  }

  // MARK: - A record: the sets of a place, two each

  @inline(__always) private func record(_ number: Int) -> UnsafeMutablePointer<UInt64> {
    records + number &* recordWords
  }

  /// What steps at a place touch: the cells read, then the cells written.
  @inline(__always) func own(_ number: Int) -> UnsafeMutablePointer<UInt64> { record(number) }

  /// What the thread may touch from a place on: the cells touched, then the cells written.
  @inline(__always) func future(_ number: Int) -> UnsafeMutablePointer<UInt64> {
    record(number) + 2 &* setWords
  }

  /// The same while another thread holds a lock.
  @inline(__always) func future(_ number: Int, whileHeld lock: Int)
    -> UnsafeMutablePointer<UInt64>
  {
    record(number) + (4 &+ 4 &* lock) &* setWords
  }

  /// The same, but for the lock's own cell where the thread waits for it.
  @inline(__always) func future(_ number: Int, untilReleased lock: Int)
    -> UnsafeMutablePointer<UInt64>
  {
    record(number) + (6 &+ 4 &* lock) &* setWords
  }

  /// The locks that the thread waits for at a place while another thread holds them.
  @inline(__always) func waits(_ number: Int) -> UInt64 { record(number)[recordWords &- 1] }

  /// Whether a step from one place of a thread is known to lead to another.
  @inline(__always) func leads(from: Int, to: Int, thread: Int) -> Bool {
    let index = to &- numbers[thread].first
    let word = record(from)[(4 &+ 4 &* lockCells.count) &* setWords &+ index &>> 6]
    return word &>> UInt64(truncatingIfNeeded: index & 63) & 1 == 1
  }

  // MARK: - Working it out

  private func fill(_ thread: Int, _ order: [UInt64]) {
    let first = numbers[thread].first
    let conduct = order.map { habits.conduct[thread][$0] ?? ObservedAccesses.AtLocation() }
    let next = conduct.map { conduct in
      conduct.next.map { number(of: $0, thread: thread) - first }.filter { $0 >= 0 }.sorted()
    }
    let waits = conduct.map { conduct in
      lockCells.indices.reduce(0 as UInt64) {
        conduct.reads.contains(lockCells[$1]) ? $0 | 1 << UInt64($1) : $0
      } & ~conduct.undeterredBy
    }
    for (index, conduct) in conduct.enumerated() {
      let number = first + index
      let own = own(number)
      add(conduct.reads, to: own)
      // What tells the thread's places apart decides what it does.
      add(places.cells[thread], to: own)
      add(conduct.writes, to: own + setWords)
      record(number)[recordWords - 1] = waits[index]
      for next in next[index] {
        record(number)[(4 + 4 * lockCells.count) * setWords + next / 64] |= 1 << UInt64(next % 64)
      }
    }
    for index in order.indices {
      collect(from: index, first, next, into: future(first + index))
      for lock in lockCells.indices {
        collect(
          from: index, first, next, into: future(first + index, whileHeld: lock),
          stop: { waits[$0] >> UInt64(lock) & 1 == 1 })
        collect(
          from: index, first, next, into: future(first + index, untilReleased: lock),
          stop: { waits[$0] >> UInt64(lock) & 1 == 1 }, leavingOut: lock)
      }
    }
  }

  private func add(_ cells: CellSet, to set: UnsafeMutablePointer<UInt64>) {
    for (index, word) in cells.words.enumerated() { set[index] |= word }
  }

  /// Gathers what is touched at all places that a thread can come to, not going on from some.
  private func collect(
    from start: Int, _ first: Int, _ next: [[Int]], into set: UnsafeMutablePointer<UInt64>,
    stop: (Int) -> Bool = { _ in false }, leavingOut lock: Int? = nil
  ) {
    var seen = Array(repeating: false, count: next.count)
    var waiting = [start]
    seen[start] = true
    while let index = waiting.popLast() {
      let isStopped = stop(index)
      let own = own(first + index)
      for word in 0..<setWords {
        var (reads, writes) = (own[word], own[setWords + word])
        if isStopped, let lock {
          if touchesOtherLocks(own, than: lock) {
            // What it would do there can not be found out by trying: see PersistentSetExpansion.
            (reads, writes) = (~0, ~0)
          } else if lockCells[lock] / 64 == word {
            let other: UInt64 = ~(1 << UInt64(lockCells[lock] % 64))
            (reads, writes) = (reads & other, writes & other)
          }
        }
        set[word] |= reads | writes
        set[setWords + word] |= writes
      }
      if isStopped { continue }
      for next in next[index] where !seen[next] {
        seen[next] = true
        waiting.append(next)
      }
    }
  }

  private func touchesOtherLocks(_ own: UnsafeMutablePointer<UInt64>, than lock: Int) -> Bool {
    lockCells.indices.contains { other in
      let (word, bit) = (lockCells[other] / 64, UInt64(lockCells[other] % 64))
      return other != lock && (own[word] | own[setWords + word]) >> bit & 1 == 1
    }
  }
}
