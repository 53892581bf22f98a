import Testing

@testable import RaceModel
@testable import Scheduler

/// Nested rmap words and entries: section 2.2 of the fact sheet.
struct RmapWordTests {
  @Test func `an entry is 12 bits of lpid over 40 bits of 4 KiB frame number`() {
    #expect(RmapEntry.lpidShift == 52)
    #expect(RmapEntry.gpaMask == 0x000f_ffff_ffff_f000)
    #expect(RmapEntry.gpaMask.nonzeroBitCount == 40)
    #expect(RmapEntry.gpaMask | 0xfff << RmapEntry.lpidShift == ~0xfff)
  }

  @Test(arguments: [
    (1, 0x10, 0x0010_0000_0010_0000 as UInt64), (0, 0, 0), (0, 1, 0x1_0000),
    (4095, 0, 0xfff0_0000_0000_0000), (4095, 0xf_ffff_ffff, 0xffff_ffff_ffff_0000),
    (2, 0x10_0000_0000, 0x0020_0000_0000_0000),
  ])
  func `lpid and page make the kernel's word`(lpid: Int, n: Int, value: UInt64) {
    // The last row is a page beyond the 52 address bits that an entry has room for.
    #expect(RmapEntry.value(lpid: lpid, n: n) == value)
  }

  @Test func `the lowest bit of an entry is free for the tag`() {
    for lpid in [0, 1, 4095] {
      for n in [0, 1, 0xffff] { #expect(RmapEntry.value(lpid: lpid, n: n) & 0xfff == 0) }
    }
  }

  @Test(arguments: 0..<40)
  func `a word survives the way into a cell and back`(number: Int) {
    let single = RmapWord(cellBits: RmapWord.single(RmapEntry(number)).cellBits)
    #expect(single.isSingle && !single.isEmpty && single.entry.index == number)
    let node = RmapWord(cellBits: RmapWord.node(number).cellBits)
    #expect(!node.isSingle && !node.isEmpty && node.nodeIndex == number)
    #expect(single != node)
  }

  @Test func `the empty word is zero, and neither an entry nor a node`() {
    #expect(RmapWord.empty.cellBits == 0 && RmapWord.empty.isEmpty && !RmapWord.empty.isSingle)
  }

  @Test(arguments: [(1, 1), (1, 3), (3, 1), (70, 20), (2, 255)])
  func `a cell is wide enough for every entry and node`(entries: Int, nodes: Int) {
    let largest = 1 << UInt64(RmapWord.width(entries: entries, nodes: nodes))
    #expect(RmapWord.single(RmapEntry(entries - 1)).cellBits < largest)
    #expect(RmapWord.node(nodes - 1).cellBits < largest)
  }

  @Test func `reports show entries as files write them`() {
    var world = SmallWorld(shadow: "rwx R-")
    world.machine.guests[0].pages.append(SmallWorld.l2Page(0xab, shadow: "rwx R-"))
    let system = world.running("vcpu0", .load).system
    let printed = system.layout.fields.reduce(into: [String: String]()) { printed, field in
      system.layout.initial.withUnsafeBufferPointer { words in
        if let base = words.baseAddress { printed[field.name] = field.print(field.bits(in: base)) }
      }
    }
    #expect(printed["rmap[0x100]"] == "node 0")
    #expect(printed["node0.rmap"] == "1:0xab")
    #expect(printed["node0.next"] == "single 1:0x10")
    #expect(printed["node0"] == "allocated" && printed["node1"] == "free")
    #expect(printed["node1.next"] == "0")
    #expect(printed["mmu_lock"] == "free" && printed["dirty_bitmap[0x100]"] == "0")
  }
}
