/// Every state found so far, by number, and a hash table over them; workers add to it side by
/// side.
///
/// Functions that compare or copy states take a ``Width``: in a search, it is a constant.
///
/// Memory order: a worker writes a record into numbers of its own and then publishes the entry
/// with a releasing compare-and-swap; whoever sees the entry loaded it acquiring, and so sees the
/// record. A slot goes from 0 to its entry once and stays. Of two workers that add one state, the
/// loser of the swap looks at the winner's entry again, and its own record is overwritten by its
/// next one. The table grows only while all workers wait in a ``CompletionBarrier``.
struct StateStore: Sendable {
  let arena: StateArena
  let table: StateTable

  init(
    stateWords: Int, room: StoreRoom = StoreRoom(), in space: AddressSpace = AddressSpace(nil)
  ) {
    arena = StateArena(stateWords: stateWords, most: room.records, in: space)
    table = StateTable(mostLines: room.lines, in: space)
  }

  /// Gives the address space back that further states would need: none will come.
  func trim() {
    arena.trim()
    table.trim()
  }

  /// The number of words of a state, as code takes it that is compiled once for all numbers.
  var width: AnyWidth { @inline(__always) get { AnyWidth(words: arena.stateWords) } }
  /// How many states there are.
  var count: Int { table.count }
  /// Beyond every number in use; a few numbers below it may stand for no state.
  var numbers: Int { arena.numbers }
  /// The most states.
  var limit: Int { min(arena.capacity, table.capacity) }
  /// Bytes in use by records and table.
  var bytes: Int { arena.bytes + table.bytes }

  /// Where state `number` lies.
  @inline(__always) func state(_ number: Int) -> StateRef { arena.states(from: number).first }

  /// Whether one state's words come before another's; decides between states of one level, because
  /// numbers differ from run to run.
  func precedes(_ left: Int, _ right: Int) -> Bool {
    let (left, right) = (state(left), state(right))
    for index in 0..<arena.stateWords where left[index] != right[index] {
      return left[index] < right[index]
    }
    return false
  }

  // MARK: - Bookkeeping of a state

  @inline(__always)
  private func bookkeeping(of number: Int) -> UnsafeMutablePointer<UInt64> {
    state(number).pointer + arena.stateWords
  }

  /// The smallest of the steps that lead from one level before to state `number`.
  func parent(of number: Int) -> Parent {
    Parent(bits: UInt32(truncatingIfNeeded: bookkeeping(of: number).pointee))
  }

  /// The place in the ``StepLog`` of the steps from state `number`; 0 if there are none.
  @inline(__always) func steps(from number: Int) -> Int {
    Int(truncatingIfNeeded: bookkeeping(of: number).pointee &>> 32)
  }

  /// Notes where the steps from state `number` are; for the worker that expands it.
  @inline(__always) func keepSteps(from number: Int, at place: Int) {
    let word = bookkeeping(of: number)
    word.pointee = word.pointee & 0xffff_ffff | UInt64(truncatingIfNeeded: place) &<< 32
  }

  // MARK: - Single states

  /// The number of the state equal to `words`, if it was added.
  func find(_ words: StateRef, hash: UInt64) -> Int? {
    let (lines, width) = (table.lines, width)
    var number = lines.home(of: hash)
    while true {
      let line = lines[number]
      for slot in line.start(hash)..<TableLine.slots {
        let entry = line.entry(slot).load()
        if entry == 0 { return nil }
        if TableLine.hasTag(entry, of: hash) {
          let found = TableLine.number(in: entry)
          if width.equal(state(found), words) { return found }
        }
      }
      number = lines.next(number)
    }
  }

  /// The number of a state equal to `words`, which is added with the next number of `block` when
  /// there is none.
  ///
  /// Room must have been claimed. `parent` is the step that leads there.
  func insert(
    _ words: StateRef, hash: UInt64, from parent: Parent, _ level: InsertionMode,
    into block: inout StateNumberBlock
  ) -> (number: Int, isNew: Bool) {
    insert(words, hash: hash, from: parent, level, into: &block, width)
  }

  /// Adds the initial state, to which no step has led yet, as number 0.
  func insertFirst(_ words: StateRef) {
    var block = StateNumberBlock()
    let level = InsertionMode(firstNew: 0, portion: 1, isShared: false)
    _ = table.claim(1)
    _ = insert(words, hash: width.hash(words), from: Parent(bits: 0), level, into: &block)
    table.settle(claim: 1, added: 1)
  }
}

/// Adding states whose number of words may be a constant.
extension StateStore {
  @inline(__always) private func state<W: Width>(_ number: Int, _ width: W) -> StateRef {
    arena.states(from: number, width).first
  }

