import Synchronization
import Testing

@testable import Scheduler

/// The search by fingerprint against the exact one, and against itself with too short a hash.
@Suite struct FingerprintTests {
  // MARK: - Without a collision

  @Test func `random programs break the same, with the same counts`() {
    for seed in 0..<200 { compare(randomSystem(seed: seed), "seed \(seed)") }
    for seed in 0..<50 { compare(randomTangle(seed: seed), "tangle \(seed)") }
  }

  @Test func `known models break the same, with the same counts`() {
    compare(petersonLock(.flagThenTurn), "peterson")
    compare(petersonLock(.turnThenFlag), "peterson, wrong")
    compare(petersonForMany(3), "peterson 3")
    compare(philosophers(4), "philosophers")
    compare(Toy("FAIL rain; U x / U x", checks: ["rain"]).system(), "check")
    compare(Toy("AWAIT x=9").system(), "deadlock at once")
    compare(Counters([40, 40], padding: 10).system(), "wide states")
  }

  @Test func `the table grows beyond its first places`() {
    let system = Counters([120, 120]).system()
    compare(system, "counters")
    #expect(search(system).counts.states == 121 * 121)
  }

  @Test func `what breaks at the start has a run without steps`() {
    let toy = Toy("U x / U x")
    let x = toy.cell("x")
    let system = toy.system(Property("x-is-1", sentence: "x is 1.", kind: .always { $0[x] == 1 }))
    guard case .violated(let found) = search(system).findings[0].result else {
      Issue.record("x is 0 at the start")
      return
    }
    #expect(found.steps == 0 && !found.isMinimal)
  }

  @Test func `a landmark that is not reached and a loop are undecided`() {
    let toy = Toy("AWAIT x=1; U y / W x 1")
    let y = toy.cell("y")
    let system = toy.system(
      Property("y-is-9", sentence: "y is 9.", kind: .sometimes { $0[y] == 9 }),
      Property("ends", sentence: "All threads finish.", kind: .terminates(.weak)),
      Property("small", sentence: "y is small.", kind: .always { $0[y] < 2 }))
    let exploration = search(system)
    #expect(exploration.verdict == .undecided && exploration.limit == .fingerprints)
    #expect(exploration.broken.isEmpty && exploration.findings.count == 3)
    for finding in exploration.findings {
      guard case .undecided = finding.result else {
        Issue.record("\(finding.id) is \(finding.result)")
        continue
      }
    }
  }

  // MARK: - With collisions

  @Test func `too short a hash misses states, and what is found is real all the same`() {
    var (found, all, missedBreaks) = (0, 0, 0)
    for seed in 0..<100 {
      let system = randomSystem(seed: seed)
      let exact = Explorer.explore(system)
      for bits in [3, 5, 8] {
        let exploration = search(system, bits: bits)
        #expect(exploration.counts.states <= min(exact.counts.states, 1 << bits))
        #expect(Set(exploration.broken).isSubset(of: exact.broken), "seed \(seed)")
        #expect(exploration.verdict == (exploration.broken.isEmpty ? .undecided : .violated))
        checkRuns(exploration, of: system, "seed \(seed), \(bits) bits")
        (found, all) = (found + exploration.counts.states, all + exact.counts.states)
        missedBreaks += exploration.broken.count < exact.broken.count ? 1 : 0
      }
    }
    #expect(found * 3 < all * 2, "\(found) of \(all) states")
    #expect(missedBreaks > 0)
  }

  @Test func `the bound rises as the hash gets shorter, up to certainty`() {
    // 3 states: 3 * 4 / 2^(bits + 1).
    #expect(Explorer.missed(states: 3, bits: 64).value == .fraction(3, over: power(63)))
    #expect(Explorer.missed(states: 3, bits: 8).value == .fraction(3, over: 128))
    #expect(Explorer.missed(states: 3, bits: 2).value == .fraction(1, over: 1))
    #expect(Explorer.missed(states: 1 << 32, bits: 64).value != .fraction(1, over: 1))
    let system = petersonForMany(3)
    #expect(search(system, bits: 8).statistics[0].value == .fraction(1, over: 1))
    let states = search(system).counts.states
    #expect(search(system).statistics == [Explorer.missed(states: states, bits: 64)])
  }

  /// Counters have states whose words the seed changes, so that the hashes differ.
  @Test func `states are missed about as often as the bound says, and not more`() {
    // 16 states and 12 bits: the bound is 16 * 17 / 2^13 = 1/30.
    let tries = 600
    var missing = 0
    for seed in 0..<UInt64(tries) {
      var counters = Counters([3, 3])
      let _: Cell<UInt64> = counters.builder.layout.cell(
        "seed", bits: 32, initial: seed)
      let exploration = search(counters.system(), bits: 12)
      missing += exploration.counts.states < 16 ? 1 : 0
    }
    // 20 are expected at most, with a standard deviation of 4.4.
    #expect(missing > 2 && missing < 38, "\(missing) of \(tries)")
  }

