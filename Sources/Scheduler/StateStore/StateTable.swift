import Synchronization

/// A hash table from states to their numbers: a row of ``TableLine``s.
///
/// The high half of a hash as a fraction of 2^32 says in which line the search for it starts; so hashes
/// lie in the table in order, however long it is, and it can grow in place. What finds a line full goes
/// on to the next. The table knows hashes and numbers only, and not what a state is.
final class StateTable: @unchecked Sendable {
  let memory: ReservedMemory<UInt64>
  /// How long the table can become.
  let mostLines: Int

  /// How many lines the table has.
  let lines: Atomic<Int>
  private let found = Atomic<Int>(0)
  /// States, and those that workers may be about to add.
  private let claimed = Atomic<Int>(0)
  /// Entries that wait for the table to have grown.
  private let aside = Mutex<[UInt64]>([])

  /// `mostLines` is at most 2^29, because look-ups note places in 32 bits; address space may be shorter.
  init(mostLines: Int) {
    memory = ReservedMemory(capacity: mostLines * TableLine.words)
    let longest = min(mostLines, memory.capacity / TableLine.words)
    self.mostLines = longest
    lines = Atomic(min(512, longest))
  }

  /// How many states there are.
  var count: Int { found.load(ordering: .relaxed) }
  /// The most states that the table can take.
  var capacity: Int { Self.room(in: mostLines) }
  /// Bytes in use.
  var bytes: Int { lines.load(ordering: .relaxed) * TableLine.words * 8 }
  /// Bytes that the table takes more when it has grown once more.
  var growthBytes: Int { (nextLines - lines.load(ordering: .relaxed)) * TableLine.words * 8 }

  // MARK: - Lines and entries

  /// The number of the line where the search for a hash starts, in a table of `lines` lines.
  @inline(__always) static func home(_ hash: UInt64, _ lines: Int) -> Int {
    Int(truncatingIfNeeded: ((hash &>> 32) &* UInt64(truncatingIfNeeded: lines)) &>> 32)
  }

  @inline(__always) func line(_ number: Int) -> TableLine {
    TableLine(memory.base + number &* TableLine.words)
  }

  /// The number of the line after another one, around the table's corner.
  @inline(__always) func next(_ line: Int, _ lines: Int) -> Int {
    line &+ 1 == lines ? 0 : line &+ 1
  }

  @inline(__always) static func entry(_ hash: UInt64, _ number: Int) -> UInt64 {
    hash & ~0xffff_ffff | UInt64(truncatingIfNeeded: number &+ 1)
  }

  @inline(__always) static func number(in entry: UInt64) -> Int {
    Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
  }

  /// The states whose hash starts with a tag.
  func numbers(withTag tag: UInt32) -> [Int] {
    let lines = lines.load(ordering: .relaxed)
    let smallest = UInt64(tag) << UInt64(64 - Parent.tagBits)
    let largest = smallest | UInt64.max >> UInt64(Parent.tagBits)
    var numbers: [Int] = []
    // In a large table, states with one tag start their search at several lines.
    for first in Self.home(smallest, lines)...Self.home(largest, lines) {
      var home = first
      while true {
        let line = line(home)
        let count = line.firstEmpty
        for place in 0..<count {
          let entry = line.entry(place).pointee.load(ordering: .relaxed)
          let number = Self.number(in: entry)
          let isOne = entry &>> UInt64(64 - Parent.tagBits) == UInt64(tag)
          if isOne && !numbers.contains(number) { numbers.append(number) }
        }
        if count < TableLine.places { break }
        home = next(home, lines)
      }
    }
    return numbers
  }

  // MARK: - Room

  /// Reserves room for `more` states; false when the table has to grow first.
  func claim(_ more: Int) -> Bool {
    let total = claimed.add(more, ordering: .relaxed).newValue
    if hasRoom(for: total) { return true }
    claimed.subtract(more, ordering: .relaxed)
    return false
  }