  /// Does what ``insert(_:hash:from:_:into:)`` does.
  @inline(__always)
  func insert<W: Width>(
    _ words: StateRef, hash: UInt64, from parent: Parent, _ level: InsertionMode,
    into block: inout StateNumberBlock, _ width: W
  ) -> (number: Int, isNew: Bool) {
    let lines = table.lines
    var number = lines.home(of: hash)
    while true {
      let line = lines[number]
      var slot = line.start(hash)
      while slot < TableLine.slots {
        var entry = line.entry(slot).acquire()
        if entry == 0 {
          let new = write(words, parent, level, &block, width)
          entry = publish(TableLine.entry(hash, number: new), in: line.entry(slot), level)
          if entry == 0 {
            line.mark(slot, hash)
            block.advance()
            return (new, true)
          }
        }
        if TableLine.hasTag(entry, of: hash) {
          let found = TableLine.number(in: entry)
          if width.equal(state(found, width), words) {
            arrive(at: found, from: parent, level, width)
            return (found, false)
          }
        }
        slot &+= 1
      }
      number = lines.next(number)
    }
  }

  /// Adds a state in a slot of the table, if that is still empty; otherwise does what
  /// ``insert(_:hash:from:_:into:)`` does.
  @inline(__always)
  func insert<W: Width>(
    _ words: StateRef, hash: UInt64, inSlot slot: UInt32, from parent: Parent,
    _ level: InsertionMode,
    into block: inout StateNumberBlock, _ width: W
  ) -> (number: Int, isNew: Bool) {
    let lines = table.lines
    let entry = lines.entry(inSlot: slot)
    // Relaxed, as nothing is read by what it says.
    if entry.load() == 0 {
      let number = write(words, parent, level, &block, width)
      if publish(TableLine.entry(hash, number: number), in: entry, level) == 0 {
        lines.line(ofSlot: slot).mark(Int(slot) & (TableLine.words &- 1), hash)
        block.advance()
        return (number, true)
      }
    }
    return insert(words, hash: hash, nearSlot: slot, from: parent, level, into: &block, width)
  }

  /// Adds a state if there is none in a slot of the table, which is not empty, nor elsewhere.
  ///
  /// A function of its own: few steps of a batch lead to a state that another one has just led to.
  @inline(never)
  private func insert<W: Width>(
    _ words: StateRef, hash: UInt64, nearSlot slot: UInt32, from parent: Parent,
    _ level: InsertionMode, into block: inout StateNumberBlock, _ width: W
  ) -> (number: Int, isNew: Bool) {
    let entry = table.lines.entry(inSlot: slot).acquire()
    if TableLine.hasTag(entry, of: hash) {
      let found = TableLine.number(in: entry)
      if width.equal(state(found, width), words) {
        arrive(at: found, from: parent, level, width)
        return (found, false)
      }
    }
    return insert(words, hash: hash, from: parent, level, into: &block, width)
  }

  /// Writes a state's record, and returns its number, which is the next one of `block`.
  @inline(__always) private func write<W: Width>(
    _ words: StateRef, _ parent: Parent, _ level: InsertionMode, _ block: inout StateNumberBlock,
    _ width: W
  ) -> Int {
    if block.isEmpty { refill(&block, level) }
    let number = block.next
    let record = state(number, width)
    width.copy(words, to: record)
    (record.pointer + width.words).pointee = UInt64(parent.bits)
    return number
  }

  @inline(never) private func refill(_ block: inout StateNumberBlock, _ level: InsertionMode) {
    block.refill(arena.allot(level.portion))
  }

  /// Writes an entry into an empty slot; returns what another worker has written there before, or
  /// 0.
  @inline(__always) private func publish(
    _ entry: UInt64, in slot: SharedWord, _ level: InsertionMode
  ) -> UInt64 {
    // Alone, there is nobody to lose against, and a store is much cheaper than a swap.
    if !level.isShared {
      slot.store(entry)
      return 0
    }
    return slot.exchangeZero(for: entry)
  }

  /// Keeps the smallest parent of a state that is new in its level.
  ///
  /// A minimum does not depend on the order of workers, and nothing is read before they are done:
  /// relaxed swaps suffice.
  @inline(__always) func arrive<W: Width>(
    at number: Int, from parent: Parent, _ level: InsertionMode, _ width: W
  ) {
    if number < level.firstNew { return }
    let word = state(number, width).pointer + width.words
    // A new state has no steps yet: the upper half is 0.
    if level.isShared {
      SharedWord(word).formMinimum(UInt64(parent.bits))
    } else {
      word.pointee = min(word.pointee, UInt64(parent.bits))
    }
  }
}
