import RaceModel
import Scheduler
import Testing

/// Each value of each knob has a world in which what it does can be seen.
struct KnobControlTests {
  private static let race = PropertyControlTests.race
  private static let lost = ["c-subset", "dirty-log"]

  /// A world, and what breaks in it with each value of a knob.
  private typealias Control = (world: SmallWorld, broken: [String: [String]])

  private static let fixed = race.with(.flushShadowLPID)
  private static let patched = fixed.with(.seqBumpOnClearDirty)
  /// A store through an entry that has everything but C, against a harvest.
  private static let setRC = SmallWorld(shadow: "rwx R-").with(.flushShadowLPID)
    .running("vcpu0", .store).running("migration", .harvest)
  private static let late = ["off": ["final-harvest"], "on": []]
  private static let freed = ["slot-flushed", "use-after-free"]
  private static let chains = ["chain-consistent", "hpte-chained"]

  private static let controls: [Knob: @Sendable () throws -> Control] = [
    Knob(\.bumpDirty): { (fixed, ["none": lost, "in": [], "before": lost, "after": lost]) },
    // Nothing here raises the count, so seq alone is enough, and count alone is no check.
    Knob(\.seqCheck): { (patched, ["both": [], "seq": [], "count": lost, "none": lost]) },
    // The host entry is there, so instantiate takes no sample: the late one is all there is.
    Knob(\.outerSample): { (patched, ["before": [], "after": lost, "inner": lost]) },
    // Without it a page can be reported that is clean, which loses nothing.
    Knob(\.recheck): { (patched.running("other", .harvest), ["on": [], "off": []]) },
    Knob(\.setRCOrder): { (setRC, ["host-first": [], "shadow-first": []]) },
    Knob(\.setRCOneSection): { (setRC, ["on": [], "off": lost]) },
    Knob(\.setRCLPID): {
      (
        try row("set-rc-by-shadow-lpid"), ["l1": [], "shadow": ["c-subset", "progress"]]
      )
    },
    Knob(\.stackInit): {
      (
        try row("notifier-leaves-level-unset", "locals-zeroed"),
        ["none": ["uninitialized"], "zero": []]
      )
    },
    Knob(\.rootStore): {
      (
        try row("entry-before-partition-entry"),
        ["first": ["partition-entry-zero"], "last": []]
      )
    },
    Knob(\.tlbLock): { (patched, ["on": [], "off": []]) },
    Knob(\.flushLPID): {
      let world = SmallWorld(shadow: "rwx RC", tlb: "rwx RC")
        .running("vcpu0", .store).running("migration", .harvest)
      let stale = ["dirty-log", "tlb-subset"]
      return (world, ["l1": stale, "none": stale, "shadow": []])
    },
    Knob(\.orPath): {
      // With an honest L1 both are right.
      let upgrade = SmallWorld(shadow: "r-x R-").with(.seqBumpOnClearDirty, .flushShadowLPID)
      return (
        upgrade.running("vcpu0", .store).running("migration", .harvest),
        ["or": [], "replace": []]
      )
    },
    Knob(\.dedupe): {
      let world = SmallWorld().running("vcpu0", .store).changed {
        $0.machine.guests[0].pages[0].onRmap = true
      }
      return (world, ["on": [], "off": ["rmap-unique"]])
    },
    Knob(\.hardwareRC): { (setRC, ["irq": [], "atomic-set": lost]) },
    Knob(\.bumpAge): {
      let aging = SmallWorld().with(.flushShadowLPID).running("vcpu0", .load)
        .running("mm", .age)
      return (aging, ["off": ["r-subset"], "on": []])
    },
    Knob(\.bitmapFirst): { (try row("n22-final-harvest-vs-reclaim"), late) },
    Knob(\.harvestLock): { (try row("n22-final-harvest-vs-reclaim"), late) },
    Knob(\.gpRef): {
      (try row("n34-tlbie-all-without-reference"), ["on": [], "off": ["use-after-free"]])
    },
    Knob(\.srcu): {
      (try row("n42-slot-delete-vs-fault", "no-srcu"), ["on": [], "off": freed])
    },
    Knob(\.hcallSRCU): {
      (
        try hashedRow("p08-hpt-move-without-srcu"),
        ["on": [], "off": chains + ["slot-flushed", "use-after-free"]]
      )
    },
    Knob(\.flushBump): {
      (
        try row("n42-slot-delete-vs-fault", "no-srcu"),
        ["on": freed, "off": ["coverage"] + freed]
      )
    },
    Knob(\.bumpLeaf): { (try row("n25-leaf-demotion"), ["off": ["coverage"], "on": []]) },
    Knob(\.bitmapLate): {
      (
        try row("rule-every-weakening-bumps", "bitmap-after-unlock"),
        ["off": [], "on": ["unmap-logged"]]
      )
    },
    Knob(\.countDown): {
      (
        try row("rule-every-weakening-bumps", "count-left-up"),
        ["on": [], "off": ["notifier-count"]]
      )
    },
    Knob(\.invalidCheck): {
      (
        try hashedRow("p02-hpt-delete-loses-c", "linux-6.1-power8"),
        ["off": [], "on": ["c-transferred", "dirty-log"]]
      )
    },
    Knob(\.moveFlush): {
      let broken = chains + ["slot-flushed"]
      return (
        try hashedRow("p06-hpt-move-unmap-in-prepare", "linux-6.1-power8"),
        [
          "invalid-step": [], "prepare": broken, "after-publish": broken, "none": broken,
          // The entry that survives the flush of the others is found by it: only the window is
          // left.
          "after-publish-old": chains,
        ]
      )
    },
    // It costs faults, and breaks nothing but that flush and fault may go round for ever.
    Knob(\.flushScope): {
      (try hashedRow("seed-flush-per-slot"), ["slot": [], "all": ["progress"]])
    },
    Knob(\.rcRead): {
      (
        try hashedRow("p09-hpt-remove-reads-c-early"),
        ["after": [], "before": ["c-transferred", "dirty-log"]]
      )
    },
    Knob(\.harvestTlbie): {
      (try hashedRow("p10-hpt-delayed-c"), ["on": [], "off": ["final-harvest"]])
    },
    Knob(\.rmapLink): {
      (
        try hashedRow("p11-hpt-rmap-word-rewritten", "keep"),
        ["keep": [], "rewrite": ["dirty-log"]]
      )
    },
    Knob(\.rmapDirty): {
      // The word alone is not enough once it is rewritten.
      (
        try hashedRow("p11-hpt-rmap-word-rewritten", "rewrite-with-bitmap"),
        ["bitmap": [], "rmap": ["dirty-log"]]
      )
    },
    Knob(\.commitClearsLog): {
      (
        try hashedRow("hpt-commit-clears-log", "rmap-word-only"), ["off": [], "on": ["dirty-log"]]
      )
    },
    Knob(\.harvestOrder): {
      (
        try row("n23-final-harvest-fixed", "bitmap-first"),
        ["entries-first": [], "bitmap-first": ["final-harvest"]]
      )
    },
    Knob(\.mnActive): {
      (
        try row("slot-update-vs-notifier"),
        ["on": [], "off": ["notifier-count", "progress"]]
      )
    },
    Knob(\.switchOrder): {
      (
        try row("mode-switch-vs-notifier"),
        ["radix-first": [], "table-first": ["use-after-free"]]
      )
    },
    Knob(\.hpteLock): {
      (try hashedRow("p13-hpt-abba"), ["trylock": [], "blocking": ["deadlock"]])
    },
    Knob(\.hpteOrder): {
      (
        try hashedRow("hpt-doublewords-out-of-order", "fault"),
        ["second-first": [], "first-first": ["wild-store"]]
      )
    },
    Knob(\.unmapFlush): {
      (
        try row("flush-after-unlock", "in-section"),
        [
          "in-section": [], "after-unlock": ["tlb-subset"],
          "none": ["tlb-subset", "wild-store"],
        ]
      )
    },
    Knob(\.harvestFlush): {
      (
        try row("flush-after-unlock-vs-log"),
        ["in-section": [], "after-unlock": [], "none": ["dirty-log"]]
      )
    },
    Knob(\.rmapRange): {
      (try row("leaf-over-listed-page", "then-unmapped"), ["all": [], "first": ["coverage"]])
    },
    Knob(\.notifierRange): {
      (try row("notifier-over-a-slot"), ["all": [], "first": ["wild-store"]])
    },
    Knob(\.childAddress): {
      (
        try row("logging-on-promotion"),
        ["frame": ["dirty-log", "l1-tlb-subset"], "guest": []]
      )
    },
  ]

