import Synchronization
import Testing

@testable import Scheduler

/// Several workers find what one finds, and say it in the same words.
@Suite struct ParallelTests {
  /// Options under which workers meet as often as they can, even in small systems.
  private func options(
    jobs: Int, _ limits: Limits = .none, batch: Int = 3, portion: Int = 2
  ) -> Explorer.Options {
    var options = Explorer.Options(limits: limits, jobs: jobs)
    options.sharing = Sharing(smallestLevel: 2, batch: batch, portion: portion)
    return options
  }

  /// Everything that a report could show.
  private func report(_ system: System, _ options: Explorer.Options) -> String {
    "\(Explorer.explore(system, options: options))"
  }

  private func expectSameReports(
    _ system: System, _ name: String, _ limits: Limits = .none
  ) {
    let alone = report(system, Explorer.Options(limits: limits))
    for jobs in [1, 2, 3, 8] {
      #expect(report(system, options(jobs: jobs, limits)) == alone, "\(name), \(jobs) jobs")
    }
  }

  @Test func `random programs give the same report for any number of jobs`() {
    for seed in 0..<60 { expectSameReports(randomSystem(seed: seed), "seed \(seed)") }
  }

  @Test func `toys give the same report for any number of jobs`() {
    expectSameReports(petersonLock(.flagThenTurn), "Peterson")
    expectSameReports(philosophers(6), "philosophers")
    expectSameReports(Toy(copies(4, of: "R x>r; W x r+1")).system(), "increments")
    expectSameReports(crossing([20, 20]), "crossing")
  }

  /// Two counters, a property of each kind that they break or reach in many places at once.
  private func crossing(_ steps: [Int]) -> System {
    let counters = Counters(steps)
    let (left, right) = (counters.counts[0], counters.counts[1])
    return counters.system(
      Property(
        "sum", sentence: "They never make 11.",
        kind: .always { $0[left].value + $0[right].value != 11 }),
      Property(
        "step", sentence: "No step starts at a sum of 9.",
        kind: .perStep { old, _, _ in old[left].value + old[right].value != 9 }),
      Property("end", sentence: "It never ends.", kind: .atEnd { _ in false }),
      Property(
        "seen", sentence: "They make 13.",
        kind: .sometimes { $0[left].value + $0[right].value == 13 }),
      Property("unseen", sentence: "One is 99.", kind: .sometimes { $0[left].value == 99 }))
  }

  @Test func `a search that a state limit ends gives the same report for any number of jobs`() {
    for states in [0, 1, 2, 5, 17, 60, 100, 150, 200, 300, 440, 441] {
      expectSameReports(crossing([20, 20]), "\(states) states", Limits(states: states))
    }
  }

  @Test(arguments: [2, 3, 8])
  func `the table grows while workers fill it`(jobs: Int) {
    let system = Counters([30, 30, 25]).system()
    for batch in [1, 16, 256] {
      let options = options(jobs: jobs, batch: batch, portion: 64)
      let counts = Explorer.explore(system, options: options).counts
      #expect(counts.states == 31 * 31 * 26)
      #expect(counts.transitions == 30 * 31 * 26 * 2 + 25 * 31 * 31)
      #expect(counts.depth == 86)
      #expect(counts.interleavings == Explorer.explore(system).counts.interleavings)
    }
  }

  @Test func `workers share one table whose size nobody has guessed`() {
    var options = Explorer.Options(countsInterleavings: false, jobs: 2)
    options.sharing.smallestLevel = 64
    let counts = Explorer.explore(petersonForMany(4), options: options).counts
    #expect(counts.states == 1_119_560)
    #expect(counts.transitions == 3_864_896)
    #expect(counts.depth == 104)
  }

  @Test func `limits that are hit anywhere leave a report of what is known`() throws {
    var random = SplitMix64(seed: 7)
    let system = crossing([60, 60])
    for round in 0..<60 {
      let limits = random.pick(from: [
        Limits(bytes: 30_000 + random.pick(below: 400_000)),
        Limits(duration: .microseconds(random.pick(below: 40_000))),
        Limits(states: random.pick(below: 3000)),
      ])
      let options = options(jobs: 1 + random.pick(below: 8), limits, batch: 8)
      let exploration = Explorer.explore(system, options: options)
      let name = "round \(round): \(limits)"
      #expect(exploration.verdict != .holds, "\(name)")
      #expect(exploration.counts.states <= 61 * 61, "\(name)")
      if exploration.limit == nil { #expect(exploration.counts.states == 61 * 61, "\(name)") }
      for finding in exploration.findings {
        guard case .violated(let found) = finding.result else { continue }
        let trace = try system.replay(found.schedule)
        #expect(trace.broken.contains(finding.id), "\(name)")
      }
    }
  }

  @Test func `an interrupt ends all workers, wherever it comes`() {
    let system = crossing([40, 40])
    for last in stride(from: 1, to: 400, by: 13) {
      let calls = Mutex(0)
      var options = options(jobs: 3, batch: 8)
      options.isCancelled = {
        calls.withLock { calls in
          calls += 1
          return calls >= last
        }
      }
      let exploration = Explorer.explore(system, options: options)
      if exploration.limit != nil { #expect(exploration.limit == .cancelled) }
      #expect(exploration.verdict != .holds)
    }
  }

  @Test func `a memory limit is kept, the next doubling of the table included`() {
    let limit = 1_500_000
    let seen = Mutex(0)
    var options = options(jobs: 2, Limits(bytes: limit), batch: 32, portion: 16)
    options.countsInterleavings = false
    options.progress = { now in seen.withLock { $0 = max($0, now.bytes) } }
    let exploration = Explorer.explore(petersonForMany(4), options: options)
    #expect(exploration.limit == .bytes(limit))
    #expect(exploration.verdict == .undecided)
    #expect(exploration.counts.states > 10_000)
    #expect(seen.withLock { $0 } < limit + 100_000)
  }
}
