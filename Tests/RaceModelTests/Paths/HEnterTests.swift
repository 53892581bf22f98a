import RaceModel
import Scheduler
import Testing

/// H_ENTER and `kvmppc_add_revmap_chain`: table P9.4 of the fact sheet.
struct HEnterTests {
  /// What H_ENTER does, without the SRCU section around it and without `keep-rc`, which has a test
  /// of its own.
  private func told(_ trace: Trace) -> [String] {
    trace.told(in: "kvmppc_do_h_enter", "find_kvm_host_pte", "kvmppc_add_revmap_chain")
      .filter { !$0.hasSuffix(" keep-rc") }
  }

  private func run(_ world: SmallWorld, _ call: PathCall) throws -> Trace {
    try world.running("vcpu0", call).system.play(.all(0))
  }

  /// The page is found and the entry locked, up to the lock of its chain.
  private static func find(_ index: Int, _ guest: String, rmap: String = "0x100") -> [String] {
    lines(
      """
      kvmppc_do_h_enter  sample-seq
      kvmppc_do_h_enter  find-memslot
      kvmppc_do_h_enter  read-memslot
      kvmppc_do_h_enter  lock-mmu        | mmu_lock: free -> vcpu0
      find_kvm_host_pte  read-vmm
      kvmppc_do_h_enter  unlock-mmu      | mmu_lock: vcpu0 -> free
      kvmppc_do_h_enter  lock-hpte       | hpte[\(index)].HVLOCK: free -> vcpu0
      kvmppc_do_h_enter  set-guest-rpte  | rev[\(index)].guest_rpte: 0 -> \(guest)
      kvmppc_do_h_enter  lock-rmap       | rmap[\(rmap)].lock: free -> vcpu0
      """)
  }

  private static let checks = lines(
    """
    kvmppc_do_h_enter  check-count
    kvmppc_do_h_enter  check-seq
    """)

  private static func finish(_ index: Int, _ second: String, _ first: String = "VALID") -> [String]
  {
    lines(
      """
      kvmppc_do_h_enter  store-second  | hpte[\(index)].r: 0 -> \(second)
      kvmppc_do_h_enter  store-first | \
        hpte[\(index)].HVLOCK: vcpu0 -> free, hpte[\(index)].v: free -> \(first)
      """)
  }

  private static let unlockRmap = lines(
    "kvmppc_do_h_enter unlock-rmap | rmap[0x100].lock: vcpu0 -> free")

