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

  private func systems(_ property: PropertyName) throws -> (broken: System, control: System) {
    switch property {
    case .noEarlyReuse, .finalHarvest, .l1Coherence, .slotFlushed, .hpteChained,
      .chainConsistent, .cTransferred:
      return try corpusSystems(property)
    case .l1TLBSubset:
      // A host entry goes without its flush; or nothing goes.
      let world = SmallWorld().checking(property)
      let store = MutantThread("vcpu0", .call(.l1Store))
      let unmap = MutantThread("host", .mutant([.setHost(0, .absent)]))
      return (world.system(mutants: [store, unmap]), world.system(mutants: [store]))
    case .l1Subset:
      // L1 clears C, and does not say so.
      let world = SmallWorld(shadow: "rwx RC").checking(property).running("vcpu0", .load)
      let clean = Scenario.L1Entry(gfn: 0x100, bits: SmallWorld.bits("rwx R-"))
      let broken = world.running("l1", .l1SetGpte(guest: 0, page: 0, clean))
      return (broken.system, world.system)
    case .seqBump:
      let harvest = SmallWorld().checking(property).running("migration", .harvest)
      return (harvest.system, harvest.with(.seqBumpOnClearDirty).system)
    case .notifierCount:
      let world = SmallWorld().checking(property)
      let unmap = MutantThread("mm", .call(.unmap))
      let count = MutantThread("mutant", .mutant([.setCount(1)]))
      return (world.system(mutants: [unmap, count]), world.system(mutants: [unmap]))
    case .unmapLogged:
      // The notifier loses its lock in the middle of the unmap.
      let world = SmallWorld().checking(property)
      let unmap = MutantThread("mm", .call(.unmap))
      let thief = MutantThread("mutant", .mutant([.stealMmuLock]))
      return (world.system(mutants: [unmap, thief]), world.system(mutants: [unmap]))
    case .entrySucceeds:
      var world = SmallWorld().inL1(isKnown: false).checking(property).running("vcpu0", .enter)
      world.machine.vcpus.append(.init(name: "vcpu1", guest: 0, tlb: [], startsNested: false))
      return (world.running("vcpu1", .enterNested(vcpu: 1)).system, world.system)
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

  /// A row in which the property breaks, and the same with one knob put right.
  private func corpusSystems(
    _ property: PropertyName
  ) throws -> (broken: System, control: System) {
    let (scenario, row, knob, value) =
      switch property {
      case .noEarlyReuse: ("n17-unmap-sequence-only", 0, KnobName.seqCheck, "both")
      case .finalHarvest: ("n22-final-harvest-vs-reclaim", 0, .bitmapFirst, "on")
      case .l1Coherence: ("n28-l1-clean-no-mutex", 0, .tlbLock, "on")
      case .hpteChained: ("p06-hpt-move-unmap-in-prepare", 0, .moveFlush, "invalid-step")
      case .chainConsistent: ("p08-hpt-move-without-srcu", 0, .srcu, "on")
      case .cTransferred: ("p09-hpt-remove-reads-c-early", 0, .rcRead, "after")
      default: ("n42-slot-delete-vs-fault", 2, .srcu, "on")
      }
    let world = SmallWorld(
      CorpusRow(scenario: try Corpus.scenario("\(scenario).json5"), number: row)
    ).changed { ($0.properties, $0.sometimes) = ([property], []) }
    return (world.system, world.with(knob, value).system)
  }

  @Test(arguments: PropertyName.allCases)
  func `every property breaks where it should, and nowhere else`(property: PropertyName) throws {
    let (broken, control) = try systems(property)
    #expect(Explorer.explore(broken).broken.contains(property.rawValue))
    #expect(Explorer.explore(control).broken == [])
    #expect(Explorer.explore(control).verdict == .holds)
  }

  @Test(arguments: PropertyName.allCases)
  func `a broken property is explained with names from the world`(property: PropertyName) throws {
    let system = try systems(property).broken
    let finding = try #require(
      Explorer.explore(system).findings.first { $0.id == property.rawValue })
    guard case .violated(let counterexample) = finding.result else {
      Issue.record("not violated")
      return
    }
    let trace = try system.replay(counterexample.schedule)
    #expect(trace.steps.last?.broken.contains(property.rawValue) == true)
    // Rules about the sequence, the count and the bitmap are about no page in particular.
    if [.seqBump, .notifierCount, .unmapLogged].contains(property) { return }
    let explanation = try #require(trace.explanations[property.rawValue])
    // Every sentence names a page of L1, 0x100, or a page of L2; or a vCPU.
    #expect(["0x100", "0x10", "0x0", "vcpu"].contains { explanation.contains($0) })
  }

  @Test func `an entry that is 0 is said to be what is wrong with the list`() throws {
    let system = try systems(.rmapShape).broken
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
    for id in ids { #expect(id.allSatisfy { $0 == "-" || $0 == "1" || $0.isLowercase }) }
    let facts = PropertyName.allCases.map(\.factID)
    #expect(
      facts == [
        "I1", "I2", "I3", "I4", "I5", "I6", "I9", "D1", "I7", "I9'", "D2", "I8", "I2", "I3", "S2",
        "S1", "D3", "P1n", "J1", "J2", "J3",
      ])
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
