import Testing

@testable import Scheduler

/// Looking batches up in the table of states, where marks and tags coincide or are missing.
@Suite struct LookupTests {
  private let successors = Successors(of: Counters([1]).system(), batch: 4)
  private let lookups = LookupBatch(stateWords: 1)

  /// Looks states up, and adds those that are new, as a worker does; returns their numbers.
  private func add(
    _ states: [(value: UInt64, hash: UInt64)], to store: StateStore,
    isShared: Bool = false, _ block: inout StateNumberBlock
  ) -> [(number: Int, isNew: Bool)] {
    let level = InsertionMode(firstNew: 0, portion: 64, isShared: isShared)
    while !store.table.claim(states.count) { store.table.grow() }
    let origins = successors.states.row
    successors.expand(origins, 0)
    for state in states {
      let index = successors.append(origin: 0, thread: 0, choice: 0)
      (successors.state(index)[0], successors.hashes[index]) = state
    }
    let count = lookups.add(successors, from: origins, 1, to: store, level, &block)
    store.table.settle(claim: states.count, added: count)
    var added = Set((0..<count).map { Int(lookups.added[$0]) })
    return states.indices.map { index in
      let number = Int(lookups.numbers[index]) - 1
      return (number, added.remove(number) != nil)
    }
  }

  /// The state that is looked up has been published, and its mark is not there yet; an entry
  /// behind it has the same one.
  @Test(arguments: [0, 1, 7, 127] as [UInt64], [0, 1])
  func `a published state whose mark is still missing is not added twice`(
    mark: UInt64, line: Int
  ) {
    let store = StateStore(stateWords: 1)
    var block = StateNumberBlock()
    // A full line first, if the two are to be in the next one.
    for filler in 0..<UInt64(line * TableLine.slots) {
      let hash = 0x1000 | (mark + 16 + filler) % 128
      #expect(add([(1000 + filler, hash << 32)], to: store, &block)[0].isNew)
    }
    let wanted = (value: UInt64(1), hash: (0x100 | mark) << 32)
    let first = add([wanted], to: store, &block)[0]
    #expect(first.isNew && add([(2, (0x200 | mark) << 32)], to: store, &block)[0].isNew)
    let marks = store.table.memory.base + line * TableLine.words + TableLine.slots
    #expect(marks.pointee & 0xffff == 0x8080 | mark << 8 | mark)
    marks.pointee &= ~0xff
    for isShared in [false, true] {
      let again = add([wanted], to: store, isShared: isShared, &block)[0]
      #expect(!again.isNew && again.number == first.number)
    }
  }

  @Test(arguments: 0..<25)
  func `batches of states with few marks or tags agree with a dictionary`(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let store = StateStore(stateWords: 1)
    var block = StateNumberBlock()
    var numbers: [UInt64: Int] = [:]
    let marks: UInt64 = [0x00, 0x01, 0x03, 0x40, 0x7f][seed % 5]
    let tags: UInt64 = [0xffff_ffff, 0xff00_0fff, 0x0000_ffff, 0xf000_00ff, 0x8000_ff00][seed / 5]
    func hash(_ value: UInt64) -> UInt64 {
      ((value &* 0x9e37_79b9_7f4a_7c15) >> 20 & tags & (~0x7f | marks)) << 32
    }
    for _ in 0..<60 {
      let batch = (0...random.pick(below: 50)).map { _ in UInt64(random.pick(below: 1500)) }
      let results = add(batch.map { ($0, hash($0)) }, to: store, &block)
      for (value, result) in zip(batch, results) {
        #expect(result.isNew == (numbers[value] == nil))
        #expect(numbers[value, default: result.number] == result.number)
        numbers[value] = result.number
      }
    }
    #expect(store.count == numbers.count)
  }
}
