import RaceModel
import Scheduler
import Testing

/// H_REMOVE and `remove_revmap_chain`: table P9.4 of the fact sheet.
struct HRemoveTests {
  private func run(_ world: SmallWorld, _ index: Int = 0) throws -> Trace {
    try world.running("vcpu0", .removing(index)).system.play(.all(0))
  }

  private func chain(_ trace: Trace) -> [String] {
    trace.told(in: "revmap_for_hpte", "remove_revmap_chain")
  }

  /// A ring of `count` entries for guest frame 0x100, entry 0 its head.
  private static func ring(_ count: Int) -> SmallWorld {
    SmallWorld.hashed().changed {
      $0.machine.hpt = .init(entries: Array(repeating: .maps(0x100, "rw- R-"), count: count))
    }
  }

  private static func locked(_ inside: String) -> [String] {
    lines(
      """
      revmap_for_hpte      find-memslot
      revmap_for_hpte      read-memslot
      remove_revmap_chain  lock-rmap    | rmap[0x100].lock: free -> vcpu0
      \(inside)
      remove_revmap_chain  unlock-rmap  | rmap[0x100].lock: vcpu0 -> free
      """)
  }

  @Test func `an entry alone leaves an empty chain, with its R and C saved`() throws {
    #expect(
      try run(.hashed(.maps(0x100, "rw- RC"))).told
        == lines(
          """
          kvmppc_do_h_remove   lock-hpte         | hpte[0].HVLOCK: free -> vcpu0
          kvmppc_do_h_remove   clear-valid       | hpte[0].v: VALID -> free
          kvmppc_do_h_remove   tlbie-hpte
          kvmppc_do_h_remove   read-rc
          revmap_for_hpte      find-memslot
          revmap_for_hpte      read-memslot
          remove_revmap_chain  lock-rmap         | rmap[0x100].lock: free -> vcpu0
          remove_revmap_chain  unlink-next
          remove_revmap_chain  unlink-prev
          remove_revmap_chain  store-rmap        | rmap[0x100]: hpte 0 -- -> empty RC
          remove_revmap_chain  set-bitmap        | dirty_bitmap[0x100]: 0 -> 1, carries-c[0]: 1 -> 0
          remove_revmap_chain  unlock-rmap       | rmap[0x100].lock: vcpu0 -> free
          kvmppc_do_h_remove free-hpte | \
            hpte[0].HVLOCK: vcpu0 -> free, hpte[0].r: 0x21 rw RC -> 0
          """))
  }

  @Test(arguments: [
    (
      2, 0,
      """
      remove_revmap_chain  unlink-next  | rev[1].back: 0 -> 1
      remove_revmap_chain  unlink-prev  | rev[1].forw: 0 -> 1
      remove_revmap_chain  store-rmap   | rmap[0x100]: hpte 0 -- -> hpte 1 R-
      """
    ),
    (
      2, 1,
      """
      remove_revmap_chain  unlink-next  | rev[0].back: 1 -> 0
      remove_revmap_chain  unlink-prev  | rev[0].forw: 1 -> 0
      remove_revmap_chain  store-rmap   | rmap[0x100]: hpte 0 -- -> hpte 0 R-
      """
    ),
    (
      3, 0,
      """
      remove_revmap_chain  unlink-next  | rev[1].back: 0 -> 2
      remove_revmap_chain  unlink-prev  | rev[2].forw: 0 -> 1
      remove_revmap_chain  store-rmap   | rmap[0x100]: hpte 0 -- -> hpte 1 R-
      """
    ),
    (
      3, 1,
      """
      remove_revmap_chain  unlink-next  | rev[2].back: 1 -> 0
      remove_revmap_chain  unlink-prev  | rev[0].forw: 1 -> 2
      remove_revmap_chain  store-rmap   | rmap[0x100]: hpte 0 -- -> hpte 0 R-
      """
    ),
    (
      3, 2,
      """
      remove_revmap_chain  unlink-next  | rev[0].back: 2 -> 1
      remove_revmap_chain  unlink-prev  | rev[1].forw: 2 -> 0
      remove_revmap_chain  store-rmap   | rmap[0x100]: hpte 0 -- -> hpte 0 R-
      """
    ),
  ])
  func `an entry's neighbours close the ring, and the head moves on if it was the head`(
    count: Int, index: Int, steps: String
  ) throws {
    #expect(chain(try run(Self.ring(count), index)) == Self.locked(steps))
  }

  @Test func `an ABSENT entry is on no chain`() throws {
    #expect(
      try run(.hashed(.absent(0x100, "rw- RC"))).told(in: "kvmppc_do_h_remove")
        == lines(
          """
          kvmppc_do_h_remove  lock-hpte  | hpte[0].HVLOCK: free -> vcpu0
          kvmppc_do_h_remove  free-hpte  | hpte[0].HVLOCK: vcpu0 -> free, hpte[0].v: ABSENT -> free
          """))
  }

  @Test func `a free one is not found, and left unlocked`() throws {
    #expect(
      try run(.hashed(.free)).told
        == lines("kvmppc_do_h_remove lock-hpte"))
    #expect(
      try run(SmallWorld.hashed(.free).with(\.hcallSRCU, .on)).told
        == lines(
          """
          kvmppc_run_core     srcu-read-lock    | srcu[vcpu0]: out -> in
          kvmppc_do_h_remove  lock-hpte
          kvmppc_run_core     srcu-read-unlock  | srcu[vcpu0]: in -> out
          """))
  }

  @Test func `the guest's view and the word get the R that hardware has set since`() throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- --"))
      .running("vcpu0", .hptLoad(vcpu: 0, index: 0), .removing(0)).system
    let trace = try system.play(.all(0))
    #expect(
      trace.told(in: "revmap_for_hpte")
        == [
          "revmap_for_hpte find-memslot | rev[0].guest_rpte: 0x100 rw -- -> 0x100 rw R-",
          "revmap_for_hpte read-memslot",
        ])
    #expect(trace.values(of: "rmap[0x100]") == ["empty R-"])
    #expect(trace.values(of: "dirty_bitmap[0x100]").isEmpty)
  }

  @Test func `rmap-dirty=rmap leaves C to the rmap word`() throws {
    let trace = try run(SmallWorld.hashed(.maps(0x100, "rw- RC")).with(\.rmapDirty, .rmap))
    #expect(
      chain(trace)
        == Self.locked(
          """
          remove_revmap_chain  unlink-next
          remove_revmap_chain  unlink-prev
          remove_revmap_chain store-rmap | rmap[0x100]: hpte 0 -- -> empty RC, carries-c[0]: 1 -> 0
          """))
  }

  @Test func `a slot without a bitmap has nothing to note C in`() throws {
    let trace = try run(.hashed(.maps(0x200, "rw- RC")))
    #expect(trace.values(of: "rmap[0x200]") == ["empty RC"])
    #expect(trace.told.filter { $0.contains("bitmap[") } == [])
  }

  @Test func `a C that a core owes is written by the tlbie, and read behind it`() throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- R-"))
      .running("vcpu0", .removing(0)).running("vcpu1", .hptStore(vcpu: 1, index: 0)).system
    let trace = try system.play(.step(1), .step(1, choice: 1), .all(0))
    #expect(
      trace.told(in: "kvmppc_do_h_remove").filter { $0.contains("tlbie") } == [
        "kvmppc_do_h_remove tlbie-hpte | hpte[0].r: 0x21 rw R- -> 0x21 rw RC,"
          + " tlb[vcpu1,hpte 0]: 0x21 rw C (owes C) -> none"
      ])
    #expect(trace.values(of: "dirty_bitmap[0x100]") == ["1"] && trace.broken == [])
  }

  @Test(arguments: [
    ("after", ["empty RC"], false), ("before", ["empty R-"], true),
  ])
  func `a store through the TLB until the tlbie counts, unless R and C are read before it`(
    value: String, words: [String], isLost: Bool
  ) throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- R-")).with(\.rcRead, value)
      .running("vcpu0", .removing(0))
      .running("vcpu1", .hptLoad(vcpu: 1, index: 0), .hptStore(vcpu: 1, index: 0)).system
    let trace = try system.play(
      .step(1), .step(1), .until(0, "tlbie-hpte"), .step(1, choice: 0), .all(0))
    #expect(trace.values(of: "rmap[0x100]") == words)
    #expect(trace.broken.contains("c-transferred") == isLost)
  }

  @Test(arguments: [("after", ["empty RC"], false), ("before", ["empty R-"], true)])
  func `so does one that still finds the entry VALID behind the lock`(
    value: String, words: [String], isLost: Bool
  ) throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- R-")).with(\.rcRead, value)
      .running("vcpu0", .removing(0)).running("vcpu1", .hptStore(vcpu: 1, index: 0)).system
    let trace = try system.play(.until(0, "clear-valid"), .step(1), .step(1), .all(0))
    #expect(trace.values(of: "rmap[0x100]") == words)
    #expect(trace.broken.contains("c-transferred") == isLost)
  }

  @Test func `rc-read=before leaves the second reading out`() throws {
    let trace = try run(SmallWorld.hashed(.maps(0x100, "rw- RC")).with(\.rcRead, .before))
    #expect(!trace.labels.contains("read-rc"))
    #expect(trace.values(of: "rmap[0x100]") == ["empty RC"])
  }

  /// H_REMOVE of entry 0 while slot 0 is INVALID.
  private func whileInvalid(_ value: String) throws -> Trace {
    try SmallWorld.hashed(.maps(0x100, "rw- RC")).with(\.invalidCheck, value)
      .running("vcpu0", .removing(0)).running("vmm", .delete).system
      .play(.until(1, "invalidate-wait"), .all(0))
  }

  @Test func `an entry of an INVALID slot is unlinked like any other`() throws {
    let trace = try whileInvalid("off")
    #expect(trace.values(of: "rmap[0x100]") == ["empty RC"] && trace.broken == [])
    #expect(trace.values(of: "dirty_bitmap[0x100]") == ["1"])
  }

  @Test func `invalid-check=on frees it and leaves it on its chain, and its C goes nowhere`() throws
  {
    let trace = try whileInvalid("on")
    #expect(chain(trace) == ["revmap_for_hpte find-memslot"])
    #expect(trace.values(of: "rmap[0x100]").isEmpty && trace.last("hpte[0].v") == "free")
    #expect(trace.broken == ["c-transferred"])
  }

  /// A move of slot 0 by `base` has been published, and nothing has been unmapped yet.
  private func behindMove(_ world: SmallWorld, to base: Int, _ index: Int) throws -> Trace {
    try world.with(\.moveFlush, .afterPublish).running("vcpu0", .removing(index))
      .running("vmm", .setMemslot(slot: 0, .move(base: base))).system
      .play(.until(1, "final-unlock-mn"), .all(0))
  }

  @Test func `without a slot for its frame an entry is freed and stays on the chain`() throws {
    let trace = try behindMove(.hashed(.maps(0x100, "rw- RC")), to: 0x300, 0)
    #expect(chain(trace) == ["revmap_for_hpte find-memslot"])
    #expect(trace.values(of: "rmap[0x100]").isEmpty && trace.last("hpte[0].v") == "free")
    #expect(trace.broken.contains("c-transferred"))
  }

  @Test func `with a slot moved over it the wrong rmap word is locked and edited`() throws {
    let world = SmallWorld.hashed(.maps(0x100, "rw- R-"), .maps(0x101, "rw- R-")).withPage101
    let trace = try behindMove(world, to: 0x101, 1)
    #expect(
      chain(trace)
        == Self.locked(
          """
          remove_revmap_chain  unlink-next
          remove_revmap_chain  unlink-prev
          remove_revmap_chain  store-rmap   | rmap[0x100]: hpte 0 -- -> hpte 0 R-
          """))
    #expect(trace.values(of: "rmap[0x101]").isEmpty && trace.last("hpte[1].v") == "free")
  }

  @Test(arguments: [("on", ["in", "out"]), ("off", [])])
  func `on POWER8 the hypercall is in a read section, on POWER9 in none`(
    value: String, changes: [String]
  ) throws {
    let trace = try run(.hashed(.maps(0x100, "rw- R-")).with(\.hcallSRCU, value))
    #expect(trace.values(of: "srcu[vcpu0]") == changes)
    #expect(trace.labels.first == (value == "on" ? "srcu-read-lock" : "lock-hpte"))
    #expect(trace.labels.last == (value == "on" ? "srcu-read-unlock" : "free-hpte"))
  }

  @Test func `without it the slot can be freed under H_REMOVE`() throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- RC")).running("vcpu0", .removing(0))
      .running("vmm", .delete).system
    let trace = try system.play(.until(0, "set-bitmap"), .all(1), .step(0))
    #expect(trace.broken.contains("use-after-free"))
    let covered = SmallWorld.hashed(.maps(0x100, "rw- RC")).with(\.hcallSRCU, .on)
      .running("vcpu0", .removing(0)).running("vmm", .delete).system
    let waiting = try covered.play(.until(0, "set-bitmap"), .all(1), .all(0), .all(1))
    #expect(waiting.broken == [])
  }

  @Test func `an entry without C reads the struct of its slot, too`() throws {
    let world = SmallWorld.hashed(.maps(0x100, "rw- --")).running("vcpu0", .removing(0))
      .running("vmm", .setMemslot(slot: 0, .setLogging(false)))
    let trace = try world.system.play(.until(0, "read-memslot"), .all(1), .step(0))
    #expect(trace.broken.contains("use-after-free"))
    #expect(trace.explanations["use-after-free"]?.contains("struct kvm_memory_slot") == true)
    #expect(try world.system.play(.all(0), .all(1)).broken == [])
  }

  @Test func `a chain in use is waited for with the entry locked`() throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- RC"), .maps(0x100, "rw- R-"))
      .running("vcpu0", .removing(0)).running("vcpu1", .hRemove(vcpu: 1, index: 1)).system
    let trace = try system.play(.until(1, "unlink-next"), .all(0))
    #expect(trace.unfinished.first?.location.label == "lock-rmap")
    #expect(trace.unfinished.first?.waitsFor.map(\.lock) == ["rmap[0x100].lock"])
  }
}
