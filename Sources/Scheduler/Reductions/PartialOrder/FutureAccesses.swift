/// The cells that each thread may still access from each control location, before it stops at a
/// held lock.
///
/// Worked out from ``ObservedAccesses``, once for each search; does not change. Locations have
/// indices that count over all threads. Cell sets are laid out flat, because the search compares
/// them at every step.
final class FutureAccesses: @unchecked Sendable {
  let observed: ObservedAccesses
  let locations: ControlLocations
  /// The words of a set of cells.
  let setWords: Int
  /// The cells that say who holds each lock.
  let lockCells: [Int]
  let lockFields: [Layout.Field]
  /// By thread.
  private var tables: [LocationTable]
  private let recordWords: Int
  private let records: UnsafeMutablePointer<UInt64>

  /// An open hash table from the locations of a thread to their indices.
  private struct LocationTable {
    /// `index` counts within the thread and is negative where the slot is empty.
    private var slots: [(location: UInt64, index: Int32)]
    private let mask: Int
    /// The index of the thread's first location.
    let first: Int

    init(of locations: [UInt64], first: Int) {
      var size = 16
      while size < locations.count * 4 { size *= 2 }
      (slots, mask) = (Array(repeating: (0, -1), count: size), size - 1)
      self.first = first
      for (index, location) in locations.enumerated() {
        var slot = Int(truncatingIfNeeded: location >> 1) & mask
        while slots[slot].index >= 0 { slot = (slot + 1) & mask }
        slots[slot] = (location, Int32(index))
      }
    }

    /// The index of a location, or -1 if it is not in the table.
    @inline(__always) func index(of location: UInt64) -> Int {
      var slot = Int(truncatingIfNeeded: location &>> 1) & mask
      while true {
        let entry = slots[slot]
        if entry.index < 0 { return -1 }
        if entry.location == location { return first &+ Int(entry.index) }
        slot = (slot &+ 1) & mask
      }
    }
  }

  init(_ system: System, _ observed: ObservedAccesses) {
    self.observed = observed
    locations = ControlLocations(of: system, without: observed.shared)
    setWords = (system.layout.fields.count + 63) / 64
    lockCells = system.locks.map(\.lock.ownerCell)
    lockFields = lockCells.map { system.layout.fields[$0] }
    // The index of a location must not depend on the order of a dictionary.
    let order = observed.byLocation.map { $0.keys.sorted() }
    var count = 0
    tables = []
    for thread in order {
      tables.append(LocationTable(of: thread, first: count))
      count += thread.count
    }
    let successorWords = (order.map(\.count).max() ?? 0) / 64 + 1
    recordWords = setWords * (4 + 4 * lockCells.count) + 1 + successorWords
    records = .allocate(capacity: max(1, count * recordWords))
    records.initialize(repeating: 0, count: max(1, count * recordWords))
    for thread in order.indices { fill(thread, order[thread]) }
  }

  deinit { records.deallocate() }

  /// The index of a thread's location, or -1 if the thread has not been observed there.
  @inline(__always) func index(of location: UInt64, thread: Int) -> Int {
    tables[thread].index(of: location)
  }

  // MARK: - A record: the sets of a location, two each; where it leads; the locks it waits for

  @inline(__always) private func record(_ index: Int) -> UnsafeMutablePointer<UInt64> {
    records + index &* recordWords
  }

  /// What a step from a location accesses: the cells read, then the cells written.
  @inline(__always) func step(from index: Int) -> UnsafeMutablePointer<UInt64> { record(index) }

  /// What the thread may access from a location on: the cells accessed, then the cells written.
  @inline(__always) func accesses(from index: Int) -> UnsafeMutablePointer<UInt64> {
    record(index) + 2 &* setWords
  }

  /// The same while another thread holds a lock.
  @inline(__always) func accesses(from index: Int, whileHeld lock: Int)
    -> UnsafeMutablePointer<UInt64>
  {
    record(index) + (4 &+ 4 &* lock) &* setWords
  }

