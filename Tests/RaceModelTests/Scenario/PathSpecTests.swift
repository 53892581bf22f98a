import Testing

@testable import RaceModel

/// What the table of paths promises to those who read it.
struct PathSpecTests {
  /// Every path with the form of its calls that schedules' tokens are made from.
  ///
  /// These may grow, and never change: tokens that are out there would be refused.
  private static let identities: [(PathCall, String)] = [
    (.l2Load(vcpu: 1, page: 2), "l2Load(vcpu: 1, page: 2)"),
    (.l2Store(vcpu: 0, page: 0), "l2Store(vcpu: 0, page: 0)"),
    (.l1Load(vcpu: 0, gfn: 256), "l1Load(vcpu: 0, gfn: 256)"),
    (.l1Store(vcpu: 0, gfn: 256), "l1Store(vcpu: 0, gfn: 256)"),
    (.getDirtyLog(slot: 1), "getDirtyLog(slot: 1)"),
    (.ageGFN(gfn: 257), "ageGFN(gfn: 257)"),
    (.invalidateRange(gfn: 256, rpn: 0), "invalidateRange(gfn: 256, rpn: 0)"),
    (.invalidateSlot(slot: 0), "invalidateSlot(slot: 0)"),
    (.enterNested(vcpu: 0), "enterNested(vcpu: 0)"),
    (.exitNested(vcpu: 0), "exitNested(vcpu: 0)"),
    (.tlbiePage(guest: 1, page: 0), "tlbiePage(guest: 1, page: 0)"),
    (.tlbieLPID(guest: 0, ric: .pwc), "tlbieLPID(guest: 0, ric: RaceModel.RIC.pwc)"),
    (.tlbieAll(ric: .all), "tlbieAll(ric: RaceModel.RIC.all)"),
    (.copyFromGuest(vcpu: 0, page: 0), "copyFromGuest(vcpu: 0, page: 0)"),
    (.copyToGuest(vcpu: 0, page: 0), "copyToGuest(vcpu: 0, page: 0)"),
    (.l1SetGpte(guest: 0, page: 0, nil), "l1SetGpte(guest: 0, page: 0, nil)"),
    (
      .l1SetGpte(guest: 0, page: 0, .init(gfn: 256, bits: SmallWorld.bits("r-x R-"))),
      "l1SetGpte(guest: 0, page: 0,"
        + " Optional(RaceModel.Scenario.L1Entry(gfn: 256, bits: r-x R-)))"
    ),
    (.l1SetPartition(guest: 0, isSet: true), "l1SetPartition(guest: 0, isSet: true)"),
    (.setMemslot(slot: 0, .delete), "setMemslot(slot: 0, RaceModel.SlotUpdate.delete)"),
    (
      .setMemslot(slot: 1, .move(base: 768)),
      "setMemslot(slot: 1, RaceModel.SlotUpdate.move(base: 768))"
    ),
    (
      .setMemslot(slot: 0, .setLogging(true)),
      "setMemslot(slot: 0, RaceModel.SlotUpdate.setLogging(true))"
    ),
    (
      .setMemslot(slot: 0, .setLogging(false)),
      "setMemslot(slot: 0, RaceModel.SlotUpdate.setLogging(false))"
    ),
    (.switchToHPT, "switchToHPT"),
    (.hptLoad(vcpu: 0, index: 3), "hptLoad(vcpu: 0, index: 3)"),
    (.hptStore(vcpu: 0, index: 3), "hptStore(vcpu: 0, index: 3)"),
    (
      .hEnter(vcpu: 0, index: 1, gfn: 256, bits: SmallWorld.bits("rw- --")),
      "hEnter(vcpu: 0, index: 1, gfn: 256, bits: rw- --)"
    ),
    (.hRemove(vcpu: 0, index: 1), "hRemove(vcpu: 0, index: 1)"),
    (
      .hProtect(vcpu: 0, index: 1, mayWrite: false),
      "hProtect(vcpu: 0, index: 1, mayWrite: false)"
    ),
    (.stopVCPU(vcpu: 1), "stopVCPU(vcpu: 1)"),
    (.flushTLB(vcpu: 1), "flushTLB(vcpu: 1)"),
    (.evictTLB(vcpu: 1, times: 4), "evictTLB(vcpu: 1, times: 4)"),
  ]

  @Test(arguments: identities)
  func `a call keeps the form that tokens are made from`(call: PathCall, identity: String) {
    #expect(call.identity == identity)
  }

  @Test func `every path has a form that tokens are made from`() {
    let covered = Set(Self.identities.map(\.0.path))
    #expect(PathSpec.allCases.filter { !covered.contains($0) } == [])
  }

  @Test func `no two paths share a name`() {
    #expect(Set(PathSpec.allCases.map(\.id)).count == PathSpec.allCases.count)
  }

  @Test func `no path takes an argument, or a key, twice`() {
    for path in PathSpec.allCases {
      #expect(Set(path.arguments.map(\.label)).count == path.arguments.count, "\(path)")
      #expect(Set(path.argumentNames).count == path.arguments.count, "\(path)")
    }
  }

  @Test func `arguments of one key have one shape`() {
    var keys: [String: String] = [:]
    for argument in PathSpec.allCases.flatMap(\.arguments) {
      let shape = "\(argument.key.shape) \(argument.key.presence)"
      #expect(keys.updateValue(shape, forKey: argument.key.name) ?? shape == shape)
    }
  }

  @Test func `reports name the arguments as files do`() {
    let machine = SmallWorld().machine
    #expect(PathCall.store.text(on: machine) == "l2-store vcpu=vcpu0 n=0x10")
    #expect(
      PathCall.invalidateRange(gfn: 0x100, rpn: 0).text(on: machine)
        == "invalidate-range gfn=0x100 rpn=0x0")
    #expect(
      PathCall.l1SetGpte(guest: 0, page: 0, nil).text(on: machine)
        == "l1-set-gpte l1_lpid=1 n=0x10 gpte=absent")
    #expect(
      PathCall.tlbieLPID(guest: 0, ric: .all).text(on: machine) == "tlbie-lpid l1_lpid=1 ric=2")
    #expect(PathCall.switchToHPT.text(on: machine) == "switch-to-hpt")
  }
}
