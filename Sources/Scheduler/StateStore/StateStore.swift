import Synchronization

/// Every state found so far, by number, and a hash table over them; workers add to it side by side.
///
/// A view of a ``StateArena`` and a ``StateTable``: it adds the width of a state, for which the look-ups of
/// a search are compiled anew. What comes after a search needs no such code, and takes ``withAnyWidth``.
///
/// Memory order: a worker writes a record into numbers of its own and then publishes the entry with
/// a releasing compare-and-swap; whoever sees the entry loaded it acquiring, and so sees the record.
/// A place goes from 0 to its entry once and stays. Of two workers that add one state, the loser of
/// the swap looks at the winner's entry again, and its own record is overwritten by its next one. The
/// table grows only while all workers wait in a ``CompletionBarrier``.
struct StateStore<W: Width>: Sendable {
  let width: W
  let arena: StateArena
  let table: StateTable

  /// `mostLines` is how long the table can become, at most 2^29.
  init(width: W, mostLines: Int = 1 << 29) {
    self.width = width
    arena = StateArena(stateWords: width.words)
    table = StateTable(mostLines: mostLines)
  }

  /// Shows a store that there is already.
  private init(width: W, arena: StateArena, table: StateTable) {
    (self.width, self.arena, self.table) = (width, arena, table)
  }

  /// The same states, for code that is compiled once for all widths.
  var withAnyWidth: StateStore<AnyWidth> {
    StateStore<AnyWidth>(width: AnyWidth(words: width.words), arena: arena, table: table)
  }

  /// The words from one state to the next; computed, so that it is a constant where the width is one.
  @inline(__always) var recordWords: Int { width.words &+ 1 }
  /// How many states there are.
  var count: Int { table.count }
  /// Beyond every number in use; a few numbers below it may stand for no state.
  var numbers: Int { arena.numbers }
  /// The most states.
  var limit: Int { min(arena.capacity, table.capacity) }
  /// Bytes in use by records and table.
  var bytes: Int { arena.bytes + table.bytes }

  /// Where state `number` lies.
  @inline(__always) func state(_ number: Int) -> Words {
    arena.records.base + number &* recordWords
  }

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

  // MARK: - Adding

  /// The entry at a place, counted in words of the table.
  @inline(__always) func entry(at place: UInt32) -> UnsafeMutablePointer<Atomic<UInt64>> {
    table.line(Int(place) &>> TableLine.logOfWords).entry(Int(place) & (TableLine.words &- 1))
  }

  /// The number of a state equal to `words`, which is added with the next number of `allotment` when
  /// there is none.
  ///
  /// Room must have been claimed. `parent` is the step that leads there.
  @inline(__always)
  func insert(
    _ words: Words, hash: UInt64, from parent: Parent, _ level: InsertionMode,
    into allotment: inout StateNumberBlock
  ) -> (number: Int, isNew: Bool) {
    let lines = table.lines.load(ordering: .relaxed)
    var home = StateTable.home(hash, lines)
    while true {
      let line = table.line(home)
      var place = line.start(hash)
      while place < TableLine.places {
        var entry = line.entry(place).pointee.load(ordering: .acquiring)
        if entry == 0 {
          let number = write(words, parent, level, &allotment)
          entry = publish(StateTable.entry(hash, number), in: line.entry(place), level)
          if entry == 0 {
            line.mark(place, hash)
            allotment.advance()
            return (number, true)
          }
        }
        if (entry ^ hash) &>> 32 == 0 {
          let number = StateTable.number(in: entry)
          if width.equal(state(number), words) {
            arrive(at: number, from: parent, level)
            return (number, false)
          }
        }
        place &+= 1
      }
      home = table.next(home, lines)
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
    allotment.refill(arena.allot(level.portion))
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
    _ = table.claim(1)
    _ = insert(words, hash: width.hash(words), from: Parent(bits: 0), level, into: &allotment)
    table.settle(claim: 1, added: 1)
  }
}
