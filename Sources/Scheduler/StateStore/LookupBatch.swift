/// Looks the successors of a batch of states up in a ``StateStore``, and adds those that are new.
///
/// The work is a row of loops of few instructions, in which nothing is mispredicted, so that many
/// loads are under way at once: by the time that a line of the table or a state is used, it is in
/// the cache. Each function below is one of these loops. Used by one worker, and again for each
/// batch.
final class LookupBatch {
  // The buffers are used by one worker, in innermost loops: a check at run time that nobody else
  // uses them would cost as much as the use.

  /// By successor: the slot of the table where it is or belongs.
  @exclusivity(unchecked) private var slots = OwnedBuffer<UInt32>(capacity: 0)
  /// By successor: the number of its state plus one, as far as it is known; otherwise 0.
  @exclusivity(unchecked) private(set) var numbers = OwnedBuffer<UInt32>(capacity: 0)
  /// The indices of the successors that the next loop is about.
  @exclusivity(unchecked) private var indices = OwnedBuffer<UInt32>(capacity: 0)
  /// The numbers of the states that the batch has added, in the order of the successors.
  @exclusivity(unchecked) private(set) var added = OwnedBuffer<UInt32>(capacity: 0)
  /// By place in the batch: the tag of the state's hash.
  @exclusivity(unchecked) private var tags = OwnedBuffer<UInt32>(capacity: 0)
  /// Keeps the optimiser from dropping the loads that only warm the cache.
  private var touched: UInt64 = 0
  private let loops: WidthLoops

  init(stateWords: Int) { loops = WidthLoops(words: stateWords) }

  /// Adds those of the successors that are new, and returns how many they are.
  ///
  /// `origins` are the states that the steps were taken from, `batch` of them. Afterwards
  /// ``numbers`` and ``added`` tell which states the successors are. Room must have been claimed
  /// in the table.
  func add(
    _ successors: Successors, from origins: StateRow, _ batch: Int, to store: StateStore,
    _ level: InsertionMode, _ block: inout StateNumberBlock
  ) -> Int {
    if slots.capacity < successors.capacity { grow(to: successors.capacity) }
    if tags.capacity < batch { tags.grow(to: batch) }
    return loops.add(self, successors, origins, batch, store, level, &block)
  }

  private func grow(to capacity: Int) {
    slots.grow(to: capacity)
    numbers.grow(to: capacity)
    indices.grow(to: capacity)
    added.grow(to: capacity)
  }

  // MARK: - Finding slots, whatever the number of words

  /// Notes for each hash the slot of the table where there is an entry with its tag, or the first
  /// empty one, and the number in that entry.
  ///
  /// Another state may have the same tag.
  fileprivate func findSlots(_ hashes: UnsafePointer<UInt64>, _ count: Int, in lines: TableLines) {
    loadHomeLines(hashes, count, lines)
    let lost = guessInHomeLines(hashes, count, lines)
    loadNextLines(hashes, lost, lines)
    guessInNextLines(hashes, lost, lines)
    searchForMistaken(hashes, readEntries(hashes, count, lines), lines)
  }

  private func loadHomeLines(
    _ hashes: UnsafePointer<UInt64>, _ count: Int, _ lines: TableLines
  ) {
    var sum: UInt64 = 0
    for index in 0..<count { sum ^= lines[lines.home(of: hashes[index])].touch() }
    touched ^= sum
  }

  /// Notes a likely slot for each; returns how many have none, and lists them.
  private func guessInHomeLines(
    _ hashes: UnsafePointer<UInt64>, _ count: Int, _ lines: TableLines
  ) -> Int {
    let (slots, indices) = (slots.base, indices.base)
    var lost = 0
    for index in 0..<count {
      let home = lines.home(of: hashes[index])
      let (slot, isFound) = lines[home].guess(hashes[index])
      slots[index] = TableLines.slot(slot, ofLine: home)
      indices[lost] = UInt32(truncatingIfNeeded: index)
      // Without a branch, which would often be mispredicted.
      lost &+= isFound ? 0 : 1
    }
    return lost
  }

  /// Most of those that have no slot have a full line, and are in the next one.
  private func loadNextLines(_ hashes: UnsafePointer<UInt64>, _ lost: Int, _ lines: TableLines) {
    let indices = indices.base
    var sum: UInt64 = 0
    for place in 0..<lost {
      sum ^= lines[lines.next(lines.home(of: hashes[Int(indices[place])]))].touch()
    }
    touched ^= sum
  }

  private func guessInNextLines(
    _ hashes: UnsafePointer<UInt64>, _ lost: Int, _ lines: TableLines
  ) {
    let (slots, indices) = (slots.base, indices.base)
    for place in 0..<lost {
      let index = Int(indices[place])
      let home = lines.home(of: hashes[index])
      if lines[home].start(hashes[index]) == TableLine.slots {
        let next = lines.next(home)
        slots[index] = TableLines.slot(lines[next].guess(hashes[index]).slot, ofLine: next)
      }
    }
  }

  /// Notes the number in each slot; returns how many slots have an entry with another tag, and
  /// lists them.
  ///
  /// The mark of another state may look the same, but hardly ever the tag.
  private func readEntries(
    _ hashes: UnsafePointer<UInt64>, _ count: Int, _ lines: TableLines
  ) -> Int {
    let (slots, numbers, indices) = (slots.base, numbers.base, indices.base)
    var mistaken = 0
    for index in 0..<count {
      let entry = lines.entry(inSlot: slots[index]).acquire()
      numbers[index] = UInt32(truncatingIfNeeded: entry)
      indices[mistaken] = UInt32(truncatingIfNeeded: index)
      // Without a branch, which would often be mispredicted.
      mistaken &+= (TableLine.hasTag(entry, of: hashes[index]) ? 0 : 1) & (entry == 0 ? 0 : 1)
    }
    return mistaken
  }

