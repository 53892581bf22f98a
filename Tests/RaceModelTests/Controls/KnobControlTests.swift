import RaceModel
import Scheduler
import Testing

/// Each value of each knob has a world in which what it does can be seen.
struct KnobControlTests {
  private static let race = PropertyControlTests.race
  private static let lost = ["c-subset", "dirty-log"]

  /// What breaks with each value of `knob`.
  private func expectation(
    _ knob: KnobName
  ) throws -> (world: SmallWorld, broken: [String: [String]]) {
    let fixed = Self.race.with(.flushShadowLPID)
    let patched = fixed.with(.seqBumpOnClearDirty)
    let setRC = SmallWorld(shadow: "rwx R-").with(.flushShadowLPID)
      .running("vcpu0", .store).running("migration", .harvest)
    switch knob {
    case .bumpDirty:
      return (fixed, ["none": Self.lost, "in": [], "before": Self.lost, "after": Self.lost])
    case .seqCheck:
      // Nothing here raises the count, so seq alone is enough, and count alone is no check.
      return (patched, ["both": [], "seq": [], "count": Self.lost, "none": Self.lost])
    case .outerSample:
      // The host entry is there, so instantiate takes no sample: the late one is all there is.
      return (patched, ["before": [], "after": Self.lost, "inner": Self.lost])
    case .recheck:
      // Without it a page can be reported that is clean, which loses nothing.
      return (patched.running("other", .harvest), ["on": [], "off": []])
    case .setRCOrder: return (setRC, ["host-first": [], "shadow-first": []])
    case .setRCOneSection: return (setRC, ["on": [], "off": Self.lost])
    case .tlbLock: return (patched, ["on": [], "off": []])
    case .flushLPID:
      let world = SmallWorld(shadow: "rwx RC", tlb: "rwx RC")
        .running("vcpu0", .store).running("migration", .harvest)
      let stale = ["dirty-log", "tlb-subset"]
      return (world, ["l1": stale, "none": stale, "shadow": []])
    case .orPath:
      // With an honest L1 both are right.
      let upgrade = SmallWorld(shadow: "r-x R-").with(.seqBumpOnClearDirty, .flushShadowLPID)
      return (
        upgrade.running("vcpu0", .store).running("migration", .harvest),
        ["or": [], "replace": []]
      )
    case .dedupe:
      let world = SmallWorld().running("vcpu0", .store).changed {
        $0.machine.guests[0].pages[0].onRmap = true
      }
      return (world, ["on": [], "off": ["rmap-unique"]])
    case .hardwareRC: return (setRC, ["irq": [], "atomic-set": Self.lost])
    case .bumpAge, .bitmapFirst, .harvestLock, .gpRef, .srcu, .flushBump, .bumpLeaf, .bitmapLate,
      .countDown:
      return try corpusExpectation(knob)
    case .invalidCheck, .moveFlush, .rcRead, .harvestTlbie, .rmapLink, .rmapDirty, .hpteLock:
      return try hashedExpectation(knob)
    }
  }

  /// The same for knobs that a row of a scenario shows best.
  private func corpusExpectation(
    _ knob: KnobName
  ) throws -> (world: SmallWorld, broken: [String: [String]]) {
    let deleted = try SmallWorld(Corpus.row("n42-slot-delete-vs-fault", "no-srcu"))
    let reclaim = try SmallWorld(Corpus.row("n22-final-harvest-vs-reclaim", "linux-6.1"))
    let late = ["off": ["final-harvest"], "on": []]
    let freed = ["slot-flushed", "use-after-free"]
    switch knob {
    case .bumpAge:
      let aging = SmallWorld().with(.flushShadowLPID).running("vcpu0", .load)
        .running("mm", .age)
      return (aging, ["off": ["r-subset"], "on": []])
    case .bitmapFirst, .harvestLock: return (reclaim, late)
    case .gpRef:
      let removal = try SmallWorld(Corpus.row("n34-tlbie-all-without-reference", "linux-6.1"))
      return (removal, ["on": [], "off": ["use-after-free"]])
    case .bitmapLate:
      let rule = try SmallWorld(Corpus.row("rule-every-weakening-bumps", "bitmap-after-unlock"))
      return (rule, ["off": [], "on": ["unmap-logged"]])
    case .countDown:
      let rule = try SmallWorld(Corpus.row("rule-every-weakening-bumps", "count-left-up"))
      return (rule, ["on": [], "off": ["notifier-count"]])
    case .bumpLeaf:
      let demotion = try SmallWorld(Corpus.row("n25-leaf-demotion", "linux-6.1"))
      return (demotion, ["off": ["coverage"], "on": []])
    case .srcu: return (deleted, ["on": [], "off": freed])
    default: return (deleted, ["on": freed, "off": ["coverage"] + freed])
    }
  }

