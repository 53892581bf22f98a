import Testing

@testable import Scheduler

/// States that outgrow their table several times, in states of every width.
@Suite struct TableGrowthTests {
  @Test(arguments: 0...7)
  func `counts are exact across doublings, whatever the width of a state`(padding: Int) {
    let counters = Counters([30, 30, 25], padding: padding)
    let system = counters.system()
    #expect(system.layout.wordCount == padding + 1)
    let counts = Explorer.explore(system).counts
    #expect(counts.states == 31 * 31 * 26)
    #expect(counts.transitions == 30 * 31 * 26 * 2 + 25 * 31 * 31)
    #expect(counts.depth == 86)
  }

  @Test func `every state is found again under its number`() {
    let store = StateStore(stateWords: 1)
    var block = StateNumberBlock()
    let memory = StateBuffer(1, words: 1)
    let words = memory[0]
    for round in 0..<2 {
      for value in 0..<100_000 {
        words[0] = UInt64(value) &* 0x9e37_79b9
        let hash = store.width.hash(words)
        let (number, isNew) = add(words, hash, to: store, &block)
        guard number == value, isNew == (round == 0), store.find(words, hash: hash) == value
        else {
          Issue.record("round \(round): state \(value) has number \(number)")
          return
        }
      }
    }
    #expect(store.count == 100_000)
  }

  /// Entries that all belong at the table's end are pushed around its corner.
  @Test func `hashes that crowd one end of the table survive its growth`() {
    let store = StateStore(stateWords: 1)
    var block = StateNumberBlock()
    let memory = StateBuffer(1, words: 1)
    let words = memory[0]
    func hash(_ value: Int) -> UInt64 {
      (value % 2 == 0 ? 0 : ~0 << 40) | UInt64(value) << 32 & 0xff_0000_0000
    }
    for value in 0..<2300 {
      words[0] = UInt64(value)
      _ = add(words, hash(value), to: store, &block)
    }
    for value in 0..<2300 {
      words[0] = UInt64(value)
      guard store.find(words, hash: hash(value)) == value,
        store.table.numbers(withTag: UInt32(hash(value) >> 38)).contains(value)
      else {
        Issue.record("state \(value) is lost")
        return
      }
    }
  }

  /// What is published is an entry; its mark follows, maybe after that of an entry behind it.
  @Test func `a slot whose mark is still missing is looked at`() {
    let words = OwnedBuffer<UInt64>(repeating: 0, count: TableLine.words)
    let line = TableLine(words.base)
    let hashes: [UInt64] = [1 << 32, 2 << 32, 3 << 32]
    for (slot, hash) in hashes.enumerated() {
      line.entry(slot).store(hash | 1)
    }
    line.mark(0, hashes[0])
    line.mark(2, hashes[2])
    #expect(hashes.map { line.start($0) } == [0, 1, 1])
    line.mark(1, hashes[1])
    #expect(hashes.map { line.start($0) } == [0, 1, 2])
    #expect(line.start(4 << 32) == 3)
    // The same mark as the first one's, but another tag.
    #expect([0, 1, 2, 4].map { line.start(0x81 << 32, from: $0) } == [0, 3, 3, 4])
  }

  @Test(arguments: [2, 3, 8])
  func `workers that find the same states at the same time add each once`(workers: Int) {
    let (rounds, states) = (60, 200)
    for round in 0..<rounds {
      let store = StateStore(stateWords: 1)
      #expect(store.table.claim(workers * states))
      let level = InsertionMode(firstNew: 0, portion: 4, isShared: true)
      let work: @Sendable (Int) -> Void = { worker in
        var block = StateNumberBlock()
        var added = 0
        let memory = StateBuffer(1, words: 1)
        let words = memory[0]
        for index in 0..<states {
          // A few lines only, so that all add to the same one, in two orders.
          let value = UInt64(worker % 2 == 0 ? index : index ^ 3)
          words[0] = value + 1
          let hash = (value / 5) << 55 | (value &* 37 & 0xff) << 32
          let parent = Parent(bits: UInt32(worker))
          let result = store.insert(words, hash: hash, from: parent, level, into: &block)
          added += result.isNew ? 1 : 0
        }
        store.table.settle(claim: states, added: added)
      }
      ThreadTeam.run(workers, work, absent: work)
      guard store.count == states else {
        Issue.record("round \(round): \(store.count) states instead of \(states)")
        return
      }
    }
  }

  /// Neither length is one that doubling comes to.
  @Test func `a table that can grow no more is not grown`() {
    func sized(lines: Int) -> StateStore {
      var room = StoreRoom()
      room.lines = lines
      return StateStore(stateWords: 1, room: room)
    }
    let store = sized(lines: 80)
    #expect(store.limit == 80 * 7 * 2 / 3)
    #expect(store.table.growthBytes == 0)
    let grows = sized(lines: 700)
    var block = StateNumberBlock()
    let memory = StateBuffer(1, words: 1)
    let words = memory[0]
    for value in 0..<grows.limit {
      words[0] = UInt64(value)
      #expect(add(words, grows.width.hash(words), to: grows, &block).isNew)
    }
    #expect(grows.count == 700 * 7 * 2 / 3 && grows.table.growthBytes == 0 && !grows.table.claim(1))
    for value in 0..<grows.limit {
      words[0] = UInt64(value)
      #expect(grows.find(words, hash: grows.width.hash(words)) == value)
    }
  }

  private func add(
    _ words: StateRef, _ hash: UInt64, to store: StateStore,
    _ block: inout StateNumberBlock
  ) -> (number: Int, isNew: Bool) {
    while !store.table.claim(1) { store.table.grow() }
    let level = InsertionMode(firstNew: 0, portion: 64, isShared: false)
    let result = store.insert(words, hash: hash, from: Parent(bits: 0), level, into: &block)
    store.table.settle(claim: 1, added: result.isNew ? 1 : 0)
    return result
  }
}
