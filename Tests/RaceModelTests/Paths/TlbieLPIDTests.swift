import RaceModel
import Scheduler
import Testing

/// Tlbie of a whole lpid and of all: table P7.3 of the fact sheet.
struct TlbieLPIDTests {
  private static let zero = PathCall.l1SetPartition(guest: 0, isSet: false)

  private static let two = SmallWorld(shadow: "rwx RC").changed {
    $0.machine.guests[0].pages.append(SmallWorld.l2Page(0x11, shadow: "rwx RC"))
  }

  private func run(_ world: SmallWorld, _ calls: PathCall...) throws -> Trace {
    try world.changed { $0.threads.append(.init(name: "l1", run: calls)) }.system.play(.all(0))
  }

  @Test func `RIC 0 empties the table and flushes in one section`() throws {
    let trace = try run(Self.two, .tlbieLPID(guest: 0, ric: .tlb))
    #expect(
      trace.told
        == lines(
          """
          kvmhv_get_nested          lock-mmu        | mmu_lock: free -> l1
          kvmhv_get_nested          find-nested     | gp[1].refcnt: 2 -> 3
          kvmhv_get_nested          unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_lpid  lock-tlb        | tlb_lock[1]: free -> l1
          kvmhv_emulate_tlbie_lpid  lock-mmu        | mmu_lock: free -> l1
          kvmhv_emulate_tlbie_lpid free-table | \
            shadow[1:0x10]: 0x21 rwx RC -> absent, shadow[1:0x11]: 0x21 rwx RC -> absent
          kvmhv_emulate_tlbie_lpid  flush-inside
          kvmhv_emulate_tlbie_lpid  unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_lpid  unlock-tlb      | tlb_lock[1]: l1 -> free
          kvmhv_put_nested          lock-mmu        | mmu_lock: free -> l1
          kvmhv_put_nested          drop-reference  | gp[1].refcnt: 3 -> 2
          kvmhv_put_nested          unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_emulate_priv_tlbie return-to-l1 | coherent[1:0x10]: 0 -> 1, coherent[1:0x11]: 0 -> 1
          """))
    #expect(trace.values(of: "rmap[0x100]").isEmpty)
  }

  @Test func `RIC 1 does nothing here, and promises nothing about translations`() throws {
    #expect(
      try run(Self.two, .tlbieLPID(guest: 0, ric: .pwc)).told
        == lines(
          """
          kvmhv_get_nested          lock-mmu        | mmu_lock: free -> l1
          kvmhv_get_nested          find-nested     | gp[1].refcnt: 2 -> 3
          kvmhv_get_nested          unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_lpid  lock-tlb        | tlb_lock[1]: free -> l1
          kvmhv_emulate_tlbie_lpid  unlock-tlb      | tlb_lock[1]: l1 -> free
          kvmhv_put_nested          lock-mmu        | mmu_lock: free -> l1
          kvmhv_put_nested          drop-reference  | gp[1].refcnt: 3 -> 2
          kvmhv_put_nested          unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_emulate_priv_tlbie  return-to-l1
          """))
  }

  @Test func `RIC 2 flushes after the unlock and reads L1's entry again`() throws {
    #expect(
      try run(Self.two, .tlbieLPID(guest: 0, ric: .all)).told
        == lines(
          """
          kvmhv_get_nested          lock-mmu        | mmu_lock: free -> l1
          kvmhv_get_nested          find-nested     | gp[1].refcnt: 2 -> 3
          kvmhv_get_nested          unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_lpid  lock-tlb        | tlb_lock[1]: free -> l1
          kvmhv_flush_nested        lock-mmu        | mmu_lock: free -> l1
          kvmhv_flush_nested free-table | \
            shadow[1:0x10]: 0x21 rwx RC -> absent, shadow[1:0x11]: 0x21 rwx RC -> absent
          kvmhv_flush_nested        unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_flush_nested        flush-after
          kvmhv_update_ptbl_cache   read-partition
          kvmhv_update_ptbl_cache   store-root
          mmu_partition_table_set_entry set-entry
          mmu_partition_table_set_entry flush-partition
          kvmhv_emulate_tlbie_lpid  unlock-tlb      | tlb_lock[1]: l1 -> free
          kvmhv_put_nested          lock-mmu        | mmu_lock: free -> l1
          kvmhv_put_nested          drop-reference  | gp[1].refcnt: 3 -> 2
          kvmhv_put_nested          unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_emulate_priv_tlbie return-to-l1 | coherent[1:0x10]: 0 -> 1, coherent[1:0x11]: 0 -> 1
          """))
  }

  @Test func `with a zeroed root the object leaves the idr, and lives while a vCPU runs it`() throws
  {
    #expect(
      try run(Self.two, Self.zero, .tlbieLPID(guest: 0, ric: .all)).told
        == lines(
          """
          -                         l1-set-partition   | patb[1]: set -> 0
          kvmhv_get_nested          lock-mmu           | mmu_lock: free -> l1
          kvmhv_get_nested          find-nested        | gp[1].refcnt: 2 -> 3
          kvmhv_get_nested          unlock-mmu         | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_lpid  lock-tlb           | tlb_lock[1]: free -> l1
          kvmhv_flush_nested        lock-mmu           | mmu_lock: free -> l1
          kvmhv_flush_nested free-table | \
            shadow[1:0x10]: 0x21 rwx RC -> absent, shadow[1:0x11]: 0x21 rwx RC -> absent
          kvmhv_flush_nested        unlock-mmu         | mmu_lock: l1 -> free
          kvmhv_flush_nested        flush-after
          kvmhv_update_ptbl_cache   read-partition
          kvmhv_update_ptbl_cache   store-root     | gp[1].l1_gr_to_hr: set -> 0
          mmu_partition_table_set_entry set-entry
          mmu_partition_table_set_entry flush-partition
          kvmhv_remove_nested       remove-lock-mmu    | mmu_lock: free -> l1
          kvmhv_remove_nested       remove-nested      | gp[1].refcnt: 3 -> 2, idr[1]: gp #0 -> free
          kvmhv_remove_nested       remove-unlock-mmu  | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_lpid  unlock-tlb         | tlb_lock[1]: l1 -> free
          kvmhv_put_nested          lock-mmu           | mmu_lock: free -> l1
          kvmhv_put_nested          drop-reference     | gp[1].refcnt: 2 -> 1
          kvmhv_put_nested          unlock-mmu         | mmu_lock: l1 -> free
          kvmhv_emulate_priv_tlbie return-to-l1 | coherent[1:0x10]: 0 -> 1, coherent[1:0x11]: 0 -> 1
          """))
  }

  @Test func `without a vCPU the reference of the call is the last one`() throws {
    let told = try run(Self.two.inL1(), Self.zero, .tlbieLPID(guest: 0, ric: .all)).told
    #expect(
      told.suffix(9)
        == lines(
          """
          kvmhv_emulate_tlbie_lpid  unlock-tlb      | tlb_lock[1]: l1 -> free
          kvmhv_put_nested          lock-mmu        | mmu_lock: free -> l1
          kvmhv_put_nested          drop-reference  | gp[1].refcnt: 1 -> 0
          kvmhv_put_nested          unlock-mmu      | mmu_lock: l1 -> free
          kvmhv_release_nested      free-table
          mmu_partition_table_set_entry clear-entry | partition_tb[2]: shadow table -> 0
          mmu_partition_table_set_entry flush-partition
          kvmhv_release_nested      free            | gp[1]: allocated -> free
          kvmhv_emulate_priv_tlbie return-to-l1 | coherent[1:0x10]: 0 -> 1, coherent[1:0x11]: 0 -> 1
          """))
  }

  @Test func `an unknown guest is success`() throws {
    let world = SmallWorld().inL1(isKnown: false)
    #expect(
      try run(world, .tlbieLPID(guest: 0, ric: .all)).told
        == lines(
          """
          kvmhv_get_nested          lock-mmu      | mmu_lock: free -> l1
          kvmhv_get_nested          find-nested
          kvmhv_get_nested          unlock-mmu    | mmu_lock: l1 -> free
          kvmhv_emulate_priv_tlbie  return-to-l1  | coherent[1:0x10]: 0 -> 1
          """))
    #expect(
      try run(world, .tlbieAll(ric: .all)).told
        == lines(
          """
          kvmhv_emulate_tlbie_all_lpid  lock-mmu         | mmu_lock: free -> l1
          kvmhv_emulate_tlbie_all_lpid  next-nested
          kvmhv_emulate_tlbie_all_lpid  last-unlock-mmu  | mmu_lock: l1 -> free
          kvmhv_emulate_priv_tlbie      return-to-l1     | coherent[1:0x10]: 0 -> 1
          """))
  }

  @Test func `IS 3 goes through the idr with a reference on each guest`() throws {
    let world = Self.two.withGuest2(SmallWorld.l2Page(0x20, shadow: "rwx RC"))
    #expect(
      try run(world, .tlbieAll(ric: .tlb)).told
        == lines(
          """
          kvmhv_emulate_tlbie_all_lpid  lock-mmu         | mmu_lock: free -> l1
          kvmhv_emulate_tlbie_all_lpid  next-nested      | gp[1].refcnt: 2 -> 3
          kvmhv_emulate_tlbie_all_lpid  unlock-mmu       | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_lpid      lock-tlb         | tlb_lock[1]: free -> l1
          kvmhv_emulate_tlbie_lpid      lock-mmu         | mmu_lock: free -> l1
          kvmhv_emulate_tlbie_lpid free-table | \
            shadow[1:0x10]: 0x21 rwx RC -> absent, shadow[1:0x11]: 0x21 rwx RC -> absent
          kvmhv_emulate_tlbie_lpid      flush-inside
          kvmhv_emulate_tlbie_lpid      unlock-mmu       | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_lpid      unlock-tlb       | tlb_lock[1]: l1 -> free
          kvmhv_put_nested              lock-mmu         | mmu_lock: free -> l1
          kvmhv_put_nested              drop-reference   | gp[1].refcnt: 3 -> 2
          kvmhv_put_nested              unlock-mmu       | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_all_lpid  lock-mmu         | mmu_lock: free -> l1
          kvmhv_emulate_tlbie_all_lpid  next-nested      | gp[2].refcnt: 2 -> 3
          kvmhv_emulate_tlbie_all_lpid  unlock-mmu       | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_lpid      lock-tlb         | tlb_lock[2]: free -> l1
          kvmhv_emulate_tlbie_lpid      lock-mmu         | mmu_lock: free -> l1
          kvmhv_emulate_tlbie_lpid      free-table       | shadow[2:0x20]: 0x21 rwx RC -> absent
          kvmhv_emulate_tlbie_lpid      flush-inside
          kvmhv_emulate_tlbie_lpid      unlock-mmu       | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_lpid      unlock-tlb       | tlb_lock[2]: l1 -> free
          kvmhv_put_nested              lock-mmu         | mmu_lock: free -> l1
          kvmhv_put_nested              drop-reference   | gp[2].refcnt: 3 -> 2
          kvmhv_put_nested              unlock-mmu       | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_all_lpid  lock-mmu         | mmu_lock: free -> l1
          kvmhv_emulate_tlbie_all_lpid  next-nested
          kvmhv_emulate_tlbie_all_lpid  last-unlock-mmu  | mmu_lock: l1 -> free
          kvmhv_emulate_priv_tlbie return-to-l1 | \
            coherent[1:0x10]: 0 -> 1, coherent[1:0x11]: 0 -> 1, coherent[2:0x20]: 0 -> 1
          """))
  }

  @Test func `without the reference the object is freed with its mutex held`() throws {
    let world = SmallWorld().inL1().with(\.gpRef, .off)
    let trace = try run(world, Self.zero, .tlbieAll(ric: .all))
    #expect(
      trace.told
        == lines(
          """
          -                             l1-set-partition   | patb[1]: set -> 0
          kvmhv_emulate_tlbie_all_lpid  lock-mmu           | mmu_lock: free -> l1
          kvmhv_emulate_tlbie_all_lpid  next-nested
          kvmhv_emulate_tlbie_all_lpid  unlock-mmu         | mmu_lock: l1 -> free
          kvmhv_emulate_tlbie_lpid      lock-tlb           | tlb_lock[1]: free -> l1
          kvmhv_flush_nested            lock-mmu           | mmu_lock: free -> l1
          kvmhv_flush_nested            free-table
          kvmhv_flush_nested            unlock-mmu         | mmu_lock: l1 -> free
          kvmhv_flush_nested            flush-after
          kvmhv_update_ptbl_cache       read-partition
          kvmhv_update_ptbl_cache       store-root     | gp[1].l1_gr_to_hr: set -> 0
          mmu_partition_table_set_entry set-entry
          mmu_partition_table_set_entry flush-partition
          kvmhv_remove_nested           remove-lock-mmu    | mmu_lock: free -> l1
          kvmhv_remove_nested remove-nested | gp[1].refcnt: 1 -> 0, idr[1]: gp #0 -> free
          kvmhv_remove_nested           remove-unlock-mmu  | mmu_lock: l1 -> free
          kvmhv_release_nested          free-table
          mmu_partition_table_set_entry clear-entry | partition_tb[2]: shadow table -> 0
          mmu_partition_table_set_entry flush-partition
          kvmhv_release_nested          free       | gp[1]: allocated -> free
          kvmhv_emulate_tlbie_lpid      unlock-tlb         | tlb_lock[1]: l1 -> free
          """))
    #expect(trace.broken == ["use-after-free"])
  }

  @Test func `the flush reaches every core that cached the guest`() throws {
    let trace = try run(SmallWorld(tlb: "rwx RC"), .tlbieLPID(guest: 0, ric: .tlb))
    #expect(
      trace.told.contains(
        "kvmhv_emulate_tlbie_lpid flush-inside | tlb[vcpu0,2:0x10]: 0x21 rwx RC -> absent"))
  }

  @Test(arguments: [(true, ["use-after-free"]), (false, [])])
  func `a freed object is not flushed`(isFreed: Bool, expected: [String]) {
    let free: [Mutation] = isFreed ? [.freeObject(0)] : [.bumpSeq]
    let world = SmallWorld().checking()
    let thread = MutantThread("l1", .mutant(free), .call(.tlbieLPID(guest: 0, ric: .tlb)))
    #expect(world.broken(thread) == expected)
  }
}
