import RaceModel
import Scheduler
import Testing

/// One L2 access and the TLB: table P10 of the fact sheet.
struct GuestAccessTests {
  private func run(_ world: SmallWorld, _ call: PathCall) throws -> Trace {
    try world.running("vcpu0", call).system.play(.all(0))
  }

  @Test func `a cached translation with W, R and C lets a store through`() throws {
    // Memory is not looked at: the shadow entry has no C, and none is missed.
    let trace = try run(SmallWorld(shadow: "rwx R-", tlb: "rwx RC"), .store)
    #expect(trace.told == ["- l2-store | written[0x100]: 0 -> 1"])
  }

  @Test(arguments: ["r-x R-", "rwx RC", "-w- R-"])
  func `a cached translation with R lets a load through`(tlb: String) throws {
    #expect(try run(SmallWorld(shadow: "rwx RC", tlb: tlb), .load).told == ["- l2-load"])
  }

  // Authority upgrade: what the cached entry lacks is looked for in memory before a fault is
  // raised.
  @Test(arguments: ["rwx R-", "r-x RC", "rwx -C", "r-- --"])
  func `a store re-reads memory when its cached entry is too weak`(tlb: String) throws {
    let trace = try run(SmallWorld(shadow: "rwx RC", tlb: tlb), .store)
    #expect(trace.told == FaultText.storeThrough("0x21 rwx RC", cached: "0x21 \(tlb)"))
  }

  @Test(arguments: ["--x R-", "rwx -C"])
  func `a load re-reads memory when its cached entry is too weak`(tlb: String) throws {
    let trace = try run(SmallWorld(shadow: "rwx RC", tlb: tlb), .load)
    #expect(trace.told == FaultText.loadThrough("0x21 rwx RC", cached: "0x21 \(tlb)"))
  }

  @Test func `a load may cache C`() throws {
    let trace = try run(SmallWorld(shadow: "rwx RC"), .load)
    #expect(trace.told == FaultText.loadThrough("0x21 rwx RC"))
  }

  @Test(arguments: [
    (PathCall.store, nil, "noHPTE"), (.load, nil, "noHPTE"),
    (.store, "r-x R-", "protFault"), (.store, "r-x RC", "protFault"),
    (.load, "--x R-", "protFault"),
    (.store, "rwx R-", "setRC"), (.store, "rwx -C", "setRC"), (.load, "rwx -C", "setRC"),
    (.store, "-w- R-", "setRC"),
  ])
  func `the interrupt says why memory refused`(call: PathCall, shadow: String?, cause: String)
    throws
  {
    let system = SmallWorld(shadow: shadow).running("vcpu0", call).system
    let trace = try system.play(.until(0, "srcu-read-lock"))
    #expect(trace.last("vcpu0.nested-fault.dsisr") == cause)
    #expect(trace.labels == [call == .store ? "l2-store" : "l2-load", "walk-shadow"])
    #expect(trace.unfinished.first?.location.function == "kvmppc_handle_nested_exit")
  }

  @Test(arguments: [
    (PathCall.store, "0x21 rwx -- -> 0x21 rwx RC"), (.load, "0x21 rwx -- -> 0x21 rwx R-"),
  ])
  func `hw-rc=atomic-set lets hardware set the bits in the shadow entry`(
    call: PathCall, change: String
  ) throws {
    let world = SmallWorld(shadow: "rwx --").with(\.hardwareRC, .atomicSet)
    let trace = try run(world, call)
    #expect(trace.labels.last == "walk-shadow" && trace.steps.count == 2)
    #expect(trace.told[1].contains("shadow[1:0x10]: \(change)"))
    #expect(trace.last("tlb[vcpu0,2:0x10]") == trace.last("shadow[1:0x10]"))
    #expect(trace.values(of: "host[0x100]").isEmpty)
  }

  @Test func `hw-rc=atomic-set does not lend permission`() throws {
    let world = SmallWorld(shadow: "r-x R-").with(\.hardwareRC, .atomicSet)
    let trace = try world.running("vcpu0", .store).system.play(.until(0, "srcu-read-lock"))
    #expect(trace.last("vcpu0.nested-fault.dsisr") == "protFault")
    #expect(trace.values(of: "shadow[1:0x10]").isEmpty)
  }

  @Test func `only stores to logged pages are remembered`() throws {
    var world = SmallWorld(shadow: "rwx RC")
    #expect(try run(world, .load).values(of: "written[0x100]").isEmpty)
    #expect(try run(world, .store).values(of: "written[0x100]") == ["1"])
    world.machine.slots[0].logDirty = false
    #expect(try run(world, .store).values(of: "written[0x100]").isEmpty)
  }

  @Test func `each core has a TLB of its own`() throws {
    var world = SmallWorld(shadow: "rwx RC", tlb: "rwx RC")
      .running("vcpu0", .store).running("vcpu1", .store1)
    world.machine.vcpus.append(.init(name: "vcpu1", guest: 0, tlb: []))
    let trace = try world.system.play(.all(0), .all(1))
    #expect(trace.labels == ["l2-store", "l2-store", "walk-shadow"])
    #expect(trace.last("tlb[vcpu1,2:0x10]") == "0x21 rwx RC")
  }

  @Test func `a store through a stale translation writes the old frame`() throws {
    let trace = try run(SmallWorld(shadow: nil, tlb: "rwx RC"), .store)
    #expect(trace.values(of: "written[0x100]") == ["1"] && trace.steps.count == 1)
    #expect(trace.broken.contains("tlb-subset"))
  }
}
