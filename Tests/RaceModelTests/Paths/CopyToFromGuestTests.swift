import RaceModel
import Scheduler
import Testing

/// H_COPY_TOFROM_GUEST: P7.4 of the fact sheet.
struct CopyToFromGuestTests {
  private static let to = PathCall.copyToGuest(vcpu: 0, page: 0)
  private static let from = PathCall.copyFromGuest(vcpu: 0, page: 0)

  private func run(_ world: SmallWorld, _ call: PathCall) throws -> Trace {
    try world.running("vcpu0", call).system.play(.all(0))
  }

  @Test func `a store goes through the shadow entry under tlb_lock, and is cached`() throws {
    #expect(
      try run(SmallWorld(shadow: "rwx RC").inL1(), Self.to).told
        == lines(
          """
          kvmhv_get_nested                 lock-mmu        | mmu_lock: free -> vcpu0
          kvmhv_get_nested                 find-nested     | gp[1].refcnt: 1 -> 2
          kvmhv_get_nested                 unlock-mmu      | mmu_lock: vcpu0 -> free
          kvmhv_copy_tofrom_guest_nested   lock-tlb        | tlb_lock[1]: free -> vcpu0
          __kvmhv_copy_tofrom_guest_radix  look-up-tlb
          __kvmhv_copy_tofrom_guest_radix walk-shadow | \
            tlb[vcpu0,2:0x10]: absent -> 0x21 rwx RC, written[0x100]: 0 -> 1
          kvmhv_copy_tofrom_guest_nested   unlock-tlb      | tlb_lock[1]: vcpu0 -> free
          kvmhv_put_nested                 lock-mmu        | mmu_lock: free -> vcpu0
          kvmhv_put_nested                 drop-reference  | gp[1].refcnt: 2 -> 1
          kvmhv_put_nested                 unlock-mmu      | mmu_lock: vcpu0 -> free
          """))
  }

  @Test func `a load takes what is cached`() throws {
    #expect(
      try run(SmallWorld(shadow: "rwx RC", tlb: "rwx RC"), Self.from).told
        == lines(
          """
          kvmhv_get_nested                 lock-mmu        | mmu_lock: free -> vcpu0
          kvmhv_get_nested                 find-nested     | gp[1].refcnt: 2 -> 3
          kvmhv_get_nested                 unlock-mmu      | mmu_lock: vcpu0 -> free
          kvmhv_copy_tofrom_guest_nested   lock-tlb        | tlb_lock[1]: free -> vcpu0
          __kvmhv_copy_tofrom_guest_radix  look-up-tlb
          kvmhv_copy_tofrom_guest_nested   unlock-tlb      | tlb_lock[1]: vcpu0 -> free
          kvmhv_put_nested                 lock-mmu        | mmu_lock: free -> vcpu0
          kvmhv_put_nested                 drop-reference  | gp[1].refcnt: 3 -> 2
          kvmhv_put_nested                 unlock-mmu      | mmu_lock: vcpu0 -> free
          """))
  }

  @Test(arguments: ["rwx R-", "r-x RC", "rwx -C", nil])
  func `whatever is missing makes a store fail without a fault`(shadow: String?) throws {
    let trace = try run(SmallWorld(shadow: shadow), Self.to)
    #expect(
      trace.told
        == lines(
          """
          kvmhv_get_nested                 lock-mmu        | mmu_lock: free -> vcpu0
          kvmhv_get_nested                 find-nested     | gp[1].refcnt: 2 -> 3
          kvmhv_get_nested                 unlock-mmu      | mmu_lock: vcpu0 -> free
          kvmhv_copy_tofrom_guest_nested   lock-tlb        | tlb_lock[1]: free -> vcpu0
          __kvmhv_copy_tofrom_guest_radix  look-up-tlb
          __kvmhv_copy_tofrom_guest_radix  walk-shadow
          kvmhv_copy_tofrom_guest_nested   unlock-tlb      | tlb_lock[1]: vcpu0 -> free
          kvmhv_put_nested                 lock-mmu        | mmu_lock: free -> vcpu0
          kvmhv_put_nested                 drop-reference  | gp[1].refcnt: 3 -> 2
          kvmhv_put_nested                 unlock-mmu      | mmu_lock: vcpu0 -> free
          """))
  }

  @Test(arguments: ["--x R-", "rwx -C"])
  func `and so with a load`(shadow: String) throws {
    let trace = try run(SmallWorld(shadow: shadow), Self.from)
    #expect(trace.values(of: "tlb[vcpu0,2:0x10]").isEmpty)
    #expect(trace.labels.contains("walk-shadow"))
  }

  @Test func `a guest that L0 does not know is a bad parameter`() throws {
    #expect(
      try run(SmallWorld().inL1(isKnown: false), Self.to).told
        == lines(
          """
          kvmhv_get_nested  lock-mmu     | mmu_lock: free -> vcpu0
          kvmhv_get_nested  find-nested
          kvmhv_get_nested  unlock-mmu   | mmu_lock: vcpu0 -> free
          """))
  }

  @Test func `it waits for a fault of the same guest`() throws {
    var world = SmallWorld().running("vcpu0", .store).running(
      "vcpu1", .copyToGuest(vcpu: 1, page: 0))
    world.machine.vcpus.append(.init(name: "vcpu1", guest: 0, tlb: [], startsNested: false))
    let trace = try world.system.play(.until(0, "walk-gpte"), .all(1))
    #expect(trace.unfinished.last?.location.label == "lock-tlb")
  }
}
