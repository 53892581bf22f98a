import RaceModel
import Scheduler
import Testing

/// `kvmhv_update_nest_rmap_rc_list`, step by step: block BB4 of the fact sheet.
struct UpdateNestRmapRCTests {
  private func walk(_ world: SmallWorld) throws -> [String] {
    try world.running("migration", .harvest).system.play(.all(0))
      .told(in: "kvmhv_update_nest_rmap_rc_list", "kvmhv_update_nest_rmap_rc")
  }

  private static let start = ["kvmhv_update_nest_rmap_rc_list read-rmap"]

  /// The steps on one matching entry.
  private static func clear(
    _ cell: String, _ old: String = "0x21 rwx RC", flush: String? = nil
  ) -> [String] {
    let new = old.dropLast() + "-"
    let change = old.hasSuffix("C") ? " | shadow[\(cell)]: \(old) -> \(new)" : ""
    return lines(
      """
      kvmhv_update_nest_rmap_rc  find-shadow
      kvmhv_update_nest_rmap_rc  clear-shadow\(change)
      kvmhv_update_nest_rmap_rc  tlbie-shadow\(flush.map { " | \($0)" } ?? "")
      """)
  }

  @Test func `an empty list is read once`() throws {
    #expect(try walk(SmallWorld()) == Self.start)
  }

  @Test func `a single entry is found, cleared and flushed`() throws {
    #expect(try walk(SmallWorld(shadow: "rwx RC")) == Self.start + Self.clear("1:0x10"))
  }

  @Test func `a clean entry goes through the same steps`() throws {
    #expect(
      try walk(SmallWorld(shadow: "rwx R-")) == Self.start + Self.clear("1:0x10", "0x21 rwx R-"))
  }

  @Test func `a stale entry without a shadow entry is passed over and stays`() throws {
    var world = SmallWorld()
    world.machine.guests[0].pages[0].onRmap = true
    #expect(try walk(world) == Self.start + ["kvmhv_update_nest_rmap_rc find-shadow"])
  }

  @Test func `a list is walked from its head, the tagged tail last`() throws {
    var world = SmallWorld()
    world.machine.guests[0].pages = [0x10, 0x11, 0x12].map {
      SmallWorld.l2Page($0, shadow: "rwx RC")
    }
    #expect(
      try walk(world)
        == Self.start + Self.clear("1:0x12") + Self.clear("1:0x11") + Self.clear("1:0x10"))
  }

  @Test func `stale entries in a list do not end the walk`() throws {
    var world = SmallWorld()
    world.machine.guests[0].pages = [
      SmallWorld.l2Page(0x10, shadow: "rwx RC"), SmallWorld.l2Page(0x11, onRmap: true),
      SmallWorld.l2Page(0x12, shadow: "rwx RC"), SmallWorld.l2Page(0x13, onRmap: true),
    ]
    let passed = ["kvmhv_update_nest_rmap_rc find-shadow"]
    #expect(
      try walk(world)
        == Self.start + passed + Self.clear("1:0x12") + passed + Self.clear("1:0x10"))
  }

  @Test func `an entry whose shadow now maps another frame is stale`() throws {
    // L1 moves its page from 0x100 to 0x101 with a proper flush; the old list keeps the entry.
    var world = SmallWorld(shadow: "rwx RC").checking(.cSubset, .coverage, .rmapShape)
    world.machine.slots[0].npages = 2
    world.machine.pages.append(SmallWorld.page(0x101, rpn: 0x22, host: "rwx R-"))
    let system = world.system(mutants: [
      MutantThread(
        "l1", .mutant([.setGPTE(0, .absent)]), .invalidate(l2Page: 0),
        .mutant([.setGPTE(0, PTE(SmallWorld.bits("rwx RC"), frame: 0x101))]), .call(.store)),
      MutantThread("migration", .call(.harvest)),
    ])
    let trace = try system.play(.all(0), .all(1))
    #expect(trace.last("rmap[0x101]") == "single 1:0x10")
    #expect(trace.values(of: "rmap[0x100]").isEmpty)
    #expect(
      trace.told(by: 1).filter { $0.contains("nest_rmap") }
        == Self.start + ["kvmhv_update_nest_rmap_rc find-shadow"]
        + Self.start + Self.clear("1:0x10", "0x22 rwx RC"))
    #expect(trace.broken.isEmpty)
  }

  @Test func `the flush of 6-1 names the number that L1 chose and misses the translation`() throws {
    let world = SmallWorld(shadow: "rwx RC", tlb: "rwx RC")
    #expect(try walk(world) == Self.start + Self.clear("1:0x10"))
  }

  @Test func `the right LPID drops the translation`() throws {
    let world = SmallWorld(shadow: "rwx RC", tlb: "rwx RC").with(.flushShadowLPID)
    #expect(
      try walk(world)
        == Self.start
        + Self.clear("1:0x10", flush: "tlb[vcpu0,2:0x10]: 0x21 rwx RC -> absent"))
  }

  @Test func `flush-lpid=none leaves the flush out`() throws {
    let world = SmallWorld(shadow: "rwx RC", tlb: "rwx RC").with(\.flushLPID, .none)
    #expect(try walk(world) == Self.start + Self.clear("1:0x10").dropLast())
  }

  @Test func `equal numbers hide the wrong LPID`() throws {
    let world = SmallWorld(shadow: "rwx RC", tlb: "rwx RC").changed {
      $0.machine.guests[0].l1LPID = 2
    }
    #expect(
      try walk(world)
        == Self.start
        + Self.clear("2:0x10", flush: "tlb[vcpu0,2:0x10]: 0x21 rwx RC -> absent"))
  }

  @Test func `the wrong LPID can be an innocent guest's right one`() throws {
    // Guest 2 is lpid 2 to L1, which is the shadow LPID of guest 1.
    let world = SmallWorld(shadow: nil, tlb: "rwx R-")
      .withGuest2(SmallWorld.l2Page(0x10, shadow: "rwx RC"))
    #expect(
      try walk(world)
        == Self.start
        + Self.clear("2:0x10", flush: "tlb[vcpu0,2:0x10]: 0x21 rwx R- -> absent"))
  }
}
