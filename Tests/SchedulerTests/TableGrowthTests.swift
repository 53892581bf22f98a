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
    let store = StateStore(width: Exactly<1>())
    var allotment = Allotment()
    let words = Words.allocate(capacity: 1)
    defer { words.deallocate() }
    for round in 0..<2 {
      for value in 0..<100_000 {
        words[0] = UInt64(value) &* 0x9e37_79b9
        let hash = store.width.hash(words)
        let (number, isNew) = add(words, hash, to: store, &allotment)
        guard number == value, isNew == (round == 0), store.find(words, hash: hash) == value
        else {
          Issue.record("round \(round): state \(value) has number \(number)")
          return
        }
      }
    }
    #expect(store.count == 100_000)
  }

  /// A line is filled by one worker while the other one looks through it for the same states.
  @Test func `two workers that add the same states at once add each of them once`() {
    let (lines, perLine) = (400, 6)
    for round in 0..<1500 {
      let store = StateStore(width: Exactly<1>())
      #expect(store.claim(lines * perLine))
      Crew.run(
        2,
        { _ in
          var allotment = Allotment()
          let words = Words.allocate(capacity: 1)
          defer { words.deallocate() }
          let level = Insertions(firstNew: 0, portion: 64, isShared: true)
          var added = 0
          for line in 0..<lines {
            for place in 0..<perLine {
              words[0] = UInt64(line * perLine + place)
              let hash = UInt64(line) << 55 | UInt64(place + 1) << 32
              let parent = Parent(thread: 0, tag: 0)
              if store.insert(words, hash: hash, from: parent, level, into: &allotment).isNew {
                added += 1
              }
            }
          }
          store.settle(claim: lines * perLine / 2, added: added)
        }, absent: { _ in })
      guard store.count == lines * perLine else {
        Issue.record("round \(round): \(store.count) states")
        return
      }
    }
  }

  /// Entries that all belong at the table's end are pushed around its corner.
  @Test func `hashes that crowd one end of the table survive its growth`() {
    let store = StateStore(width: Exactly<1>())
    var allotment = Allotment()
    let words = Words.allocate(capacity: 1)
    defer { words.deallocate() }
    func hash(_ value: Int) -> UInt64 {
      (value % 2 == 0 ? 0 : ~0 << 40) | UInt64(value) << 32 & 0xff_0000_0000
    }
    for value in 0..<6000 {
      words[0] = UInt64(value)
      _ = add(words, hash(value), to: store, &allotment)
    }
    for value in 0..<6000 {
      words[0] = UInt64(value)
      guard store.find(words, hash: hash(value)) == value,
        store.numbers(withTag: UInt32(hash(value) >> 38)).contains(value)
      else {
        Issue.record("state \(value) is lost")
        return
      }
    }
  }

  private func add(
    _ words: Words, _ hash: UInt64, to store: StateStore<Exactly<1>>,
    _ allotment: inout Allotment
  ) -> (number: Int, isNew: Bool) {
    while !store.claim(1) { store.grow() }
    let level = Insertions(firstNew: 0, portion: 64, isShared: false)
    let result = store.insert(words, hash: hash, from: Parent(bits: 0), level, into: &allotment)
    store.settle(claim: 1, added: result.isNew ? 1 : 0)
    return result
  }
}
