import RaceModel
import Scheduler
import Testing

/// Entries and their bits: section 2.1 of the fact sheet.
struct PTETests {
  @Test(arguments: [
    (PTE.Bits.present, 0xc000_0000_0000_0000 as UInt64), (.read, 0x004), (.write, 0x002),
    (.execute, 0x001), (.referenced, 0x100), (.changed, 0x080),
  ])
  func `each bit has the architecture's place`(bit: PTE.Bits, value: UInt64) {
    #expect(PTE(bit, frame: 0).architectureValue == value)
  }

  @Test(arguments: [
    ("rwx RC", 0x21, 0xc000_0000_0021_0187 as UInt64), ("r-x R-", 0x21, 0xc000_0000_0021_0105),
    ("rwx --", 0xffff, 0xc000_0000_ffff_0007), ("-w- -C", 1, 0xc000_0000_0001_0082),
  ])
  func `an entry is the word that the kernel would see`(text: String, frame: Int, value: UInt64) {
    #expect(PTE(SmallWorld.bits(text), frame: frame).architectureValue == value)
  }

  @Test func `the absent entry is zero in every form`() {
    #expect(PTE.absent.cellBits == 0 && PTE.absent.architectureValue == 0)
    #expect(PTE.absent.description == "absent" && !PTE.absent.isPresent)
  }

  /// All 64 combinations of bits.
  private static let combinations = (0..<64).map { PTE.Bits(rawValue: UInt64($0)) }

  @Test(arguments: [0, 1, 0x21, 0xffff, 0x1ff_ffff])
  func `bits and frame survive the way into a cell and back`(frame: Int) {
    for bits in Self.combinations {
      let copy = PTE(cellBits: PTE(bits, frame: frame).cellBits)
      #expect(copy.bits == bits && copy.frame == frame)
      #expect(copy.cellBits < 1 << UInt64(PTE.width(frame: frame)))
    }
  }

  @Test func `printing shows a letter for each bit that is set`() {
    for bits in Self.combinations where bits.contains(.present) {
      let text = PTE(bits, frame: 0x21).description
      let letters: [(PTE.Bits, Character)] = [
        (.read, "r"), (.write, "w"), (.execute, "x"), (.referenced, "R"), (.changed, "C"),
      ]
      #expect(text.hasPrefix("0x21 ") && text.count == 11)
      for (bit, letter) in letters {
        #expect(text.dropFirst(5).contains(letter) == bits.contains(bit))
      }
    }
  }

  @Test func `the text of scenario files is the text of reports`() {
    for bits in Self.combinations where bits.contains(.present) {
      let text = PTE(bits, frame: 0).permissionsAndRC
      guard let entry = Scenario.EntryBits(text) else {
        // Files have no entry without permission.
        #expect(bits.isDisjoint(with: .permissions))
        continue
      }
      #expect(PTE(entry, frame: 0).bits == bits)
    }
  }

  @Test func `an entry that is not present shows what is left of it`() {
    #expect(PTE([], frame: 0x21).description == "absent (0x21)")
  }

  @Test func `updates clear and set bits and nothing else`() {
    let entry = PTE(SmallWorld.bits("rwx RC"), frame: 0x21)
    #expect(entry.clearing(.changed) == PTE(SmallWorld.bits("rwx R-"), frame: 0x21))
    #expect(entry.clearing(.changed).setting(.changed) == entry)
    #expect(entry.clearing([.write, .changed]).description == "0x21 r-x R-")
  }

  @Test(arguments: [(0x21, 0x42, 0x63), (0x21, 0x21, 0x21), (1, 2, 3), (0, 7, 7)])
  func `OR-ing a whole entry mixes the frames`(one: Int, other: Int, both: Int) {
    let mixed = PTE(SmallWorld.bits("r-x R-"), frame: one)
      .or(PTE(SmallWorld.bits("rw- -C"), frame: other))
    #expect(mixed.frame == both && mixed.permissionsAndRC == "rwx RC")
    // The same as the kernel's OR of the two words.
    #expect(
      mixed.architectureValue
        == PTE(SmallWorld.bits("r-x R-"), frame: one).architectureValue
        | PTE(SmallWorld.bits("rw- -C"), frame: other).architectureValue)
  }

  @Test(arguments: [(1, 7), (0x21, 12), (0xff, 14), (0x100, 15)])
  func `a cell for frames up to a number is as wide as that needs`(frame: Int, width: Int) {
    #expect(PTE.width(frame: frame) == width)
  }
}
