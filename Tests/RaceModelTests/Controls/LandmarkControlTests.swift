import RaceModel
import Scheduler
import Testing

/// Each landmark has a world that reaches it, and one that does not and says so.
struct LandmarkControlTests {
  private func worlds(
    _ landmark: Landmark
  ) throws -> (reached: SmallWorld, missed: SmallWorld) {
    let store = SmallWorld().running("vcpu0", .store)
    let race = PropertyControlTests.race
    return switch landmark {
    case .staleCopy: (race, store)
    case .retry: (race.with(.seqBumpOnClearDirty), race)
    case .shadowInserted: (store, SmallWorld(shadow: "rwx R-").running("vcpu0", .store))
    case .upgrade: (SmallWorld(shadow: "r-x R-").running("vcpu0", .store), store)
    case .instantiated: (SmallWorld(host: nil).running("vcpu0", .store), store)
    case .setRC:
      (
        SmallWorld(shadow: "rwx R-").running("vcpu0", .store),
        SmallWorld(gpte: "rwx R-", shadow: "rwx R-").running("vcpu0", .store)
      )
    case .reflected: (SmallWorld(gpte: nil).running("vcpu0", .store), store)
    case .harvestReported: (race, SmallWorld(host: "rwx R-").running("migration", .harvest))
    case .rmapSingle: (store, SmallWorld(gpte: nil).running("vcpu0", .store))
    case .rmapList:
      (
        SmallWorld(shadow: "rwx RC").withGuest2(SmallWorld.l2Page(0x20))
          .running("vcpu1", .store1),
        SmallWorld(shadow: "rwx RC").running("vcpu0", .store)
      )
    case .staleTLB:
      (
        SmallWorld(shadow: "rwx RC", tlb: "rwx RC").running("migration", .harvest),
        SmallWorld(shadow: "rwx R-", tlb: "rwx R-").running("migration", .harvest)
      )
    case .unmapped:
      (SmallWorld().running("mm", .unmap), SmallWorld(host: nil).running("mm", .unmap))
    case .aged:
      (SmallWorld().running("mm", .age), SmallWorld(host: "rwx --").running("mm", .age))
    case .guestEntered: (SmallWorld().inL1(isKnown: false).running("vcpu0", .enter), store)
    case .guestFreed:
      (
        SmallWorld().inL1().running(
          "vcpu0", .l1SetPartition(guest: 0, isSet: false), .tlbieLPID(guest: 0, ric: .all)),
        SmallWorld().inL1().running("vcpu0", .tlbieLPID(guest: 0, ric: .all))
      )
    case .pageSizeChanged:
      (
        try SmallWorld(Corpus.row("n25-leaf-demotion", "linux-6.1")).with(.bumpLeaf, "on"), store
      )
    case .mmio: (SmallWorld().running("vmm", .delete).running("vcpu0", .load), store)
    case .hpteEntered, .hpteRemoved, .removedWhileInvalid, .backOff, .leftValid, .owedC:
      try hashedWorlds(landmark)
    }
  }

  /// The same with a hashed table: a row of a scenario, and one that misses the landmark.
  private func hashedWorlds(
    _ landmark: Landmark
  ) throws -> (reached: SmallWorld, missed: SmallWorld) {
    func world(_ scenario: String, _ row: String = "linux-6.1") throws -> SmallWorld {
      try SmallWorld(Corpus.row(scenario, row))
    }
    let entering = try world("p08-hpt-move-without-srcu")
    let removing = try world("p13-hpt-abba")
    return switch landmark {
    case .hpteEntered: (entering, removing)
    case .hpteRemoved: (removing, entering)
    case .removedWhileInvalid:
      (
        try world("p04-hpt-move-flush-after-publish"),
        try world("p04-hpt-move-flush-after-publish", "after-publish")
      )
    case .backOff: (removing, entering)
    case .leftValid:
      (
        try world("p05-hpt-move-nobody-else", "after-publish").changed {
          $0.threads[0].run.removeLast()
        }, try world("p05-hpt-move-nobody-else")
      )
    default: (try world("p10-hpt-delayed-c"), removing)
    }
  }

  @Test(arguments: [Landmark.retry, .harvestReported, .unmapped, .mmio])
  func `landmarks of both tables are reached with a hashed one too`(landmark: Landmark) throws {
    let (scenario, other) =
      switch landmark {
      case .retry, .unmapped: ("p12-hpt-enter-vs-notifier", "p08-hpt-move-without-srcu")
      case .harvestReported: ("p10-hpt-delayed-c", "p13-hpt-abba")
      default: ("p08-hpt-move-without-srcu", "p13-hpt-abba")
      }
    let reached = try SmallWorld(Corpus.row(scenario, "linux-6.1")).reaching(landmark)
    let missed = try SmallWorld(Corpus.row(other, "linux-6.1")).reaching(landmark)
    #expect(reached.broken == [] && missed.broken == [landmark.rawValue])
  }

  @Test(arguments: Landmark.allCases)
  func `every landmark is reached where it should be, and missed elsewhere`(landmark: Landmark)
    throws
  {
    let (reached, missed) = try worlds(landmark)
    #expect(reached.reaching(landmark).broken == [])
    #expect(missed.reaching(landmark).broken == [landmark.rawValue])
  }

  @Test(arguments: Landmark.allCases)
  func `the run that reaches a landmark replays`(landmark: Landmark) throws {
    let system = try worlds(landmark).reached.reaching(landmark).system
    let finding = try #require(Explorer.explore(system).findings.first)
    guard case .reached(let schedule) = finding.result else {
      Issue.record("\(landmark) was not reached")
      return
    }
    #expect(try system.replay(schedule).steps.count == schedule.steps.count)
    #expect(finding.id == landmark.rawValue)
  }

  @Test func `the upgrade and the retry are seen in every variant`() {
    let upgrade = SmallWorld(shadow: "r-x R-").running("vcpu0", .store).reaching(.upgrade)
    #expect(upgrade.with(.orPath, "replace").broken == [])
    // In instantiate's own insert.
    let retry = SmallWorld(host: nil).reaching(.retry)
    #expect(retry.broken(MutantThread("vcpu0", .call(.store))) == ["retry"])
    #expect(
      retry.broken(
        MutantThread("vcpu0", .call(.store)), MutantThread("notifier", .mutant([.bumpSeq])))
        == [])
  }
}
