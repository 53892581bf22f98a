import RaceModel
import Scheduler
import Testing

/// H_TLB_INVALIDATE of one page: table P7.2 of the fact sheet.
struct TlbiePageTests {
  private func run(_ world: SmallWorld) throws -> Trace {
    try world.running("l1", .tlbie).system.play(.all(0))
  }

  @Test func `the shadow entry goes under both locks, the rmap entry stays`() throws {
    let trace = try run(SmallWorld(shadow: "rwx RC", tlb: "rwx RC"))
    #expect(
      trace.told
        == lines(
          """
          kvmhv_get_nested              lock-mmu        | mmu_lock: free -> l1
          kvmhv_get_nested              find-nested     | gp[1].refcnt: 2 -> 3
          kvmhv_get_nested              unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_tlb_addr  lock-tlb        | tlb_lock[1]: free -> l1
          kvmhv_invalidate_shadow_pte   lock-mmu        | mmu_lock: free -> l1
          kvmhv_invalidate_shadow_pte   find-shadow
          kvmppc_unmap_pte              clear-shadow    | shadow[1:0x10]: 0x21 rwx RC -> absent
          kvmppc_unmap_pte              tlbie-shadow    | tlb[vcpu0,2:0x10]: 0x21 rwx RC -> absent
          kvmhv_invalidate_shadow_pte   unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_tlb_addr  unlock-tlb      | tlb_lock[1]: l1 -> free
          kvmhv_put_nested              lock-mmu        | mmu_lock: free -> l1
          kvmhv_put_nested              drop-reference  | gp[1].refcnt: 3 -> 2
          kvmhv_put_nested              unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_tlb_addr  return-to-l1    | coherent[1:0x10]: 0 -> 1
          """))
    #expect(trace.values(of: "rmap[0x100]").isEmpty)
  }

  @Test func `an absent entry is looked for and no more`() throws {
    #expect(
      try run(SmallWorld()).told
        == lines(
          """
          kvmhv_get_nested              lock-mmu        | mmu_lock: free -> l1
          kvmhv_get_nested              find-nested     | gp[1].refcnt: 2 -> 3
          kvmhv_get_nested              unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_tlb_addr  lock-tlb        | tlb_lock[1]: free -> l1
          kvmhv_invalidate_shadow_pte   lock-mmu        | mmu_lock: free -> l1
          kvmhv_invalidate_shadow_pte   find-shadow
          kvmhv_invalidate_shadow_pte   unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_tlb_addr  unlock-tlb      | tlb_lock[1]: l1 -> free
          kvmhv_put_nested              lock-mmu        | mmu_lock: free -> l1
          kvmhv_put_nested              drop-reference  | gp[1].refcnt: 3 -> 2
          kvmhv_put_nested              unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_tlb_addr  return-to-l1    | coherent[1:0x10]: 0 -> 1
          """))
  }

  @Test func `a guest that L0 does not know is success`() throws {
    #expect(
      try run(SmallWorld().inL1(isKnown: false)).told
        == lines(
          """
          kvmhv_get_nested              lock-mmu      | mmu_lock: free -> l1
          kvmhv_get_nested              find-nested
          kvmhv_get_nested              unlock-mmu    | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_tlb_addr  return-to-l1  | coherent[1:0x10]: 0 -> 1
          """))
  }

  @Test func `tlb-lock=off leaves the mutex out`() throws {
    let told = try run(SmallWorld(shadow: "rwx RC")).told
    #expect(
      try run(SmallWorld(shadow: "rwx RC").with(\.tlbLock, .off)).told
        == told.filter { !$0.contains("lock-tlb") })
  }

  @Test func `it waits for a fault of the same guest`() throws {
    let system = SmallWorld().running("vcpu0", .store).running("l1", .tlbie).system
    let trace = try system.play(.until(0, "walk-gpte"), .all(1))
    #expect(trace.told(by: 1).count == 3)
    #expect(trace.unfinished.last?.location.label == "lock-tlb")
  }

  @Test func `when the object has left the idr, the size is what lies on the stack`() throws {
    let mutant = SmallWorld(shadow: "rwx RC").checking().system(mutants: [
      MutantThread("l1", .call(.tlbie)), MutantThread("other", .mutant([.leaveIDR(0)])),
    ])
    let trace = try mutant.play(.until(0, "lock-tlb"), .all(1), .all(0))
    #expect(trace.broken == ["uninitialized"])
    #expect(trace.labels.last == "find-shadow")
  }

  @Test func `the last reference frees the object`() throws {
    let system = SmallWorld().inL1().system(mutants: [
      MutantThread("l1", .call(.tlbie)),
      MutantThread(
        "other", .call(.l1SetPartition(guest: 0, isSet: false)),
        .call(.tlbieLPID(guest: 0, ric: .all))),
    ])
    let trace = try system.play(
      .until(0, "unlock-tlb"), .until(1, "lock-tlb"), .step(0), .all(1), .all(0))
    #expect(trace.values(of: "gp[1]") == ["free"])
    #expect(
      trace.told(by: 0).suffix(8)
        == lines(
          """
          kvmhv_put_nested              lock-mmu        | mmu_lock: free -> l1
          kvmhv_put_nested              drop-reference  | gp[1].refcnt: 1 -> 0
          kvmhv_put_nested              unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_release_nested          free-table
          mmu_partition_table_set_entry clear-entry     | partition_tb[2]: shadow table -> 0
          mmu_partition_table_set_entry flush-partition
          kvmhv_release_nested          free            | gp[1]: allocated -> free
          kvmhv_emulate_tlbie_tlb_addr  return-to-l1
          """))
  }
}
