import Testing

@testable import Scheduler

/// Where cells lie, and that they keep out of each other's way.
@Suite struct LayoutTests {
  private func withState<Result>(
    of layout: Layout, _ body: (StateView<NoRecorder>) throws -> Result
  ) rethrows -> Result {
    var words = layout.initial
    return try words.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("a state has a word") }
      return try body(StateView(base, NoRecorder()))
    }
  }

  @Test func `cells neither overlap nor straddle words, however they are mixed`() {
    for seed in 0..<200 {
      var random = SplitMix64(seed: UInt64(seed))
      var layout = Layout()
      for number in 0..<random.pick(below: 30) + 1 {
        let bits = random.pick(from: [1, 2, 3, 7, 12, 31, 33, 63, 64])
        if random.pick(below: 2) == 0 {
          let _: Cell<UInt64> = layout.cell("c\(number)", bits: bits)
        } else {
          let count = random.pick(below: 20) + 1
          _ = layout.row("r\(number)", bits: bits, initial: [UInt64](repeating: 0, count: count))
        }
      }
      var used = [UInt64](repeating: 0, count: layout.wordCount)
      used[0] = Check.mask
      for field in layout.fields {
        let fits = field.shift + field.width <= 64 && field.word < used.count
        #expect(fits, "seed \(seed): \(field.name)")
        guard fits else { return }
        let ones: UInt64 = field.width == 64 ? ~0 : (1 << UInt64(field.width)) - 1
        let mask = ones << UInt64(field.shift)
        #expect(used[field.word] & mask == 0, "seed \(seed): \(field.name) overlaps")
        used[field.word] |= mask
      }
    }
  }

  @Test func `writing one cell changes no other, at widths 1, 64 and between`() {
    var layout = Layout()
    let cells: [Cell<UInt64>] = [1, 64, 5, 58, 1, 63, 33, 31].enumerated().map {
      layout.cell("c\($0)", bits: $1)
    }
    let widths = [1, 64, 5, 58, 1, 63, 33, 31]
    let row = layout.row("row", bits: 20, initial: [UInt64](repeating: 7, count: 10))
    withState(of: layout) { state in
      for (cell, width) in zip(cells, widths) {
        let largest: UInt64 = width == 64 ? ~0 : (1 << UInt64(width)) - 1
        state[cell] = largest
        #expect(state[cell] == largest)
        for other in cells where other.number != cell.number { #expect(state[other] == 0) }
        for index in 0..<10 { #expect(state[row, index] == 7) }
        state[cell] = 0
      }
      for index in 0..<10 { state[row, index] = UInt64(index) << 10 }
      for index in 0..<10 { #expect(state[row, index] == UInt64(index) << 10) }
      for cell in cells { #expect(state[cell] == 0) }
      state[cells[0]] = 2
    }
  }

  @Test func `a value that does not fit is not written and breaks a check`() {
    var layout = Layout()
    let cell: Cell<UInt8> = layout.cell("c", bits: 3, initial: 5)
    withState(of: layout) { state in
      state[cell] = 8
      #expect(state[cell] == 5)
      #expect(state.words[0] & Check.mask == UInt64(Check.cellOverflow.code))
      state.fail(.assertion, saying: "a second failure")
      #expect(state.words[0] & Check.mask == UInt64(Check.cellOverflow.code), "the first counts")
    }
  }

  @Test func `a cell of no bits takes no room and holds nothing but 0`() {
    var layout = Layout()
    let full: Cell<UInt64> = layout.cell("full", bits: 64 - Check.bits, initial: 3)
    let none: Cell<UInt8> = layout.cell("none", bits: 0)
    let row = layout.row("row", bits: 0, initial: [UInt8](repeating: 0, count: 70))
    let (some, point) = layout.cells(areNeeded: false) { unused in
      let inner = unused.cells(areNeeded: true) { $0.cell("inner", bits: 9, initial: UInt16(0)) }
      return (inner, unused.row("point", bits: 5, initial: [UInt8(0), 0]))
    }
    let needed: Cell<UInt8> = layout.cells(areNeeded: true) { $0.cell("needed", bits: 2) }
    #expect(layout.fields.map(\.width).filter { $0 > 0 } == [64 - Check.bits, 2])
    #expect(layout.wordCount == 2)
    withState(of: layout) { state in
      (state[none], state[row, 69], state[some], state[point, 1]) = (0, 0, 0, 0)
      state[needed] = 3
      #expect(state.words[0] & Check.mask == 0 && state[full] == 3)
      #expect(state[none] == 0 && state[row, 69] == 0 && state[some] == 0 && state[point, 1] == 0)
    }
    let writes: [(StateView<NoRecorder>) -> Void] = [
      { $0[none] = 1 }, { $0[row, 69] = 1 }, { $0[some] = 1 }, { $0[point, 1] = 1 },
    ]
    for write in writes {
      withState(of: layout) { state in
        write(state)
        #expect(state.words[0] & Check.mask == UInt64(Check.cellOverflow.code))
        #expect(state[full] == 3)
      }
    }
  }

  @Test func `the first gap that is wide enough is filled`() {
    var layout = Layout()
    func place(_ bits: Int) -> [Int] {
      let cell: Cell<UInt64> = layout.cell("c", bits: bits)
      let field = layout.fields[cell.number]
      return [field.word, field.shift]
    }
    #expect(place(50) == [0, 6], "the engine keeps the first bits")
    #expect(place(10) == [1, 0])
    #expect(place(8) == [0, 56])
    #expect(place(55) == [2, 0])
    #expect(place(54) == [1, 10])
    #expect(place(9) == [2, 55])
    #expect(place(1) == [3, 0])
  }

  @Test func `a row of several words starts a word and skips what would straddle`() {
    var layout = Layout()
    let row = layout.row("row", bits: 24, initial: [UInt32](repeating: 0, count: 5))
    #expect(layout.fields.map(\.word) == [1, 1, 2, 2, 3])
    #expect(layout.fields.map(\.shift) == [0, 24, 0, 24, 0])
    #expect((0..<5).map { row[$0].number } == [0, 1, 2, 3, 4])
    #expect(layout.fields.map(\.name) == ["row[0]", "row[1]", "row[2]", "row[3]", "row[4]"])
    let filler: Cell<UInt64> = layout.cell("filler", bits: 16)
    #expect(layout.fields[filler.number].word == 0)
    let next: Cell<UInt64> = layout.cell("next", bits: 48)
    #expect(layout.fields[next.number].word == 4)
  }

  @Test func `initial values and texts are kept`() {
    enum Colour: UInt8, CellValue, CaseIterable { case red, green, blue }
    var layout = Layout()
    let number: Cell<UInt16> = layout.cell("n", bits: 9, initial: 300)
    let colour: Cell<Colour> = layout.cell("colour", initial: .blue)
    let flags = layout.row("flag", initial: [true, false], print: { $0 ? "up" : "down" })
    let colours: CellRow<Colour> = layout.row("shade", initial: [.green, .red])
    withState(of: layout) { state in
      #expect(state[number] == 300 && state[colour] == .blue)
      #expect(state[flags, 0] && !state[flags, 1])
      #expect(state[colours, 0] == .green && state[colours, 1] == .red)
    }
    #expect(layout.fields.map(\.width) == [9, 2, 1, 1, 2, 2])
    let texts = layout.initial.withUnsafeBufferPointer { words in
      words.baseAddress.map { base in layout.fields.map { $0.print($0.bits(in: base)) } }
    }
    #expect(texts == ["300", "blue", "up", "down", "green", "red"])
  }

  @Test(arguments: zip([0, 1, 2, 3, 4, 255, 256], [1, 1, 2, 2, 3, 8, 9]))
  func `the bits of a count are just enough`(largest: Int, bits: Int) {
    #expect(Layout.bits(for: largest) == bits)
  }

  @Test func `a label is its case's name in kebab-case`() {
    #expect(PetersonThread.Point.rest.label == "rest")
    #expect(Philosopher.Point.takeLeft.label == "take-left")
    #expect(Philosopher.Point.bits == 2)
  }
}
