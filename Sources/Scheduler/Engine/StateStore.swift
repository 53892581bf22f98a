import Synchronization

/// Every state found so far, by number, and a hash table over them; workers add to it side by side.
///
/// Records lie one after another in memory that never moves; the same memory is the queue of the
/// breadth-first search. A record is a state's words and one more, its bookkeeping: looking a state
/// up has just brought that word into the cache. A table slot is a 32-bit tag, the high half of the
/// hash, and the state's number plus one; the slot's place comes from the hash's highest bits, so
/// that the table can double in place, in order. An entry whose place is taken goes to another one
/// of the same cache line, round and round, and only from a full line to the next.
///
/// Memory order: a worker writes a record into numbers of its own and then publishes the slot with
/// a releasing compare-and-swap; whoever sees the slot loaded it acquiring, and so sees the record.
/// A slot goes from 0 to its entry once and stays. Of two workers that add one state, the loser of
/// the swap looks at the winner's slot again, and its own record is overwritten by its next one. The
/// table grows only while all workers wait in a ``Rendezvous``.
final class StateStore<W: Width>: @unchecked Sendable {
  let width: W
  /// The words from one state to the next.
  let recordWords: Int
  private let arena: ReservedMemory<UInt64>
  let table: ReservedMemory<UInt64>
  /// The most numbers: they have 32 bits, and address space may be short.
  let limit: Int

  /// 64 less the logarithm of the table's capacity.
  private let shift = Atomic<UInt64>(64 - 12)
  private let used = Atomic<Int>(0)
  private let found = Atomic<Int>(0)
  /// States, and those that workers may be about to add.
  private let claimed = Atomic<Int>(0)

  init(width: W) {
    self.width = width
    recordWords = width.words + 1
    let most = Int(UInt32.max) - 1
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
  var capacity: Int { 1 << Int(64 - shift.load(ordering: .relaxed)) }
  /// Bytes in use by states and table.
  var bytes: Int { (numbers * recordWords + capacity) * MemoryLayout<UInt64>.stride }
  /// Bytes that the table's next doubling takes.
  var growthBytes: Int { capacity * MemoryLayout<UInt64>.stride }

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

  /// The number of steps that lead to state `number`.
  @inline(__always) func arrivals(at number: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: state(number)[width.words] &>> 32)
  }

  /// Counts one more step to a state, and keeps the smallest parent if it is new in its level.
  ///
  /// Both are sums and minima, so the order of workers does not matter, and nothing is read before
  /// the workers are done: relaxed swaps suffice.
  @inline(__always)
  func arrive(at number: Int, from parent: Parent, _ level: Insertions) {
    let word = state(number) + width.words
    let isNew = number >= level.firstNew
    guard level.isShared else {
      word.pointee = Self.arrived(word.pointee, from: parent, isNew)
      return
    }
    let shared = UnsafeMutableRawPointer(word).assumingMemoryBound(to: Atomic<UInt64>.self)
    var old = shared.pointee.load(ordering: .relaxed)
    while true {
      let (exchanged, original) = shared.pointee.weakCompareExchange(
        expected: old, desired: Self.arrived(old, from: parent, isNew), ordering: .relaxed)
      if exchanged { return }
      old = original
    }
  }

  @inline(__always)
  private static func arrived(_ word: UInt64, from parent: Parent, _ isNew: Bool) -> UInt64 {
    let next = word &+ 1 &<< 32
    if isNew && parent.bits < UInt32(truncatingIfNeeded: word) {
      return next & ~0xffff_ffff | UInt64(parent.bits)
    }
    return next
  }

  // MARK: - The table

  /// The place to look at after `place` for an entry whose first place is `home`.
  @inline(__always) func next(after place: UInt64, from home: UInt64, _ last: UInt64) -> UInt64 {
    let sameLine = place & ~7 | (place &+ 1) & 7
    if (sameLine ^ home) & 7 != 0 { return sameLine }
    return (sameLine &+ 8) & last
  }

