import Synchronization

/// Every state found so far, by number, and a hash table over them; workers add to it side by side.
///
/// Records lie one after another in memory that never moves; the same memory is the queue of the
/// breadth-first search. A record is a state's words and one more, its bookkeeping: looking a state
/// up has just brought that word into the cache. The table is a row of ``TableLine``s. The high half of a hash
/// as a fraction of 2^32 says in which line the search for it starts; so hashes lie in the table in
/// order, however long it is, and it can grow in place. What finds a line full goes on to the next.
///
/// Memory order: a worker writes a record into numbers of its own and then publishes the entry with
/// a releasing compare-and-swap; whoever sees the entry loaded it acquiring, and so sees the record.
/// A place goes from 0 to its entry once and stays. Of two workers that add one state, the loser of
/// the swap looks at the winner's entry again, and its own record is overwritten by its next one. The
/// table grows only while all workers wait in a ``CompletionBarrier``.
final class StateStore<W: Width>: @unchecked Sendable {
  let width: W
  /// The words from one state to the next; computed, so that it is a constant where the width is one.
  @inline(__always) var recordWords: Int { width.words &+ 1 }
  private let arena: ReservedMemory<UInt64>
  let table: ReservedMemory<UInt64>
  /// The most numbers: they have 32 bits, and address space may be short.
  let limit: Int
  /// How long the table can become.
  let mostLines: Int

  /// How many lines the table has.
  let lines = Atomic<Int>(0)
  private let used = Atomic<Int>(0)
  private let found = Atomic<Int>(0)
  /// States, and those that workers may be about to add.
  private let claimed = Atomic<Int>(0)
  /// Entries that wait for the table to have grown.
  let aside = Mutex<[UInt64]>([])

  /// `mostLines` is how long the table can become, at most 2^29, because look-ups note its places in 32
  /// bits; address space may be shorter.
  init(width: W, mostLines: Int = 1 << 29) {
    self.width = width
    let most = Int(UInt32.max) - 1
    arena = ReservedMemory(capacity: most * (width.words + 1))
    table = ReservedMemory(capacity: mostLines * TableLine.words)
    let longest = min(mostLines, table.capacity / TableLine.words)
    limit = min(most, arena.capacity / (width.words + 1), Self.room(in: longest))
    self.mostLines = longest
    lines.store(min(512, longest), ordering: .relaxed)
  }

  /// How many states there are.
  var count: Int { found.load(ordering: .relaxed) }
  /// Beyond every number in use; a few numbers below it may stand for no state.
  var numbers: Int { used.load(ordering: .relaxed) }
  /// Bytes in use by records and table.
  var bytes: Int {
    (numbers * recordWords + lines.load(ordering: .relaxed) * TableLine.words) * 8
  }
  /// Bytes that the table takes more when it has grown once more.
  var growthBytes: Int { (nextLines - lines.load(ordering: .relaxed)) * 64 }

  /// Where state `number` lies.
  @inline(__always) func state(_ number: Int) -> Words { arena.base + number &* recordWords }

  /// Whether one state's words come before another's; decides between states of one level, because
  /// numbers differ from run to run.
  func precedes(_ left: Int, _ right: Int) -> Bool {
    let (left, right) = (state(left), state(right))
    for index in 0..<width.words where left[index] != right[index] {
      return left[index] < right[index]
    }
    return false
  }

