import RaceModel
import Scheduler
import Testing

/// Deleting, moving and logging a slot, its flush, and SRCU: tables P9.1 and P9.2 of the fact
/// sheet.
struct SetMemslotTests {
  private func run(_ world: SmallWorld, _ update: SlotUpdate) throws -> Trace {
    try world.running("vmm", .setMemslot(slot: 0, update)).system.play(.all(0))
  }

  @Test func `a slot is deleted by way of an INVALID copy and two grace periods`() throws {
    #expect(
      try run(SmallWorld(shadow: "rwx RC"), .delete).told
        == lines(
          """
          kvm_set_memory_region        lock-slots              | slots_lock: free -> vmm
          kvm_set_memslot              lock-arch               | slots_arch_lock: free -> vmm
          kvm_swap_active_memslots     invalidate-lock-mn      | mn_invalidate_lock: free -> vmm
          kvm_swap_active_memslots     publish-invalid         | memslot0: old -> second
          kvm_swap_active_memslots     invalidate-unlock-mn    | mn_invalidate_lock: vmm -> free
          kvm_swap_active_memslots     invalidate-unlock-arch  | slots_arch_lock: vmm -> free
          kvm_swap_active_memslots     invalidate-synchronize  | srcu_idx: 0 -> 1
          kvm_swap_active_memslots     invalidate-wait
          kvmppc_radix_flush_memslot   lock-mmu                | mmu_lock: free -> vmm
          kvmppc_radix_flush_memslot   read-host
          kvmppc_unmap_pte             clear-host              | host[0x100]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             tlbie-host
          kvmhv_remove_nest_rmap_list  detach-rmap             | rmap[0x100]: single 1:0x10 -> 0
          kvmhv_remove_nest_rmap       find-shadow
          kvmppc_unmap_pte clear-shadow | shadow[1:0x10]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             tlbie-shadow
          kvmppc_unmap_pte             set-bitmap              | dirty_bitmap[0x100]: 0 -> 1
          kvmppc_radix_flush_memslot   bump-seq                | mmu_seq: 0 -> 1
          kvmppc_radix_flush_memslot   unlock-mmu              | mmu_lock: vmm -> free
          kvm_invalidate_memslot       relock-arch             | slots_arch_lock: free -> vmm
          kvm_swap_active_memslots     final-lock-mn           | mn_invalidate_lock: free -> vmm
          kvm_swap_active_memslots     publish-final           | memslot0: second -> third
          kvm_swap_active_memslots     final-unlock-mn         | mn_invalidate_lock: vmm -> free
          kvm_swap_active_memslots     final-unlock-arch       | slots_arch_lock: vmm -> free
          kvm_swap_active_memslots     final-synchronize       | srcu_idx: 1 -> 0
          kvm_swap_active_memslots     final-wait
          kvm_set_memslot              free-invalid            | memslot0.struct[second]: allocated -> freed
          kvm_commit_memory_region free-bitmap | \
            memslot0.logged: true -> false, dirty_bitmap[0x100]: 1 -> 0, \
            memslot0.dirty_bitmap: allocated -> freed
          kvm_commit_memory_region     free-rmap               | memslot0.rmap: allocated -> freed
          kvm_commit_memory_region     free-old                | memslot0.struct[old]: allocated -> freed
          kvm_set_memory_region        unlock-slots            | slots_lock: vmm -> free
          """))
  }

  @Test func `a slot is moved the same way, flushed by its old base, and keeps its rmap array`()
    throws
  {
    #expect(
      try run(SmallWorld(), .move(base: 0x200)).told
        == lines(
          """
          kvm_set_memory_region        lock-slots              | slots_lock: free -> vmm
          kvm_set_memslot              lock-arch               | slots_arch_lock: free -> vmm
          kvm_swap_active_memslots     invalidate-lock-mn      | mn_invalidate_lock: free -> vmm
          kvm_swap_active_memslots     publish-invalid         | memslot0: old -> second
          kvm_swap_active_memslots     invalidate-unlock-mn    | mn_invalidate_lock: vmm -> free
          kvm_swap_active_memslots     invalidate-unlock-arch  | slots_arch_lock: vmm -> free
          kvm_swap_active_memslots     invalidate-synchronize  | srcu_idx: 0 -> 1
          kvm_swap_active_memslots     invalidate-wait
          kvmppc_radix_flush_memslot   lock-mmu                | mmu_lock: free -> vmm
          kvmppc_radix_flush_memslot   read-host
          kvmppc_unmap_pte             clear-host              | host[0x100]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             tlbie-host
          kvmhv_remove_nest_rmap_list  detach-rmap
          kvmppc_unmap_pte             set-bitmap              | dirty_bitmap[0x100]: 0 -> 1
          kvmppc_radix_flush_memslot   bump-seq                | mmu_seq: 0 -> 1
          kvmppc_radix_flush_memslot   unlock-mmu              | mmu_lock: vmm -> free
          kvm_invalidate_memslot       relock-arch             | slots_arch_lock: free -> vmm
          kvm_swap_active_memslots     final-lock-mn           | mn_invalidate_lock: free -> vmm
          kvm_swap_active_memslots     publish-final           | memslot0: second -> third
          kvm_swap_active_memslots     final-unlock-mn         | mn_invalidate_lock: vmm -> free
          kvm_swap_active_memslots     final-unlock-arch       | slots_arch_lock: vmm -> free
          kvm_swap_active_memslots     final-synchronize       | srcu_idx: 1 -> 0
          kvm_swap_active_memslots     final-wait
          kvm_set_memslot              free-invalid            | memslot0.struct[second]: allocated -> freed
          kvm_commit_memory_region     free-old                | memslot0.struct[old]: allocated -> freed
          kvm_set_memory_region        unlock-slots            | slots_lock: vmm -> free
          """))
  }

  @Test func `switching logging on has no INVALID step, and flushes after the publication`() throws
  {
    // The old slot has no bitmap: what was dirty is not noted.
    let world = SmallWorld(shadow: "rwx RC").changed { $0.machine.slots[0].logDirty = false }
    #expect(
      try run(world, .setLogging(true)).told
        == lines(
          """
          kvm_set_memory_region        lock-slots         | slots_lock: free -> vmm
          kvm_set_memslot              lock-arch          | slots_arch_lock: free -> vmm
          kvm_swap_active_memslots     final-lock-mn      | mn_invalidate_lock: free -> vmm
          kvm_swap_active_memslots     publish-final      | memslot0: old -> second
          kvm_swap_active_memslots     final-unlock-mn    | mn_invalidate_lock: vmm -> free
          kvm_swap_active_memslots     final-unlock-arch  | slots_arch_lock: vmm -> free
          kvm_swap_active_memslots     final-synchronize  | srcu_idx: 0 -> 1
          kvm_swap_active_memslots     final-wait
          kvmppc_radix_flush_memslot   lock-mmu           | mmu_lock: free -> vmm
          kvmppc_radix_flush_memslot   read-host
          kvmppc_unmap_pte             clear-host         | host[0x100]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             tlbie-host
          kvmhv_remove_nest_rmap_list  detach-rmap        | rmap[0x100]: single 1:0x10 -> 0
          kvmhv_remove_nest_rmap       find-shadow
          kvmppc_unmap_pte             clear-shadow       | shadow[1:0x10]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             tlbie-shadow
          kvmppc_radix_flush_memslot   bump-seq           | mmu_seq: 0 -> 1
          kvmppc_radix_flush_memslot   unlock-mmu         | mmu_lock: vmm -> free
          kvm_commit_memory_region     free-old           | memslot0.struct[old]: allocated -> freed
          kvm_set_memory_region unlock-slots | \
            slots_lock: vmm -> free, memslot0.logged: false -> true
          """))
  }

  @Test func `switching logging off flushes into the old bitmap`() throws {
    #expect(
      try run(SmallWorld(), .setLogging(false)).told
        == lines(
          """
          kvm_set_memory_region lock-slots | \
            slots_lock: free -> vmm, memslot0.logged: true -> false
          kvm_set_memslot              lock-arch          | slots_arch_lock: free -> vmm
          kvm_swap_active_memslots     final-lock-mn      | mn_invalidate_lock: free -> vmm
          kvm_swap_active_memslots     publish-final      | memslot0: old -> second
          kvm_swap_active_memslots     final-unlock-mn    | mn_invalidate_lock: vmm -> free
          kvm_swap_active_memslots     final-unlock-arch  | slots_arch_lock: vmm -> free
          kvm_swap_active_memslots     final-synchronize  | srcu_idx: 0 -> 1
          kvm_swap_active_memslots     final-wait
          kvmppc_radix_flush_memslot   lock-mmu           | mmu_lock: free -> vmm
          kvmppc_radix_flush_memslot   read-host
          kvmppc_unmap_pte             clear-host         | host[0x100]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte             tlbie-host
          kvmhv_remove_nest_rmap_list  detach-rmap
          kvmppc_unmap_pte             set-bitmap         | dirty_bitmap[0x100]: 0 -> 1
          kvmppc_radix_flush_memslot   bump-seq           | mmu_seq: 0 -> 1
          kvmppc_radix_flush_memslot   unlock-mmu         | mmu_lock: vmm -> free
          kvm_commit_memory_region free-bitmap | \
            dirty_bitmap[0x100]: 1 -> 0, memslot0.dirty_bitmap: allocated -> freed
          kvm_commit_memory_region     free-old           | memslot0.struct[old]: allocated -> freed
          kvm_set_memory_region        unlock-slots       | slots_lock: vmm -> free
          """))
  }

  @Test func `flush-bump=off leaves the bump out`() throws {
    let told = try run(SmallWorld(), .delete).told
    #expect(
      try run(SmallWorld().with(\.flushBump, .off), .delete).told
        == told.filter { !$0.contains("bump-seq") })
  }

  @Test func `the flush takes every page of the slot in one section`() throws {
    var world = SmallWorld()
    world.machine.slots[0].npages = 3
    world.machine.pages.append(SmallWorld.page(0x102, rpn: 0x23, host: "rwx R-"))
    let trace = try run(world, .delete)
    #expect(
      trace.told(in: "kvmppc_radix_flush_memslot", "kvmppc_unmap_pte")
        == lines(
          """
          kvmppc_radix_flush_memslot  lock-mmu    | mmu_lock: free -> vmm
          kvmppc_radix_flush_memslot  read-host
          kvmppc_unmap_pte            clear-host  | host[0x100]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte            tlbie-host
          kvmppc_unmap_pte            set-bitmap  | dirty_bitmap[0x100]: 0 -> 1
          kvmppc_radix_flush_memslot  read-host
          kvmppc_radix_flush_memslot  read-host
          kvmppc_unmap_pte            clear-host  | host[0x102]: 0x23 rwx R- -> absent
          kvmppc_unmap_pte            tlbie-host
          kvmppc_radix_flush_memslot  bump-seq    | mmu_seq: 0 -> 1
          kvmppc_radix_flush_memslot  unlock-mmu  | mmu_lock: vmm -> free
          """))
  }

  @Test func `a moved slot's page is found at its new frame with its old backing`() throws {
    var world = SmallWorld()
    world.machine.guests[0].pages.append(SmallWorld.l2Page(0x11, gpte: nil))
    let entry = Scenario.L1Entry(gfn: 0x200, bits: SmallWorld.bits("rwx RC"))
    let system = world.running("vmm", .setMemslot(slot: 0, .move(base: 0x200))).running(
      "vcpu0", .l1SetGpte(guest: 0, page: 1, entry), .l2Store(vcpu: 0, page: 1), .store
    ).system
    let trace = try system.play(.all(0), .all(1))
    #expect(trace.last("host[0x200]") == "0x21 rwx RC")
    #expect(trace.values(of: "rmap[0x100]") == ["single 1:0x11"])
    #expect(trace.values(of: "vcpu0.nested-fault.ret").suffix(2) == ["mmio", "resume-guest"])
  }

  @Test(arguments: [(0, ["dirty-log"]), (1, [])])
  func `C that a move has left at the old base is reported by no harvest`(
    page: Int, broken: [String]
  ) {
    // Page 0 is the old place of the store, page 1 the one that a harvest looks at.
    let world = SmallWorld(host: "rwx R-").checking(.dirtyLog).changed {
      $0.machine.pages[0].written = true
    }
    let entry = PTE(SmallWorld.bits("rwx RC"), frame: 0x21)
    let thread = MutantThread(
      "vmm", .call(.setMemslot(slot: 0, .move(base: 0x200))), .mutant([.setHost(page, entry)]))
    #expect(world.broken(thread) == broken)
  }

  // synchronize_srcu: who is waited for.

  @Test func `the grace period waits for a fault that started before it`() throws {
    let system = SmallWorld().running("vcpu0", .store).running("vmm", .delete).system
    let waits = try system.play(.until(0, "find-memslot"), .all(1))
    #expect(waits.unfinished.last?.location.label == "invalidate-wait")
    let goesOn = try system.play(.until(0, "find-memslot"), .all(1), .all(0), .all(1))
    #expect(goesOn.unfinished.isEmpty)
    #expect(goesOn.broken == [])
  }

  @Test func `and not for one that starts later, which finds the slot INVALID`() throws {
    let system = SmallWorld().running("vcpu0", .store).running("vmm", .delete).system
    let trace = try system.play(.until(1, "invalidate-wait"), .until(0, "unlock-tlb"), .all(1))
    #expect(trace.values(of: "memslot0") == ["second", "third"])
    // The second grace period is after the fault's start, and waits for it.
    #expect(trace.unfinished.map(\.location.label).contains("final-wait"))
    #expect(trace.values(of: "vcpu0.nested-fault.ret") == ["mmio"])
  }

  @Test func `a reader that has left and come back is a new one`() throws {
    let system = SmallWorld().running("vcpu0", .load, .l2Load(vcpu: 0, page: 0))
      .running("vcpu1", .l1Load).running("vmm", .delete).system
    let trace = try system.play(.until(0, "find-memslot"), .until(2, "invalidate-wait"), .all(2))
    #expect(trace.unfinished.last?.location.label == "invalidate-wait")
  }

  @Test func `srcu=off waits for nobody`() throws {
    let system = SmallWorld().with(\.srcu, .off).running("vcpu0", .store).running("vmm", .delete)
      .system
    let trace = try system.play(.until(0, "sample-seq"), .all(1), .all(0))
    #expect(trace.broken == ["use-after-free"])
  }

  @Test(arguments: [("publish-invalid", "second"), ("publish-final", "third")])
  func `a notifier between start and end keeps the publication back`(
    label: String, version: String
  ) throws {
    let system = SmallWorld().running("mm", .unmap).running("vmm", .delete).system
    let lock = label == "publish-invalid" ? "invalidate-lock-mn" : "final-lock-mn"
    let blocked = try system.play(.until(1, lock), .until(0, "change-page"), .all(1))
    #expect(blocked.unfinished.last?.location.label == lock)
    #expect(blocked.last("memslot0") != version)
    let done = try system.play(.until(1, lock), .all(0), .all(1))
    #expect(done.last("memslot0") == "third")
  }

  @Test func `a harvest and an update of a slot wait for each other`() throws {
    let system = SmallWorld().running("migration", .harvest).running("vmm", .delete).system
    let trace = try system.play(.until(0, "zero-scratch"), .all(1))
    #expect(trace.told(by: 1) == [])
    let after = try system.play(.all(1), .all(0))
    #expect(
      after.told(by: 0).map { $0.split(separator: " ")[1] } == [
        "lock-slots", "find-memslot", "unlock-slots",
      ])
  }
}
