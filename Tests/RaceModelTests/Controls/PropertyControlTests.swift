import RaceModel
import Scheduler
import Testing

/// Each property has a world in which it breaks, and the same world put right.
struct PropertyControlTests {
  /// A store against a harvest of the same page.
  static let race = SmallWorld().running("vcpu0", .store).running("migration", .harvest)

  /// A notifier around a move of the page to another frame.
  private static let move = PathCall.invalidateRange(gfn: 0x100, rpn: 0x31)

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

  private typealias Systems = (broken: System, control: System)

  /// By property: a world in which it breaks, and one in which it holds.
  private static let controls: [PropertySpec: @Sendable (PropertySpec) throws -> Systems] = [
    .cSubset: { harvested($0) },
    .dirtyLog: { harvested($0) },
    .rSubset: { property in
      let world = SmallWorld(host: "rwx --", shadow: "rwx --").running("vcpu0", .load)
        .checking(property)
      return (world.with(\.hardwareRC, .atomicSet).system, world.system)
    },
    .coverage: { property in
      let world = hostile.checking(property)
      return (
        world.system(mutants: hostileThreads),
        world.with(\.orPath, .replace).system(mutants: hostileThreads)
      )
    },
    .rmapUnique: { property in
      let world = SmallWorld().checking(property).running("vcpu0", .store).changed {
        $0.machine.guests[0].pages[0].onRmap = true
      }
      return (world.with(\.dedupe, .off).system, world.system)
    },
    .rmapShape: { property in
      let world = SmallWorld().checking(property).running("vcpu0", .load).changed {
        $0.machine.guests[0].pages[0].n = 0
      }
      return (world.changed { $0.machine.guests[0].l1LPID = 0 }.system, world.system)
    },
    .authority: { property in
      let world = SmallWorld().checking(property)
      return (
        world.system(mutants: writeProtect([])), world.system(mutants: writeProtect([.bumpSeq]))
      )
    },
    .tlbSubset: { property in
      let world = SmallWorld(shadow: "rwx RC", tlb: "rwx RC").checking(property)
        .running("migration", .harvest)
      return (world.system, world.with(.flushShadowLPID).system)
    },
    .l1TLBSubset: { property in
      // A host entry goes without its flush; or nothing goes.
      let world = SmallWorld().checking(property)
      let store = MutantThread("vcpu0", .call(.l1Store))
      let unmap = MutantThread("host", .mutant([.setHost(0, .absent)]))
      return (world.system(mutants: [store, unmap]), world.system(mutants: [store]))
    },
    .l1Subset: { property in
      // L1 clears C, and does not say so.
      let world = SmallWorld(shadow: "rwx RC").checking(property).running("vcpu0", .load)
      let clean = Scenario.L1Entry(gfn: 0x100, bits: SmallWorld.bits("rwx R-"))
      let broken = world.running("l1", .l1SetGpte(guest: 0, page: 0, clean))
      return (broken.system, world.system)
    },
    .l1Coherence: { try row("n28-l1-clean-no-mutex", 0, $0, .init(\.tlbLock, .on)) },
    .noEarlyReuse: { try row("n17-unmap-sequence-only", 0, $0, .init(\.seqCheck, .both)) },
    .finalHarvest: { try row("n22-final-harvest-vs-reclaim", 0, $0, .init(\.bitmapFirst, .on)) },
    .slotFlushed: { try row("n42-slot-delete-vs-fault", 2, $0, .init(\.srcu, .on)) },
    .seqBump: { property in
      let harvest = SmallWorld().checking(property).running("migration", .harvest)
      return (harvest.system, harvest.with(.seqBumpOnClearDirty).system)
    },
    .notifierCount: { property in
      let world = SmallWorld().checking(property)
      let unmap = MutantThread("mm", .call(.unmap))
      let count = MutantThread("mutant", .mutant([.setCount(1)]))
      return (world.system(mutants: [unmap, count]), world.system(mutants: [unmap]))
    },
    .unmapLogged: { property in
      // The notifier loses its lock in the middle of the unmap.
      let world = SmallWorld().checking(property)
      let unmap = MutantThread("mm", .call(.unmap))
      let thief = MutantThread("mutant", .mutant([.stealMmuLock]))
      return (world.system(mutants: [unmap, thief]), world.system(mutants: [unmap]))
    },
    .entrySucceeds: { property in
      var world = SmallWorld().inL1(isKnown: false).checking(property).running("vcpu0", .enter)
      world.machine.vcpus.append(.init(name: "vcpu1", guest: 0, tlb: [], startsNested: false))
      return (world.running("vcpu1", .enterNested(vcpu: 1)).system, world.system)
    },
    .progress: { property in
      // A notifier that leaves the count raised: every insert is refused for ever.
      let world = SmallWorld().checking(property).with(\.stackInit, .zero)
        .running("vcpu0", .store).running("mm", move)
      return (world.with(\.countDown, .off).system, world.system)
    },
    .progressUnfairLocks: { property in
      // The vCPU that retries takes mmu_lock whenever the notifier could.
      let world = SmallWorld().checking(property).with(\.stackInit, .zero)
        .running("vcpu0", .store)
      return (world.running("mm", move).system, world.running("migration", .harvest).system)
    },
    .hpteChained: {
      try row("p06-hpt-move-unmap-in-prepare", 0, $0, .init(\.moveFlush, .invalidStep))
    },
    .logDroppedWithSlot: { property in
      // A VMM that deletes the slot has read the log last, or has not.
      let world = SmallWorld().checking(property)
      return (
        world.running("vmm", .store, .delete).system,
        world.running("vmm", .store, .harvest, .delete).system
      )
    },
    .chainConsistent: { try row("p08-hpt-move-without-srcu", 0, $0, .init(\.hcallSRCU, .on)) },
    .cTransferred: { try row("p09-hpt-remove-reads-c-early", 0, $0, .init(\.rcRead, .after)) },
  ]

