import RaceModel
import Scheduler
import Testing

/// `kvmppc_core_flush_memslot_hv` and the three ways to move a slot: tables P9.3 to P9.6 of the
/// fact sheet.
struct FlushMemslotHPTTests {
  private static let flush = "kvmppc_core_flush_memslot_hv"

  private func run(_ world: SmallWorld, _ update: SlotUpdate) throws -> Trace {
    try world.running("vmm", .setMemslot(slot: 0, update)).system.play(.all(0))
  }

  /// The labels of the update, with the flush as the pages that it looks at and unmaps.
  private func order(_ trace: Trace) -> [String] {
    trace.steps.compactMap { step in
      switch step.location.function {
      case "kvm_unmap_rmapp", "kvmppc_unmap_hpte":
        step.location.label == "set-absent" ? "unmap" : nil
      default: step.location.label
      }
    }
  }

  @Test
  func `a deletion unmaps from the INVALID copy, by the old base, without mmu_lock or a bump`()
    throws
  {
    let trace = try run(.hashed(.maps(0x100, "rw- RC")), .delete)
    #expect(
      order(trace) == [
        "lock-slots", "lock-arch", "invalidate-lock-mn", "publish-invalid", "invalidate-unlock-mn",
        "invalidate-unlock-arch", "invalidate-synchronize", "invalidate-wait", "test-rmap", "unmap",
        "relock-arch", "final-lock-mn", "publish-final", "final-unlock-mn", "final-unlock-arch",
        "final-synchronize", "final-wait", "free-invalid", "free-bitmap", "free-rmap", "free-old",
        "unlock-slots",
      ])
    #expect(trace.values(of: "mmu_lock").isEmpty && trace.values(of: "mmu_seq").isEmpty)
    #expect(trace.values(of: "hpte[0].v") == ["ABSENT"] && trace.broken == [])
    #expect(trace.values(of: "dirty_bitmap[0x100]") == ["1", "0"])
  }

  @Test func `only a page with a chain is unmapped`() throws {
    let world = SmallWorld.hashed(.maps(0x101, "rw- R-"), .maps(0x200, "rw- R-")).withPage101
    #expect(
      try run(world, .delete).told.filter { $0.hasPrefix(Self.flush) || $0.contains("rmap[") }
        == lines(
          """
          kvmppc_core_flush_memslot_hv  test-rmap
          kvmppc_core_flush_memslot_hv  test-rmap
          kvm_unmap_rmapp               lock-rmap     | rmap[0x101].lock: free -> vmm
          kvmppc_unmap_hpte             store-rmap    | rmap[0x101]: hpte 0 -- -> empty --
          kvmppc_unmap_hpte             harvest-rc    | rmap[0x101]: empty -- -> empty R-
          kvm_unmap_rmapp               unlock-rmap   | rmap[0x101].lock: vmm -> free
          kvm_unmap_rmapp               lock-rmap     | rmap[0x101].lock: free -> vmm
          kvm_unmap_rmapp               unlock-empty  | rmap[0x101].lock: vmm -> free
          """))
  }

  @Test func `a move does the same today, and keeps the rmap array`() throws {
    let trace = try run(.hashed(.maps(0x100, "rw- RC")), .move(base: 0x300))
    let labels = order(trace)
    #expect(labels.contains("publish-invalid") && !labels.contains("free-rmap"))
    #expect(labels.suffix(3) == ["free-invalid", "free-old", "unlock-slots"])
    #expect(trace.values(of: "hpte[0].v") == ["ABSENT"] && trace.broken == [])
  }

  @Test func `move-flush=prepare unmaps before the only publication, by the old base`() throws {
    let world = SmallWorld.hashed(.maps(0x100, "rw- RC")).with(\.moveFlush, .prepare)
    let trace = try run(world, .move(base: 0x300))
    #expect(
      order(trace) == [
        "lock-slots", "lock-arch", "test-rmap", "unmap", "final-lock-mn", "publish-final",
        "final-unlock-mn", "final-unlock-arch", "final-synchronize", "final-wait", "free-old",
        "unlock-slots",
      ])
    #expect(trace.values(of: "memslot0") == ["second"] && trace.broken == [])
  }

  @Test func `move-flush=after-publish looks behind it, by the new base, and leaves all VALID`()
    throws
  {
    let world = SmallWorld.hashed(.maps(0x100, "rw- RC")).with(\.moveFlush, .afterPublish)
    let trace = try run(world, .move(base: 0x300))
    #expect(
      order(trace) == [
        "lock-slots", "lock-arch", "final-lock-mn", "publish-final", "final-unlock-mn",
        "final-unlock-arch", "final-synchronize", "final-wait", "test-rmap", "free-old",
        "unlock-slots",
      ])
    #expect(trace.values(of: "rmap[0x100]") == ["empty --"] && trace.values(of: "hpte[0].v") == [])
  }

  @Test(arguments: [true, false])
  func `switching logging on or off unmaps nothing`(isOn: Bool) throws {
    let world = SmallWorld.hashed(.maps(0x100, "rw- RC")).changed {
      $0.machine.slots[0].logDirty = !isOn
    }
    #expect(
      order(try run(world, .setLogging(isOn))) == [
        "lock-slots", "lock-arch", "final-lock-mn", "publish-final", "final-unlock-mn",
        "final-unlock-arch", "final-synchronize", "final-wait",
      ] + (isOn ? [] : ["free-bitmap"]) + ["free-old", "unlock-slots"])
  }

  @Test func `the PRESENT bit is tested without a lock, while another holds the chain`() throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- R-")).running("vcpu0", .removing(0))
      .running("vmm", .delete).system
    let trace = try system.play(
      .until(1, "invalidate-wait"), .until(0, "store-rmap"), .all(1))
    #expect(trace.labels.last == "test-rmap")
    #expect(trace.unfinished.last?.waitsFor.map(\.lock) == ["rmap[0x100].lock"])
  }

  @Test func `an H_ENTER before the INVALID copy is waited for, and its entry unmapped`() throws {
    let system = SmallWorld.hashed(.free).with(\.hcallSRCU, .on)
      .running("vcpu0", .entering(0, 0x100)).running("vmm", .delete).system
    let trace = try system.play(.until(0, "link-self"), .all(1))
    #expect(trace.unfinished.last?.location.label == "invalidate-wait")
    let done = try system.play(.until(0, "link-self"), .all(1), .all(0), .all(1))
    #expect(done.values(of: "hpte[0].v") == ["VALID", "ABSENT"] && done.broken == [])
  }

  @Test func `on POWER9 the entry is linked behind the flush, and outlives the slot`() throws {
    let system = SmallWorld.hashed(.free).running("vcpu0", .entering(0, 0x100))
      .running("vmm", .delete).system
    let trace = try system.play(
      .until(0, "link-self"), .until(1, "final-lock-mn"), .all(0), .all(1))
    #expect(trace.values(of: "hpte[0].v") == ["VALID"])
    #expect(trace.broken.contains("hpte-chained") || trace.broken.contains("slot-flushed"))
  }
}
