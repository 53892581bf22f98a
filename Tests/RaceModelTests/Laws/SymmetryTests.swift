import RaceModel
import Scheduler
import Testing

/// What is found to be interchangeable in scenarios, and that leaving it out changes no answer.
struct SymmetryTests {
  /// A world, and what is interchangeable in it.
  struct Case: CustomTestStringConvertible, Sendable {
    let text: String
    let world: SmallWorld

    init(_ text: String, _ world: SmallWorld) { (self.text, self.world) = (text, world) }

    var testDescription: String { text }
  }

  private static let plain = SmallWorld().checking(
    .cSubset, .rSubset, .coverage, .rmapUnique, .rmapShape, .authority, .dirtyLog, .tlbSubset)

  /// Nested guests 1 and 2 over page 0x100, each on a vCPU of its own.
  private static let twoGuests = plain.withGuest2(SmallWorld.l2Page(0x20))

  /// A second vCPU in guest 1.
  private static let twoVCPUs = plain.changed {
    $0.machine.vcpus.append(.init(name: "vcpu1", guest: 0, tlb: []))
  }

  /// Pages 0x100 and 0x200 of L1, each in a slot of its own, and no nested guest.
  private static let twoSlots = twoVCPUs.changed {
    $0.machine.guests = []
    $0.machine.slots.append(
      .init(id: 1, baseGFN: 0x200, npages: 1, logDirty: true, readOnly: false))
    $0.machine.pages.append(SmallWorld.page(0x200, rpn: 0x22))
  }

  /// Pages 0x100 and 0x101 of L1 in one slot, and no nested guest.
  private static let twoPages = twoVCPUs.changed {
    $0.machine.guests = []
    $0.machine.slots[0].npages = 2
    $0.machine.pages.append(SmallWorld.page(0x101, rpn: 0x22))
  }

  private static let guests = "guests 1 = 2, L2 pages 1:0x10 = 2:0x20, vCPUs vcpu0 = vcpu1"

