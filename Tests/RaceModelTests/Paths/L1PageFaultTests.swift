import RaceModel
import Scheduler
import Testing

/// L1's own access and its fault: table P6 of the fact sheet.
struct L1PageFaultTests {
  private func run(_ world: SmallWorld, _ call: PathCall) throws -> Trace {
    try world.running("vcpu0", call).system.play(.all(0))
  }

  @Test func `an absent entry is instantiated with the bits of the VMM's, R and C`() throws {
    #expect(
      try run(SmallWorld(host: nil), .l1Store).told
        == lines(
          """
          -                               l1-store
          -                               walk-host
          kvmppc_vcpu_run_hv              srcu-read-lock    | srcu[vcpu0]: out -> in
          kvmppc_book3s_radix_page_fault  find-memslot
          kvmppc_book3s_instantiate_page  sample-seq
          kvmppc_book3s_instantiate_page  fast-gup
          kvmppc_book3s_instantiate_page  lock-mmu          | mmu_lock: free -> vcpu0
          find_kvm_host_pte               check-count
          find_kvm_host_pte               check-seq
          kvmppc_book3s_instantiate_page  read-vmm
          kvmppc_book3s_instantiate_page  unlock-mmu        | mmu_lock: vcpu0 -> free
          kvmppc_create_pte               lock-mmu          | mmu_lock: free -> vcpu0
          kvmppc_create_pte               check-count
          kvmppc_create_pte               check-seq
          kvmppc_create_pte               read-entry
          kvmppc_create_pte               store-entry       | host[0x100]: absent -> 0x21 rwx RC
          kvmppc_create_pte               unlock-mmu        | mmu_lock: vcpu0 -> free
          kvmppc_vcpu_run_hv              srcu-read-unlock  | srcu[vcpu0]: in -> out
          -                               l1-store
          - walk-host | tlb[vcpu0,1:0x100]: absent -> 0x21 rwx RC, written[0x100]: 0 -> 1
          """))
  }

  @Test func `outer-sample=after samples when the Linux entry has been read`() throws {
    let trace = try run(SmallWorld(host: nil).with(\.outerSample, .after), .l1Store)
    #expect(
      trace.labels.dropFirst(4).prefix(9) == [
        "fast-gup", "lock-mmu", "read-vmm", "unlock-mmu", "late-sample", "lock-mmu",
        "check-count", "check-seq", "read-entry",
      ])
    // The fault of L2 has an outer sample of its own; the one in here stays where it is.
    let nested = try run(SmallWorld(host: nil).with(\.outerSample, .after), .store)
    #expect(
      nested.labels.drop { $0 != "late-sample" }.prefix(3) == [
        "late-sample", "sample-seq", "fast-gup",
      ])
  }

  @Test func `a load gets W and C as well when the VMM may write`() throws {
    let trace = try run(SmallWorld(host: nil), .l1Load)
    #expect(trace.last("host[0x100]") == "0x21 rwx RC")
    #expect(trace.values(of: "written[0x100]").isEmpty)
  }

  @Test func `a missing C is set in the host entry under mmu_lock, and nothing else is looked at`()
    throws
  {
    // A shadow entry is no business of it: BB8 with nested = false.
    #expect(
      try run(SmallWorld(host: "rwx R-", shadow: "rwx R-"), .l1Store).told
        == lines(
          """
          -                               l1-store
          -                               walk-host
          kvmppc_vcpu_run_hv              srcu-read-lock    | srcu[vcpu0]: out -> in
          kvmppc_book3s_radix_page_fault  find-memslot
          kvmppc_book3s_radix_page_fault  lock-mmu          | mmu_lock: free -> vcpu0
          kvmppc_hv_handle_set_rc set-host | host[0x100]: 0x21 rwx R- -> 0x21 rwx RC
          kvmppc_book3s_radix_page_fault  unlock-mmu        | mmu_lock: vcpu0 -> free
          kvmppc_vcpu_run_hv              srcu-read-unlock  | srcu[vcpu0]: in -> out
          -                               l1-store
          - walk-host | tlb[vcpu0,1:0x100]: absent -> 0x21 rwx RC, written[0x100]: 0 -> 1
          """))
  }

  @Test func `a missing R is set for a load, and C is not`() throws {
    let trace = try run(SmallWorld(host: "rwx --"), .l1Load)
    #expect(trace.values(of: "host[0x100]") == ["0x21 rwx R-"])
  }

  @Test func `a protection fault is instantiated, and the entries are OR-ed`() throws {
    #expect(
      try run(SmallWorld(host: "r-x R-"), .l1Store).told
        == lines(
          """
          -                               l1-store
          -                               walk-host
          kvmppc_vcpu_run_hv              srcu-read-lock    | srcu[vcpu0]: out -> in
          kvmppc_book3s_radix_page_fault  find-memslot
          kvmppc_book3s_instantiate_page  sample-seq
          kvmppc_book3s_instantiate_page  fast-gup
          kvmppc_book3s_instantiate_page  lock-mmu          | mmu_lock: free -> vcpu0
          find_kvm_host_pte               check-count
          find_kvm_host_pte               check-seq
          kvmppc_book3s_instantiate_page  read-vmm
          kvmppc_book3s_instantiate_page  unlock-mmu        | mmu_lock: vcpu0 -> free
          kvmppc_create_pte               lock-mmu          | mmu_lock: free -> vcpu0
          kvmppc_create_pte               check-count
          kvmppc_create_pte               check-seq
          kvmppc_create_pte               read-entry
          kvmppc_create_pte or-entry | host[0x100]: 0x21 r-x R- -> 0x21 rwx RC
          kvmppc_create_pte               unlock-mmu        | mmu_lock: vcpu0 -> free
          kvmppc_vcpu_run_hv              srcu-read-unlock  | srcu[vcpu0]: in -> out
          -                               l1-store
          - walk-host | tlb[vcpu0,1:0x100]: absent -> 0x21 rwx RC, written[0x100]: 0 -> 1
          """))
  }

  @Test func `a page that the VMM may not write is an error to user space`() throws {
    let trace = try run(SmallWorld(host: "r-x R-", vmmWritable: false), .l1Store)
    #expect(
      trace.told
        == lines(
          """
          -                               l1-store
          -                               walk-host
          kvmppc_vcpu_run_hv              srcu-read-lock    | srcu[vcpu0]: out -> in
          kvmppc_book3s_radix_page_fault  find-memslot
          kvmppc_book3s_instantiate_page  sample-seq
          kvmppc_book3s_instantiate_page  fast-gup
          kvmppc_book3s_instantiate_page  slow-gup
          kvmppc_vcpu_run_hv              srcu-read-unlock  | srcu[vcpu0]: in -> out
          """))
    #expect(trace.values(of: "vcpu0.l1-fault.ret").first == "resume-host")
  }

  @Test func `a store to a read-only slot becomes a data storage interrupt`() throws {
    let world = SmallWorld(host: "r-x R-").changed { $0.machine.slots[0].readOnly = true }
    let trace = try run(world, .l1Store)
    #expect(
      trace.told
        == lines(
          """
          -                               l1-store
          -                               walk-host
          kvmppc_vcpu_run_hv              srcu-read-lock    | srcu[vcpu0]: out -> in
          kvmppc_book3s_radix_page_fault  find-memslot
          kvmppc_vcpu_run_hv              srcu-read-unlock  | srcu[vcpu0]: in -> out
          """))
    #expect(trace.values(of: "vcpu0.l1-fault.ret").first == "data-storage")
  }

  @Test func `a load from a read-only slot gets an entry without W`() throws {
    let world = SmallWorld(host: nil).changed { $0.machine.slots[0].readOnly = true }
    let trace = try run(world, .l1Load)
    #expect(!trace.labels.contains("fast-gup") && trace.labels.contains("slow-gup"))
    #expect(trace.last("host[0x100]") == "0x21 r-x R-")
  }

  @Test(arguments: [(nil, "mmio"), ("rwx R-", "data-storage")])
  func `in a slot that is being removed the access is emulated, or refused for SET_RC`(
    host: String?, result: String
  ) throws {
    let system = SmallWorld(host: host).system(mutants: [
      MutantThread("slots", .mutant([.publishInvalid(slot: 0)])),
      MutantThread("vcpu0", .call(.l1Store)),
    ])
    let trace = try system.play(.all(0), .all(1))
    #expect(
      trace.told(by: 1)
        == lines(
          """
          -                               l1-store
          -                               walk-host
          kvmppc_vcpu_run_hv              srcu-read-lock    | srcu[vcpu0]: out -> in
          kvmppc_book3s_radix_page_fault  find-memslot
          kvmppc_vcpu_run_hv              srcu-read-unlock  | srcu[vcpu0]: in -> out
          """))
    #expect(trace.values(of: "vcpu0.l1-fault.ret") == [result, "resume-guest"])
  }

  @Test func `SET_RC that finds the entry gone falls through to instantiate`() throws {
    let system = SmallWorld(host: "rwx R-").running("vcpu0", .l1Store).running("mm", .unmap)
      .system
    let trace = try system.play(
      .until(0, "lock-mmu"), .until(1, "change-page"), .until(0, "fast-gup"))
    #expect(
      trace.told(by: 0).suffix(4)
        == lines(
          """
          kvmppc_book3s_radix_page_fault  lock-mmu    | mmu_lock: free -> vcpu0
          kvmppc_hv_handle_set_rc         set-host
          kvmppc_book3s_radix_page_fault  unlock-mmu  | mmu_lock: vcpu0 -> free
          kvmppc_book3s_instantiate_page  sample-seq
          """))
  }

  @Test func `srcu=off leaves the section out`() throws {
    let told = try run(SmallWorld(host: nil), .l1Store).told
    #expect(
      try run(SmallWorld(host: nil).with(\.srcu, .off), .l1Store).told
        == told.filter { !$0.contains("srcu[") }.flatMap { [$0] }
        || run(SmallWorld(host: nil).with(\.srcu, .off), .l1Store).values(of: "srcu[vcpu0]").isEmpty
    )
  }

  @Test func `a cached translation serves L1 without a look at memory`() throws {
    let trace = try SmallWorld().running("vcpu0", .l1Store, .l1Store, .l1Load).system.play(.all(0))
    #expect(trace.labels == ["l1-store", "walk-host", "l1-store", "l1-load"])
  }
}
