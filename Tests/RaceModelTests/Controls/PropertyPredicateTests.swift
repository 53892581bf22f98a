import RaceModel
import Scheduler
import Testing

/// What each property says of worlds as they stand, one condition at a time: section 7.
struct PropertyPredicateTests {
  /// What breaks though nothing of interest runs.
  private func broken(_ property: PropertySpec, _ world: SmallWorld) -> Bool {
    world.checking(property).running("tlb", .evictTLB(vcpu: 0, times: 1)).broken
      == [property.rawValue]
  }

  private static func offList(_ world: SmallWorld) -> SmallWorld {
    world.changed { $0.machine.guests[0].pages[0].onRmap = false }
  }

  @Test(arguments: [
    (SmallWorld(shadow: "rwx RC"), false), (SmallWorld(), false),
    (offList(SmallWorld(shadow: "rwx RC")), true),
    (SmallWorld(host: nil, shadow: "rwx RC"), true),
  ])
  func `coverage wants a host entry and a place on the list`(world: SmallWorld, breaks: Bool) {
    #expect(broken(.coverage, world) == breaks)
  }

  @Test(arguments: [
    ("rwx R-", false, true, false), ("rwx -C", true, false, false), ("rwx --", true, true, false),
    ("rwx RC", false, false, false),
    // An entry that is not listed, or has no host entry, is the business of coverage.
    ("rwx --", false, false, true), (nil, false, false, false),
  ])
  func `a shadow entry with R and C wants them of the host entry`(
    host: String?, breaksR: Bool, breaksC: Bool, isOffList: Bool
  ) {
    let world = SmallWorld(host: host, shadow: "rwx RC")
    let judged = isOffList ? Self.offList(world) : world
    #expect(broken(.rSubset, judged) == breaksR)
    #expect(broken(.cSubset, judged) == breaksC)
  }

  /// A leaf over two pages; the shadow entry of the second is on the list of its own page.
  @Test(arguments: [
    ("rwx RC", [PropertySpec](), true), ("rwx -C", [.rSubset], true),
    ("rwx R-", [.cSubset], true), ("rwx --", [.cSubset, .rSubset], true),
    ("rwx RC", [.coverage], false), ("rwx --", [.coverage], false),
  ])
  func `an entry on the list of any page of a leaf is the leaf's`(
    leaf: String, breaks: [PropertySpec], isListed: Bool
  ) {
    let world = SmallWorld.huge(leaf: leaf, shadow: "rwx RC")
    let judged = isListed ? world : Self.offList(world)
    for property in [PropertySpec.coverage, .cSubset, .rSubset] {
      #expect(broken(property, judged) == breaks.contains(property), "\(property)")
    }
  }

  @Test(arguments: [
    ("rwx RC", "rwx RC", "rwx RC", false), ("rwx RC", "r-x RC", "rwx RC", true),
    ("rwx RC", "rw- RC", "rwx RC", true), ("r-x R-", "rwx RC", "rwx RC", true),
    ("r-x R-", "rwx RC", "r-x R-", false), (nil, "rwx RC", "rwx RC", false),
    // R and C are no permissions, and only W is compared with the host entry.
    ("rwx --", "rwx --", "rwx RC", false), ("rw- RC", "rwx RC", "rwx RC", false),
  ])
  func `authority wants what L1 permits, and W of the host entry`(
    host: String?, gpte: String, shadow: String, breaks: Bool
  ) {
    #expect(broken(.authority, SmallWorld(host: host, gpte: gpte, shadow: shadow)) == breaks)
  }

  private static let cached: [(String?, String?, Bool)] = [
    ("rwx RC", "rwx RC", false), ("rwx RC", "r-x R-", false), ("rwx RC", nil, false),
    ("rwx R-", "rwx RC", true), ("r-x RC", "rwx RC", true), ("rwx -C", "rwx RC", true),
    (nil, "r-- --", true),
  ]

  @Test(arguments: cached)
  func `tlb-subset wants every bit of a cached entry in memory`(
    shadow: String?, tlb: String?, breaks: Bool
  ) {
    #expect(broken(.tlbSubset, SmallWorld(shadow: shadow, tlb: tlb)) == breaks)
  }

  @Test func `tlb-subset wants the same frame`() {
    // After the OR the entry in memory has every bit that is cached, and another frame.
    let world = PropertyControlTests.hostile.checking(.tlbSubset).changed {
      $0.machine.vcpus[0].tlb = [.init(page: 0, bits: SmallWorld.bits("r-x R-"))]
    }
    #expect(
      Explorer.explore(world.system(mutants: PropertyControlTests.hostileThreads)).broken
        .contains("tlb-subset"))
  }

  @Test func `rmap-shape wants live nodes`() {
    let world = SmallWorld(shadow: "rwx RC").checking(.rmapShape).changed {
      $0.machine.guests[0].pages.append(SmallWorld.l2Page(0x11, shadow: "rwx RC"))
    }
    #expect(world.broken(MutantThread("mutant", .mutant([.freeNode(0)]))) == ["rmap-shape"])
    #expect(world.broken(MutantThread("mutant", .mutant([.bumpSeq]))) == [])
  }

  private static let afterStore: [([Mutation], [String])] = [
    ([], ["dirty-log"]),
    ([.setBitmap(0)], []),
    ([.setHost(0, PTE(SmallWorld.bits("rwx RC"), frame: 0x21))], []),
    ([.setHost(0, .absent)], ["dirty-log"]),
  ]

  @Test(arguments: afterStore)
  func `dirty-log is content with C in the host entry or a bit in the bitmap`(
    after: [Mutation], expected: [String]
  ) {
    let world = SmallWorld(host: "rwx R-", shadow: "rwx RC", tlb: "rwx RC").checking(.dirtyLog)
    var thread = MutantThread("vcpu0", .call(.store))
    if !after.isEmpty { thread.items.append(.mutant(after)) }
    #expect(world.broken(thread) == expected)
    #expect(world.changed { $0.machine.slots[0].logDirty = false }.broken(thread) == [])
  }
}