  private static let cases: [Case] = [
    Case(
      guests + ", threads a = b",
      twoGuests.running("a", .load).running("b", .load1).running("kswapd", .age)),
    Case("vCPUs vcpu0 = vcpu1, threads a = b", twoVCPUs.running("a", .store).running("b", .store1)),
    Case("threads a = b", plain.running("a", .harvest).running("b", .harvest).running("c", .load)),
    Case(
      "vCPUs vcpu0 = vcpu1 = vcpu2, threads a = b = c",
      twoVCPUs.changed { $0.machine.vcpus.append(.init(name: "vcpu2", guest: 0, tlb: [])) }
        .running("a", .l1Load).running("b", .l1Load(vcpu: 1, gfn: 0x100))
        .running("c", .l1Load(vcpu: 2, gfn: 0x100)).running("kswapd", .age)),
    Case(
      "L2 pages 1:0x10 = 1:0x11, vCPUs vcpu0 = vcpu1, threads a = b",
      twoVCPUs.changed { $0.machine.guests[0].pages.append(SmallWorld.l2Page(0x11)) }
        .running("a", .load).running("b", .l2Load(vcpu: 1, page: 1))),
    Case(
      "pages 0x100 = 0x200, vCPUs vcpu0 = vcpu1, threads a = b, threads c = d",
      twoSlots.running("a", .l1Store).running("b", .l1Store(vcpu: 1, gfn: 0x200))
        .running("c", .harvest).running("d", .getDirtyLog(slot: 1))),
    Case(
      "pages 0x100 = 0x200, vCPUs vcpu0 = vcpu1, threads a = b, threads c = d",
      twoSlots.running("a", .l1Load).running("b", .l1Load(vcpu: 1, gfn: 0x200))
        .running("c", .invalidateRange(gfn: 0x100, rpn: 0x31))
        .running("d", .invalidateRange(gfn: 0x200, rpn: 0x35))),
    Case(
      "pages 0x100 = 0x101, vCPUs vcpu0 = vcpu1, threads a = b, threads c = d",
      twoPages.running("a", .l1Store).running("b", .l1Store(vcpu: 1, gfn: 0x101))
        .running("c", .age).running("d", .ageGFN(gfn: 0x101))),
    Case(
      "guests 1 = 2, pages 0x100 = 0x101, L2 pages 1:0x10 = 2:0x20, vCPUs vcpu0 = vcpu1, threads a = b",
      twoPages.changed {
        $0.machine.guests = twoGuests.machine.guests
        $0.machine.guests[1].pages[0].gpte?.gfn = 0x101
        $0.machine.vcpus[1].guest = 1
      }.running("a", .load).running("b", .load1)),
    Case(
      "pages 0x100 = 0x200, threads a = b",
      twoSlots.changed { $0.machine.vcpus.removeLast() }.running("a", .delete)
        .running("b", .setMemslot(slot: 1, .delete))),
    Case(
      "pages 0x100 = 0x200, pages 0x300 = 0x400, threads a = b",
      twoSlots.changed { $0.machine.vcpus.removeLast() }
        .running("a", .setMemslot(slot: 0, .move(base: 0x300)))
        .running("b", .setMemslot(slot: 1, .move(base: 0x400)))),
    Case(
      guests + ", threads a = b",
      twoGuests.inL1(isKnown: false).changed {
        $0.machine.vcpus[1].startsNested = false
        $0.machine.guests[1].isKnown = false
      }.running("a", .enter, .exit)
        .running("b", .enterNested(vcpu: 1), .exitNested(vcpu: 1))),
    Case(
      guests + ", threads a = b",
      twoGuests.running("a", .load, .tlbie)
        .running("b", .load1, .tlbiePage(guest: 1, page: 0))),
    Case(
      guests + ", threads a = b",
      twoGuests.running(
        "a", .l1SetGpte(guest: 0, page: 0, nil), .tlbieLPID(guest: 0, ric: .tlb)
      ).running("b", .l1SetGpte(guest: 1, page: 0, nil), .tlbieLPID(guest: 1, ric: .tlb))
        .running("kswapd", .age)),
    Case(
      guests + ", threads a = b",
      twoGuests.running(
        "a", .l1SetPartition(guest: 0, isSet: false), .tlbieLPID(guest: 0, ric: .all)
      )
      .running("b", .l1SetPartition(guest: 1, isSet: false), .tlbieLPID(guest: 1, ric: .all))),
    Case(
      "vCPUs vcpu0 = vcpu1, threads a = b",
      twoVCPUs.running("a", .load, .evictTLB(vcpu: 0, times: 2))
        .running("b", .load1, .evictTLB(vcpu: 1, times: 2))),
    Case(
      "vCPUs vcpu0 = vcpu1, threads a = b",
      twoVCPUs.running("a", .copyFromGuest(vcpu: 0, page: 0))
        .running("b", .copyFromGuest(vcpu: 1, page: 0)).running("c", .tlbie)),
    // Beside those: the same world with a difference somewhere.
    Case("", twoGuests.running("a", .load).running("b", .store1)),
    Case("", twoGuests.running("a", .load).running("b", .load1).running("c", .tlbie)),
    Case("", twoGuests.running("a", .load).running("b", .load1).running("c", .tlbieAll(ric: .tlb))),
    Case(
      "",
      plain.withGuest2(SmallWorld.l2Page(0x20, gpte: "r-- R-")).running("a", .load)
        .running("b", .load1)),
    Case(
      "",
      twoSlots.changed { $0.machine.pages[1].vmmWritable = false }.running("a", .l1Load)
        .running("b", .l1Load(vcpu: 1, gfn: 0x200))),
    Case(
      "",
      twoPages.running("a", .l1Load).running("b", .l1Load(vcpu: 1, gfn: 0x101))
        .running("c", .harvest)),
    Case("", twoVCPUs.running("a", .store).running("b", .store1).running("c", .flushTLB(vcpu: 0))),
    Case("", plain.running("a", .load).running("b", .harvest)),
  ]

