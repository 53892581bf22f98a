import RaceModel
import Scheduler
import Testing

/// `kvm_unmap_rmapp`: table P9.4 of the fact sheet.
struct UnmapRmappTests {
  private func told(_ trace: Trace) -> [String] {
    trace.told(in: "kvm_unmap_rmapp", "kvmppc_unmap_hpte")
  }

  private func unmap(_ world: SmallWorld) throws -> Trace {
    try world.running("mm", .unmap).system.play(.all(0))
  }

  private static func lock(_ index: Int) -> [String] {
    lines(
      """
      kvm_unmap_rmapp  lock-rmap      | rmap[0x100].lock: free -> mm
      kvm_unmap_rmapp  try-lock-hpte  | hpte[\(index)].HVLOCK: free -> mm
      """)
  }

  private static func unlock(_ index: Int) -> [String] {
    lines(
      """
      kvm_unmap_rmapp  unlock-rmap  | rmap[0x100].lock: mm -> free
      kvm_unmap_rmapp  unlock-hpte  | hpte[\(index)].HVLOCK: mm -> free
      """)
  }

  private static let end = lines(
    """
    kvm_unmap_rmapp  lock-rmap     | rmap[0x100].lock: free -> mm
    kvm_unmap_rmapp  unlock-empty  | rmap[0x100].lock: mm -> free
    """)

  @Test func `an empty chain is looked at under its lock`() throws {
    #expect(told(try unmap(.hashed(.free))) == Self.end)
  }

