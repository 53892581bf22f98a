import RaceModel
import Scheduler
import Testing

/// Each landmark has a world that reaches it, and one that does not and says so.
struct LandmarkControlTests {
  private typealias Worlds = (reached: SmallWorld, missed: SmallWorld)

  private static let store = SmallWorld().running("vcpu0", .store)
  private static let race = PropertyControlTests.race

  /// By landmark: a world that reaches it, and one that misses it.
  private static let controls: [Landmark: @Sendable () throws -> Worlds] = [
    .staleCopy: { (race, store) },
    .retry: { (race.with(.seqBumpOnClearDirty), race) },
    .shadowInserted: { (store, SmallWorld(shadow: "rwx R-").running("vcpu0", .store)) },
    .upgrade: { (SmallWorld(shadow: "r-x R-").running("vcpu0", .store), store) },
    .instantiated: { (SmallWorld(host: nil).running("vcpu0", .store), store) },
    .setRC: {
      (
        SmallWorld(shadow: "rwx R-").running("vcpu0", .store),
        SmallWorld(gpte: "rwx R-", shadow: "rwx R-").running("vcpu0", .store)
      )
    },
    .reflected: { (SmallWorld(gpte: nil).running("vcpu0", .store), store) },
    .harvestReported: { (race, SmallWorld(host: "rwx R-").running("migration", .harvest)) },
    .rmapSingle: { (store, SmallWorld(gpte: nil).running("vcpu0", .store)) },
    .rmapList: {
      (
        SmallWorld(shadow: "rwx RC").withGuest2(SmallWorld.l2Page(0x20))
          .running("vcpu1", .store1),
        SmallWorld(shadow: "rwx RC").running("vcpu0", .store)
      )
    },
    .staleTLB: {
      (
        SmallWorld(shadow: "rwx RC", tlb: "rwx RC").running("migration", .harvest),
        SmallWorld(shadow: "rwx R-", tlb: "rwx R-").running("migration", .harvest)
      )
    },
    .unmapped: {
      (SmallWorld().running("mm", .unmap), SmallWorld(host: nil).running("mm", .unmap))
    },
    .aged: { (SmallWorld().running("mm", .age), SmallWorld(host: "rwx --").running("mm", .age)) },
    .guestEntered: { (SmallWorld().inL1(isKnown: false).running("vcpu0", .enter), store) },
    .modeSwitched: {
      (SmallWorld().inL1().running("vmm", .switchToHPT), SmallWorld().inL1().running("mm", .age))
    },
    .guestFreed: {
      (
        SmallWorld().inL1().running(
          "vcpu0", .l1SetPartition(guest: 0, isSet: false), .tlbieLPID(guest: 0, ric: .all)),
        SmallWorld().inL1().running("vcpu0", .tlbieLPID(guest: 0, ric: .all))
      )
    },
    .pageSizeChanged: { (try row("n25-leaf-demotion").with(\.bumpLeaf, .on), store) },
    .mmio: { (SmallWorld().running("vmm", .delete).running("vcpu0", .load), store) },
    .hpteEntered: {
      (try row("p08-hpt-move-without-srcu", "linux-6.1-power8"), try row("p13-hpt-abba"))
    },
    .hpteRemoved: {
      (try row("p13-hpt-abba"), try row("p08-hpt-move-without-srcu", "linux-6.1-power8"))
    },
    .removedWhileInvalid: {
      (
        try row("p04-hpt-move-flush-after-publish", "linux-6.1-power8"),
        try row("p04-hpt-move-flush-after-publish", "after-publish")
      )
    },
    .backOff: {
      (try row("p13-hpt-abba"), try row("p08-hpt-move-without-srcu", "linux-6.1-power8"))
    },
    .leftValid: {
      (
        try row("p05-hpt-move-nobody-else", "after-publish").changed {
          $0.threads[0].run.removeLast()
        }, try row("p05-hpt-move-nobody-else")
      )
    },
    .otherSlotUnmapped: {
      (try row("seed-flush-per-slot", "all-slots"), try row("seed-flush-per-slot"))
    },
    .owedC: { (try row("p10-hpt-delayed-c"), try row("p13-hpt-abba")) },
  ]

  private static func row(_ scenario: String, _ row: String = "linux-6.1") throws -> SmallWorld {
    try SmallWorld(Corpus.row(scenario, row))
  }

  /// A row of Linux 6.1 where the grace period of a slot waits for hypercalls.
  private func power8(_ scenario: String) throws -> SmallWorld {
    try Self.row(scenario).with(\.hcallSRCU, .on)
  }

  private func worlds(_ landmark: Landmark) throws -> Worlds {
    let control = try #require(Self.controls[landmark], "no control for \(landmark)")
    return try control()
  }

  /// By landmark of both tables: a scenario with a hashed one that reaches it, one that misses it.
  private static let hashedControls: [Landmark: (reached: String, missed: String)] = [
    .retry: ("p12-hpt-enter-vs-notifier", "p08-hpt-move-without-srcu"),
    .unmapped: ("p12-hpt-enter-vs-notifier", "p08-hpt-move-without-srcu"),
    .harvestReported: ("p10-hpt-delayed-c", "p13-hpt-abba"),
    .mmio: ("p08-hpt-move-without-srcu", "p13-hpt-abba"),
  ]

  @Test(arguments: Landmark.allCases.filter { $0.tables == TableKind.allCases })
  func `landmarks of both tables are reached with a hashed one too`(landmark: Landmark) throws {
    let control = try #require(Self.hashedControls[landmark], "no hashed control for \(landmark)")
    #expect(try power8(control.reached).reaching(landmark).broken == [])
    #expect(try power8(control.missed).reaching(landmark).broken == [landmark.id])
  }

  @Test func `there is no control for a landmark that is not listed`() {
    #expect(Set(Self.controls.keys) == Set(Landmark.allCases))
    #expect(Set(Self.hashedControls.keys).isSubset(of: Self.controls.keys))
  }

  @Test(arguments: Landmark.allCases)
  func `every landmark is reached where it should be, and missed elsewhere`(landmark: Landmark)
    throws
  {
    let (reached, missed) = try worlds(landmark)
    #expect(reached.reaching(landmark).broken == [])
    #expect(missed.reaching(landmark).broken == [landmark.id])
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
    #expect(finding.id == landmark.id)
  }

  @Test func `the upgrade and the retry are seen in every variant`() {
    let upgrade = SmallWorld(shadow: "r-x R-").running("vcpu0", .store).reaching(.upgrade)
    #expect(upgrade.with(\.orPath, .replace).broken == [])
    // In instantiate's own insert.
    let retry = SmallWorld(host: nil).reaching(.retry).with(\.stackInit, .zero)
    #expect(retry.broken(MutantThread("vcpu0", .call(.store))) == ["retry"])
    #expect(
      retry.broken(
        MutantThread("vcpu0", .call(.store)), MutantThread("notifier", .mutant([.bumpSeq])))
        == [])
  }
}