  /// The same, but for the lock's own cell where the thread waits for it.
  @inline(__always) func accesses(from index: Int, untilReleased lock: Int)
    -> UnsafeMutablePointer<UInt64>
  {
    record(index) + (6 &+ 4 &* lock) &* setWords
  }

  /// The locks that the thread waits for at a location while another thread holds them.
  @inline(__always) func waits(at index: Int) -> UInt64 { record(index)[recordWords &- 1] }

  /// Whether a step from one location of a thread is known to lead to another.
  @inline(__always) func leads(from: Int, to: Int, thread: Int) -> Bool {
    let index = to &- tables[thread].first
    let word = successors(of: from)[index &>> 6]
    return word &>> UInt64(truncatingIfNeeded: index & 63) & 1 == 1
  }

  /// The locations that a step from one is known to lead to, a bit for each of the thread's.
  @inline(__always) private func successors(of index: Int) -> UnsafeMutablePointer<UInt64> {
    record(index) + (4 &+ 4 &* lockCells.count) &* setWords
  }

  // MARK: - Working it out

  /// Fills the records of a thread's locations.
  private func fill(_ thread: Int, _ locations: [UInt64]) {
    let first = tables[thread].first
    let observed = locations.map { self.observed.byLocation[thread][$0] ?? .init() }
    let next = observed.map { observed in
      observed.next.map { index(of: $0, thread: thread) - first }.filter { $0 >= 0 }.sorted()
    }
    let waits = observed.map { observed in
      lockCells.indices.reduce(0 as UInt64) {
        observed.reads.contains(lockCells[$1]) ? $0 | 1 << UInt64($1) : $0
      } & ~observed.ignoredLocks
    }
    for (offset, observed) in observed.enumerated() {
      let index = first + offset
      let step = step(from: index)
      add(observed.reads, to: step)
      // What tells the thread's locations apart decides what it does.
      add(self.locations.cells[thread], to: step)
      add(observed.writes, to: step + setWords)
      record(index)[recordWords - 1] = waits[offset]
      for next in next[offset] { successors(of: index)[next / 64] |= 1 << UInt64(next % 64) }
    }
    for offset in locations.indices {
      collect(from: offset, first, next, into: accesses(from: first + offset))
      for lock in lockCells.indices {
        func isWaiting(_ offset: Int) -> Bool { waits[offset] >> UInt64(lock) & 1 == 1 }
        collect(
          from: offset, first, next, into: accesses(from: first + offset, whileHeld: lock),
          stop: isWaiting)
        collect(
          from: offset, first, next, into: accesses(from: first + offset, untilReleased: lock),
          stop: isWaiting, leavingOut: lock)
      }
    }
  }

  private func add(_ cells: CellSet, to set: UnsafeMutablePointer<UInt64>) {
    for (index, word) in cells.words.enumerated() { set[index] |= word }
  }

  /// Collects what is accessed at all locations that a thread can come to, going on from none of
  /// those where it stops.
  ///
  /// `start`, `next` and `stop` count the thread's locations from 0; the first has index `first`.
  private func collect(
    from start: Int, _ first: Int, _ next: [[Int]], into set: UnsafeMutablePointer<UInt64>,
    stop: (Int) -> Bool = { _ in false }, leavingOut lock: Int? = nil
  ) {
    var seen = Array(repeating: false, count: next.count)
    var open = [start]
    seen[start] = true
    while let offset = open.popLast() {
      let isStopped = stop(offset)
      let step = step(from: first + offset)
      for word in 0..<setWords {
        var (reads, writes) = (step[word], step[setWords + word])
        if isStopped, let lock {
          if accessesLocks(step, otherThan: lock) {
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
      for next in next[offset] where !seen[next] {
        seen[next] = true
        open.append(next)
      }
    }
  }

  private func accessesLocks(_ step: UnsafeMutablePointer<UInt64>, otherThan lock: Int) -> Bool {
    lockCells.indices.contains { other in
      let (word, bit) = (lockCells[other] / 64, UInt64(lockCells[other] % 64))
      return other != lock && (step[word] | step[setWords + word]) >> bit & 1 == 1
    }
  }
}
