import Testing

@testable import Scheduler

/// Memory that buffers own, and the bounds that debug builds check.
@Suite struct BufferTests {
  @Test func `elements stay when a buffer grows`() {
    var buffer = OwnedBuffer<Int>(repeating: 7, count: 3)
    buffer[1] = 8
    buffer.grow(to: 1000, keeping: 3)
    #expect(buffer.capacity == 1000 && buffer.bytes == 8000)
    #expect((0..<3).map { buffer[$0] } == [7, 8, 7])
  }

  @Test func `what is appended is there in order, however often the memory moves`() {
    var buffer = GrowingBuffer<Int>()
    for number in 0..<10_000 { buffer.append(number) }
    buffer.appendRoom(2).initialize(repeating: -1, count: 2)
    #expect(Array(buffer.elements) == Array(0..<10_000) + [-1, -1])
    buffer.removeAll()
    #expect(buffer.elements.isEmpty && buffer.bytes >= 80_000)
  }

  @Test func `states lie one after another, and stay when there is room for more`() {
    var states = StateBuffer(2, words: 3)
    for (index, word) in (0..<6).enumerated() { states[index / 3][index % 3] = UInt64(word) }
    states.grow(to: 5, keeping: 2)
    #expect(states.capacity == 5)
    #expect((0..<3).map { states[1][$0] } == [3, 4, 5])
    #expect((0..<3).map { states.row[1][$0] } == [3, 4, 5])
    let copy = StateBuffer(copying: [1, 2])
    #expect(copy.words == 2 && copy.capacity == 1 && copy[0][1] == 2)
  }

  @Test func `values of a thread share no cache line with others`() {
    let first = CacheLines(3) { GrowingBuffer<UInt8>() }
    for index in 0..<3 { first.base[index].append(UInt8(index)) }
    #expect((0..<3).map { first.base[$0].elements[0] } == [0, 1, 2])
    #expect(UInt(bitPattern: first.base) % 128 == 0)
  }

  @Test func `the bytes and the minimum of a shared word`() {
    let words = OwnedBuffer<UInt64>(repeating: 0, count: 1)
    let word = SharedWord(words.base)
    #expect(word.exchangeZero(for: 5) == 0 && word.exchangeZero(for: 6) == 5 && word.acquire() == 5)
    word.formMinimum(9)
    #expect(word.load() == 5)
    word.formMinimum(3)
    #expect(word.load() == 3)
    for index in 0..<8 { word.storeByte(UInt8(index), at: index) }
    #expect(word.load() == 0x0706_0504_0302_0100)
  }

  /// A record's bookkeeping lies behind the state, so a plain pointer would read it without a
  /// sound.
  @Test func `debug builds trap at a word behind a state`() async {
    await #expect(processExitsWith: .failure) {
      let states = StateBuffer(2, words: 2)
      states[0][2] = 1
    }
    await #expect(processExitsWith: .failure) {
      let store = StateStore(stateWords: 2)
      #expect(store.state(0)[2] == 0)
    }
    await #expect(processExitsWith: .failure) {
      let state = withState([1, 2]) { $0 }
      #expect(state[-1] == 0)
    }
  }

  @Test func `debug builds trap at an element behind a buffer`() async {
    await #expect(processExitsWith: .failure) {
      let buffer = OwnedBuffer<Int>(repeating: 0, count: 2)
      #expect(buffer[2] == 0)
    }
  }
}