  /// The highest bits of a state's hash, by which its successors remember it.
  @inline(__always) func parentTag(of number: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: width.hash(state(number)) &>> UInt64(64 - Parent.tagBits))
  }

  // MARK: - Bookkeeping of a state

  /// The smallest of the steps that lead from one level before to state `number`.
  func parent(of number: Int) -> Parent {
    Parent(bits: UInt32(truncatingIfNeeded: state(number)[width.words]))
  }

  /// The place in the ``StepLog`` of the steps from state `number`; 0 if there are none.
  @inline(__always) func steps(from number: Int) -> Int {
    Int(truncatingIfNeeded: state(number)[width.words] &>> 32)
  }

  /// Notes where the steps from state `number` are; for the worker that expands it.
  @inline(__always) func keepSteps(from number: Int, at place: Int) {
    let word = state(number) + width.words
    word.pointee = word.pointee & 0xffff_ffff | UInt64(truncatingIfNeeded: place) &<< 32
  }

  /// Keeps the smallest parent of a state that is new in its level.
  ///
  /// A minimum does not depend on the order of workers, and nothing is read before they are done:
  /// relaxed swaps suffice.
  @inline(__always)
  func arrive(at number: Int, from parent: Parent, _ level: InsertionMode) {
    if number < level.firstNew { return }
    let word = state(number) + width.words
    // A new state has no steps yet: the upper half is 0.
    guard level.isShared else {
      word.pointee = min(word.pointee, UInt64(parent.bits))
      return
    }
    let shared = UnsafeMutableRawPointer(word).assumingMemoryBound(to: Atomic<UInt64>.self)
    if UInt64(parent.bits) < shared.pointee.load(ordering: .relaxed) {
      shared.pointee.min(UInt64(parent.bits), ordering: .relaxed)
    }
  }

  // MARK: - The table

  /// The number of the line where the search for a hash starts, in a table of `lines` lines.
  @inline(__always) static func home(_ hash: UInt64, _ lines: Int) -> Int {
    Int(truncatingIfNeeded: ((hash &>> 32) &* UInt64(truncatingIfNeeded: lines)) &>> 32)
  }

  @inline(__always) func line(_ number: Int) -> TableLine {
    TableLine(table.base + number &* TableLine.words)
  }

  /// The entry at a place, counted in words of the table.
  @inline(__always) func entry(at place: UInt32) -> UnsafeMutablePointer<Atomic<UInt64>> {
    line(Int(place) &>> TableLine.logOfWords).entry(Int(place) & (TableLine.words &- 1))
  }

  /// The number of the line after another one, around the table's corner.
  @inline(__always) func next(_ line: Int, _ lines: Int) -> Int {
    line &+ 1 == lines ? 0 : line &+ 1
  }

  /// Reserves room in the table for `more` states; false when it has to grow first.
  func claim(_ more: Int) -> Bool {
    let total = claimed.add(more, ordering: .relaxed).newValue
    if hasRoom(for: total) { return true }
    claimed.subtract(more, ordering: .relaxed)
    return false
  }

  /// Whether the table is large enough for `states` states.
  func hasRoom(for states: Int) -> Bool {
    states <= Self.room(in: lines.load(ordering: .relaxed))
  }

  /// How many states a table of `lines` lines is filled with: two thirds.
  private static func room(in lines: Int) -> Int { lines * TableLine.places * 2 / 3 }

  /// Says how many states came of a claim.
  func settle(claim: Int, added: Int) {
    claimed.subtract(claim - added, ordering: .relaxed)
    found.add(added, ordering: .relaxed)
  }

  /// Makes the system provide memory for the states after one.
  func provide(beyond number: Int) { arena.provide(beyond: number * recordWords) }

  /// Fresh numbers for a worker.
  func allot(_ count: Int) -> Range<Int> {
    let end = used.add(count, ordering: .relaxed).newValue
    return end - count..<end
  }

  /// All the numbers that are left, for a worker that is alone; see ``takeBack(from:)``.
  func allotRest() -> Range<Int> { numbers..<limit }

  /// Ends ``allotRest()``: numbers below `end` have been used.
  func takeBack(from end: Int) { used.store(max(end, numbers), ordering: .relaxed) }

  /// The number of a state equal to `words`, which is added with the next number of `allotment` when
  /// there is none.
  ///
  /// Room must have been claimed. `parent` is the step that leads there.
  @inline(__always)
  func insert(
    _ words: Words, hash: UInt64, from parent: Parent, _ level: InsertionMode,
    into allotment: inout StateNumberBlock
  ) -> (number: Int, isNew: Bool) {
    let lines = lines.load(ordering: .relaxed)
    var home = Self.home(hash, lines)
    while true {
      let line = line(home)
      var place = line.start(hash)
      while place < TableLine.places {
        var entry = line.entry(place).pointee.load(ordering: .acquiring)
        if entry == 0 {
          let number = write(words, parent, level, &allotment)
          entry = publish(Self.entry(hash, number), in: line.entry(place), level)
          if entry == 0 {
            line.mark(place, hash)
            allotment.advance()
            return (number, true)
          }
        }
        if (entry ^ hash) &>> 32 == 0 {
          let number = Self.number(in: entry)
          if width.equal(state(number), words) {
            arrive(at: number, from: parent, level)
            return (number, false)
          }
        }
        place &+= 1
      }
      home = next(home, lines)
    }
  }

  /// Writes a state's record, and returns its number, which is the next one of `allotment`.
  @inline(__always) func write(
    _ words: Words, _ parent: Parent, _ level: InsertionMode, _ allotment: inout StateNumberBlock
  ) -> Int {
    if allotment.isEmpty { refill(&allotment, level) }
    let number = allotment.next
    let record = state(number)
    width.copy(words, to: record)
    record[width.words] = UInt64(parent.bits)
    return number
  }

  @inline(never) private func refill(_ allotment: inout StateNumberBlock, _ level: InsertionMode) {
    allotment.refill(allot(level.portion))
  }

  /// Writes an entry into an empty place; returns what another worker has written there before, or 0.
  @inline(__always) func publish(
    _ entry: UInt64, in place: UnsafeMutablePointer<Atomic<UInt64>>, _ level: InsertionMode
  ) -> UInt64 {
    // Alone, there is nobody to lose against, and a store is much cheaper than a swap.
    if !level.isShared {
      place.pointee.store(entry, ordering: .relaxed)
      return 0
    }
    return place.pointee.compareExchange(
      expected: 0, desired: entry, successOrdering: .releasing, failureOrdering: .acquiring
    ).original
  }

  /// Adds the initial state, to which no step has led yet, as number 0.
  func insertFirst(_ words: Words) {
    var allotment = StateNumberBlock()
    let level = InsertionMode(firstNew: 0, portion: 1, isShared: false)
    _ = claim(1)
    _ = insert(words, hash: width.hash(words), from: Parent(bits: 0), level, into: &allotment)
    settle(claim: 1, added: 1)
  }

  @inline(__always) static func entry(_ hash: UInt64, _ number: Int) -> UInt64 {
    hash & ~0xffff_ffff | UInt64(truncatingIfNeeded: number &+ 1)
  }

  @inline(__always) static func number(in entry: UInt64) -> Int {
    Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
  }
}
