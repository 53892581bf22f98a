import RaceModel
import Scheduler
import Testing

/// `kvmppc_create_pte`, step by step: block BB2 of the fact sheet, at the level of base pages.
struct CreatePTETests {
  private static let name = "kvmppc_create_pte"

  @Test func `an absent entry is stored and put on the rmap list`() throws {
    let trace = try SmallWorld().running("vcpu0", .store).system.play(.all(0))
    #expect(
      trace.told(in: Self.name, "kvmhv_insert_nest_rmap")
        == FaultText.create(
          """
          kvmppc_create_pte       read-entry
          kvmppc_create_pte       store-entry   | shadow[1:0x10]: absent -> 0x21 rwx RC
          kvmhv_insert_nest_rmap  read-rmap
          kvmhv_insert_nest_rmap  store-single  | rmap[0x100]: 0 -> single 1:0x10
          """))
  }

  @Test func `an equal entry is left alone, and so is the rmap`() throws {
    // Two vCPUs of one guest at once, so without tlb_lock.
    var world = SmallWorld().with(\.tlbLock, .off)
      .running("vcpu0", .store).running("vcpu1", .store1)
    world.machine.vcpus.append(.init(name: "vcpu1", guest: 0, tlb: []))
    let trace = try world.system.play(.until(0, "lock-mmu", in: Self.name), .all(1), .all(0))
    let insert = FaultText.create("kvmppc_create_pte read-entry")
    let told = trace.told(by: 0)
    let start = try #require(told.firstIndex(of: insert[0]))
    #expect(Array(told[start...].prefix(6)) == insert + FaultText.freeNode)
    #expect(trace.last("rmap[0x100]") == "single 1:0x10")
  }

  @Test func `a different entry is OR-ed into, and the rmap is not looked at`() throws {
    let trace = try SmallWorld(shadow: "r-x R-").running("vcpu0", .store).system.play(.all(0))
    #expect(
      trace.told(in: Self.name, "kvmhv_insert_nest_rmap")
        == FaultText.create(
          """
          kvmppc_create_pte  read-entry
          kvmppc_create_pte  or-entry  | shadow[1:0x10]: 0x21 r-x R- -> 0x21 rwx RC
          """))
  }

  @Test func `OR-ing mixes the frame numbers of two entries`() throws {
    var world = SmallWorld(gpte: "r-x R-", shadow: "r-x R-").checking(.coverage)
    world.machine.slots[0].npages = 2
    world.machine.pages.append(SmallWorld.page(0x101, rpn: 0x42))
    let system = world.system(mutants: [
      MutantThread("l1", .mutant([.setGPTE(0, PTE(SmallWorld.bits("rwx RC"), frame: 0x101))])),
      MutantThread("vcpu0", .call(.store)),
    ])
    let trace = try system.play(.all(0), .all(1))
    #expect(trace.last("shadow[1:0x10]") == "0x63 rwx RC")
    #expect(trace.broken == ["coverage", "wild-store"])
  }

  @Test func `or-path=replace unmaps, flushes the shadow LPID and installs with the rmap`() throws {
    let trace = try SmallWorld(shadow: "r-x R-", tlb: "r-x R-").running("vcpu0", .store)
      .with(\.orPath, .replace).system.play(.all(0))
    #expect(
      trace.told(in: Self.name, "kvmhv_insert_nest_rmap")
        == FaultText.create(
          """
          kvmppc_create_pte       read-entry
          kvmppc_create_pte       clear-entry    | shadow[1:0x10]: 0x21 r-x R- -> absent
          kvmppc_create_pte       tlbie-entry    | tlb[vcpu0,2:0x10]: 0x21 r-x R- -> absent
          kvmppc_create_pte       store-entry    | shadow[1:0x10]: absent -> 0x21 rwx RC
          kvmhv_insert_nest_rmap  read-rmap
          kvmhv_insert_nest_rmap  compare-entry
          """))
  }

  @Test func `a moved sequence count refuses the insert, and the access faults again`() throws {
    let system = SmallWorld().system(mutants: [
      MutantThread("vcpu0", .call(.store)), MutantThread("notifier", .mutant([.bumpSeq])),
    ])
    let trace = try system.play(
      .until(0, "lock-mmu", in: Self.name), .all(1), .until(0, "walk-shadow"), .all(0))
    let first = trace.told(in: Self.name).prefix(4)
    #expect(
      Array(first)
        == lines(
          """
          kvmppc_create_pte  lock-mmu         | mmu_lock: free -> vcpu0
          kvmppc_create_pte  check-count
          kvmppc_create_pte  check-seq
          kvmppc_create_pte  unlock-to-retry  | mmu_lock: vcpu0 -> free
          """))
    let after = try #require(trace.labels.firstIndex(of: "unlock-to-retry"))
    #expect(
      trace.labels[(after + 1)...].prefix(4) == [
        "free-node", "unlock-tlb", "srcu-read-unlock", "l2-store",
      ])
    #expect(trace.values(of: "shadow[1:0x10]") == ["0x21 rwx RC"])
  }

  @Test func `an invalidation in progress refuses the insert before seq is looked at`() throws {
    let system = SmallWorld().system(mutants: [
      MutantThread("vcpu0", .call(.store)),
      MutantThread("notifier", .mutant([.setCount(1), .setCount(0)])),
    ])
    let trace = try system.play(
      .until(0, "lock-mmu", in: Self.name), .step(1), .until(0, "free-node"), .step(1), .all(0))
    #expect(
      Array(trace.told(in: Self.name).prefix(3))
        == lines(
          """
          kvmppc_create_pte  lock-mmu         | mmu_lock: free -> vcpu0
          kvmppc_create_pte  check-count
          kvmppc_create_pte  unlock-to-retry  | mmu_lock: vcpu0 -> free
          """))
    #expect(trace.unfinished.isEmpty)
  }

  @Test(arguments: [
    ("both", ["check-count", "check-seq"]), ("count", ["check-count"]), ("seq", ["check-seq"]),
    ("none", []),
  ])
  func `the seq-check knob says what a nested insert looks at`(value: String, checks: [String])
    throws
  {
    let trace = try SmallWorld().with(\.seqCheck, value).running("vcpu0", .store).system
      .play(.all(0))
    let labels = trace.steps.filter { $0.location.function == Self.name }.map(\.location.label)
    #expect(labels == ["lock-mmu"] + checks + ["read-entry", "store-entry", "unlock-mmu"])
  }

  @Test func `an insert into L1's own table has both checks and no rmap`() throws {
    let trace = try SmallWorld(host: nil).with(\.seqCheck, .none).running("vcpu0", .store)
      .system.play(.all(0))
    #expect(
      Array(trace.told(in: Self.name, "kvmhv_insert_nest_rmap").prefix(6))
        == FaultText.create(
          """
          kvmppc_create_pte  read-entry
          kvmppc_create_pte  store-entry  | host[0x100]: absent -> 0x21 rwx RC
          """))
  }

  @Test func `an insert into L1's own table never replaces`() throws {
    let trace = try SmallWorld(host: "r-x R-").with(\.orPath, .replace)
      .running("vcpu0", .store).system.play(.all(0))
    #expect(
      Array(trace.told(in: Self.name).prefix(6))
        == FaultText.create(
          """
          kvmppc_create_pte  read-entry
          kvmppc_create_pte  or-entry  | host[0x100]: 0x21 r-x R- -> 0x21 rwx RC
          """))
  }
}
