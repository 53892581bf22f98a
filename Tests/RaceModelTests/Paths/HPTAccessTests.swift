import RaceModel
import Scheduler
import Testing

/// Loads and stores by way of a hashed entry: P10 of the fact sheet, as far as it speaks of hashed
/// tables.
struct HPTAccessTests {
  private static let load = PathCall.hptLoad(vcpu: 0, index: 0)
  private static let store = PathCall.hptStore(vcpu: 0, index: 0)

  private static func system(_ bits: String, _ calls: PathCall...) -> System {
    SmallWorld.hashed(.maps(0x100, bits)).changed {
      $0.threads = [.init(name: "vcpu0", run: calls)]
    }.system
  }

  @Test func `a load walks, sets R and fills the TLB, and the next one hits`() throws {
    #expect(
      try Self.system("rw- --", Self.load, Self.load).play(.all(0)).told
        == lines(
          """
          - hpt-load
          - walk-hpt  | hpte[0].r: 0x21 rw -- -> 0x21 rw R-, tlb[vcpu0,hpte 0]: none -> 0x21 rw -
          - hpt-load
          """))
  }

  @Test(arguments: [
    (0, "hpte[0].r: 0x21 rw -- -> 0x21 rw RC, tlb[vcpu0,hpte 0]: none -> 0x21 rw C"),
    (1, "hpte[0].r: 0x21 rw -- -> 0x21 rw R-, tlb[vcpu0,hpte 0]: none -> 0x21 rw C (owes C)"),
  ])
  func `a store that walks sets R at once, and C at once or late`(choice: Int, changes: String)
    throws
  {
    let trace = try Self.system("rw- --", Self.store).play(.step(0), .step(0, choice: choice))
    #expect(
      trace.told == [
        "- hpt-store", "- walk-hpt | written[0x100]: 0 -> 1, \(changes), carries-c[0]: 0 -> 1",
      ])
    #expect(trace.unfinished.isEmpty && trace.broken == [])
  }

  @Test(arguments: [
    (0, "hpte[0].r: 0x21 rw R- -> 0x21 rw RC, tlb[vcpu0,hpte 0]: 0x21 rw - -> 0x21 rw C"),
    (1, "tlb[vcpu0,hpte 0]: 0x21 rw - -> 0x21 rw C (owes C)"),
  ])
  func `so does one that hits a translation without C`(choice: Int, changes: String) throws {
    let trace = try Self.system("rw- R-", Self.load, Self.store)
      .play(.step(0), .step(0), .step(0, choice: choice))
    #expect(
      trace.told.last == "- hpt-store | written[0x100]: 0 -> 1, \(changes), carries-c[0]: 0 -> 1")
  }

  @Test func `a store that finds C set has no choice, and touches the entry no more`() throws {
    let system = Self.system("rw- RC", Self.store, Self.store)
    #expect(
      try system.play(.all(0)).told
        == lines(
          """
          - hpt-store
          - walk-hpt   | written[0x100]: 0 -> 1, tlb[vcpu0,hpte 0]: none -> 0x21 rw C
          - hpt-store
          """))
    #expect(throws: ReplayError.self) { try system.play(.step(0), .step(0, choice: 1)) }
  }

  @Test func `what is owed stays owed through later stores and loads`() throws {
    let trace = try Self.system("rw- R-", Self.store, Self.store, Self.load)
      .play(.step(0), .step(0, choice: 1), .all(0))
    #expect(trace.told.suffix(2) == ["- hpt-store", "- hpt-load"])
    #expect(trace.last("tlb[vcpu0,hpte 0]") == "0x21 rw C (owes C)")
  }

  @Test func `a load has no choice`() {
    #expect(throws: ReplayError.self) {
      try Self.system("rw- R-", Self.load).play(.step(0), .step(0, choice: 1))
    }
  }

  @Test func `a read-only entry serves loads; a store goes on to a fault`() throws {
    let trace = try Self.system("r-- R-", Self.load, Self.store).play(.all(0))
    #expect(trace.told.prefix(2).last == "- walk-hpt | tlb[vcpu0,hpte 0]: none -> 0x21 r- -")
    #expect(
      trace.labels.dropFirst(2).prefix(3) == ["hpt-store", "walk-hpt", "srcu-read-lock"])
    #expect(trace.values(of: "written[0x100]").isEmpty)
  }

  @Test func `a cached translation serves after the entry has changed, until the tlbie`() throws {
    let world = SmallWorld.hashed(.maps(0x100, "rw- RC")).running("vcpu0", Self.load, Self.store)
      .running("vcpu1", .hRemove(vcpu: 1, index: 0))
    let before = try world.system.play(.step(0), .step(0), .until(1, "tlbie-hpte"), .all(0))
    #expect(before.told(by: 0).last == "- hpt-store | written[0x100]: 0 -> 1")
    let after = try world.system.play(.step(0), .step(0), .until(1, "read-rc"), .step(0), .step(0))
    #expect(after.told(by: 0).suffix(2) == ["- hpt-store", "- walk-hpt"])
  }

  @Test func `each core has a TLB of its own`() throws {
    let system = SmallWorld.hashed(.maps(0x100, "rw- RC")).running("vcpu0", Self.load)
      .running("vcpu1", .hptLoad(vcpu: 1, index: 0)).system
    let trace = try system.play(.all(0), .all(1))
    #expect(trace.last("tlb[vcpu0,hpte 0]") == "0x21 rw C")
    #expect(trace.told(by: 1).last == "- walk-hpt | tlb[vcpu1,hpte 0]: none -> 0x21 rw C")
  }

  @Test func `a tlbie takes the translations of its entry from every core, and no other's`() throws
  {
    let world = SmallWorld.hashed(.maps(0x100, "rw- RC"), .maps(0x200, "rw- RC"))
      .running("vcpu0", Self.load, .hptLoad(vcpu: 0, index: 1), .removing(0))
      .running("vcpu1", .hptLoad(vcpu: 1, index: 0))
    #expect(
      try world.system.play(.all(1), .all(0)).told.filter { $0.contains("tlbie") } == [
        "kvmppc_do_h_remove tlbie-hpte | tlb[vcpu0,hpte 0]: 0x21 rw C -> none,"
          + " tlb[vcpu1,hpte 0]: 0x21 rw C -> none"
      ])
  }

  @Test func `a store to a page that is not logged is not noted, but its C is`() throws {
    let trace = try SmallWorld.hashed(.maps(0x200, "rw- R-")).running("vcpu0", Self.store).system
      .play(.all(0))
    #expect(trace.values(of: "written[0x200]").isEmpty && trace.values(of: "carries-c[0]") == ["1"])
  }

  @Test func `a store through an entry that outlived its page is wild`() throws {
    // After a move that flushed by the new base, entry 0 is VALID and on no chain.
    let system = SmallWorld.hashed(.maps(0x100, "rw- RC")).with(\.moveFlush, .afterPublish)
      .checking()
      .running("vmm", .move, .invalidateRange(gfn: 0x100, rpn: 0)).running("vcpu0", Self.store)
      .system
    #expect(try system.play(.all(0), .step(1), .step(1)).broken == ["wild-store"])
  }
}
