import RaceModel
import Scheduler
import Testing

/// `kvmppc_book3s_hv_page_fault`: P9.4 of the fact sheet, and `kvmppc_hpte_hv_fault` before it.
struct HPTPageFaultTests {
  private static let store = PathCall.hptStore(vcpu: 0, index: 0)
  private static let load = PathCall.hptLoad(vcpu: 0, index: 0)

  private func run(_ world: SmallWorld, _ calls: PathCall...) throws -> Trace {
    try world.changed { $0.threads = [.init(name: "vcpu0", run: calls)] }.system.play(.all(0))
  }

  /// From the refused access to the copy of the entry.
  private static func enter(_ access: String = "hpt-store") -> [String] {
    lines(
      """
      - \(access)
      - walk-hpt
      kvmppc_vcpu_run_hv  srcu-read-lock  | srcu[vcpu0]: out -> in
      """) + copy
  }

  private static let copy = lines(
    """
    kvmppc_book3s_hv_page_fault  lock-hpte  | hpte[0].HVLOCK: free -> vcpu0
    kvmppc_book3s_hv_page_fault  copy-hpte  | hpte[0].HVLOCK: vcpu0 -> free
    """)

  /// The page is looked for.
  private static let find = lines(
    """
    kvmppc_book3s_hv_page_fault  find-memslot
    kvmppc_book3s_hv_page_fault  sample-seq
    kvmppc_book3s_hv_page_fault  lock-mmu      | mmu_lock: free -> vcpu0
    find_kvm_host_pte            read-vmm
    kvmppc_book3s_hv_page_fault  unlock-mmu    | mmu_lock: vcpu0 -> free
    """)

  /// The entry is taken up again, with its page's chain.
  private static let relock = lines(
    """
    kvmppc_book3s_hv_page_fault  relock-hpte  | hpte[0].HVLOCK: free -> vcpu0
    kvmppc_book3s_hv_page_fault  lock-rmap    | rmap[0x100].lock: free -> vcpu0
    """)

  private static let checks = lines(
    """
    kvmppc_book3s_hv_page_fault  check-count
    kvmppc_book3s_hv_page_fault  check-seq
    """)

  private static let leave = lines("kvmppc_vcpu_run_hv srcu-read-unlock | srcu[vcpu0]: in -> out")

  @Test func `without SRCU the struct of its slot may be freed before its address is read`() throws
  {
    let system = SmallWorld.hashed(.absent(0x100, "rw- RC")).with(\.srcu, .off)
      .changed { $0.threads = [.init(name: "vcpu0", run: [Self.store])] }
      .running("vmm", .setMemslot(slot: 0, .setLogging(true))).system
    let trace = try system.play(
      .until(0, "lock-mmu", in: "kvmppc_book3s_hv_page_fault"), .all(1), .all(0))
    #expect(trace.broken == ["use-after-free"])
    #expect(trace.labels.last == "lock-mmu")
  }