  @Test func `a dirty entry alone becomes ABSENT, and its C reaches word and bitmap`() throws {
    let trace = try unmap(.hashed(.maps(0x100, "rw- RC")))
    #expect(
      told(trace)
        == Self.lock(0)
        + lines(
          """
          kvmppc_unmap_hpte  store-rmap  | rmap[0x100]: hpte 0 -- -> empty --
          kvmppc_unmap_hpte  set-absent  | hpte[0].v: VALID -> ABSENT
          kvmppc_unmap_hpte  tlbie-hpte
          kvmppc_unmap_hpte  harvest-rc  | rmap[0x100]: empty -- -> empty RC
          kvmppc_unmap_hpte  set-bitmap  | dirty_bitmap[0x100]: 0 -> 1, carries-c[0]: 1 -> 0
          """) + Self.unlock(0) + Self.end)
    #expect(trace.broken == [])
  }

  @Test func `a ring goes from its head on, one entry a turn, until the word is empty`() throws {
    let world = SmallWorld.hashed(
      .maps(0x100, "rw- R-"), .maps(0x100, "rw- R-"), .maps(0x100, "rw- R-"))
    #expect(
      told(try unmap(world))
        == Self.lock(0)
        + lines(
          """
          kvmppc_unmap_hpte  unlink-prev  | rev[2].forw: 0 -> 1
          kvmppc_unmap_hpte  unlink-next  | rev[1].back: 0 -> 2
          kvmppc_unmap_hpte  store-rmap   | rmap[0x100]: hpte 0 -- -> hpte 1 --
          kvmppc_unmap_hpte  unlink-self  | rev[0].forw: 1 -> 0, rev[0].back: 2 -> 0
          kvmppc_unmap_hpte  set-absent   | hpte[0].v: VALID -> ABSENT
          kvmppc_unmap_hpte  tlbie-hpte
          kvmppc_unmap_hpte  harvest-rc   | rmap[0x100]: hpte 1 -- -> hpte 1 R-
          """) + Self.unlock(0) + Self.lock(1)
        + lines(
          """
          kvmppc_unmap_hpte  unlink-prev  | rev[2].forw: 1 -> 2
          kvmppc_unmap_hpte  unlink-next  | rev[2].back: 1 -> 2
          kvmppc_unmap_hpte  store-rmap   | rmap[0x100]: hpte 1 R- -> hpte 2 R-
          kvmppc_unmap_hpte  unlink-self  | rev[1].forw: 2 -> 1, rev[1].back: 2 -> 1
          kvmppc_unmap_hpte  set-absent   | hpte[1].v: VALID -> ABSENT
          kvmppc_unmap_hpte  tlbie-hpte
          kvmppc_unmap_hpte  harvest-rc
          """) + Self.unlock(1) + Self.lock(2)
        + lines(
          """
          kvmppc_unmap_hpte  store-rmap   | rmap[0x100]: hpte 2 R- -> empty R-
          kvmppc_unmap_hpte  set-absent   | hpte[2].v: VALID -> ABSENT
          kvmppc_unmap_hpte  tlbie-hpte
          kvmppc_unmap_hpte  harvest-rc
          """) + Self.unlock(2) + Self.end)
  }

  @Test func `the guest's view gets what hardware has set, and the entry keeps its doubleword`()
    throws
  {
    let trace = try SmallWorld.hashed(.maps(0x100, "rw- --"))
      .running("vcpu0", .hptStore(vcpu: 0, index: 0)).running("mm", .unmap).system
      .play(.step(0), .step(0, choice: 1), .all(1))
    #expect(
      trace.told(in: "kvmppc_unmap_hpte").filter { !$0.contains("rmap[") } == [
        "kvmppc_unmap_hpte set-absent | hpte[0].v: VALID -> ABSENT",
        "kvmppc_unmap_hpte tlbie-hpte | hpte[0].r: 0x21 rw R- -> 0x21 rw RC,"
          + " tlb[vcpu0,hpte 0]: 0x21 rw C (owes C) -> none",
        "kvmppc_unmap_hpte set-bitmap | dirty_bitmap[0x100]: 0 -> 1, carries-c[0]: 1 -> 0",
      ])
    #expect(trace.values(of: "rev[0].guest_rpte") == ["0x100 rw RC"])
    #expect(trace.last("hpte[0].r") == "0x21 rw RC" && trace.broken == [])
  }

  @Test func `rmap-dirty=rmap leaves C to the rmap word`() throws {
    let trace = try unmap(SmallWorld.hashed(.maps(0x100, "rw- RC")).with(\.rmapDirty, .rmap))
    #expect(
      trace.told(in: "kvmppc_unmap_hpte").last
        == "kvmppc_unmap_hpte harvest-rc | rmap[0x100]: empty -- -> empty RC, carries-c[0]: 1 -> 0")
    #expect(trace.values(of: "dirty_bitmap[0x100]").isEmpty)
  }

  @Test func `an entry whose view names another frame is unlinked, and stays VALID`() throws {
    // The slot is flushed by its new base, so entry 0 of guest frame 0x100 is looked for as 0x300.
    let world = SmallWorld.hashed(.maps(0x100, "rw- RC"), .maps(0x100, "rw- R-"))
      .with(\.moveFlush, .afterPublish).running("vmm", .move)
    let trace = try world.system.play(.all(0))
    #expect(
      told(trace).filter { $0.hasPrefix("kvmppc_unmap_hpte") }
        == lines(
          """
          kvmppc_unmap_hpte  unlink-prev  | rev[1].forw: 0 -> 1
          kvmppc_unmap_hpte  unlink-next  | rev[1].back: 0 -> 1
          kvmppc_unmap_hpte  store-rmap   | rmap[0x100]: hpte 0 -- -> hpte 1 --
          kvmppc_unmap_hpte  unlink-self  | rev[0].forw: 1 -> 0, rev[0].back: 1 -> 0
          kvmppc_unmap_hpte  store-rmap   | rmap[0x100]: hpte 1 -- -> empty --
          """))
    #expect(trace.values(of: "hpte[0].v") + trace.values(of: "hpte[1].v") == [])
    #expect(trace.broken.contains("hpte-chained") && trace.broken.contains("slot-flushed"))
  }

  /// vcpu0 has locked entry 0 in H_REMOVE; mm goes as far as it can.
  private func against(_ value: String, until label: String) throws -> (System, Trace) {
    let system = SmallWorld.hashed(.maps(0x100, "rw- RC")).with(\.hpteLock, value)
      .running("vcpu0", .removing(0)).running("mm", .unmap).system
    return (system, try system.play(.until(0, label), .all(1)))
  }

  @Test func `an entry that is locked makes it let the rmap word go, and wait`() throws {
    let (system, trace) = try against("trylock", until: "lock-rmap")
    #expect(
      told(trace)
        == lines(
          """
          kvm_unmap_rmapp  lock-rmap      | rmap[0x100].lock: free -> mm
          kvm_unmap_rmapp  try-lock-hpte
          kvm_unmap_rmapp  back-off       | rmap[0x100].lock: mm -> free
          """))
    #expect(trace.unfinished.last?.location.label == "wait-for-hpte")
    let done = try system.play(.until(0, "lock-rmap"), .until(1, "wait-for-hpte"), .all(0), .all(1))
    #expect(Array(told(done).suffix(3)) == ["kvm_unmap_rmapp wait-for-hpte"] + Self.end)
    #expect(done.values(of: "rmap[0x100]") == ["empty RC"] && done.broken == [])
  }

  @Test func `hpte-lock=blocking holds on to it: each has what the other waits for`() throws {
    let system = try against("blocking", until: "lock-rmap").0
    let trace = try system.play(
      .until(0, "lock-rmap"), .until(1, "try-lock-hpte"), .all(0), .all(1))
    #expect(
      trace.unfinished.map { "\($0.location.label): \($0.waitsFor.map(\.lock))" } == [
        "lock-rmap: [\"rmap[0x100].lock\"]", "try-lock-hpte: [\"hpte[0].HVLOCK\"]",
      ])
    #expect(trace.unfinished.allSatisfy { !$0.canStep })
    #expect(Explorer.explore(system, options: .withoutCounting).broken.contains("deadlock"))
  }

  @Test func `trylock and back-off end whatever the order`() throws {
    let system = try against("trylock", until: "lock-rmap").0
    #expect(Explorer.explore(system, options: .withoutCounting).broken == [])
  }

  @Test func `a freed rmap array is not touched`() throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- R-")).system(mutants: [
      MutantThread("x", .mutant([.freeRmap(slot: 0)])), MutantThread("mm", .call(.unmap)),
    ])
    #expect(try system.play(.all(0), .until(1, "lock-rmap"), .step(1)).broken == ["use-after-free"])
  }
}