  private static func row(_ scenario: String, _ row: String = "linux-6.1") throws -> SmallWorld {
    try SmallWorld(Corpus.row(scenario, row))
  }

  /// A row without what it must reach, which is of another value of the knob.
  private static func hashedRow(
    _ scenario: String, _ name: String = "linux-6.1"
  ) throws -> SmallWorld {
    try row(scenario, name).changed { $0.sometimes = [] }
  }

  @Test(arguments: [
    ("both", []), ("seq", ["no-early-reuse", "wild-store"]), ("count", ["wild-store"]),
    ("none", ["no-early-reuse", "wild-store"]),
  ])
  func `seq-check guards the link of H_ENTER too`(value: String, broken: [String]) throws {
    let world = try SmallWorld(Corpus.row("p12-hpt-enter-vs-notifier", "linux-6.1"))
    #expect(world.changed { $0.sometimes = [] }.with(\.seqCheck, value).broken == broken)
  }

  @Test(arguments: [
    ("both", []), ("seq", ["no-early-reuse", "wild-store"]), ("count", ["wild-store"]),
    ("none", ["no-early-reuse", "wild-store"]),
  ])
  func `seq-check guards the link of the hashed fault too`(value: String, broken: [String]) throws {
    let world = try SmallWorld(Corpus.row("hpt-fault-checks", "linux-6.1"))
    #expect(world.changed { $0.sometimes = [] }.with(\.seqCheck, value).broken == broken)
  }