  /// Whether the table is long enough for `states` states.
  func hasRoom(for states: Int) -> Bool {
    states <= Self.room(in: lines.load(ordering: .relaxed))
  }

  /// Says how many states came of a claim.
  func settle(claim: Int, added: Int) {
    claimed.subtract(claim - added, ordering: .relaxed)
    found.add(added, ordering: .relaxed)
  }

  /// How many states a table of `lines` lines is filled with: two thirds.
  private static func room(in lines: Int) -> Int { lines * TableLine.places * 2 / 3 }

  // MARK: - Growth, while no worker uses the table

  /// A table of this many lines still doubles; a longer one grows by half, for less of it to be empty.
  private static var mostDoubledLines: Int { 1 << 20 }
  /// Fewer lines are moved by one thread.
  private static var fewestSharedLines: Int { 1 << 14 }

  /// How many lines the table has when it has grown once more; as many as now if it cannot.
  var nextLines: Int {
    let lines = lines.load(ordering: .relaxed)
    return min(mostLines, lines <= Self.mostDoubledLines ? lines * 2 : lines / 2 * 3)
  }

  /// Makes the table longer in place, with as many `threads`.
  ///
  /// A hash's line moves up by the factor by which the table gets longer. So the last lines, down to
  /// the first one whose hashes move beyond the end, are emptied into room that is free; then the lines
  /// before them, into the room that this has left; and so on. Whoever empties some lines fills only
  /// those that their hashes move to, so several can do it side by side. An entry that finds no room
  /// there is set aside and added last; as no entry is taken out once it has moved, all will be found.
  func grow(threads: Int = 1) {
    let (old, new) = (lines.load(ordering: .relaxed), nextLines)
    precondition(new > old, "the table is as long as it can be")
    lines.store(new, ordering: .relaxed)
    provide(old..<new, threads)
    var end = old
    while end > 0 {
      let start = min(end - 1, (end - 1) * old / new + 1)
      let pieces = end - start < Self.fewestSharedLines ? 1 : threads
      let share = (end - start + pieces - 1) / pieces
      let move: @Sendable (Int) -> Void = { [self, end] piece in
        let first = start + piece * share
        let rest = empty(first..<min(first + share, end), (old, new), beyond: end)
        aside.withLock { $0 += rest }
      }
      ThreadTeam.run(pieces, move, absent: move)
      end = start
    }
    aside.withLock { entries in
      for entry in entries {
        var home = Self.home(entry, new)
        while !line(home).add(entry) { home = next(home, new) }
      }
      entries = []
    }
  }

  /// Makes the system provide the memory of some lines.
  private func provide(_ lines: Range<Int>, _ threads: Int) {
    let pieces = lines.count < Self.fewestSharedLines ? 1 : threads
    let share = (lines.count + pieces - 1) / pieces
    let part: @Sendable (Int) -> Void = { [self] piece in
      let first = min(lines.lowerBound + piece * share, lines.upperBound)
      memory.provide(
        first * TableLine.words..<min(first + share, lines.upperBound) * TableLine.words)
    }
    ThreadTeam.run(pieces, part, absent: part)
  }

  /// Moves the entries of some lines to where the longer table has them; returns those that have no
  /// room there.
  private func empty(_ lines: Range<Int>, _ length: (old: Int, new: Int), beyond end: Int)
    -> [UInt64]
  {
    func moved(_ line: Int) -> Int { (line * length.new + length.old - 1) / length.old }
    let (first, last) = (max(moved(lines.lowerBound), end), moved(lines.upperBound))
    var rest: [UInt64] = []
    for number in lines {
      line(number).takeAll { entry in
        var home = Self.home(entry, length.new)
        if home >= first {
          while home < last {
            if line(home).add(entry) { return }
            home += 1
          }
        }
        rest.append(entry)
      }
    }
    return rest
  }
}
