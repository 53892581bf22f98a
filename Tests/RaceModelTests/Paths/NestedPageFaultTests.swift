import RaceModel
import Testing

/// The branches of `__kvmhv_nested_page_fault`, step by step: table P1 of the fact sheet.
struct NestedPageFaultTests {
  @Test func `a store without a shadow entry copies the host entry and inserts`() throws {
    let trace = try SmallWorld().running("vcpu0", .store).system.play(.all(0))
    #expect(
      trace.told
        == FaultText.enter() + FaultText.copyHost + FaultText.insert("0x21 rwx RC")
        + FaultText.leave + FaultText.storeThrough("0x21 rwx RC"))
    #expect(trace.unfinished.isEmpty && trace.preemptions == 0)
  }

  @Test func `a load never inserts C, though every table has it`() throws {
    let trace = try SmallWorld().running("vcpu0", .load).system.play(.all(0))
    #expect(
      trace.told
        == FaultText.enter("l2-load") + FaultText.copyHost + FaultText.insert("0x21 rwx R-")
        + FaultText.leave + FaultText.loadThrough("0x21 rwx R-"))
  }

  @Test(arguments: [
    ("l2-store", nil), ("l2-load", nil), ("l2-store", "r-x RC"), ("l2-load", "--x RC"),
  ])
  func `without a usable entry of L1 the fault is reflected`(access: String, gpte: String?)
    throws
  {
    let trace = try SmallWorld(gpte: gpte)
      .running("vcpu0", access == "l2-store" ? .store : .load).system.play(.all(0))
    #expect(trace.told == FaultText.enter(access) + FaultText.leave + FaultText.leaveL2())
    #expect(trace.values(of: "vcpu0.nested-fault.ret").first == "resume-host")
    #expect(trace.unfinished.isEmpty)
  }

  @Test func `write permission of L1 alone lets a load in`() throws {
    let trace = try SmallWorld(gpte: "-w- R-").running("vcpu0", .load).system.play(.all(0))
    #expect(trace.last("shadow[1:0x10]") == "0x21 -w- R-")
  }

  @Test func `a permission fault that L1's entry does not explain removes the shadow entry`()
    throws
  {
    // The retried store finds nothing, so it faults again, and now L1 is told.
    let trace = try SmallWorld(gpte: "r-x RC", shadow: "r-x R-").running("vcpu0", .store)
      .system.play(.all(0))
    #expect(
      trace.told
        == FaultText.enter() + FaultText.invalidate("0x21 r-x R-") + FaultText.leave
        + FaultText.enter() + FaultText.leave + FaultText.leaveL2())
    #expect(trace.values(of: "vcpu0.nested-fault.ret").first == "resume-host")
  }

  @Test func `the removal flushes the shadow LPID`() throws {
    let trace = try SmallWorld(gpte: "r-x RC", shadow: "r-x R-", tlb: "r-x R-")
      .running("vcpu0", .store).system.play(.all(0))
    #expect(
      Array(trace.told.dropFirst(6).prefix(5))
        == FaultText.invalidate("0x21 r-x R-", cached: "0x21 r-x R-"))
  }

  @Test func `a permission fault that L1's entry allows goes on to the insert`() throws {
    let trace = try SmallWorld(shadow: "r-x R-", tlb: "r-x R-").running("vcpu0", .store)
      .system.play(.all(0))
    #expect(
      trace.told
        == FaultText.enter() + FaultText.copyHost + FaultText.allocNode
        + FaultText.create(
          """
          kvmppc_create_pte read-entry
          kvmppc_create_pte or-entry | shadow[1:0x10]: 0x21 r-x R- -> 0x21 rwx RC
          """) + FaultText.freeNode + FaultText.leave
        + FaultText.storeThrough("0x21 rwx RC", cached: "0x21 r-x R-"))
  }

  @Test(arguments: ["l2-store", "l2-load"])
  func `outside every memory slot the access is emulated`(access: String) throws {
    var world = SmallWorld().running("vcpu0", access == "l2-store" ? .store : .load)
    world.machine.guests[0].pages[0].gpte?.gfn = 0x900
    let trace = try world.system.play(.all(0))
    #expect(
      trace.told
        == FaultText.enter(access) + lines("__kvmhv_nested_page_fault find-memslot")
        + FaultText.leave + FaultText.leaveL2())
    #expect(trace.values(of: "vcpu0.nested-fault.ret") == ["mmio", "resume-guest"])
  }

  @Test func `in a slot that is being removed the access is emulated`() throws {
    let system = SmallWorld().system(mutants: [
      MutantThread("slots", .mutant([.publishInvalid(slot: 0)])),
      MutantThread("vcpu0", .call(.store)),
    ])
    let trace = try system.play(.all(0), .all(1))
    #expect(trace.values(of: "vcpu0.nested-fault.ret") == ["mmio", "resume-guest"])
    #expect(trace.told.suffix(4) == FaultText.leaveL2()[...])
  }

  @Test func `a store to a read-only slot becomes a data storage interrupt`() throws {
    var world = SmallWorld().running("vcpu0", .store)
    world.machine.slots[0].readOnly = true
    let trace = try world.system.play(.all(0))
    #expect(
      trace.told
        == FaultText.enter() + lines("__kvmhv_nested_page_fault find-memslot")
        + FaultText.leave)
    #expect(trace.values(of: "vcpu0.nested-fault.ret") == ["data-storage", "resume-guest"])
  }

  @Test func `a load from a read-only slot is served`() throws {
    var world = SmallWorld(host: "r-x R-").running("vcpu0", .load)
    world.machine.slots[0].readOnly = true
    let trace = try world.system.play(.all(0))
    #expect(
      trace.told
        == FaultText.enter("l2-load") + FaultText.copyHost + FaultText.insert("0x21 r-x R-")
        + FaultText.leave + FaultText.loadThrough("0x21 r-x R-"))
  }

  @Test func `a guest without a root is reflected once L1's entry has been read again`() throws {
    let system = SmallWorld().system(mutants: [
      MutantThread(
        "l1", .call(.l1SetPartition(guest: 0, isSet: false)), .mutant([.clearRoot(0)])),
      MutantThread("vcpu0", .call(.store)),
    ])
    let trace = try system.play(.all(0), .all(1))
    #expect(
      trace.told(by: 1)
        == FaultText.enter().dropLast() + FaultText.updateCache() + FaultText.leave
        + FaultText.leaveL2())
    #expect(trace.values(of: "vcpu0.nested-fault.ret").first == "resume-host")
  }

  @Test func `a root that L1 has set meanwhile is cached, and the guest's LPID is flushed`() throws
  {
    let system = SmallWorld(tlb: "r-x R-").system(mutants: [
      MutantThread("l1", .mutant([.clearRoot(0)])), MutantThread("vcpu0", .call(.store)),
    ])
    let trace = try system.play(.all(0), .until(1, "walk-gpte"))
    #expect(
      trace.told(by: 1).suffix(4)
        == FaultText.updateCache(
          root: "| gp[1].l1_gr_to_hr: 0 -> set",
          tlb: "| tlb[vcpu0,2:0x10]: 0x21 r-x R- -> absent")[...])
  }

  @Test func `without the mutex the same steps run without it`() throws {
    let store = SmallWorld().running("vcpu0", .store)
    let told = try store.system.play(.all(0)).told
    #expect(
      try store.with(\.tlbLock, .off).system.play(.all(0)).told
        == told.filter { !$0.contains("lock-tlb") })
  }

  @Test(arguments: ["after", "inner"])
  func `a late sample is taken when the copy has been made`(value: String) throws {
    let trace = try SmallWorld().running("vcpu0", .store).with(\.outerSample, value)
      .system.play(.all(0))
    #expect(
      trace.told(in: "__kvmhv_nested_page_fault")
        == lines("__kvmhv_nested_page_fault check-root")
        + FaultText.copyHost.filter { !$0.hasSuffix("sample-seq") }
        + lines("__kvmhv_nested_page_fault late-sample")
        + FaultText.allocNode + FaultText.freeNode)
  }

  // Shadow permissions are those of host and L1; R needs both; C needs both and a store.
  @Test(arguments: [
    ("l2-store", "rwx RC", "rwx RC", "0x21 rwx RC"),
    ("l2-store", "rw- RC", "rwx RC", "0x21 rw- RC"),
    ("l2-store", "rwx RC", "rw- RC", "0x21 rw- RC"),
    ("l2-store", "rwx RC", "-w- RC", "0x21 -w- RC"),
    ("l2-store", "rwx R-", "rwx RC", "0x21 rwx R-"),
    ("l2-store", "rwx RC", "rwx R-", "0x21 rwx R-"),
    ("l2-store", "rwx RC", "rwx -C", "0x21 rwx -C"),
    ("l2-store", "rwx -C", "rwx RC", "0x21 rwx -C"),
    ("l2-load", "rwx RC", "rwx RC", "0x21 rwx R-"),
    ("l2-load", "r-x RC", "rwx RC", "0x21 r-x R-"),
    ("l2-load", "rwx RC", "r-- RC", "0x21 r-- R-"),
    ("l2-load", "rwx -C", "rwx RC", "0x21 rwx --"),
    ("l2-load", "rwx RC", "rwx --", "0x21 rwx --"),
  ])
  func `the shadow entry is what host, L1 and access agree on`(
    access: String, host: String, gpte: String, expected: String
  ) throws {
    let trace = try SmallWorld(host: host, gpte: gpte)
      .running("vcpu0", access == "l2-store" ? .store : .load).system
      .play(.until(0, "free-node"))
    #expect(trace.last("shadow[1:0x10]") == expected)
  }
}
