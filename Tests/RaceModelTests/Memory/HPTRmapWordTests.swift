import Testing

@testable import RaceModel
@testable import Scheduler

/// Rmap words of a guest with a hashed table: section 2.2 of the fact sheet.
struct HPTRmapWordTests {
  private static let saved: [HPTESecond.Bits] = [[], .referenced, .changed, .referenceAndChange]

  @Test(
    arguments: [
      (nil, [], 0, "empty --"),
      (0, [], 0x0100_0001_0000_0000, "hpte 0 --"),
      (2, .referenced, 0x0100_0101_0000_0002, "hpte 2 R-"),
      (0xff, .changed, 0x0100_0081_0000_00ff, "hpte 255 -C"),
      (1, .referenceAndChange, 0x0100_0181_0000_0001, "hpte 1 RC"),
      (nil, .referenceAndChange, 0x0000_0180_0000_0000, "empty RC"),
    ] as [(Int?, HPTESecond.Bits, UInt64, String)])
  func `head, PRESENT, R and C have the kernel's places`(
    head: Int?, saved: HPTESecond.Bits, value: UInt64, text: String
  ) {
    let word = HPTRmapWord(head: head, saved)
    #expect(word.architectureValue == value && word.description == text)
  }

  @Test func `R and C lie 32 bits above their place in an entry`() {
    for bits in Self.saved {
      // A read-only doubleword has pp 3 besides.
      let entry = HPTESecond(bits, frame: 0).architectureValue & ~0x3
      #expect(HPTRmapWord(head: nil, bits).architectureValue == entry << 32)
    }
  }

  @Test func `the lock bit, 43, is in no word`() {
    for bits in Self.saved {
      for head in [nil, 0, 15] {
        #expect(HPTRmapWord(head: head, bits).architectureValue & 1 << 43 == 0)
      }
    }
  }

  @Test(arguments: 1...16)
  func `a word survives the way into a cell as wide as its table needs, and back`(entries: Int) {
    for bits in Self.saved {
      for head in [nil] + (0..<entries).map({ Int?.some($0) }) {
        let word = HPTRmapWord(head: head, bits)
        let copy = HPTRmapWord(cellBits: word.cellBits)
        #expect(copy.head == head && copy.saved == bits && copy.isPresent == (head != nil))
        #expect(word.cellBits < 1 << UInt64(HPTRmapWord.width(entries: entries)))
      }
    }
  }

  @Test func `the empty word is zero in every form`() {
    #expect(HPTRmapWord.empty.cellBits == 0 && HPTRmapWord.empty.architectureValue == 0)
    #expect(HPTRmapWord.empty.head == nil && HPTRmapWord.empty.saved == [])
  }

  @Test func `saving keeps the chain, and a new head keeps what is saved`() {
    let word = HPTRmapWord(head: 3, .referenced)
    #expect(word.saving(.referenceAndChange) == HPTRmapWord(head: 3, .referenceAndChange))
    #expect(word.heading(1) == HPTRmapWord(head: 1, .referenced))
    #expect(word.heading(nil) == HPTRmapWord(head: nil, .referenced))
  }

  @Test func `only R and C of an entry are saved`() {
    #expect(HPTRmapWord(head: 0, [.write, .key31, .changed]).saved == .changed)
  }

  private static func isOfTable(_ name: String) -> Bool {
    ["hpte", "rev", "rmap", "vcpus"].contains { name.hasPrefix($0) }
  }

  @Test func `a world shows each chain as linking its entries in turn leaves it`() {
    let world = SmallWorld.hashed(
      .maps(0x100, "rw- RC"), .maps(0x200, "rw- R-"), .maps(0x100, "r-- R-"),
      .absent(0x100, "rw- --"),
      .free, .maps(0x100, "rw- --"))
    let system = world.running("vcpu0", .removing(0)).system
    var printed: [String: String] = [:]
    system.layout.initial.withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { return }
      for field in system.layout.fields where Self.isOfTable(field.name) {
        printed[field.name] = field.print(field.bits(in: base))
      }
    }
    #expect(printed["rmap[0x100]"] == "hpte 0 --" && printed["rmap[0x200]"] == "hpte 1 --")
    #expect((0..<6).map { printed["rev[\($0)].forw"] } == ["2", "1", "5", "0", "0", "0"])
    #expect((0..<6).map { printed["rev[\($0)].back"] } == ["5", "1", "0", "0", "0", "2"])
    #expect(
      (0..<6).map { printed["hpte[\($0)].v"] } == [
        "VALID", "VALID", "VALID", "ABSENT", "free", "VALID",
      ])
    #expect(
      (0..<6).map { printed["hpte[\($0)].r"] } == [
        "0x21 rw RC", "0x42 rw R-", "0x21 r- R-", "0", "0", "0x21 rw --",
      ])
    #expect(printed["rev[3].guest_rpte"] == "0x100 rw --" && printed["rev[4].guest_rpte"] == "0")
    #expect(printed["hpte[0].HVLOCK"] == "free" && printed["rmap[0x100].lock"] == "free")
    #expect(printed["vcpus_running"] == "2")
  }
}
