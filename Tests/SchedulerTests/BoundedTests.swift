import Testing

@testable import Scheduler

/// Searches within a bound on preemptions against counts of others and walks of every run.
@Suite struct BoundedTests {
  private func explore(_ system: System, within most: Int? = nil, _ limits: Limits = .none)
    -> Exploration
  {
    Explorer.explore(system, options: .init(strategy: .bounded(preemptions: most), limits: limits))
  }

  private func series(_ exploration: Exploration) -> [Int] {
    guard case .series(let counts)? = exploration.statistics.first?.value else { return [] }
    return counts
  }

  @Test func `Peterson's lock for three has the states of the BEEM model within each bound`() {
    let known = [64, 2150, 6344, 9452, 11_736, 12_454, 12_498]
    let exploration = explore(petersonForMany(3))
    #expect(series(exploration) == known)
    #expect(exploration.verdict == .holds)
    #expect(exploration.limit == nil)
    #expect(exploration.counts.transitions == 33_369)
    for (bound, states) in known.enumerated() {
      let part = explore(petersonForMany(3), within: bound)
      #expect(part.counts.states == states)
      #expect(series(part) == Array(known[...bound]))
      #expect(part.verdict == (bound == 6 ? .holds : .undecided))
      #expect(part.limit == (bound == 6 ? nil : .preemptions(bound)))
    }
  }

  /// The fewest preemptions with which each state can be reached, by walking every run.
  private func cheapest(_ system: System) -> [[UInt64]: Int] {
    var cheapest: [[UInt64]: Int] = [:]
    func walk(_ words: [UInt64], _ last: Int?, _ preemptions: Int) {
      cheapest[words] = min(cheapest[words] ?? preemptions, preemptions)
      let steps = StepOracle.steps(of: system, from: words)
      for (thread, results) in steps.enumerated() {
        let isPreemption = last.map { $0 != thread && !steps[$0].isEmpty } ?? false
        for next in results { walk(next, thread, preemptions + (isPreemption ? 1 : 0)) }
      }
    }
    walk(system.layout.initial, nil, 0)
    return cheapest
  }

  @Test func `a bound keeps exactly the states that runs within it reach`() {
    for seed in 0..<120 {
      let system = randomSystem(seed: seed)
      let costs = cheapest(system).values
      for bound in 0...4 {
        let states = explore(system, within: bound).counts.states
        #expect(states == costs.count { $0 <= bound }, "seed \(seed), bound \(bound)")
      }
    }
  }

  @Test func `what a bounded search breaks, it breaks with the run of the exhaustive one`() {
    var (bounds, complete) = (Set<Int>(), 0)
    for seed in 0..<200 {
      let system = randomSystem(seed: seed)
      let (whole, raised) = (Explorer.explore(system), explore(system))
      #expect(raised.verdict == whole.verdict, "seed \(seed)")
      let runs = whole.counterexamples
      for (id, run) in raised.counterexamples { #expect(run == runs[id], "seed \(seed) \(id)") }
      if case .preemptions(let bound)? = raised.limit {
        bounds.insert(bound)
        // All of what breaks within the bound is there, and something does.
        #expect(
          raised.counterexamples.keys.sorted()
            == runs.filter { $0.value.preemptions <= bound }.keys.sorted(), "seed \(seed)")
        #expect(runs.values.contains { $0.preemptions == bound }, "seed \(seed)")
        #expect(!runs.values.contains { $0.preemptions < bound }, "seed \(seed)")
      } else {
        complete += 1
        #expect(raised.counts.states == whole.counts.states, "seed \(seed)")
        #expect(raised.counts.transitions == whole.counts.transitions, "seed \(seed)")
        #expect(raised.counts.deadlocks == whole.counts.deadlocks, "seed \(seed)")
        #expect(raised.counts.interleavings == whole.counts.interleavings, "seed \(seed)")
        #expect(raised.broken == whole.broken, "seed \(seed)")
      }
    }
    #expect(bounds.isSuperset(of: [0, 1]))
    #expect(complete > 10)
  }

  @Test func `a violation behind the bound leaves the answer open`() {
    let toy = Toy("W x 1; W x 0 / IF x=1; IF x=0; FAIL seen", checks: ["seen"])
    #expect(explore(toy.system(), within: 1).verdict == .undecided)
    #expect(explore(toy.system(), within: 1).limit == .preemptions(1))
    #expect(explore(toy.system(), within: 2).verdict == .violated)
    #expect(explore(toy.system()).verdict == .violated)
  }

  /// All states lie within the bound 0, but the step that breaks the property is a preemption.
  @Test func `a bound that cuts off a step which breaks a property is not complete`() {
    let toy = Toy("W x 1; W y 1 / W z 1")
    let (x, y, z) = (toy.cell("x"), toy.cell("y"), toy.cell("z"))
    let system = toy.system(
      Property(
        "order", sentence: "z is not set between x and y.",
        kind: .perStep { old, new, _ in
          !(old[z] == 0 && new[z] == 1 && old[y] == 0 && new[x] == 1)
        }))
    #expect(explore(system, within: 0).verdict == .undecided)
    #expect(explore(system, within: 0).limit == .preemptions(0))
    #expect(explore(system).verdict == .violated)
    #expect(series(explore(system)).count == 2)
  }

  @Test func `limits end a bounded search and are named`() {
    let system = petersonForMany(3)
    for limits in [Limits(states: 1000), Limits(bytes: 100_000), Limits(duration: .zero)] {
      let exploration = explore(system, limits)
      #expect(exploration.verdict == .undecided)
      #expect(exploration.limit != nil)
      #expect(exploration.counts.states < 12_498)
    }
    #expect(explore(system, Limits(states: 12_498)).verdict == .holds)
    #expect(explore(system, Limits(states: 12_497)).limit == .states(12_497))
    let cancelled = Explorer.explore(
      system, options: .init(strategy: .bounded(preemptions: nil), isCancelled: { true }))
    #expect(cancelled.limit == .cancelled)
  }

  private func explore(_ system: System, _ limits: Limits) -> Exploration {
    explore(system, within: nil, limits)
  }

  @Test func `landmarks that no state has are found missing only when nothing is cut off`() {
    let counters = Counters([3, 3])
    let (left, right) = (counters.counts[0], counters.counts[1])
    let system = counters.system(
      Property(
        "both", sentence: "Both are 1.",
        kind: .sometimes { $0[left].value == 1 && $0[right].value == 1 }),
      Property("none", sentence: "One is 9.", kind: .sometimes { $0[left].value == 9 }))
    let part = explore(system, within: 0)
    #expect(part.verdict == .undecided)
    #expect(part.broken.isEmpty)
    let whole = explore(system)
    #expect(whole.verdict == .violated)
    #expect(whole.broken == ["none"])
    guard case .reached(let schedule)? = whole.findings.first?.result else {
      Issue.record("not reached")
      return
    }
    #expect(schedule.steps.count == 2)
  }
}