  @Test(arguments: [("before", []), ("inner", []), ("after", ["wild-store"])])
  func `outer-sample is the sample of the hashed fault too`(value: String, broken: [String]) throws
  {
    let world = try SmallWorld(Corpus.row("hpt-fault-checks", "linux-6.1"))
    #expect(world.changed { $0.sometimes = [] }.with(\.outerSample, value).broken == broken)
  }

  @Test(arguments: [("after", []), ("before", ["dirty-log"])])
  func `rc-read is the reading of H_PROTECT too`(value: String, broken: [String]) throws {
    let world = try SmallWorld(Corpus.row("hpt-protect-loses-c", "linux-6.1"))
    #expect(world.with(\.rcRead, value).broken == broken)
  }

  @Test func `srcu is for faults, and makes no grace period wait for hypercalls`() throws {
    let world = try SmallWorld(Corpus.row("p08-hpt-move-without-srcu", "linux-6.1-power8"))
    #expect(world.broken == [])
    #expect(
      world.with(\.hcallSRCU, .off).with(\.srcu, .on).broken
        == ["chain-consistent", "hpte-chained", "slot-flushed", "use-after-free"])
  }

  @Test(arguments: Knob.allCases)
  func `every value of every knob breaks what it should and no more`(knob: Knob) throws {
    let control = try #require(Self.controls[knob], "no control for \(knob)")
    let (world, expected) = try control()
    #expect(Set(expected.keys) == Set(knob.values))
    for (value, broken) in expected {
      #expect(world.with(knob, value).broken == broken, "\(knob)=\(value)")
    }
  }

  @Test(arguments: [("or", ["coverage", "wild-store"]), ("replace", [])])
  func `or-path decides what a hostile L1 gets`(value: String, broken: [String]) {
    let system = PropertyControlTests.hostile.with(\.orPath, value)
      .system(mutants: PropertyControlTests.hostileThreads)
    #expect(Explorer.explore(system).broken.sorted() == broken)
  }

  @Test(arguments: [("on", []), ("off", ["l1-coherence"])])
  func `tlb-lock keeps what L1 has revoked out of the shadow table`(
    value: String, broken: [String]
  ) {
    // L1 takes W away and flushes under tlb_lock; then nothing may be stronger than its entry.
    let entry = PTE(SmallWorld.bits("r-x R-"), frame: 0x100)
    let system = SmallWorld().checking(.coverage, .rmapShape).with(\.tlbLock, value).system(
      mutants: [
        MutantThread("vcpu0", .call(.store)),
        MutantThread(
          "l1", .mutant([.setGPTE(0, entry), .acquire(.tlb(0))]), .invalidate(l2Page: 0),
          .mutant([.release(.tlb(0))])),
      ],
      adding: { kvm in
        [
          Property(
            "l1-coherence",
            sentence: "After the flush no shadow entry permits what L1's entry does not.",
            kind: .atEnd { state in
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
    let world = SmallWorld().checking().with(\.seqCheck, value).with(\.stackInit, .zero)
    let system = world.system(
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
            "stale-insert",
            sentence: "No entry maps a page of the range while it is being invalidated.",
            kind: .quiet { state in
              state[kvm.notifier.count] == 0 || !state[kvm.radix.nested.shadow, 0].isPresent
            })
        ]
      })
    // With a count that never falls the fault goes round for ever, which is no property's matter.
    #expect(Explorer.explore(system, options: .withoutCounting).broken == broken)
  }

  @Test func `seq alone and both halves explore the same, less a step`() {
    let patched = Self.race.with(.seqBumpOnClearDirty)
    let both = Explorer.explore(patched.system).counts
    let alone = Explorer.explore(patched.with(\.seqCheck, .seq).system).counts
    #expect(alone.states < both.states && alone.depth < both.depth)
  }

  @Test func `inner-only sampling is enough where instantiate takes the sample`() {
    let world = SmallWorld(host: nil).with(.seqBumpOnClearDirty, .flushShadowLPID)
      .running("vcpu0", .store).running("migration", .harvest)
    #expect(world.with(\.outerSample, .inner).broken == [])
    #expect(world.with(\.outerSample, .after).broken == [])
  }
}
