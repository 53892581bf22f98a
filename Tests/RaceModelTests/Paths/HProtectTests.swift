import RaceModel
import Scheduler
import Testing

/// H_PROTECT: P9.4 of the fact sheet, and the history in its section 9.5.
struct HProtectTests {
  private static func protect(_ mayWrite: Bool) -> PathCall {
    .hProtect(vcpu: 0, index: 0, mayWrite: mayWrite)
  }

  private func run(_ world: SmallWorld, _ mayWrite: Bool...) throws -> [String] {
    try world.changed { $0.threads = [.init(name: "vcpu0", run: mayWrite.map(Self.protect))] }
      .system.play(.all(0)).told(in: "kvmppc_h_protect")
  }

  private static let toReadOnly = lines(
    """
    kvmppc_h_protect  lock-hpte       | hpte[0].HVLOCK: free -> vcpu0
    kvmppc_h_protect  set-guest-rpte  | rev[0].guest_rpte: 0x100 rw RC -> 0x100 r- RC
    kvmppc_h_protect  set-absent      | hpte[0].v: VALID -> ABSENT
    kvmppc_h_protect  tlbie-hpte
    kvmppc_h_protect  store-second    | hpte[0].r: 0x21 rw RC -> 0x21 r- RC
    kvmppc_h_protect  store-first     | hpte[0].HVLOCK: vcpu0 -> free, hpte[0].v: ABSENT -> VALID
    """)

  /// Nothing changes but, at most, the guest's view.
  private static func onlyView(_ change: String = "") -> [String] {
    lines(
      """
      kvmppc_h_protect  lock-hpte       | hpte[0].HVLOCK: free -> vcpu0
      kvmppc_h_protect  set-guest-rpte  \(change)
      kvmppc_h_protect  unlock-hpte     | hpte[0].HVLOCK: vcpu0 -> free
      """)
  }

  @Test func `an entry that loses W is ABSENT while it is flushed`() throws {
    #expect(try run(.hashed(.maps(0x100, "rw- RC")), false) == Self.toReadOnly)
  }

  @Test
  func `an entry that is read-only does not become writable here, only the guest's view does`()
    throws
  {
    #expect(
      try run(.hashed(.maps(0x100, "r-- R-")), true)
        == Self.onlyView("| rev[0].guest_rpte: 0x100 r- R- -> 0x100 rw R-"))
    #expect(
      try run(.hashed(.maps(0x100, "rw- RC")), false, true)
        == Self.toReadOnly + Self.onlyView("| rev[0].guest_rpte: 0x100 r- RC -> 0x100 rw RC"))
  }

  @Test(arguments: [("rw- RC", true), ("r-- R-", false)])
  func `what stays as it is is not flushed`(bits: String, mayWrite: Bool) throws {
    #expect(try run(.hashed(.maps(0x100, bits)), mayWrite) == Self.onlyView())
  }

  @Test func `an entry that is read-only because of the VMM changes in the guest's view only`()
    throws
  {
    let world = SmallWorld.hashed(.free).readOnlyForVMM
      .running("vcpu0", .entering(0, 0x100), Self.protect(false))
    #expect(
      try world.system.play(.all(0)).told(in: "kvmppc_h_protect")
        == Self.onlyView("| rev[0].guest_rpte: 0x100 rw -- -> 0x100 r- --"))
  }

  @Test func `an ABSENT entry has nothing but the guest's view`() throws {
    #expect(
      try run(.hashed(.absent(0x100, "rw- --")), false)
        == Self.onlyView("| rev[0].guest_rpte: 0x100 rw -- -> 0x100 r- --"))
  }

  @Test func `though its second doubleword may permit stores from the time when it was VALID`()
    throws
  {
    let system = SmallWorld.hashed(.maps(0x100, "rw- R-")).running("vcpu0", Self.protect(false))
      .running("mm", .unmap).system
    let trace = try system.play(.all(1), .all(0))
    #expect(
      trace.told(in: "kvmppc_h_protect")
        == Self.onlyView("| rev[0].guest_rpte: 0x100 rw R- -> 0x100 r- R-"))
    #expect(trace.values(of: "hpte[0].v") == ["ABSENT"] && trace.values(of: "hpte[0].r").isEmpty)
  }

  @Test func `a free one is not found`() throws {
    #expect(try run(.hashed(.free), false) == lines("kvmppc_h_protect lock-hpte"))
  }

  @Test(arguments: [0, 1])
  func `a C that hardware sets until the tlbie is over stays`(choice: Int) throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- R-")).running("vcpu0", Self.protect(false))
      .running("vcpu1", .hptLoad(vcpu: 1, index: 0), .hptStore(vcpu: 1, index: 0)).system
    let trace = try system.play(
      .step(1), .step(1), .until(0, "tlbie-hpte"), .step(1, choice: choice), .all(0))
    #expect(trace.last("hpte[0].r") == "0x21 r- RC" && trace.last("hpte[0].v") == "VALID")
    #expect(trace.last("tlb[vcpu1,hpte 0]") == "none" && trace.broken == [])
  }

  @Test func `nobody walks to the entry while it is ABSENT`() throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- RC")).running("vcpu0", Self.protect(false))
      .running("vcpu1", .hptLoad(vcpu: 1, index: 0)).system
    let trace = try system.play(.until(0, "store-first"), .step(1), .step(1), .all(1))
    #expect(trace.values(of: "tlb[vcpu1,hpte 0]").isEmpty)
    #expect(trace.unfinished.last?.waitsFor.map(\.lock) == ["hpte[0].HVLOCK"])
  }

  @Test(arguments: [("on", ["in", "out"]), ("off", [])])
  func `on POWER8 the hypercall is in a read section, on POWER9 in none`(
    value: String, changes: [String]
  ) throws {
    for (entry, last) in [
      (Scenario.HashedEntry.maps(0x100, "rw- R-"), "store-first"),
      (.absent(0x100, "rw- R-"), "unlock-hpte"), (.free, "lock-hpte"),
    ] {
      let trace = try SmallWorld.hashed(entry).with(\.hcallSRCU, value)
        .running("vcpu0", Self.protect(false)).system.play(.all(0))
      #expect(trace.values(of: "srcu[vcpu0]") == changes)
      #expect(trace.labels.last == (value == "on" ? "srcu-read-unlock" : last))
    }
  }

  @Test(arguments: [("after", "0x21 r- RC", false), ("before", "0x21 r- R-", true)])
  func `rc-read=before stores what it read before the tlbie, and the C is lost`(
    value: String, second: String, isLost: Bool
  ) throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- R-")).with(\.rcRead, value)
      .running("vcpu0", Self.protect(false)).running("vcpu1", .hptStore(vcpu: 1, index: 0)).system
    let trace = try system.play(.until(0, "set-absent"), .step(1), .step(1), .all(0))
    #expect(trace.last("hpte[0].r") == second)
    #expect(trace.broken.contains("dirty-log") == isLost)
  }
}
