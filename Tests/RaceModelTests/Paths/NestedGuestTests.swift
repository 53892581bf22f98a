import RaceModel
import Scheduler
import Testing

/// Entering and leaving a nested guest, its references and the idr: BB9 of the fact sheet.
struct NestedGuestTests {
  private static let new = SmallWorld().inL1(isKnown: false)

  @Test func `the first entry makes the object, with a reference for the idr and one for the vCPU`()
    throws
  {
    #expect(
      try Self.new.running("vcpu0", .enter).system.play(.all(0)).told
        == lines(
          """
          kvmhv_get_nested          lock-mmu         | mmu_lock: free -> vcpu0
          kvmhv_get_nested          find-nested
          kvmhv_get_nested          unlock-mmu       | mmu_lock: vcpu0 -> free
          kvmhv_alloc_nested        alloc-nested     | gp[1]: free -> allocated
          __prealloc_nested         prealloc-nested  | idr[1]: free -> NULL
          kvmhv_get_nested          relock-mmu       | mmu_lock: free -> vcpu0
          kvmhv_get_nested          add-nested       | gp[1].refcnt: 0 -> 2, idr[1]: NULL -> gp #0
          kvmhv_get_nested          reunlock-mmu     | mmu_lock: vcpu0 -> free
          kvmhv_enter_nested_guest  check-root
          kvmhv_enter_nested_guest  lock-tlb         | tlb_lock[1]: free -> vcpu0
          kvmhv_update_ptbl_cache   read-partition   | gp[1].l1_gr_to_hr: 0 -> set
          kvmhv_enter_nested_guest  unlock-tlb       | tlb_lock[1]: vcpu0 -> free
          kvmhv_enter_nested_guest  run-nested       | vcpu0.nested: NULL -> gp[1]
          """))
  }

  @Test func `a guest that is known is entered with one more reference`() throws {
    #expect(
      try SmallWorld().inL1().running("vcpu0", .enter).system.play(.all(0)).told
        == lines(
          """
          kvmhv_get_nested          lock-mmu     | mmu_lock: free -> vcpu0
          kvmhv_get_nested          find-nested  | gp[1].refcnt: 1 -> 2
          kvmhv_get_nested          unlock-mmu   | mmu_lock: vcpu0 -> free
          kvmhv_enter_nested_guest  check-root
          kvmhv_enter_nested_guest  run-nested   | vcpu0.nested: NULL -> gp[1]
          """))
  }

  @Test func `leaving gives the reference back`() throws {
    #expect(
      try SmallWorld().running("vcpu0", .exit).system.play(.all(0)).told
        == lines(
          """
          kvmhv_enter_nested_guest  leave-nested    | vcpu0.nested: gp[1] -> NULL
          kvmhv_put_nested          lock-mmu        | mmu_lock: free -> vcpu0
          kvmhv_put_nested          drop-reference  | gp[1].refcnt: 2 -> 1
          kvmhv_put_nested          unlock-mmu      | mmu_lock: vcpu0 -> free
          """))
  }

  @Test func `the last to leave frees what has left the idr`() throws {
    let world = SmallWorld(shadow: "rwx RC").running(
      "l1", .l1SetPartition(guest: 0, isSet: false), .tlbieLPID(guest: 0, ric: .all)
    ).running("vcpu0", .exit)
    #expect(
      try world.system.play(.all(0), .all(1)).told(by: 1)
        == lines(
          """
          kvmhv_enter_nested_guest  leave-nested    | vcpu0.nested: gp[1] -> NULL
          kvmhv_put_nested          lock-mmu        | mmu_lock: free -> vcpu0
          kvmhv_put_nested          drop-reference  | gp[1].refcnt: 1 -> 0
          kvmhv_put_nested          unlock-mmu      | mmu_lock: vcpu0 -> free
          kvmhv_release_nested      free-table
          kvmhv_release_nested      flush-lpid
          kvmhv_release_nested      free            | gp[1]: allocated -> free
          """))
  }

  private static let both = new.changed {
    $0.machine.vcpus.append(.init(name: "vcpu1", guest: 0, tlb: [], startsNested: false))
  }.running("vcpu0", .enter, .store).running("vcpu1", .enterNested(vcpu: 1), .exitNested(vcpu: 1))

  @Test func `of two first entries the one that finds the slot taken is refused`() throws {
    let trace = try Self.both.system.play(.until(0, "relock-mmu"), .all(1), .all(0))
    #expect(
      trace.told(by: 1)
        == lines(
          """
          kvmhv_get_nested          lock-mmu         | mmu_lock: free -> vcpu1
          kvmhv_get_nested          find-nested
          kvmhv_get_nested          unlock-mmu       | mmu_lock: vcpu1 -> free
          kvmhv_alloc_nested        alloc-nested     | gp[1b]: free -> allocated
          __prealloc_nested         prealloc-nested
          kvmhv_release_nested release-refused | gp[1b]: allocated -> free, refused[vcpu1]: 0 -> 1
          kvmhv_enter_nested_guest  leave-nested
          """))
    #expect(trace.broken.contains("entry-succeeds"))
  }

  @Test func `one after the other both run the same object`() throws {
    let trace = try Self.both.system.play(.until(0, "l2-store"), .until(1, "leave-nested"))
    #expect(trace.values(of: "vcpu1.nested") == ["gp[1]"])
    #expect(trace.values(of: "gp[1].refcnt") == ["2", "3"])
  }

  @Test func `a vCPU that is not in the guest makes no access there`() throws {
    let trace = try SmallWorld().inL1().running("vcpu0", .store).system.play(.all(0))
    #expect(trace.told == ["- l2-store"])
  }

  @Test func `an entry after the removal makes the object anew, with an empty table`() throws {
    let world = SmallWorld(shadow: "rwx RC").inL1().running(
      "vcpu0", .l1SetPartition(guest: 0, isSet: false), .tlbieLPID(guest: 0, ric: .all),
      .l1SetPartition(guest: 0, isSet: true), .enter, .store)
    let trace = try world.system.play(.all(0))
    #expect(trace.values(of: "gp[1]") == ["free", "allocated"])
    #expect(trace.values(of: "idr[1]") == ["free", "NULL", "gp #0"])
    #expect(trace.values(of: "shadow[1:0x10]") == ["absent", "0x21 rwx RC"])
    #expect(trace.broken == [])
  }

  @Test(arguments: [(true, ["use-after-free"]), (false, [])])
  func `a freed object is not entered`(isFreed: Bool, expected: [String]) {
    let free: [Mutation] = isFreed ? [.freeObject(0)] : [.bumpSeq]
    let world = SmallWorld().inL1().checking()
    #expect(world.broken(MutantThread("vcpu0", .mutant(free), .call(.enter))) == expected)
  }
}
