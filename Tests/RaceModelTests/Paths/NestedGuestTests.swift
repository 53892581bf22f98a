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
          kvmhv_update_ptbl_cache   read-partition
          kvmhv_update_ptbl_cache   store-root       | gp[1].l1_gr_to_hr: 0 -> set
          mmu_partition_table_set_entry set-entry    | partition_tb[2]: 0 -> shadow table
          mmu_partition_table_set_entry flush-partition
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
          mmu_partition_table_set_entry clear-entry | partition_tb[2]: shadow table -> 0
          mmu_partition_table_set_entry flush-partition
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

  @Test func `an access of L2 by a vCPU that runs L1 begins with an entry`() throws {
    let trace = try SmallWorld().inL1().running("vcpu0", .store).system.play(
      .until(0, "l2-store"))
    let entry = try SmallWorld().inL1().running("vcpu0", .enter).system.play(.all(0))
    #expect(trace.told == entry.told)
  }

  @Test func `a vCPU that was refused makes no access of L2`() throws {
    let world = Self.both.changed { $0.threads[1].run = [.enterNested(vcpu: 1), .load1] }
    let trace = try world.system.play(.until(0, "relock-mmu"), .all(1))
    #expect(trace.told(by: 1).last == "- l2-load")
    #expect(trace.values(of: "vcpu1.nested").isEmpty)
  }

  @Test(arguments: [SmallWorld(gpte: nil), SmallWorld(gpte: "r-x R-")])
  func `a fault that is passed on to L1 drops the guest`(world: SmallWorld) throws {
    let trace = try world.running("vcpu0", .store).system.play(.all(0))
    #expect(trace.told.suffix(4) == FaultText.leaveL2()[...])
    #expect(trace.labels.dropLast(4).last == "srcu-read-unlock")
  }

  @Test func `so does one for which there is no page, or no valid slot`() throws {
    let noPage = SmallWorld(host: nil, vmmWritable: false)
    let trace = try noPage.running("vcpu0", .store).system.play(.all(0))
    #expect(trace.told.suffix(4) == FaultText.leaveL2()[...])
    let deleted = SmallWorld().running("vmm", .delete).running("vcpu0", .store)
    let mmio = try deleted.system.play(.all(0), .all(1))
    #expect(mmio.told(by: 1).suffix(4) == FaultText.leaveL2()[...])
  }

  @Test func `a store to a read-only slot is L2's own interrupt, and the vCPU stays`() throws {
    var world = SmallWorld()
    world.machine.slots[0].readOnly = true
    let trace = try world.running("vcpu0", .store).system.play(.all(0))
    #expect(trace.values(of: "vcpu0.nested").isEmpty)
    #expect(trace.labels.last == "srcu-read-unlock")
  }

  @Test func `the access after a fault that was passed on finds another object`() throws {
    let world = SmallWorld().running(
      "vcpu0", .l1SetPartition(guest: 0, isSet: false), .tlbieLPID(guest: 0, ric: .all), .load,
      .l1SetPartition(guest: 0, isSet: true), .load)
    let trace = try world.system.play(.all(0))
    #expect(trace.values(of: "vcpu0.nested") == ["NULL", "gp[1]"])
    #expect(trace.values(of: "gp[1]") == ["free", "allocated"])
    #expect(trace.last("shadow[1:0x10]") == "0x21 rwx R-")
    #expect(trace.broken == [])
  }

  @Test func `the second vCPU to enter looks at the root without the lock`() throws {
    let system = Self.both.changed { $0.threads[1].run = [.enterNested(vcpu: 1), .load1] }.system
    let early = try system.play(.until(0, "set-entry"), .all(1))
    #expect(early.broken == ["partition-entry-zero"])
    let behind = try system.play(.until(0, "unlock-tlb"), .all(1))
    #expect(behind.broken == [])
    #expect(!behind.told(by: 1).contains { $0.contains("update_ptbl_cache") })
  }

  @Test func `root-store=last shows the root when the entry is written and flushed`() throws {
    let trace = try Self.new.with(\.rootStore, .last).running("vcpu0", .enter).system
      .play(.all(0))
    #expect(
      trace.told(in: "kvmhv_update_ptbl_cache", "mmu_partition_table_set_entry")
        == lines(
          """
          kvmhv_update_ptbl_cache       read-partition
          mmu_partition_table_set_entry set-entry    | partition_tb[2]: 0 -> shadow table
          mmu_partition_table_set_entry flush-partition
          kvmhv_update_ptbl_cache       store-root   | gp[1].l1_gr_to_hr: 0 -> set
          """))
  }

  @Test func `the hardware's entry names the shadow table even where L1 has no root`() throws {
    let world = Self.new.running("vcpu0", .l1SetPartition(guest: 0, isSet: false), .enter)
    let trace = try world.system.play(.all(0))
    #expect(trace.values(of: "partition_tb[2]") == ["shadow table"])
    #expect(trace.values(of: "gp[1].l1_gr_to_hr").isEmpty)
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