  // MARK: - Limits

  @Test(arguments: [
    (Limits(states: 1000), LimitHit.states(1000)),
    (Limits(bytes: 100_000), LimitHit.bytes(100_000)),
    (Limits(duration: .zero), LimitHit.duration(.zero)),
    (Limits(states: 0), LimitHit.states(0)),
  ])
  func `a limit that is hit is named, and no probability given`(
    _ limits: Limits, _ expected: LimitHit
  ) {
    let exploration = search(petersonForMany(3), Explorer.Options(limits: limits))
    #expect(exploration.verdict == .undecided && exploration.limit == expected)
    #expect(exploration.counts.states < 12_498 && exploration.statistics.isEmpty)
  }

  @Test func `the limit of states ends it where it ends the exact search`() {
    let limits = Limits(states: 1000)
    let exact = Explorer.explore(petersonForMany(3), options: Explorer.Options(limits: limits))
    let exploration = search(petersonForMany(3), Explorer.Options(limits: limits))
    #expect(exploration.counts.states == exact.counts.states)
    #expect(exploration.counts.depth == exact.counts.depth)
  }

  @Test func `a check that broke in a state not yet expanded is broken`() {
    let toy = Toy("FAIL rain; U x / U x", checks: ["rain"])
    let exploration = search(toy.system(), Explorer.Options(limits: Limits(states: 1)))
    #expect(exploration.limit == .states(1) && exploration.broken == ["rain"])
  }

  @Test func `it can be stopped at any of its chances, and tells how far it is`() {
    let system = Counters([12, 12, 12]).system()
    var stop = 1
    while true {
      let calls = Mutex(0)
      var options = Explorer.Options()
      options.isCancelled = { [stop] in
        calls.withLock { calls in
          calls += 1
          return calls >= stop
        }
      }
      let seen = Mutex(0)
      options.progress = { now in seen.withLock { $0 = max($0, now.states) } }
      let exploration = search(system, options)
      #expect(seen.withLock { $0 } <= exploration.counts.states)
      if exploration.limit == .fingerprints { break }
      #expect(exploration.limit == .cancelled)
      stop += 1
    }
    #expect(stop > 37)
  }

  @Test func `it takes less memory than the exact search`() {
    let system = Counters([99, 99], padding: 6).system()
    let (exact, kept) = (mostBytes(system, .none), mostBytes(system, .fingerprints))
    #expect(kept * 3 < exact, "\(kept) bytes, \(exact) bytes")
  }

  // MARK: -

  private func search(
    _ system: System, bits: Int = 64, _ options: Explorer.Options = Explorer.Options()
  ) -> Exploration {
    var options = options
    (options.reduction, options.fingerprintBits) = (.fingerprints, bits)
    return Explorer.explore(system, options: options)
  }

  private func mostBytes(_ system: System, _ reduction: Reduction) -> Int {
    let most = Mutex(0)
    var options = Explorer.Options(countsInterleavings: false, reduction: reduction)
    options.progress = { now in most.withLock { $0 = max($0, now.bytes) } }
    _ = Explorer.explore(system, options: options)
    return most.withLock { $0 }
  }

  private func power(_ exponent: Int) -> BigNatural { BigNatural(1).shiftedUp(by: exponent) }

  private func compare(_ system: System, _ name: String) {
    let exact = Explorer.explore(system, options: Explorer.Options(countsInterleavings: false))
    let exploration = search(system)
    #expect(exploration.counts == exact.counts, "\(name)")
    let properties = PropertyTable(of: system)
    let unproved = Set((properties.landmarks + properties.terminates).map(properties.id))
    #expect(
      exploration.broken == exact.broken.filter { !unproved.contains($0) }, "\(name)")
    #expect(exploration.verdict == (exploration.broken.isEmpty ? .undecided : .violated), "\(name)")
    #expect(exploration.limit == .fingerprints, "\(name)")
    checkRuns(exploration, of: system, name)
  }

  private func checkRuns(_ exploration: Exploration, of system: System, _ name: String) {
    for finding in exploration.findings {
      switch finding.result {
      case .violated(let run):
        let trace = try? system.replay(run.schedule)
        #expect(trace?.broken.contains(finding.id) == true, "\(name) \(finding.id)")
        #expect(!run.isMinimal)
      case .reached(let run):
        let kind = system.properties.first { $0.id == finding.id }?.kind
        guard let trace = try? system.replay(run), case .sometimes(let isReached) = kind else {
          Issue.record("\(name) \(finding.id): the run cannot be replayed")
          continue
        }
        #expect(system.view(trace.final) { isReached($0) }, "\(name) \(finding.id)")
      case .undecided: continue
      case .holds, .neverReached:
        Issue.record("\(name) \(finding.id): nothing is proved")
      }
    }
  }
}