  /// The same for knobs of hashed tables.
  private func hashedExpectation(
    _ knob: KnobName
  ) throws -> (world: SmallWorld, broken: [String: [String]]) {
    func world(_ scenario: String, _ row: String = "linux-6.1") throws -> SmallWorld {
      try SmallWorld(Corpus.row(scenario, row)).changed { $0.sometimes = [] }
    }
    let chains = ["chain-consistent", "hpte-chained"]
    switch knob {
    case .invalidCheck:
      let deleted = try world("p02-hpt-delete-loses-c")
      return (deleted, ["off": [], "on": ["c-transferred", "dirty-log"]])
    case .moveFlush:
      let moved = try world("p06-hpt-move-unmap-in-prepare")
      return (
        moved,
        [
          "invalid-step": [], "prepare": chains + ["slot-flushed"],
          "after-publish": chains + ["slot-flushed"],
        ]
      )
    case .rcRead:
      let removed = try world("p09-hpt-remove-reads-c-early")
      return (removed, ["after": [], "before": ["c-transferred", "dirty-log"]])
    case .harvestTlbie:
      let stopped = try world("p10-hpt-delayed-c")
      return (stopped, ["on": [], "off": ["final-harvest"]])
    case .rmapLink:
      let linked = try world("p11-hpt-rmap-word-rewritten", "keep")
      return (linked, ["keep": [], "rewrite": ["dirty-log"]])
    case .rmapDirty:
      // The word alone is not enough once it is rewritten.
      let linked = try world("p11-hpt-rmap-word-rewritten", "rewrite-with-bitmap")
      return (linked, ["bitmap": [], "rmap": ["dirty-log"]])
    default:
      return (try world("p13-hpt-abba"), ["trylock": [], "blocking": ["deadlock"]])
    }
  }

  @Test(arguments: [
    ("both", []), ("seq", ["no-early-reuse", "wild-store"]), ("count", ["wild-store"]),
    ("none", ["no-early-reuse", "wild-store"]),
  ])
  func `seq-check guards the link of H_ENTER too`(value: String, broken: [String]) throws {
    let world = try SmallWorld(Corpus.row("p12-hpt-enter-vs-notifier", "linux-6.1"))
    #expect(world.changed { $0.sometimes = [] }.with(.seqCheck, value).broken == broken)
  }

  @Test func `srcu is what makes the grace period wait for hypercalls`() throws {
    let world = try SmallWorld(Corpus.row("p08-hpt-move-without-srcu", "linux-6.1"))
    #expect(world.broken == [])
    #expect(
      world.with(.srcu, "off").broken == ["chain-consistent", "hpte-chained", "slot-flushed"])
  }

  @Test(arguments: KnobName.allCases)
  func `every value of every knob breaks what it should and no more`(knob: KnobName) throws {
    let (world, expected) = try expectation(knob)
    #expect(Set(expected.keys) == Set(knob.values))
    for (value, broken) in expected {
      #expect(world.with(knob, value).broken == broken, "\(knob.rawValue)=\(value)")
    }
  }

  @Test(arguments: [("or", ["coverage", "wild-store"]), ("replace", [])])
  func `or-path decides what a hostile L1 gets`(value: String, broken: [String]) {
    let system = PropertyControlTests.hostile.with(.orPath, value)
      .system(mutants: PropertyControlTests.hostileThreads)
    #expect(Explorer.explore(system).broken.sorted() == broken)
  }

  @Test(arguments: [("on", []), ("off", ["l1-coherence"])])
  func `tlb-lock keeps what L1 has revoked out of the shadow table`(
    value: String, broken: [String]
  ) {
    // L1 takes W away and flushes under tlb_lock; at the end nothing may be stronger than its entry.
    let entry = PTE(SmallWorld.bits("r-x R-"), frame: 0x100)
    let system = SmallWorld().checking(.coverage, .rmapShape).with(.tlbLock, value).system(
      mutants: [
        MutantThread("vcpu0", .call(.store)),
        MutantThread(
          "l1", .mutant([.setGPTE(0, entry), .acquire(.tlb(0))]), .invalidate(l2Page: 0),
          .mutant([.release(.tlb(0))])),
      ],
      adding: { kvm in
        [
          Property(
            "l1-coherence", "After the flush no shadow entry permits what L1's entry does not.",
            .atEnd { state in
              state[kvm.radix.nested.gpte, 0].bits.isSuperset(
                of: state[kvm.radix.nested.shadow, 0].bits.intersection(.permissions))
            })
        ]
      })
    #expect(Explorer.explore(system).broken == broken)
  }

  @Test(arguments: [
    ("both", []), ("seq", ["stale-insert"]), ("count", []), ("none", ["stale-insert"]),
  ])
  func `the count half guards the time between the two ends of an invalidation`(
    value: String, broken: [String]
  ) {
    // The notifier unmaps between raising the count and bumping seq; the fault starts after it.
    let absent = PTE.absent
    let system = SmallWorld().checking().with(.seqCheck, value).system(
      mutants: [
        MutantThread("vcpu0", .call(.store)),
        MutantThread(
          "notifier",
          .mutant([
            .acquire(.mmu), .setCount(1), .setHost(0, absent), .unmapShadow(0), .release(.mmu),
          ])),
      ],
      adding: { kvm in
        [
          Property(
            "stale-insert", "No entry maps a page of the range while it is being invalidated.",
            .quiet { state in
              state[kvm.notifier.count] == 0 || !state[kvm.radix.nested.shadow, 0].isPresent
            })
        ]
      })
    // With a count that never falls the fault goes round for ever, which is no property's matter.
    #expect(Explorer.explore(system, .withoutCounting).broken == broken)
  }

  @Test func `seq alone and both halves explore the same, less a step`() {
    let patched = Self.race.with(.seqBumpOnClearDirty)
    let both = Explorer.explore(patched.system).counts
    let alone = Explorer.explore(patched.with(.seqCheck, "seq").system).counts
    #expect(alone.states < both.states && alone.depth < both.depth)
  }

  @Test func `inner-only sampling is enough where instantiate takes the sample`() {
    let world = SmallWorld(host: nil).with(.seqBumpOnClearDirty, .flushShadowLPID)
      .running("vcpu0", .store).running("migration", .harvest)
    #expect(world.with(.outerSample, "inner").broken == [])
    #expect(world.with(.outerSample, "after").broken == [])
  }
}
