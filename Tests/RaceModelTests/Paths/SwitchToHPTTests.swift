import RaceModel
import Scheduler
import Testing

/// The switch from radix to hash, and what a harvest does with a freed table: F5.
struct SwitchToHPTTests {
  /// A guest whose vCPU is in L1, and so need not be inside KVM_RUN.
  private static let world = SmallWorld(shadow: "rwx RC").inL1()

  @Test func `the nested guests go, the rmap words are reset, radix is cleared, the table freed`()
    throws
  {
    #expect(
      try Self.world.running("vmm", .switchToHPT).system.play(.all(0)).told
        == lines(
          """
          kvmhv_configure_mmu       lock-setup        | mmu_setup_lock: free -> vmm
          kvmhv_configure_mmu       clear-ready       | mmu_ready: 1 -> 0
          kvmhv_configure_mmu       test-running
          kvmhv_release_all_nested  remove-lock-mmu   | mmu_lock: free -> vmm
          kvmhv_release_all_nested  remove-nested     | gp[1].refcnt: 1 -> 0, idr[1]: gp #0 -> free
          kvmhv_release_all_nested  remove-unlock-mmu | mmu_lock: vmm -> free
          kvmhv_release_nested      free-table        | shadow[1:0x10]: 0x21 rwx RC -> absent
          mmu_partition_table_set_entry clear-entry
          mmu_partition_table_set_entry flush-partition
          kvmhv_release_nested free | \
            gp[1].l1_gr_to_hr: set -> 0, gp[1]: allocated -> free
          kvmhv_release_all_nested      nodes-read-lock | srcu[vmm]: out -> in
          kvmhv_free_memslot_nest_rmap  detach-rmap   | rmap[0x100]: single 1:0x10 -> 0
          kvmhv_release_all_nested      nodes-read-unlock | srcu[vmm]: in -> out
          kvmppc_rmap_reset         reset-read-lock | srcu[vmm]: out -> in
          kvmppc_rmap_reset         reset-lock-mmu    | mmu_lock: free -> vmm
          kvmppc_rmap_reset         reset-rmap
          kvmppc_rmap_reset         reset-unlock-mmu  | mmu_lock: vmm -> free
          kvmppc_rmap_reset         reset-read-unlock | srcu[vmm]: in -> out
          kvmppc_switch_mmu_to_hpt  lock-mmu          | mmu_lock: free -> vmm
          kvmppc_switch_mmu_to_hpt  clear-radix       | radix: true -> false
          kvmppc_switch_mmu_to_hpt  unlock-mmu        | mmu_lock: vmm -> free
          kvmppc_free_radix free-table | \
            pgtable: allocated -> freed, host[0x100]: 0x21 rwx RC -> absent
          kvmppc_setup_partition_table  set-partition
          kvmhv_configure_mmu       unlock-setup      | mmu_setup_lock: vmm -> free
          """))
  }

  @Test func `switch-order=table-first frees the table while the guest is radix, with no mmu_lock`()
    throws
  {
    let trace = try Self.world.with(\.switchOrder, .tableFirst).running("vmm", .switchToHPT).system
      .play(.all(0))
    let labels = trace.labels.drop { $0 != "nodes-read-unlock" }
    #expect(
      labels == [
        "nodes-read-unlock", "free-table", "reset-read-lock", "reset-rmap", "reset-read-unlock",
        "clear-radix", "set-partition", "unlock-setup",
      ])
  }

  @Test func `the nodes of a list are freed one by one, in every slot`() throws {
    let world = Self.world.changed {
      $0.machine.guests[0].pages.append(SmallWorld.l2Page(0x11, shadow: "rwx RC"))
      $0.machine.slots.append(
        .init(id: 1, baseGFN: 0x200, npages: 1, logDirty: false, readOnly: false))
      $0.machine.pages.append(SmallWorld.page(0x200, rpn: 0x42))
    }
    let trace = try world.running("vmm", .switchToHPT).system.play(.all(0))
    #expect(trace.values(of: "node0") == ["free"] && trace.broken == [])
    #expect(trace.labels.count { $0 == "detach-rmap" } == 2)
    #expect(trace.labels.count { $0 == "reset-rmap" } == 2)
  }

  @Test func `a vCPU that runs keeps the switch away, and its access is made`() throws {
    let system = Self.world.running("vcpu0", .l1Store).running("vmm", .switchToHPT).system
    let trace = try system.play(.until(0, "walk-host"), .all(1), .all(0))
    #expect(
      trace.told(by: 1).map { $0.split(separator: " ")[1] } == [
        "lock-setup", "clear-ready", "test-running", "restore-ready", "unlock-setup",
      ])
    #expect(trace.last("radix") == nil && trace.last("vcpus_running") == "0")
    #expect(trace.labels.contains("walk-host") && trace.unfinished.isEmpty)
  }

  @Test func `one that comes later sets the MMU up, and finds no radix table to fault on`() throws {
    let system = Self.world.running("vcpu0", .l1Store).running("vmm", .switchToHPT).system
    let trace = try system.play(.all(1), .all(0))
    #expect(
      trace.told(by: 0).map { $0.split(separator: " ")[1] } == [
        "count-up", "test-ready", "lock-setup", "set-ready", "unlock-setup", "retest-ready",
        "count-down",
      ])
  }

  @Test func `one that comes between waits in kvmhv_setup_mmu, or goes round`() throws {
    let system = Self.world.running("vcpu0", .l1Store).running("vmm", .switchToHPT).system
    let waits = try system.play(.until(1, "test-running"), .until(0, "set-ready"))
    #expect(waits.unfinished.first?.waitsFor.map(\.lock) == ["mmu_setup_lock"])
    let round = try system.play(
      .until(0, "retest-ready"), .until(1, "test-running"), .step(0), .all(1), .all(0))
    #expect(round.labels.count { $0 == "test-ready" } == 2 && round.unfinished.isEmpty)
  }

  @Test func `a vCPU that runs L2 is inside KVM_RUN from the start`() throws {
    let system = SmallWorld().running("vcpu0", .store).running("vmm", .switchToHPT).system
    let trace = try system.play(.all(1), .all(0))
    #expect(trace.labels.contains("restore-ready") && !trace.labels.contains("count-up"))
    #expect(trace.last("radix") == nil)
  }

  @Test(arguments: [
    PathCall.age, .unmap, .harvest, .delete, .setMemslot(slot: 0, .setLogging(false)),
  ])
  func `who comes behind the switch finds no radix table, and empty rmap words`(call: PathCall)
    throws
  {
    let system = Self.world.running("other", call).running("vmm", .switchToHPT).system
    let trace = try system.play(.all(1), .all(0))
    #expect(trace.broken == [] && trace.unfinished.isEmpty)
    #expect(!trace.told(by: 0).contains { $0.contains("read-host") })
  }

  @Test(arguments: [
    ("test-radix", PathCall.delete),
    (
      "test-radix-in-commit",
      .setMemslot(slot: 0, .setLogging(false))
    ),
  ])
  func `the flush of a slot asks without mmu_lock, and may walk what has been freed`(
    label: String, call: PathCall
  ) throws {
    let system = Self.world.running("other", call).running("vmm", .switchToHPT).system
    let trace = try system.play(.until(0, label), .step(0), .all(1), .all(0))
    #expect(trace.broken == ["use-after-free"])
    #expect(trace.explanations["use-after-free"]?.contains("the radix table of L1") == true)
  }

  private static let both = SmallWorld().inL1().checking().running("migration", .harvest)
    .running("vmm", .switchToHPT)

  @Test func `a harvest that has found the entry goes on with a freed table`() throws {
    let trace = try Self.both.system.play(.until(0, "lock-mmu"), .all(1), .all(0))
    #expect(trace.broken == ["use-after-free"] && trace.labels.last == "recheck-host")
  }

  @Test func `a harvest that starts later is not radix any more`() throws {
    let trace = try Self.both.system.play(.all(1), .all(0))
    #expect(trace.broken == [])
    #expect(
      trace.labels.suffix(6) == [
        "zero-scratch", "test-radix", "test-rmap", "xchg-bitmap", "copy-to-user", "unlock-slots",
      ])
  }

  @Test(arguments: [(true, ["use-after-free"]), (false, [])])
  func `only a freed table is one`(isFreed: Bool, expected: [String]) {
    let free: [Mutation] = isFreed ? [.freeHostTable] : [.bumpSeq]
    let thread = MutantThread("migration", .mutant(free), .call(.harvest))
    #expect(SmallWorld().checking().broken(thread) == expected)
  }
}
