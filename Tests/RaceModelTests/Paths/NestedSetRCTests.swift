import RaceModel
import Testing

/// `kvmhv_handle_nested_set_rc` and its callers' branches: table P2 of the fact sheet.
struct NestedSetRCTests {
  /// The one section of the success path.
  private static func update(_ host: String, _ shadow: String, to new: String) -> [String] {
    let change = { (old: String) in old == new ? "" : ": \(old) -> \(new)" }
    func told(_ cell: String, _ old: String) -> String {
      change(old).isEmpty ? "" : " | \(cell)\(change(old))"
    }
    return lines(
      """
      kvmhv_handle_nested_set_rc  lock-mmu    | mmu_lock: free -> vcpu0
      kvmppc_hv_handle_set_rc     set-host\(told("host[0x100]", host))
      kvmppc_hv_handle_set_rc     set-shadow\(told("shadow[1:0x10]", shadow))
      kvmhv_handle_nested_set_rc  unlock-mmu  | mmu_lock: vcpu0 -> free
      """)
  }

  @Test func `a store sets R and C in the host entry, then in the shadow entry`() throws {
    let trace = try SmallWorld(host: "rwx --", shadow: "rwx --").running("vcpu0", .store)
      .system.play(.all(0))
    #expect(
      trace.told
        == FaultText.enter() + Self.update("0x21 rwx --", "0x21 rwx --", to: "0x21 rwx RC")
        + FaultText.leave + FaultText.storeThrough("0x21 rwx RC"))
  }

  @Test func `a load sets R only`() throws {
    let trace = try SmallWorld(host: "rwx --", shadow: "rwx --").running("vcpu0", .load)
      .system.play(.all(0))
    #expect(
      trace.told
        == FaultText.enter("l2-load")
        + Self.update("0x21 rwx --", "0x21 rwx --", to: "0x21 rwx R-")
        + FaultText.leave + FaultText.loadThrough("0x21 rwx R-"))
  }

  @Test func `bits that are set already stay`() throws {
    let trace = try SmallWorld(host: "rwx RC", shadow: "rwx R-").running("vcpu0", .store)
      .system.play(.all(0))
    #expect(
      trace.told(in: "kvmhv_handle_nested_set_rc", "kvmppc_hv_handle_set_rc")
        == Self.update("0x21 rwx RC", "0x21 rwx R-", to: "0x21 rwx RC"))
  }

  @Test(arguments: [
    ("l2-store", "rwx R-", "rwx R-"), ("l2-store", "rwx -C", "rwx -C"),
    ("l2-load", "rwx -C", "rwx -C"), ("l2-store", "rwx --", "rwx R-"),
  ])
  func `L1 gets the fault when its own entry lacks the bits`(
    access: String, gpte: String, shadow: String
  ) throws {
    let trace = try SmallWorld(gpte: gpte, shadow: shadow)
      .running("vcpu0", access == "l2-store" ? .store : .load).system.play(.all(0))
    #expect(trace.told == FaultText.enter(access) + FaultText.leave + FaultText.leaveL2())
    #expect(trace.values(of: "vcpu0.nested-fault.ret").first == "resume-host")
  }

  @Test func `L1 gets the fault when its entry has gone, and the shadow entry stays`() throws {
    let system = SmallWorld(shadow: "rwx R-").system(mutants: [
      MutantThread("l1", .mutant([.setGPTE(0, .absent)])),
      MutantThread("vcpu0", .call(.store)),
    ])
    let trace = try system.play(.all(0), .all(1))
    #expect(trace.told(by: 1) == FaultText.enter() + FaultText.leave + FaultText.leaveL2())
  }

  @Test func `without a host entry the shadow entry is removed and the store faults again`()
    throws
  {
    let trace = try SmallWorld(host: nil, shadow: "rwx R-").running("vcpu0", .store)
      .system.play(.all(0))
    let failed =
      FaultText.enter()
      + lines(
        """
        kvmhv_handle_nested_set_rc  lock-mmu    | mmu_lock: free -> vcpu0
        kvmppc_hv_handle_set_rc     set-host
        kvmhv_handle_nested_set_rc  unlock-mmu  | mmu_lock: vcpu0 -> free
        """) + FaultText.invalidate("0x21 rwx R-") + FaultText.leave
    #expect(Array(trace.told.prefix(failed.count)) == failed)
    #expect(Array(trace.told.dropFirst(failed.count).prefix(6)) == FaultText.enter())
    #expect(trace.last("shadow[1:0x10]") == "0x21 rwx RC")
  }

  @Test func `a host entry that cannot be written fails a store in the same way`() throws {
    let trace = try SmallWorld(host: "r-x R-", shadow: "rwx R-").running("vcpu0", .store)
      .system.play(.until(0, "l2-store"), .step(0), .until(0, "l2-store"))
    #expect(
      trace.told
        == FaultText.enter()
        + lines(
          """
          kvmhv_handle_nested_set_rc  lock-mmu    | mmu_lock: free -> vcpu0
          kvmppc_hv_handle_set_rc     set-host
          kvmhv_handle_nested_set_rc  unlock-mmu  | mmu_lock: vcpu0 -> free
          """) + FaultText.invalidate("0x21 rwx R-") + FaultText.leave)
  }

  @Test func `a host entry that cannot be written is enough for a load`() throws {
    let trace = try SmallWorld(host: "r-x --", shadow: "r-x --").running("vcpu0", .load)
      .system.play(.all(0))
    #expect(
      trace.told(in: "kvmhv_handle_nested_set_rc", "kvmppc_hv_handle_set_rc")
        == Self.update("0x21 r-x --", "0x21 r-x --", to: "0x21 r-x R-"))
  }

  @Test func `a shadow entry that went away fails after the host entry got its bits`() throws {
    let system = SmallWorld(host: "rwx R-", shadow: "rwx R-").system(mutants: [
      MutantThread("vcpu0", .call(.store)), MutantThread("l1", .invalidate(l2Page: 0)),
    ])
    let trace = try system.play(
      .until(0, "lock-mmu", in: "kvmhv_handle_nested_set_rc"), .all(1), .until(0, "unlock-tlb"))
    #expect(
      Array(trace.told(by: 0).dropFirst(6))
        == lines(
          """
          kvmhv_handle_nested_set_rc  lock-mmu    | mmu_lock: free -> vcpu0
          kvmppc_hv_handle_set_rc     set-host    | host[0x100]: 0x21 rwx R- -> 0x21 rwx RC
          kvmppc_hv_handle_set_rc     set-shadow
          kvmhv_handle_nested_set_rc  unlock-mmu  | mmu_lock: vcpu0 -> free
          """) + FaultText.invalidateNothing)
  }

  @Test func `shadow-first swaps the two updates`() throws {
    let trace = try SmallWorld(host: "rwx R-", shadow: "rwx R-").running("vcpu0", .store)
      .with(\.setRCOrder, .shadowFirst).system.play(.all(0))
    #expect(
      trace.told(in: "kvmppc_hv_handle_set_rc")
        == lines(
          """
          kvmppc_hv_handle_set_rc  set-shadow  | shadow[1:0x10]: 0x21 rwx R- -> 0x21 rwx RC
          kvmppc_hv_handle_set_rc  set-host    | host[0x100]: 0x21 rwx R- -> 0x21 rwx RC
          """))
  }

  @Test(arguments: [
    ("host-first", ["set-host", "set-shadow"]), ("shadow-first", ["set-shadow", "set-host"]),
  ])
  func `the split mutant drops the lock between the updates`(order: String, updates: [String])
    throws
  {
    let trace = try SmallWorld(host: "rwx R-", shadow: "rwx R-").running("vcpu0", .store)
      .with(\.setRCOneSection, .off).with(\.setRCOrder, order).system.play(.all(0))
    let section = trace.steps.filter {
      ["kvmhv_handle_nested_set_rc", "kvmppc_hv_handle_set_rc"].contains($0.location.function)
    }
    #expect(
      section.map(\.location.label)
        == ["lock-mmu", updates[0], "unlock-between", "relock-between", updates[1], "unlock-mmu"])
  }
}
