import Synchronization

/// Every state found so far, by number, and a hash table over them; workers add to it side by side.
///
/// States lie one after another in memory that never moves; the same memory is the queue of the
/// breadth-first search. A table slot is a 32-bit tag, the high half of the hash, and the state's number
/// plus one. Slots come in lines of eight, which are cache lines: the tag as a fraction of 2^32 says
/// which line it is, so that hashes lie in the table in order, however long it is, and it can grow in place. A
/// line is filled from its start; what finds a full one goes on to the next.
///
/// Memory order: a worker writes a state and its parent into numbers of its own and then publishes
/// the slot with a releasing compare-and-swap; whoever sees the slot loaded it acquiring, and so sees the
/// state. A slot goes from 0 to its entry once and stays. Of two workers that add one state, the loser of
/// the swap looks at the winner's slot again, and its own state is overwritten by its next one. The
/// table grows only while all workers wait in a ``Rendezvous``.
final class StateStore<W: Width>: @unchecked Sendable {
  let width: W
  /// The words from one state to the next.
  let recordWords: Int
  private let arena: ReservedMemory<UInt64>
  let table: ReservedMemory<UInt64>
  /// The most numbers: they have 32 bits, and address space may be short.
  let limit: Int

  /// How many lines the table has.
  let lines = Atomic<Int>(512)
  private let used = Atomic<Int>(0)
  private let found = Atomic<Int>(0)
  /// States, and those that workers may be about to add.
  private let claimed = Atomic<Int>(0)
  /// Entries that wait for the table to have grown.
  let aside = Mutex<[UInt64]>([])

  init(width: W) {
    self.width = width
    let most = Int(UInt32.max) - 1
    recordWords = width.words + 1
    arena = ReservedMemory(capacity: most * recordWords)
    table = ReservedMemory(capacity: 1 << 33)
    limit = min(most, arena.capacity / recordWords, table.capacity / 2)
    arena.preferLargePages()
    table.preferLargePages()
  }

  /// How many states there are.
  var count: Int { found.load(ordering: .relaxed) }
  /// Beyond every number in use; a few numbers below it may stand for no state.
  var numbers: Int { used.load(ordering: .relaxed) }
  var capacity: Int { lines.load(ordering: .relaxed) * 8 }
  /// Bytes in use by states, their parents and the table.
  var bytes: Int { (numbers * recordWords + capacity) * MemoryLayout<UInt64>.stride }
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
  func arrive(at number: Int, from parent: Parent, _ level: Insertions) {
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

  /// The first place of the line where the search for a hash starts.
  @inline(__always) func firstPlace(_ hash: UInt64, _ lines: Int) -> Int {
    Int(truncatingIfNeeded: ((hash &>> 32) &* UInt64(truncatingIfNeeded: lines)) &>> 32) &* 8
  }

  @inline(__always)
  func slot(_ place: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    UnsafeMutableRawPointer(table.base + place)
      .assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  /// The last entry of a line with the tag of a hash, 0 if there is none, and how many entries the
  /// line has.
  ///
  /// Looks at all eight: cheaper than to mispredict at which one to stop.
  @inline(__always) func look(at line: Int, for hash: UInt64) -> (entry: UInt64, count: Int) {
    var (found, count): (UInt64, Int) = (0, 0)
    var place = line
    while place < line &+ 8 {
      let entry = slot(place).pointee.load(ordering: .acquiring)
      found = (entry ^ hash) &>> 32 == 0 ? entry : found
      count &+= entry == 0 ? 0 : 1
      place &+= 1
    }
    return (found, count)
  }

  /// Reserves room in the table for `more` states; false when it has to grow first.
  func claim(_ more: Int) -> Bool {
    let total = claimed.add(more, ordering: .relaxed).newValue
    if hasRoom(for: total) { return true }
    claimed.subtract(more, ordering: .relaxed)
    return false
  }

  /// Whether the table is large enough for `states` states; three fifths of it are filled.
  func hasRoom(for states: Int) -> Bool { states * 5 <= capacity * 3 }

  /// Says how many states came of a claim.
  func settle(claim: Int, added: Int) {
    claimed.subtract(claim - added, ordering: .relaxed)
    found.add(added, ordering: .relaxed)
  }

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
    _ words: Words, hash: UInt64, from parent: Parent, _ level: Insertions,
    into allotment: inout Allotment
  ) -> (number: Int, isNew: Bool) {
    let lines = lines.load(ordering: .relaxed)
    var place = firstPlace(hash, lines)
    let line = look(at: place, for: hash)
    if line.entry == 0 { place &+= line.count }
    while true {
      // Around the table's corner.
      if place == lines &* 8 { place = 0 }
      var entry = slot(place).pointee.load(ordering: .acquiring)
      if entry == 0 {
        if allotment.isEmpty { allotment.refill(allot(level.portion)) }
        let number = allotment.next
        let record = state(number)
        width.copy(words, to: record)
        record[width.words] = UInt64(parent.bits)
        let new = hash & ~0xffff_ffff | UInt64(truncatingIfNeeded: number &+ 1)
        // Alone, there is nobody to lose against, and a store is much cheaper than a swap.
        if !level.isShared {
          slot(place).pointee.store(new, ordering: .relaxed)
          allotment.advance()
          return (number, true)
        }
        let result = slot(place).pointee.compareExchange(
          expected: 0, desired: new, successOrdering: .releasing, failureOrdering: .acquiring)
        if result.exchanged {
          allotment.advance()
          return (number, true)
        }
        entry = result.original
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
  }

  /// Adds the initial state, to which no step has led yet, as number 0.
  func insertFirst(_ words: Words) {
    var allotment = Allotment()
    let level = Insertions(firstNew: 0, portion: 1, isShared: false)
    _ = claim(1)
    _ = insert(words, hash: width.hash(words), from: Parent(bits: 0), level, into: &allotment)
    settle(claim: 1, added: 1)
  }

  @inline(__always) static func number(in entry: UInt64) -> Int {
    Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
  }
}
