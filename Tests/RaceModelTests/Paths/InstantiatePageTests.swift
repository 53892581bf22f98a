import RaceModel
import Testing

/// `kvmppc_book3s_instantiate_page` and what the fault makes of its result: block BB7.
struct InstantiatePageTests {
  private static let name = "kvmppc_book3s_instantiate_page"

  /// A fault that finds the page in `gup` steps and stores `offered` in place of `host`.
  private static func fault(
    _ access: String, gup: [String], host: String = "absent", offered: String, shadow: String
  ) -> [String] {
    let create =
      host == "absent"
      ? "store-entry | host[0x100]: absent -> \(offered)"
      : "or-entry | host[0x100]: \(host) -> \(offered)"
    return FaultText.enter(access) + FaultText.copyHost + FaultText.findPage(gup)
      + FaultText.create("kvmppc_create_pte read-entry\nkvmppc_create_pte \(create)")
      + FaultText.insert(shadow) + FaultText.leave
  }

  @Test func `a store makes a host entry with C, found by the fast lookup`() throws {
    let trace = try SmallWorld(host: nil).running("vcpu0", .store).system.play(.all(0))
    #expect(
      trace.told
        == Self.fault(
          "l2-store", gup: ["fast-gup"], offered: "0x21 rwx RC", shadow: "0x21 rwx RC")
        + FaultText.storeThrough("0x21 rwx RC"))
  }

  @Test func `a load of a writable page makes a host entry with W and C all the same`() throws {
    let trace = try SmallWorld(host: nil).running("vcpu0", .load).system.play(.all(0))
    #expect(
      trace.told
        == Self.fault(
          "l2-load", gup: ["fast-gup"], offered: "0x21 rwx RC", shadow: "0x21 rwx R-")
        + FaultText.loadThrough("0x21 rwx R-"))
  }

  @Test func `a load of a page that is not writable takes the slow lookup`() throws {
    let trace = try SmallWorld(host: nil, vmmWritable: false).running("vcpu0", .load)
      .system.play(.all(0))
    #expect(
      trace.told
        == Self.fault(
          "l2-load", gup: ["fast-gup", "slow-gup"], offered: "0x21 r-x R-",
          shadow: "0x21 r-x R-") + FaultText.loadThrough("0x21 r-x R-"))
  }

  @Test(arguments: [true, false])
  func `in a read-only slot the fast lookup is left out, and W with it`(isWritable: Bool) throws {
    var world = SmallWorld(host: nil, vmmWritable: isWritable).running("vcpu0", .load)
    world.machine.slots[0].readOnly = true
    #expect(
      try world.system.play(.all(0)).told
        == Self.fault(
          "l2-load", gup: ["slow-gup"], offered: "0x21 r-x R-", shadow: "0x21 r-x R-")
        + FaultText.loadThrough("0x21 r-x R-"))
  }

  @Test func `a store to a page that cannot be written fails`() throws {
    let trace = try SmallWorld(host: "r-x R-", vmmWritable: false).running("vcpu0", .store)
      .system.play(.all(0))
    #expect(
      trace.told
        == FaultText.enter() + FaultText.copyHost
        + lines(
          """
          kvmppc_book3s_instantiate_page  sample-seq
          kvmppc_book3s_instantiate_page  fast-gup
          kvmppc_book3s_instantiate_page  slow-gup
          """) + FaultText.leave + FaultText.leaveL2())
    #expect(trace.values(of: "vcpu0.nested-fault.ret").first == "resume-host")
  }

  @Test(arguments: [PathCall.load, .store])
  func `a page that the VMM has not backed fails`(call: PathCall) throws {
    var world = SmallWorld(host: nil).running("vcpu0", call)
    world.machine.slots[0].npages = 2
    world.machine.guests[0].pages[0].gpte?.gfn = 0x101
    let trace = try world.system.play(.all(0))
    let end = ["slow-gup", "unlock-tlb", "srcu-read-unlock"]
    #expect(Array(trace.labels.drop { $0 != "slow-gup" }.prefix(3)) == end)
    #expect(trace.labels.contains("leave-nested"))
    #expect(trace.values(of: "vcpu0.nested-fault.ret").first == "resume-host")
  }

  @Test func `a host entry that lacks W is upgraded for a store`() throws {
    let trace = try SmallWorld(host: "r-x R-").running("vcpu0", .store).system.play(.all(0))
    #expect(
      trace.told
        == Self.fault(
          "l2-store", gup: ["fast-gup"], host: "0x21 r-x R-", offered: "0x21 rwx RC",
          shadow: "0x21 rwx RC") + FaultText.storeThrough("0x21 rwx RC"))
  }

  @Test func `a host entry that lacks W is enough for a load`() throws {
    let trace = try SmallWorld(host: "r-x R-").running("vcpu0", .load).system.play(.all(0))
    #expect(!trace.steps.contains { $0.location.function == Self.name })
  }

  // What a moved sequence count does depends on where it is noticed.

  private static func moved(_ settings: Kernel.Setting...) -> SmallWorld {
    // The level that nobody sets is a base page's.
    settings.reduce(SmallWorld(host: nil).checking(.coverage).with(\.stackInit, .zero)) {
      $0.with($1)
    }
  }

  private static let threads = [
    MutantThread("vcpu0", .call(.store)), MutantThread("notifier", .mutant([.bumpSeq])),
  ]

  @Test func `moved before the Linux entry is read, it counts as nothing found`() throws {
    let trace = try Self.moved(.init(\.stackInit, .zero)).system(mutants: Self.threads)
      .play(.until(0, "check-seq"), .all(1), .until(0, "walk-shadow"))
    // 0 is returned, which is success to the fault; its own, older sample stops the insert.
    let start = try #require(trace.labels.firstIndex(of: "check-seq"))
    #expect(
      Array(trace.told.dropFirst(start + 1).drop { $0.hasPrefix("- mutation") })
        == lines(
          """
          kvmppc_book3s_instantiate_page  unlock-mmu       | mmu_lock: vcpu0 -> free
          __kvmhv_nested_page_fault       alloc-node       | \
            node0.rmap: 0 -> 1:0x10, node0: free -> allocated
          kvmppc_create_pte               lock-mmu         | mmu_lock: free -> vcpu0
          kvmppc_create_pte               check-count
          kvmppc_create_pte               check-seq
          kvmppc_create_pte               unlock-to-retry  | mmu_lock: vcpu0 -> free
          __kvmhv_nested_page_fault       free-node        | \
            node0.rmap: 1:0x10 -> 0, node0: allocated -> free
          """) + FaultText.leave + lines("- l2-store"))
  }

  @Test func `the level that nobody has set is used then`() throws {
    let trace = try Self.moved(.init(\.stackInit, .none)).system(mutants: Self.threads)
      .play(.until(0, "check-seq"), .all(1), .all(0))
    #expect(trace.broken == ["uninitialized"])
    #expect(trace.explanations["uninitialized"]?.hasPrefix("level is used") == true)
    #expect(trace.labels.last == "unlock-mmu")
  }

  @Test func `without the outer check, nothing found would be inserted`() throws {
    let trace = try Self.moved(.init(\.seqCheck, .none), .init(\.stackInit, .zero))
      .system(mutants: Self.threads)
      .play(.until(0, "check-seq"), .all(1), .until(0, "free-node"))
    #expect(trace.values(of: "shadow[1:0x10]").isEmpty)
    #expect(trace.last("rmap[0x100]") == "single 1:0x10")
  }

  @Test func `moved after the Linux entry is read, the host insert is refused`() throws {
    let trace = try Self.moved().system(mutants: Self.threads)
      .play(.until(0, "lock-mmu", in: "kvmppc_create_pte"), .all(1), .until(0, "walk-shadow"))
    let start = try #require(trace.labels.firstIndex(of: "mutation-0"))
    #expect(
      Array(trace.told.dropFirst(start + 1))
        == lines(
          """
          kvmppc_create_pte  lock-mmu         | mmu_lock: free -> vcpu0
          kvmppc_create_pte  check-count
          kvmppc_create_pte  check-seq
          kvmppc_create_pte  unlock-to-retry  | mmu_lock: vcpu0 -> free
          """) + FaultText.leave + lines("- l2-store"))
  }

  @Test func `an invalidation in progress counts as nothing found`() throws {
    let system = Self.moved().system(mutants: [
      MutantThread("vcpu0", .call(.store)),
      MutantThread("notifier", .mutant([.setCount(1), .setCount(0)])),
    ])
    let trace = try system.play(.until(0, "check-count"), .step(1), .until(0, "alloc-node"))
    #expect(
      trace.labels.suffix(3) == ["mutation-0", "check-count", "unlock-mmu"])
  }

  @Test func `the sample of the lookup is the one that outer-sample=inner judges by`() throws {
    // The count moves between the fault's copy and the lookup's sample: only the outer one is old.
    func run(_ world: SmallWorld) throws -> [String] {
      try world.system(mutants: Self.threads)
        .play(.until(0, "sample-seq", in: Self.name), .all(1), .until(0, "walk-shadow")).labels
    }
    #expect(try run(Self.moved()).contains("unlock-to-retry"))
    let inner = try run(Self.moved(.init(\.outerSample, .inner)))
    #expect(!inner.contains("unlock-to-retry") && inner.contains("store-single"))
  }
}
