import Synchronization

/// A hash table from states to their numbers: a row of ``TableLine``s.
///
/// The high half of a hash as a fraction of 2^32 says in which line the search for it starts; so
/// hashes lie in the table in order, however long it is, and it can grow in place. A search that
/// finds a line full goes on to the next. The table knows hashes and numbers only, and not what a
/// state is.
final class StateTable: @unchecked Sendable {
  let memory: ReservedMemory<UInt64>
  /// How long the table can become.
  private let mostLines: Int

  private let lineCount: Atomic<Int>
  private let found = Atomic<Int>(0)
  /// States, and those that workers may be about to add.
  private let claimed = Atomic<Int>(0)
  /// Entries that wait for the table to have grown.
  private let aside = Mutex<[UInt64]>([])

  /// How long the table is at first.
  static let firstLines = 512

  /// `mostLines` is at most ``StoreRoom/mostLines``; address space may be shorter.
  init(mostLines: Int, in space: AddressSpace) {
    memory = ReservedMemory(capacity: mostLines * TableLine.words, in: space)
    let longest = min(mostLines, memory.capacity / TableLine.words)
    self.mostLines = longest
    lineCount = Atomic(min(Self.firstLines, longest))
  }

  /// The lines as they are until the table grows.
  var lines: TableLines {
    @inline(__always) get {
      TableLines(base: memory.base, count: lineCount.load(ordering: .relaxed))
    }
  }
  /// How many states there are.
  var count: Int { found.load(ordering: .relaxed) }
  /// The most states that the table can take.
  var capacity: Int { Self.room(in: mostLines) }
  /// Bytes in use.
  var bytes: Int { lines.count * TableLine.words * 8 }
  /// Bytes that the table takes more when it has grown once more.
  var growthBytes: Int { (nextLineCount - lines.count) * TableLine.words * 8 }

  /// The states whose hash starts with a tag.
  func numbers(withTag tag: UInt32) -> [Int] {
    let lines = lines
    let smallest = UInt64(tag) << UInt64(64 - Parent.tagBits)
    let largest = smallest | UInt64.max >> UInt64(Parent.tagBits)
    var numbers: [Int] = []
    // In a large table, states with one tag start their search at several lines.
    for home in lines.home(of: smallest)...lines.home(of: largest) {
      var line = home
      while true {
        let count = lines[line].firstEmpty
        for slot in 0..<count {
          let entry = lines[line].entry(slot).load()
          let number = TableLine.number(in: entry)
          let isOne = entry &>> UInt64(64 - Parent.tagBits) == UInt64(tag)
          if isOne && !numbers.contains(number) { numbers.append(number) }
        }
        if count < TableLine.slots { break }
        line = lines.next(line)
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
  func hasRoom(for states: Int) -> Bool { states <= Self.room(in: lines.count) }

  /// Says how many states came of a claim.
  func settle(claim: Int, added: Int) {
    claimed.subtract(claim - added, ordering: .relaxed)
    found.add(added, ordering: .relaxed)
  }

  /// How many states a table of `lines` lines is filled with: two thirds.
  private static func room(in lines: Int) -> Int { lines * TableLine.slots * 2 / 3 }

  /// States that workers may be about to add, at most.
  var pending: Int { claimed.load(ordering: .relaxed) - count }

  /// Gives back what the table does not use.
  func trim() { memory.trim(to: lines.count * TableLine.words) }

  // MARK: - Growth, while no worker uses the table

  /// A table of this many lines still doubles; a longer one grows by half, for less of it to be
  /// empty.
  private static var mostDoubledLines: Int { 1 << 20 }
  /// Fewer lines are moved by one thread.
  private static var fewestSharedLines: Int { 1 << 14 }

  /// How many lines the table has when it has grown once more; as many as now if it cannot.
  private var nextLineCount: Int {
    let count = lines.count
    return min(mostLines, count <= Self.mostDoubledLines ? count * 2 : count / 2 * 3)
  }

  /// Makes the table longer in place, with as many `threads`.
  ///
  /// A hash's line moves up by the factor by which the table gets longer. So the last lines, down
  /// to the first one whose hashes move beyond the end, are emptied into room that is free; then
  /// the lines before them, into the room that this has left; and so on. Whoever empties some
  /// lines fills only those that their hashes move to, so several can do it side by side. An entry
  /// that finds no room there is set aside and added last; as no entry is taken out once it has
  /// moved, all will be found.
  func grow(threads: Int = 1) {
    let (old, count) = (lines.count, nextLineCount)
    precondition(count > old, "the table is as long as it can be")
    lineCount.store(count, ordering: .relaxed)
    let new = lines
    provide(old..<count, threads)
    var end = old
    while end > 0 {
      let start = min(end - 1, (end - 1) * old / count + 1)
      let pieces = end - start < Self.fewestSharedLines ? 1 : threads
      let share = (end - start + pieces - 1) / pieces
      let move: @Sendable (Int) -> Void = { [self, end] piece in
        let first = start + piece * share
        let rest = Self.empty(
          first..<min(first + share, end), of: old, into: new, beyond: end)
        aside.withLock { $0 += rest }
      }
      ThreadTeam.run(pieces, move, absent: move)
      end = start
    }
    aside.withLock { entries in
      for entry in entries {
        var line = new.home(of: entry)
        while !new[line].add(entry) { line = new.next(line) }
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

  /// Moves the entries of some lines from where they were among `old` lines to where the longer
  /// table has them; returns those that have no room there.
  private static func empty(
    _ emptied: Range<Int>, of old: Int, into new: TableLines, beyond end: Int
  ) -> [UInt64] {
    func moved(_ line: Int) -> Int { (line * new.count + old - 1) / old }
    let (first, last) = (max(moved(emptied.lowerBound), end), moved(emptied.upperBound))
    var rest: [UInt64] = []
    for number in emptied {
      new[number].takeAll { entry in
        var line = new.home(of: entry)
        if line >= first {
          while line < last {
            if new[line].add(entry) { return }
            line += 1
          }
        }
        rest.append(entry)
      }
    }
    return rest
  }
}