  @inline(__always)
  private func slot(_ place: UInt64) -> UnsafeMutablePointer<Atomic<UInt64>> {
    UnsafeMutableRawPointer(table.base + Int(truncatingIfNeeded: place))
      .assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  /// Reserves room in the table for `more` states; false when it has to grow first.
  func claim(_ more: Int) -> Bool {
    let total = claimed.add(more, ordering: .relaxed).newValue
    if total * 5 <= capacity * 3 { return true }
    claimed.subtract(more, ordering: .relaxed)
    return false
  }

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
    let shift = shift.load(ordering: .relaxed)
    let last = UInt64.max &>> shift
    let home = hash &>> shift
    var place = home
    while true {
      var entry = slot(place).pointee.load(ordering: .acquiring)
      if entry == 0 {
        if allotment.isEmpty { allotment.refill(allot(level.portion)) }
        let number = allotment.next
        let record = state(number)
        width.copy(words, to: record)
        record[width.words] = 1 &<< 32 | UInt64(parent.bits)
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
      place = next(after: place, from: home, last)
    }
  }

  /// Adds the initial state, to which no step has led yet, as number 0.
  func insertFirst(_ words: Words) {
    var allotment = Allotment()
    let level = Insertions(firstNew: 0, portion: 1, isShared: false)
    _ = claim(1)
    _ = insert(words, hash: width.hash(words), from: Parent(bits: 0), level, into: &allotment)
    settle(claim: 1, added: 1)
    state(0)[width.words] = 0
  }

  /// The number of the state equal to `words`, if it was added.
  @inline(__always) func find(_ words: Words, hash: UInt64) -> Int? {
    let shift = shift.load(ordering: .relaxed)
    let last = UInt64.max &>> shift
    let home = hash &>> shift
    var place = home
    while true {
      let entry = table.base[Int(truncatingIfNeeded: place)]
      if entry == 0 { return nil }
      if (entry ^ hash) &>> 32 == 0 {
        let number = Self.number(in: entry)
        if width.equal(state(number), words) { return number }
      }
      place = next(after: place, from: home, last)
    }
  }

  /// The states whose hash starts with a tag.
  func numbers(withTag tag: UInt32) -> [Int] {
    let shift = shift.load(ordering: .relaxed)
    let last = UInt64.max &>> shift
    let smallest = UInt64(tag) << UInt64(64 - Parent.tagBits)
    let largest = smallest | UInt64.max >> UInt64(Parent.tagBits)
    var numbers: [Int] = []
    // In a large table, states with one tag start their search at several places.
    for home in smallest &>> shift...largest &>> shift {
      var place = home
      while true {
        let entry = table.base[Int(truncatingIfNeeded: place)]
        if entry == 0 { break }
        let number = Self.number(in: entry)
        let isOne = entry &>> UInt64(64 - Parent.tagBits) == UInt64(tag)
        if isOne && !numbers.contains(number) { numbers.append(number) }
        place = next(after: place, from: home, last)
      }
    }
    return numbers
  }

  /// Loads what looking up these hashes will need, so that the cache misses overlap: their lines of
  /// the table, then the states that may be the ones, which it notes as ``number(of:ifEqualTo:)`` asks.
  @inline(__always)
  func touch(
    _ hashes: UnsafeMutablePointer<UInt64>, count: Int, _ guesses: UnsafeMutablePointer<UInt32>
  ) -> UInt64 {
    let shift = shift.load(ordering: .relaxed)
    let last = UInt64.max &>> shift
    var sum: UInt64 = 0
    var index = 0
    while index < count {
      sum ^= slot(hashes[index] &>> shift).pointee.load(ordering: .relaxed)
      index &+= 1
    }
    index = 0
    while index < count {
      let home = hashes[index] &>> shift
      var place = home
      var entry = slot(place).pointee.load(ordering: .acquiring)
      while entry != 0 && (entry ^ hashes[index]) &>> 32 != 0 {
        place = next(after: place, from: home, last)
        entry = slot(place).pointee.load(ordering: .acquiring)
      }
      guesses[index] = UInt32(truncatingIfNeeded: entry)
      index &+= 1
    }
    // A loop of its own: nothing in it can be mispredicted, so many loads are under way at once.
    index = 0
    while index < count {
      // The initial state does as well as any when there is none.
      sum ^= state(Int(max(guesses[index], 1)) &- 1)[0]
      index &+= 1
    }
    return sum
  }

  /// The number that a guess stands for, if that state is equal to `words`.
  @inline(__always) func number(of guess: UInt32, ifEqualTo words: Words) -> Int? {
    if guess == 0 { return nil }
    let number = Int(guess) &- 1
    return width.equal(state(number), words) ? number : nil
  }

  func doubleCapacity() { shift.subtract(1, ordering: .relaxed) }

  /// The place where the search for an entry starts.
  @inline(__always) func home(of entry: UInt64) -> Int {
    let shift = shift.load(ordering: .relaxed)
    // Beyond 2^32 places the tag is too short and the hash is computed anew.
    let hash = shift >= 32 ? entry : width.hash(state(Self.number(in: entry)))
    return Int(truncatingIfNeeded: hash &>> shift)
  }

  @inline(__always) private static func number(in entry: UInt64) -> Int {
    Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
  }
}