  private func searchForMistaken(
    _ hashes: UnsafePointer<UInt64>, _ mistaken: Int, _ lines: TableLines
  ) {
    for place in 0..<mistaken {
      let index = Int(indices[place])
      (slots[index], numbers[index]) = Self.search(for: hashes[index], from: slots[index], lines)
    }
  }

  /// The slot where there is an entry with the hash's tag, or the first where there is none at
  /// all, and what is in the lower half of it; the lines before that of `slot` are full of others.
  ///
  /// The line is searched from its start: ``TableLine/guess(_:)`` may have overlooked an entry
  /// whose mark is missing.
  private static func search(
    for hash: UInt64, from slot: UInt32, _ lines: TableLines
  ) -> (slot: UInt32, number: UInt32) {
    var number = Int(slot) &>> TableLine.logOfWords
    var first = 0
    while true {
      let line = lines[number]
      while true {
        let slot = line.start(hash, from: first)
        if slot == TableLine.slots { break }
        let entry = line.entry(slot).acquire()
        if entry == 0 || TableLine.hasTag(entry, of: hash) {
          return (TableLines.slot(slot, ofLine: number), UInt32(truncatingIfNeeded: entry))
        }
        first = slot &+ 1
      }
      number = lines.next(number)
      first = 0
    }
  }

  /// Lists the successors with a number or those without; returns how many they are.
  fileprivate func list(_ count: Int, areKnown: Bool) -> Int {
    let (numbers, indices) = (numbers.base, indices.base)
    let (known, unknown) = areKnown ? (1, 0) : (0, 1)
    var listed = 0
    for index in 0..<count {
      indices[listed] = UInt32(truncatingIfNeeded: index)
      listed &+= numbers[index] == 0 ? unknown : known
    }
    return listed
  }
}

/// The loops over the words of states; see ``WidthLoops``.
extension LookupBatch {
  /// Does what ``add(_:from:_:to:_:_:)`` does.
  @inline(__always)
  func add<W: Width>(
    _ successors: Successors, from origins: StateRow, _ batch: Int, to store: StateStore,
    _ level: InsertionMode, _ block: inout StateNumberBlock, _ width: W
  ) -> Int {
    let count = successors.count
    findSlots(successors.hashes.base, count, in: store.table.lines)
    tag(origins, batch, width)
    let known = list(count, areKnown: true)
    let states = store.arena.states(from: 0, width)
    loadStates(known, states, width)
    compare(successors, known, states, store, level, width)
    return insert(successors, list(count, areKnown: false), store, level, &block, width)
  }

  /// Notes by what states remember that a step has come from one of these.
  @inline(__always) private func tag<W: Width>(_ origins: StateRow, _ batch: Int, _ width: W) {
    let tags = tags.base
    for index in 0..<batch {
      let hash = width.hash(origins[index])
      tags[index] = Parent.tag(of: hash)
    }
  }

  /// Loads the states whose numbers have been found.
  @inline(__always)
  private func loadStates<W: Width>(_ known: Int, _ states: StateRow, _ width: W) {
    let (numbers, indices) = (numbers.base, indices.base)
    var sum: UInt64 = 0
    for place in 0..<known {
      let state = states[Int(numbers[Int(indices[place])]) &- 1]
      sum ^= state[0]
      // A state of several cache lines is compared to its end.
      if width.words > 2 { sum ^= state[width.words &- 1] }
    }
    touched ^= sum
  }

  /// Notes a step to each of the states found that are equal to a successor; forgets the numbers
  /// of the others.
  @inline(__always)
  private func compare<W: Width>(
    _ successors: Successors, _ known: Int, _ states: StateRow, _ store: StateStore,
    _ level: InsertionMode, _ width: W
  ) {
    let (row, steps) = (successors.states.row(width), successors.steps.base)
    let (numbers, indices, tags) = (numbers.base, indices.base, tags.base)
    for place in 0..<known {
      let index = Int(indices[place])
      let number = Int(numbers[index]) &- 1
      if width.equal(states[number], row[index]) {
        let parent = Parent(thread: steps[index].thread, tag: tags[steps[index].origin])
        store.arrive(at: number, from: parent, level, width)
      } else {
        numbers[index] = 0
      }
    }
  }

  /// Adds the listed successors, unless one before them is equal; returns how many are new.
  @inline(__always)
  private func insert<W: Width>(
    _ successors: Successors, _ unknown: Int, _ store: StateStore, _ level: InsertionMode,
    _ block: inout StateNumberBlock, _ width: W
  ) -> Int {
    let (row, steps) = (successors.states.row(width), successors.steps.base)
    let (hashes, slots, added) = (successors.hashes.base, slots.base, added.base)
    let (numbers, indices, tags) = (numbers.base, indices.base, tags.base)
    // As a local it stays in registers.
    var local = StateNumberBlock()
    swap(&local, &block)
    var count = 0
    for place in 0..<unknown {
      let index = Int(indices[place])
      let parent = Parent(thread: steps[index].thread, tag: tags[steps[index].origin])
      let (number, isNew) = store.insert(
        row[index], hash: hashes[index], inSlot: slots[index], from: parent,
        level, into: &local, width)
      numbers[index] = UInt32(truncatingIfNeeded: number &+ 1)
      added[count] = UInt32(truncatingIfNeeded: number)
      count &+= isNew ? 1 : 0
    }
    swap(&local, &block)
    return count
  }
}
