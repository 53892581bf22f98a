import RaceModel
import Scheduler
import Testing

/// Each property has a world in which it breaks, and the same world put right.
struct PropertyControlTests {
  /// A store against a harvest of the same page.
  static let race = SmallWorld().running("vcpu0", .store).running("migration", .harvest)

  /// L1 points its entry at another page, and does not say so, after L2 has read the first.
  static var hostile: SmallWorld {
    SmallWorld(gpte: "r-x R-", shadow: "r-x R-").checking(.coverage).changed {
      $0.machine.slots[0].npages = 2
      $0.machine.pages.append(SmallWorld.page(0x101, rpn: 0x42))
    }
  }
  static let hostileThreads = [
    MutantThread("l1", .mutant([.setGPTE(0, PTE(SmallWorld.bits("rwx RC"), frame: 0x101))])),
    MutantThread("vcpu0", .call(.store)),
  ]

  /// The host takes W away, and removes the shadow entry, in one section.
  static func writeProtect(_ bump: [Mutation]) -> [MutantThread] {
    let entry = PTE(SmallWorld.bits("r-x R-"), frame: 0x21)
    return [
      MutantThread("vcpu0", .call(.store)),
      MutantThread(
        "host",
        .mutant(
          [.acquire(.mmu), .setHost(0, entry), .unmapShadow(0)] + bump + [.release(.mmu)])),
    ]
  }

  private func systems(_ property: PropertyName) -> (broken: System, control: System) {
    switch property {
    case .cSubset, .dirtyLog:
      let race = Self.race.checking(property)
      return (race.system, race.with(.seqBumpOnClearDirty).system)
    case .rSubset:
      let world = SmallWorld(host: "rwx --", shadow: "rwx --").running("vcpu0", .load)
        .checking(property)
      return (world.with(.hardwareRC, "atomic-set").system, world.system)
    case .coverage:
      return (
        Self.hostile.system(mutants: Self.hostileThreads),
        Self.hostile.with(.orPath, "replace").system(mutants: Self.hostileThreads)
      )
    case .rmapUnique:
      let world = SmallWorld().checking(property).running("vcpu0", .store).changed {
        $0.machine.guests[0].pages[0].onRmap = true
      }
      return (world.with(.dedupe, "off").system, world.system)
    case .rmapShape:
      let world = SmallWorld().checking(property).running("vcpu0", .load).changed {
        $0.machine.guests[0].pages[0].n = 0
      }
      return (world.changed { $0.machine.guests[0].l1LPID = 0 }.system, world.system)
    case .authority:
      let world = SmallWorld().checking(property)
      return (
        world.system(mutants: Self.writeProtect([])),
        world.system(mutants: Self.writeProtect([.bumpSeq]))
      )
    case .tlbSubset:
      let world = SmallWorld(shadow: "rwx RC", tlb: "rwx RC").checking(property)
        .running("migration", .harvest)
      return (world.system, world.with(.flushShadowLPID).system)
    }
  }

  @Test(arguments: PropertyName.allCases)
  func `every property breaks where it should, and nowhere else`(property: PropertyName) {
    let (broken, control) = systems(property)
    #expect(Explorer.explore(broken).broken.contains(property.rawValue))
    #expect(Explorer.explore(control).broken == [])
    #expect(Explorer.explore(control).verdict == .holds)
  }

  @Test(arguments: PropertyName.allCases)
  func `a broken property is explained with names from the world`(property: PropertyName) throws {
    let system = systems(property).broken
    let finding = try #require(
      Explorer.explore(system).findings.first { $0.id == property.rawValue })
    guard case .violated(let counterexample) = finding.result else {
      Issue.record("not violated")
      return
    }
    let trace = try system.replay(counterexample.schedule)
    let explanation = try #require(trace.explanations[property.rawValue])
    // Every sentence names a page of L1, 0x100, or a page of L2.
    #expect(["0x100", "0x10", "0x0"].contains { explanation.contains($0) })
    #expect(trace.steps.last?.broken.contains(property.rawValue) == true)
  }

  @Test func `an entry that is 0 is said to be what is wrong with the list`() throws {
    let system = systems(.rmapShape).broken
    let finding = try #require(Explorer.explore(system).findings.first)
    guard case .violated(let counterexample) = finding.result else {
      Issue.record("not violated")
      return
    }
    let explanation = try system.replay(counterexample.schedule).explanations["rmap-shape"]
    #expect(explanation?.contains("0, which ends the kernel's walk early") == true)
  }

  @Test func `ids are kebab-case and differ, and so are the facts behind them`() {
    let ids = PropertyName.allCases.map(\.rawValue) + Landmark.allCases.map(\.rawValue)
    #expect(Set(ids).count == ids.count)
    for id in ids { #expect(id.allSatisfy { $0 == "-" || ($0.isLetter && $0.isLowercase) }) }
    let facts = PropertyName.allCases.map(\.factID)
    #expect(facts == ["I1", "I2", "I3", "I4", "I5", "I6", "I9", "D1"])
  }

  @Test func `the race of the patch needs two preemptions at most`() throws {
    for finding in Explorer.explore(Self.race.checking(.cSubset, .dirtyLog).system).findings {
      guard case .violated(let counterexample) = finding.result else {
        Issue.record("\(finding.id) holds")
        continue
      }
      #expect(counterexample.isMinimal && counterexample.preemptions == 1)
    }
  }
}
