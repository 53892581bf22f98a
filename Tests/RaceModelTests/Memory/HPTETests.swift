import Testing

@testable import RaceModel
@testable import Scheduler

/// Entries of a hashed table: section 2 and table P9.4 of the fact sheet.
struct HPTETests {
  @Test(
    arguments: [
      (.valid, 0x1, "VALID"), (.absent, 0x20, "ABSENT"), ([.valid, .absent], 0x21, "VALID|ABSENT"),
      ([], 0, "free"),
    ] as [(HPTEFirst, UInt64, String)])
  func `the first doubleword has the architecture's VALID and the kernel's ABSENT`(
    first: HPTEFirst, value: UInt64, text: String
  ) {
    #expect(first.architectureValue == value && first.description == text)
    #expect(HPTEFirst(cellBits: first.cellBits) == first)
  }

  @Test(
    arguments: [
      // Protection: pp 2 permits stores, pp 3 does not.
      (.write, 0x2), ([], 0x3), (.referenced, 0x103), (.changed, 0x083),
      (.key31, 0x3000_0000_0000_0e03), (.referenceAndChange, 0x183),
    ] as [(HPTESecond.Bits, UInt64)])
  func `each bit of the second one has the architecture's place`(
    bits: HPTESecond.Bits, value: UInt64
  ) {
    #expect(HPTESecond(bits, frame: 0).architectureValue == value)
  }

  @Test(arguments: [
    ("rw- RC", 0x21, 0x0021_0182 as UInt64), ("r-- R-", 0x21, 0x0021_0103),
    ("rw- --", 0xffff, 0xffff_0002), ("r-x -C", 1, 0x0001_0083),
  ])
  func `an entry of a scenario file is the doubleword of its frame and bits`(
    text: String, frame: Int, value: UInt64
  ) {
    #expect(HPTESecond(SmallWorld.bits(text), frame: frame).architectureValue == value)
  }

  /// All 16 combinations of bits.
  private static let combinations = (0..<16).map { HPTESecond.Bits(rawValue: UInt64($0)) }

  @Test(arguments: [0, 1, 0x21, 0xffff, 0x1ff_ffff])
  func `bits and frame survive the way into a cell and back`(frame: Int) {
    for bits in Self.combinations {
      let copy = HPTESecond(cellBits: HPTESecond(bits, frame: frame).cellBits)
      #expect(copy.bits == bits && copy.frame == frame)
      #expect(copy.referenceAndChange == bits.intersection([.referenced, .changed]))
      #expect(copy.cellBits < 1 << UInt64(HPTESecond.width(frame: frame)))
    }
  }

  @Test func `the words of two entries differ wherever their fields do`() {
    let words = [0, 1, 0x21].flatMap { frame in
      Self.combinations.map { HPTESecond($0, frame: frame).architectureValue }
    }
    #expect(Set(words).count == words.count)
  }

  @Test func `updates clear and set bits and nothing else`() {
    let entry = HPTESecond([.write, .referenced, .changed], frame: 0x21)
    #expect(entry.clearing(.changed) == HPTESecond([.write, .referenced], frame: 0x21))
    #expect(entry.clearing(.changed).setting(.changed) == entry)
    #expect(entry.clearing([.write, .changed]).setting(.key31).frame == 0x21)
    #expect(entry.has([.write, .changed]) && !entry.has([.write, .key31]))
  }

  @Test(
    arguments: [
      ([.write, .referenced, .changed], 0x21, "0x21 rw RC"), ([.referenced], 0x21, "0x21 r- R-"),
      ([.changed], 0x100, "0x100 r- -C"), ([.write, .key31], 0x300, "0x300 rw -- key 31"),
      ([.write], 0, "0x0 rw --"), ([], 0, "0"),
    ] as [(HPTESecond.Bits, Int, String)])
  func `reports show frame, permission, R and C`(bits: HPTESecond.Bits, frame: Int, text: String) {
    #expect(HPTESecond(bits, frame: frame).description == text)
  }

  @Test(
    arguments: [
      ([.write, .referenced, .changed], "0x21 rw C"), ([.write, .referenced], "0x21 rw -"),
      ([.changed], "0x21 r- C"), ([], "0x21 r- -"),
    ] as [(HPTESecond.Bits, String)])
  func `a translation caches frame, permission and C`(bits: HPTESecond.Bits, text: String) {
    let cached = HPTTranslation(HPTESecond(bits, frame: 0x21))
    #expect(cached.description == text && cached.isPresent && cached.frame == 0x21)
    #expect(cached.isWritable == bits.contains(.write) && !cached.owesC)
    #expect(cached.isChanged == bits.contains(.changed))
    #expect(HPTTranslation(cellBits: cached.cellBits) == cached)
  }

  @Test func `after a store it has C, in the entry or owed to it`() {
    let cached = HPTTranslation(HPTESecond([.write], frame: 0x21))
    #expect(cached.stored(owing: false).description == "0x21 rw C")
    #expect(cached.stored(owing: true).description == "0x21 rw C (owes C)")
    #expect(cached.stored(owing: true).isChanged && cached.stored(owing: true).owesC)
    #expect(HPTTranslation.none.description == "none" && !HPTTranslation.none.isPresent)
  }
}