  @Test
  func `the first entry of a page is a ring of its own, and R and C are not the guest's to set`()
    throws
  {
    #expect(
      told(try run(.hashed(.free, .free), .entering(1, 0x100, "rw- RC")))
        == Self.find(1, "0x100 rw RC") + Self.checks
        + lines(
          """
          kvmppc_add_revmap_chain  link-self   | rev[1].forw: 0 -> 1, rev[1].back: 0 -> 1
          kvmppc_add_revmap_chain  store-rmap  | rmap[0x100]: empty -- -> hpte 1 --
          """) + Self.unlockRmap + Self.finish(1, "0x21 rw --"))
  }

  @Test func `another goes between the tail and the head, and the head stays`() throws {
    let world = SmallWorld.hashed(.maps(0x100, "rw- R-"), .maps(0x100, "rw- R-"), .free)
    #expect(
      told(try run(world, .entering(2, 0x100)))
        == Self.find(2, "0x100 rw --") + Self.checks
        + lines(
          """
          kvmppc_add_revmap_chain  link-self  | rev[2].back: 0 -> 1
          kvmppc_add_revmap_chain  link-tail  | rev[1].forw: 0 -> 2
          kvmppc_add_revmap_chain  link-head  | rev[0].back: 1 -> 2
          """) + Self.unlockRmap + Self.finish(2, "0x21 rw --"))
  }

  @Test func `the second of a ring is both tail and head's neighbour`() throws {
    let world = SmallWorld.hashed(.free, .maps(0x100, "rw- R-"))
    #expect(
      try run(world, .entering(0, 0x100)).told(in: "kvmppc_add_revmap_chain")
        == lines(
          """
          kvmppc_add_revmap_chain  link-self  | rev[0].forw: 0 -> 1, rev[0].back: 0 -> 1
          kvmppc_add_revmap_chain  link-tail  | rev[1].forw: 1 -> 0
          kvmppc_add_revmap_chain  link-head  | rev[1].back: 1 -> 0
          """))
  }

  @Test(arguments: [("keep", "hpte 0 RC", "0x21 rw RC"), ("rewrite", "hpte 0 R-", "0x21 rw R-")])
  func `what an rmap word has saved outlives the link, but for the form of 3.6`(
    value: String, word: String, second: String
  ) throws {
    let trace = try SmallWorld.hashed(.maps(0x100, "rw- RC")).with(\.rmapLink, value)
      .running("vcpu0", .removing(0), .entering(0, 0x100, "rw- RC")).system.play(.all(0))
    #expect(trace.values(of: "rmap[0x100]") == ["empty RC", word])
    #expect(trace.last("hpte[0].r") == second)
  }

  @Test(arguments: [("keep", "hpte 0 --", "0x21 rw --"), ("rewrite", "hpte 0 R-", "0x21 rw R-")])
  func `that form takes every page for referenced`(
    value: String, word: String, second: String
  ) throws {
    let trace = try run(
      SmallWorld.hashed(.free).with(\.rmapLink, value), .entering(0, 0x100, "rw- RC"))
    #expect(trace.values(of: "rmap[0x100]") == [word] && trace.last("hpte[0].r") == second)
  }

  @Test func `the form of 3.6 rewrites the word of a chain that is there, too`() throws {
    let world = SmallWorld.hashed(.maps(0x100, "rw- R-"), .maps(0x100, "rw- RC"), .free)
      .with(\.rmapLink, .rewrite)
    let trace = try world.running("vcpu0", .removing(1), .entering(2, 0x100)).system.play(.all(0))
    #expect(
      trace.told(in: "kvmppc_add_revmap_chain")
        == lines(
          """
          kvmppc_add_revmap_chain  link-self
          kvmppc_add_revmap_chain  link-tail   | rev[0].forw: 0 -> 2
          kvmppc_add_revmap_chain  link-head   | rev[0].back: 0 -> 2
          kvmppc_add_revmap_chain  store-rmap  | rmap[0x100]: hpte 0 RC -> hpte 0 R-
          """))
  }

  @Test func `R and C are kept only as far as both the guest and the rmap word have them`() throws {
    let world = SmallWorld.hashed(.maps(0x100, "rw- RC"), .maps(0x200, "rw- R-"))
    let clean = try world.running("vcpu0", .removing(0), .entering(0, 0x100)).system.play(.all(0))
    #expect(clean.last("hpte[0].r") == "0x21 rw --")
    let referenced = try world.running("vcpu0", .removing(1), .entering(1, 0x200, "rw- RC")).system
      .play(.all(0))
    #expect(referenced.last("hpte[1].r") == "0x42 rw R-")
  }

  @Test func `the word's R and C are read when its lock is free again`() throws {
    let labels = try run(.hashed(.free), .entering(0, 0x100)).labels
    #expect(labels.firstIndex(of: "unlock-rmap").map { labels[$0 + 1] } == "keep-rc")
  }

  @Test func `so those that another entry leaves there meanwhile are kept`() throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- RC"), .free)
      .running("vcpu0", .entering(1, 0x100, "rw- RC"))
      .running("vcpu1", .hRemove(vcpu: 1, index: 0)).system
    let before = try system.play(.until(0, "unlock-rmap"), .until(1, "lock-rmap"), .all(0), .all(1))
    #expect(before.last("hpte[1].r") == "0x21 rw --")
    let meanwhile = try system.play(.until(0, "keep-rc"), .all(1), .all(0))
    #expect(meanwhile.last("hpte[1].r") == "0x21 rw RC")
  }

  @Test
  func `a page that the VMM may only read gets a read-only entry, and the guest keeps its view`()
    throws
  {
    let trace = try run(SmallWorld.hashed(.free).readOnlyForVMM, .entering(0, 0x100))
    #expect(trace.last("hpte[0].r") == "0x21 r- --" && trace.last("hpte[0].v") == "VALID")
    #expect(trace.last("rev[0].guest_rpte") == "0x100 rw --")
  }

  private static let absent = lines(
    """
    kvmppc_do_h_enter  sample-seq
    kvmppc_do_h_enter  find-memslot
    kvmppc_do_h_enter  read-memslot
    kvmppc_do_h_enter  lock-mmu        | mmu_lock: free -> vcpu0
    find_kvm_host_pte  read-vmm
    kvmppc_do_h_enter  unlock-mmu      | mmu_lock: vcpu0 -> free
    kvmppc_do_h_enter  lock-hpte       | hpte[0].HVLOCK: free -> vcpu0
    kvmppc_do_h_enter  set-guest-rpte  | rev[0].guest_rpte: 0 -> 0x100 rw R-
    """)

  @Test func `a page that the VMM does not map makes an ABSENT entry, on no chain`() throws {
    let system = SmallWorld.hashed(.free).running("vcpu0", .entering(0, 0x100, "rw- R-"))
      .running("mm", .unmap).system
    #expect(
      told(try system.play(.all(1), .all(0)))
        == Self.absent + Self.finish(0, "0x0 rw R-", "ABSENT"))
  }

  @Test(arguments: ["change-page", "end-lock-mn"])
  func `so does one whose invalidation is under way, or has ended since the sample`(label: String)
    throws
  {
    let system = SmallWorld.hashed(.free).running("vcpu0", .entering(0, 0x100, "rw- R-"))
      .running("mm", .invalidateRange(gfn: 0x100, rpn: 0x22)).system
    let trace = try system.play(.until(0, "lock-mmu"), .until(1, label), .all(0))
    #expect(told(trace) == Self.absent + Self.finish(0, "0x0 rw R-", "ABSENT"))
  }

  @Test(arguments: [
    ("change-page", ["check-count"]), ("end-lock-mn", ["check-count", "check-seq"]),
  ])
  func `under the rmap lock the same makes the entry ABSENT, with the frame that was found`(
    label: String, checks: [String]
  ) throws {
    let system = SmallWorld.hashed(.free).running("vcpu0", .entering(0, 0x100))
      .running("mm", .unmap).system
    let trace = try system.play(.until(0, "lock-rmap"), .until(1, label), .all(0))
    #expect(
      told(trace)
        == Self.find(0, "0x100 rw --") + checks.map { "kvmppc_do_h_enter \($0)" }
        + lines("kvmppc_do_h_enter unlock-rmap-to-retry | rmap[0x100].lock: vcpu0 -> free")
        + Self.finish(0, "0x21 rw --", "ABSENT"))
  }

  @Test(arguments: [
    ("both", ["check-count", "check-seq"], ["check-count"], ["check-count", "check-seq"]),
    ("count", ["check-count"], ["check-count"], ["check-count"]),
    ("seq", ["check-seq"], ["check-seq"], ["check-seq"]), ("none", [], [], []),
  ])
  func `seq-check chooses what is looked at under the rmap lock`(
    value: String, quiet: [String], during: [String], after: [String]
  ) throws {
    let system = SmallWorld.hashed(.free).with(\.seqCheck, value).checking()
      .running("vcpu0", .entering(0, 0x100)).running("mm", .unmap).system
    for (label, checks) in [
      ("start-lock-mn", quiet), ("change-page", during), ("end-lock-mn", after),
    ] {
      let trace = try system.play(.until(0, "lock-rmap"), .until(1, label), .all(0))
      let labels = trace.steps.filter { $0.thread.index == 0 }.map(\.location.label)
      #expect(labels.filter { $0.hasPrefix("check-") } == checks, "\(label)")
      let isNoticed =
        (label == "change-page" && checks.contains("check-count"))
        || (label == "end-lock-mn" && checks.contains("check-seq"))
      #expect(trace.last("hpte[0].v") == (isNoticed ? "ABSENT" : "VALID"), "\(label)")
    }
  }

  @Test(arguments: ["invalidate-wait", "relock-arch"])
  func `a frame of an INVALID slot is emulated MMIO: ABSENT, with key 31, on no chain`(
    label: String
  )
    throws
  {
    let system = SmallWorld.hashed(.free).running("vcpu0", .entering(0, 0x100))
      .running("vmm", .delete).system
    let trace = try system.play(.until(1, label), .all(0))
    #expect(
      trace.told(by: 0).map { $0.split(separator: " ")[1] } == [
        "sample-seq", "find-memslot", "lock-hpte", "set-guest-rpte", "store-second", "store-first",
      ])
    #expect(trace.last("hpte[0].v") == "ABSENT" && trace.values(of: "rmap[0x100]").isEmpty)
    #expect(trace.last("hpte[0].r")?.hasSuffix("rw -- key 31") == true)
  }

  @Test func `so is a frame that no slot holds any more`() throws {
    let system = SmallWorld.hashed(.free).running("vcpu0", .entering(0, 0x100))
      .running("vmm", .delete).system
    let trace = try system.play(.all(1), .all(0))
    #expect(trace.last("hpte[0].v") == "ABSENT")
    #expect(trace.last("hpte[0].r")?.hasSuffix("key 31") == true)
  }

  @Test(arguments: [Scenario.HashedEntry.maps(0x100, "rw- R-"), .absent(0x100, "rw- R-")])
  func `an entry in use is left alone: H_PTEG_FULL`(entry: Scenario.HashedEntry) throws {
    let trace = try run(.hashed(entry), .entering(0, 0x200))
    #expect(
      told(trace)
        == lines(
          """
          kvmppc_do_h_enter  sample-seq
          kvmppc_do_h_enter  find-memslot
          kvmppc_do_h_enter  read-memslot
          kvmppc_do_h_enter  lock-mmu     | mmu_lock: free -> vcpu0
          find_kvm_host_pte  read-vmm
          kvmppc_do_h_enter  unlock-mmu   | mmu_lock: vcpu0 -> free
          kvmppc_do_h_enter  lock-hpte
          """))
    #expect(trace.unfinished.isEmpty && trace.labels.last == "lock-hpte")
  }

  @Test func `an entry that is locked is waited for`() throws {
    let world = SmallWorld.hashed(.maps(0x200, "rw- R-")).running("vcpu0", .entering(0, 0x100))
      .running("vcpu1", .hRemove(vcpu: 1, index: 0))
    let trace = try world.system.play(.until(1, "free-hpte"), .all(0))
    #expect(trace.unfinished.first?.waitsFor.map(\.lock) == ["hpte[0].HVLOCK"])
    let done = try world.system.play(
      .until(1, "free-hpte"), .until(0, "lock-hpte"), .all(1), .all(0))
    #expect(done.last("hpte[0].v") == "VALID")
  }

  @Test(arguments: [("on", ["in", "out"]), ("off", [])])
  func `on POWER8 the hypercall is in a read section, on POWER9 in none`(
    value: String, changes: [String]
  ) throws {
    let trace = try run(.hashed(.free).with(\.hcallSRCU, value), .entering(0, 0x100))
    #expect(trace.values(of: "srcu[vcpu0]") == changes)
    #expect(trace.labels.first == (value == "on" ? "srcu-read-lock" : "sample-seq"))
    #expect(trace.labels.last == (value == "on" ? "srcu-read-unlock" : "store-first"))
  }

  @Test func `an entry in use ends it with its section`() throws {
    let world = SmallWorld.hashed(.maps(0x100, "rw- R-")).with(\.hcallSRCU, .on)
    let trace = try run(world, .entering(0, 0x200))
    #expect(trace.labels.suffix(2) == ["lock-hpte", "srcu-read-unlock"])
    #expect(trace.values(of: "srcu[vcpu0]") == ["in", "out"])
  }

  @Test func `with first-first the entry is VALID with the frame that was there`() throws {
    let world = SmallWorld.hashed(.maps(0x100, "rw- R-")).with(\.hpteOrder, .firstFirst)
      .running("vcpu0", .removing(0), .entering(0, 0x200))
    let trace = try world.system.play(.all(0))
    #expect(
      trace.told.suffix(2)
        == lines(
          """
          kvmppc_do_h_enter store-first | \
            hpte[0].HVLOCK: vcpu0 -> free, hpte[0].v: free -> VALID
          kvmppc_do_h_enter  store-second  | hpte[0].r: 0x21 rw R- -> 0x42 rw --
          """)[...])
    #expect(trace.unfinished.isEmpty)
  }

  @Test func `without it the rmap array can be freed under H_ENTER`() throws {
    let system = SmallWorld.hashed(.free).running("vcpu0", .entering(0, 0x100))
      .running("vmm", .delete).system
    let trace = try system.play(.until(0, "lock-rmap"), .all(1), .step(0))
    #expect(trace.broken == ["use-after-free"])
  }
}