  @Test(arguments: cases)
  func `what is interchangeable is found, and no answer changes`(_ this: Case) {
    let system = this.world.system
    let (all, kept) = (explore(system), explore(system, by: .symmetry))
    let none = "none: nothing is interchangeable"
    #expect(text(kept) == (this.text.isEmpty ? none : this.text))
    #expect(all.verdict == kept.verdict && all.broken == kept.broken)
    if this.text.isEmpty { return #expect(all.counts == kept.counts) }
    #expect(kept.counts.states < all.counts.states)
    // The orbits of the states kept are all the states there are.
    #expect(kept.statistics.last?.id == "all-states")
    #expect(kept.statistics.last?.value == .count(BigNatural(UInt64(all.counts.states))))
    checkRuns(kept, of: system)
  }

  @Test(arguments: [
    ("n07-two-guests-one-gfn/linux-6.1", guests + ", threads vcpu0 = vcpu1"),
    ("n36-concurrent-first-entry/linux-6.1", "vCPUs vcpu0 = vcpu1, threads vcpu0 = vcpu1"),
  ])
  func `scenarios with equal parts keep their verdicts`(name: String, text: String) throws {
    let parts = name.split(separator: "/").map(String.init)
    let row = try Corpus.row(parts[0], parts[1])
    let kept = explore(row.system, by: .symmetry)
    #expect(self.text(kept) == text)
    guard case .violated(let ids) = row.row.expectation else { return #expect(Bool(false)) }
    #expect(kept.verdict == .violated && kept.broken.sorted() == ids)
    checkRuns(kept, of: row.system)
    let many = explore(row.system, by: .symmetry, jobs: 3)
    #expect(many.counts == kept.counts && many.statistics == kept.statistics)
  }

  @Test func `guests that are told apart by the lpid 0 alone are not exchanged`() {
    // An rmap entry for page 0 of lpid 0 is 0, which ends the kernel's walk early.
    let world = Self.plain.changed {
      $0.machine.guests = [
        .init(l1LPID: 0, shadowLPID: 2, pages: [SmallWorld.l2Page(0)]),
        .init(l1LPID: 1, shadowLPID: 3, pages: [SmallWorld.l2Page(0x10)]),
      ]
      $0.machine.vcpus.append(.init(name: "vcpu1", guest: 1, tlb: []))
    }.running("a", .load).running("b", .load1)
    let (all, kept) = (explore(world.system), explore(world.system, by: .symmetry))
    #expect(text(kept).hasSuffix("look alike and differ"))
    #expect(all.broken == kept.broken && all.broken.contains("rmap-shape"))
    #expect(all.counts == kept.counts)
  }

  @Test func `endless runs are looked for among all states`() {
    let world = Self.twoVCPUs.checking(.progress).running("a", .load).running("b", .load1)
    let kept = explore(world.system, by: .symmetry)
    #expect(text(kept) == "none: 'progress' is about steps or endless runs")
    #expect(kept.counts.states == explore(world.system).counts.states)
  }

  private func explore(
    _ system: System, by reduction: Reduction = .none, jobs: Int = 1
  ) -> Exploration {
    Explorer.explore(
      system,
      options: Explorer.Options(countsInterleavings: false, reduction: reduction, jobs: jobs))
  }

  private func text(_ exploration: Exploration) -> String {
    for statistic in exploration.statistics {
      if case .text(let text) = statistic.value, statistic.id == "symmetry" { return text }
    }
    return "no figure"
  }

  /// Every run that was found can be taken, and breaks what it is said to break.
  private func checkRuns(_ exploration: Exploration, of system: System) {
    for finding in exploration.findings {
      switch finding.result {
      case .violated(let run):
        let trace = try? system.replay(run.schedule)
        #expect(trace?.broken.contains(finding.id) == true, "\(finding.id)")
      case .reached(let run): #expect((try? system.replay(run)) != nil, "\(finding.id)")
      case .holds, .neverReached, .undecided: continue
      }
    }
  }
}