  @Test func `an ABSENT entry is linked and made VALID, and the access is tried again`() throws {
    let trace = try run(.hashed(.absent(0x100, "rw- RC")), Self.store)
    #expect(
      trace.told
        == Self.enter() + Self.find + Self.relock + Self.checks
        + lines(
          """
          kvmppc_add_revmap_chain      link-self
          kvmppc_add_revmap_chain      store-rmap    | rmap[0x100]: empty -- -> hpte 0 --
          kvmppc_book3s_hv_page_fault  unlock-rmap   | rmap[0x100].lock: vcpu0 -> free
          kvmppc_book3s_hv_page_fault  store-second  | hpte[0].r: 0 -> 0x21 rw --
          kvmppc_book3s_hv_page_fault store-first | \
            hpte[0].HVLOCK: vcpu0 -> free, hpte[0].v: ABSENT -> VALID
          """) + Self.leave
        + lines(
          """
          - hpt-store
          - walk-hpt | written[0x100]: 0 -> 1, hpte[0].r: 0x21 rw -- -> 0x21 rw RC, \
            tlb[vcpu0,hpte 0]: none -> 0x21 rw C, carries-c[0]: 0 -> 1
          """))
    #expect(trace.broken == [])
  }

  @Test func `it joins the ring of its page`() throws {
    let world = SmallWorld.hashed(.absent(0x100, "rw- --"), .maps(0x100, "rw- R-"))
    #expect(
      try run(world, Self.load).told(in: "kvmppc_add_revmap_chain")
        == lines(
          """
          kvmppc_add_revmap_chain  link-self  | rev[0].forw: 0 -> 1, rev[0].back: 0 -> 1
          kvmppc_add_revmap_chain  link-tail  | rev[1].forw: 1 -> 0
          kvmppc_add_revmap_chain  link-head  | rev[1].back: 1 -> 0
          """))
  }

  @Test func `R and C come back as far as both the guest's view and the rmap word have them`()
    throws
  {
    let world = SmallWorld.hashed(.maps(0x100, "rw- RC"), .absent(0x100, "rw- RC"))
    let trace = try run(world, .removing(0), .hptLoad(vcpu: 0, index: 1))
    #expect(trace.values(of: "hpte[1].r").first == "0x21 rw RC")
  }

  @Test func `a load gets a writable entry where the VMM and the guest permit it`() throws {
    #expect(
      try run(.hashed(.absent(0x100, "rw- --")), Self.load).values(of: "hpte[0].r").first
        == "0x21 rw --")
    #expect(
      try run(.hashed(.absent(0x100, "r-- --")), Self.load).values(of: "hpte[0].r").first
        == "0x21 r- --")
    let world = SmallWorld.hashed(.absent(0x100, "rw- --")).readOnlyForVMM
    #expect(try run(world, Self.load).values(of: "hpte[0].r").first == "0x21 r- --")
  }

  @Test func `a VALID entry that has lost W gets it back: it is ABSENT while it is flushed`() throws
  {
    let trace = try run(
      .hashed(.maps(0x100, "rw- RC")), .hProtect(vcpu: 0, index: 0, mayWrite: false), Self.load,
      .hProtect(vcpu: 0, index: 0, mayWrite: true), Self.store)
    #expect(
      trace.told(in: "kvmppc_book3s_hv_page_fault", "find_kvm_host_pte")
        == Self.copy + Self.find + Self.relock + Self.checks
        + lines(
          """
          kvmppc_book3s_hv_page_fault  unlock-rmap-of-valid  | rmap[0x100].lock: vcpu0 -> free
          kvmppc_book3s_hv_page_fault  set-absent            | hpte[0].v: VALID -> ABSENT
          kvmppc_book3s_hv_page_fault  tlbie-hpte            | tlb[vcpu0,hpte 0]: 0x21 r- C -> none
          kvmppc_book3s_hv_page_fault  store-second          | hpte[0].r: 0x21 r- RC -> 0x21 rw RC
          kvmppc_book3s_hv_page_fault store-first | \
            hpte[0].HVLOCK: vcpu0 -> free, hpte[0].v: ABSENT -> VALID
          """))
    #expect(trace.values(of: "rmap[0x100]").isEmpty && trace.broken == [])
  }

  @Test(arguments: [
    (Scenario.HashedEntry.free, PathCall.hptLoad(vcpu: 0, index: 0)),
    (.absent(0x100, "r-- --"), .hptStore(vcpu: 0, index: 0)),
    (.maps(0x100, "r-- R-"), .hptStore(vcpu: 0, index: 0)),
  ])
  func `what the guest does not permit is the guest's own fault, and ends the access`(
    entry: Scenario.HashedEntry, call: PathCall
  ) throws {
    let trace = try run(.hashed(entry), call)
    let access = call.path.id
    #expect(trace.told == Self.enter(access) + Self.leave)
    #expect(trace.values(of: "vcpu0.hpt-fault.ret").first == "data-storage")
  }

  @Test func `a store to a page that the VMM may only read gets nothing`() throws {
    let trace = try run(SmallWorld.hashed(.absent(0x100, "rw- --")).readOnlyForVMM, Self.store)
    #expect(trace.told == Self.enter() + Self.find + Self.leave)
    #expect(trace.values(of: "vcpu0.hpt-fault.ret").first == "data-storage")
  }

  @Test(arguments: ["invalidate-wait", "final-wait"])
  func `a frame whose slot is INVALID or gone is emulated MMIO`(label: String) throws {
    let system = SmallWorld.hashed(.absent(0x100, "rw- --")).running("vcpu0", Self.store)
      .running("vmm", .delete).system
    let trace = try system.play(.until(1, label), .all(0))
    #expect(
      trace.told(by: 0)
        == Self.enter() + lines("kvmppc_book3s_hv_page_fault find-memslot") + Self.leave)
    #expect(trace.values(of: "vcpu0.hpt-fault.ret").first == "mmio")
  }

  @Test func `an entry made for MMIO stays MMIO when its slot is there again`() throws {
    // The frame 0x300 has no slot when the entry is made, and has one when it is used.
    let system = SmallWorld.hashed(.free).running("vcpu0", .entering(0, 0x300), Self.load)
      .running("vmm", .move).system
    let trace = try system.play(.until(0, "hpt-load"), .all(1), .all(0))
    #expect(trace.told(by: 0).suffix(6) == (Self.enter("hpt-load") + Self.leave)[...])
    #expect(trace.values(of: "vcpu0.hpt-fault.ret").first == "mmio")
  }

  /// The store's fault stands before `label` while another thread runs, and then goes on.
  private func meanwhile(
    _ entry: Scenario.HashedEntry, before label: String, _ call: PathCall
  ) throws -> [String] {
    let system = SmallWorld.hashed(entry).running("vcpu0", Self.store).running("other", call).system
    let trace = try system.play(.until(0, label), .all(1), .until(0, "srcu-read-unlock"))
    return trace.told(by: 0)
  }

  @Test(arguments: [
    PathCall.hProtect(vcpu: 1, index: 0, mayWrite: false), .hRemove(vcpu: 1, index: 0),
    .hptLoad(vcpu: 1, index: 0),
  ])
  func `an entry that has changed since the copy is left to the guest's next try`(call: PathCall)
    throws
  {
    // The load of the other vCPU makes it VALID.
    #expect(
      try meanwhile(.absent(0x100, "rw- --"), before: "relock-hpte", call)
        == Self.enter() + Self.find
        + lines(
          """
          kvmppc_book3s_hv_page_fault  relock-hpte      | hpte[0].HVLOCK: free -> vcpu0
          kvmppc_book3s_hv_page_fault  unlock-to-retry  | hpte[0].HVLOCK: vcpu0 -> free
          """))
  }

  @Test func `so is one whose R hardware has set since`() throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- --"))
      .running(
        "vcpu0", .hProtect(vcpu: 0, index: 0, mayWrite: false),
        .hProtect(vcpu: 0, index: 0, mayWrite: true), Self.store
      )
      .running("vcpu1", .hptLoad(vcpu: 1, index: 0)).system
    let trace = try system.play(.until(0, "relock-hpte"), .all(1), .all(0))
    let fault = trace.told(by: 0).filter { $0.contains("_page_fault ") }
    #expect(fault.count { $0.contains("unlock-to-retry") } == 1)
    #expect(trace.last("hpte[0].r") == "0x21 rw RC" && trace.broken == [])
  }

  @Test(arguments: [
    ("change-page", ["check-count"]), ("end-lock-mn", ["check-count", "check-seq"]),
  ])
  func `an invalidation since the sample is found under the rmap lock`(
    label: String, checks: [String]
  )
    throws
  {
    let system = SmallWorld.hashed(.absent(0x100, "rw- --")).running("vcpu0", Self.store)
      .running("mm", .unmap).system
    let trace = try system.play(
      .until(0, "relock-hpte"), .until(1, label), .until(0, "srcu-read-unlock"))
    #expect(
      trace.told(by: 0)
        == Self.enter() + Self.find + Self.relock
        + checks.map { "kvmppc_book3s_hv_page_fault \($0)" }
        + lines(
          """
          kvmppc_book3s_hv_page_fault  unlock-rmap-to-retry  | rmap[0x100].lock: vcpu0 -> free
          kvmppc_book3s_hv_page_fault  unlock-to-retry       | hpte[0].HVLOCK: vcpu0 -> free
          """))
  }

  @Test(arguments: ["change-page", "end-lock-mn"])
  func `and before that when the Linux entry is read`(label: String) throws {
    let system = SmallWorld.hashed(.absent(0x100, "rw- --")).running("vcpu0", Self.store)
      .running("mm", .invalidateRange(gfn: 0x100, rpn: 0x22)).system
    let trace = try system.play(
      .until(0, "lock-mmu"), .until(1, label), .until(0, "srcu-read-unlock"))
    #expect(trace.told(by: 0) == Self.enter() + Self.find)
    let done = try system.play(.until(0, "lock-mmu"), .until(1, label), .all(1), .all(0))
    #expect(done.last("hpte[0].r") == "0x22 rw RC" && done.broken == [])
  }

  @Test func `an entry that is VALID by the time it is copied sends the guest back at once`() throws
  {
    #expect(
      try meanwhile(.absent(0x100, "rw- --"), before: "lock-hpte", .hptLoad(vcpu: 1, index: 0))
        == Self.enter())
  }

  @Test(arguments: [("on", ["in", "out"]), ("off", [])])
  func `the fault is one read section`(value: String, changes: [String]) throws {
    let trace = try run(SmallWorld.hashed(.absent(0x100, "rw- --")).with(\.srcu, value), Self.load)
    #expect(trace.values(of: "srcu[vcpu0]") == changes)
  }

  @Test(arguments: [("on", []), ("off", ["use-after-free"])])
  func `without it the slot can be freed under the fault`(value: String, broken: [String]) throws {
    let system = SmallWorld.hashed(.absent(0x100, "rw- --")).with(\.srcu, value)
      .running("vcpu0", Self.load).running("vmm", .delete).system
    let trace = try system.play(.until(0, "lock-rmap"), .all(1), .step(0))
    #expect(trace.broken == broken)
  }
}