  /// A store against a harvest, and the same with the bump of the sequence.
  private static func harvested(_ property: PropertySpec) -> Systems {
    let race = race.checking(property)
    return (race.system, race.with(.seqBumpOnClearDirty).system)
  }

  /// A row in which the property breaks, and the same with one knob put right.
  private static func row(
    _ scenario: String, _ row: Int, _ property: PropertySpec, _ setting: Kernel.Setting
  ) throws -> Systems {
    let world = SmallWorld(
      CorpusRow(scenario: try Corpus.scenario("\(scenario).json5"), number: row)
    ).changed { ($0.properties, $0.sometimes) = ([property], []) }
    return (world.system, world.with(setting).system)
  }

  private func systems(_ property: PropertySpec) throws -> Systems {
    let control = try #require(Self.controls[property], "no control for \(property)")
    return try control(property)
  }

  @Test func `there is no control for a property that is not listed`() {
    #expect(Set(Self.controls.keys) == Set(PropertySpec.allCases))
  }

  @Test(arguments: PropertySpec.allCases)
  func `every property breaks where it should, and nowhere else`(property: PropertySpec) throws {
    let (broken, control) = try systems(property)
    #expect(Explorer.explore(broken).broken.contains(property.id))
    #expect(Explorer.explore(control).broken == [])
    #expect(Explorer.explore(control).verdict == .holds)
  }

  @Test(arguments: PropertySpec.allCases)
  func `a broken property is explained with names from the world`(property: PropertySpec) throws {
    let system = try systems(property).broken
    let finding = try #require(
      Explorer.explore(system).findings.first { $0.id == property.id })
    guard case .violated(let counterexample) = finding.result else {
      Issue.record("not violated")
      return
    }
    let trace = try system.replay(counterexample.schedule)
    #expect(trace.steps.last?.broken.contains(property.id) == true)
    // Rules about the sequence, the count and the bitmap are about no page in particular.
    if [.seqBump, .notifierCount, .unmapLogged].contains(property) { return }
    let explanation = try #require(trace.explanations[property.id])
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
    let ids = PropertySpec.allCases.map(\.id) + Landmark.allCases.map(\.id)
    #expect(Set(ids).count == ids.count)
    for id in ids { #expect(id.allSatisfy { $0 == "-" || $0 == "1" || $0.isLowercase }) }
    let facts = PropertySpec.allCases.map(\.factID)
    #expect(
      facts == [
        "I1", "I2", "I3", "I4", "I5", "I6", "I9", "D1", "I7", "I9'", "D2", "I8", "I2", "I3", "S2",
        "S1", "D3", "P1n", "P1n", "P1n", "J1", "J2", "J3", "D4",
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
