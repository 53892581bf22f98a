import Testing

@testable import Scheduler

/// Runs drawn at random, against probabilities known by pencil, by other counts and by themselves.
@Suite struct SamplingTests {
  private func explore(_ system: System, _ strategy: Strategy, _ limits: Limits = .none)
    -> Exploration
  {
    Explorer.explore(system, options: .init(strategy: strategy, limits: limits))
  }

  private func statistic(_ id: String, _ exploration: Exploration) -> Statistic.Value? {
    exploration.statistics.first { $0.id == id }?.value
  }

  /// A lost update: the second thread reads before the first one writes.
  private static let update: System = {
    let toy = Toy(copies(2, of: "R x>r; W x r+1"))
    let x = toy.cell("x")
    return toy.system(
      Property("both", sentence: "Both updates count.", kind: .atEnd { $0[x] == 2 }))
  }()

  /// Of six interleavings two lose nothing.
  ///
  /// A walk takes each of those with probability 1/4: it stays with its thread for the second
  /// step, and then there is no choice left.
  @Test func `the probabilities of a lost update are those found by pencil`() {
    let exploration = explore(Self.update, .randomWalk(Sampling()))
    #expect(statistic("p-uniform", exploration) == .fraction(2, over: 3))
    #expect(statistic("p-random-walk", exploration) == .fraction(1, over: 2))
  }

  /// The assertion fails if the result is 2 and it comes last.
  @Test func `choices are shared out within a thread's step`() {
    let system = Toy("CHOOSE r 3; W x r / ASSERT x!=2").system()
    let exploration = explore(system, .randomWalk(Sampling()))
    // It is not first (1/2), the result is 2 (1/3), and it is not second (1/2).
    #expect(statistic("p-random-walk", exploration) == .fraction(1, over: 12))
    // It comes first, second or third, each with 3 results: one of 9 runs.
    #expect(statistic("p-uniform", exploration) == .fraction(1, over: 9))
  }

  /// The probability by walking every run, as a number.
  private func walked(_ system: System) -> Double {
    let properties = PropertyTable(of: system)
    func breaks(_ words: [UInt64], _ from: [UInt64]?, _ thread: Int?) -> Bool {
      withState(words) { new in
        withState(from ?? words) { old in
          if properties.brokenCheck(in: new) != nil { return true }
          if properties.invariants.contains(where: { properties.isHit($0, in: new) }) {
            return true
          }
          guard let thread else { return false }
          return properties.perStep.contains {
            properties.isHit($0, from: old, to: new, by: thread)
          }
        }
      }
    }
    func probability(_ words: [UInt64], _ from: [UInt64]?, _ thread: Int?) -> Double {
      if breaks(words, from, thread) { return 1 }
      let steps = StepOracle.steps(of: system, from: words)
      let able = steps.count { !$0.isEmpty }
      if able == 0 { return endsBadly(words, system) ? 1 : 0 }
      return steps.enumerated().reduce(0) { sum, next in
        sum
          + next.element.reduce(0) { $0 + probability($1, words, next.offset) }
          / Double(max(next.element.count, 1) * able)
      }
    }
    return probability(system.layout.initial, nil, nil)
  }

  private func endsBadly(_ words: [UInt64], _ system: System) -> Bool {
    let properties = PropertyTable(of: system)
    return withState(words) { !properties.hits(atEnd: $0, among: properties.atEnd).isEmpty }
  }

  @Test func `exact probabilities are those of walking every run of random programs`() throws {
    var between = 0
    for seed in 0..<60 {
      let system = randomSystem(seed: seed)
      let exploration = explore(system, .randomWalk(Sampling(runs: 1)))
      guard case .fraction(let part, let whole)? = statistic("p-random-walk", exploration) else {
        Issue.record("seed \(seed): no probability")
        continue
      }
      let (exact, walked) = (part.quotient(over: whole), walked(system))
      #expect(abs(exact - walked) < 1e-9, "seed \(seed)")
      if exact > 0 && exact < 1 { between += 1 }
      let oracle = Oracle(system)
      #expect(
        statistic("p-uniform", exploration)
          == .fraction(
            reducing: BigNatural(UInt64(oracle.violating)),
            over: BigNatural(UInt64(oracle.interleavings))), "seed \(seed)")
    }
    #expect(between >= 5)
  }

  @Test func `sampled rates are within five deviations of the exact probabilities`() throws {
    let systems = (0..<24).map { randomSystem(seed: $0) } + [Self.update]
    for (number, system) in systems.enumerated() {
      let sampling = Sampling(seed: UInt64(number), runs: 400)
      for (strategy, id) in [
        (Strategy.randomWalk(sampling), "p-random-walk"), (.uniform(sampling), "p-uniform"),
      ] {
        let exploration = explore(system, strategy)
        guard case .fraction(let part, let whole)? = statistic(id, exploration),
          case .count(let hits)? = statistic("hits", exploration)
        else {
          Issue.record("\(number): no probability")
          continue
        }
        let exact = part.quotient(over: whole)
        let deviation = (400 * exact * (1 - exact)).squareRoot()
        let difference = abs(hits.quotient(over: 1) - 400 * exact)
        #expect(difference <= 5 * deviation + 1e-9, "\(number), \(id)")
      }
    }
  }

  @Test func `each interleaving is drawn about as often by uniform sampling`() throws {
    let system = Toy("U x; U x; U x / U y; U z").system()
    var search = Search(of: system, .init())
    var builder = RunGraphBuilder(of: search.run(), broken: [])
    guard case .graph(let graph) = builder.build() else {
      Issue.record("no graph")
      return
    }
    let runs = try #require(graph.runsOnward { _ in true })
    #expect(runs[0] == 10)
    #expect(graph.longestRun == 5)
    var picker = UniformSampling(random: .init(seed: 11), graph: graph, runsOnward: runs)
    let simulator = Simulator(system)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<5000 {
      simulator.start()
      picker.start()
      while !simulator.isOver { simulator.take(picker.pick(simulator.possible)) }
      counts[simulator.steps.map(\.thread.index), default: 0] += 1
    }
    #expect(counts.count == 10)
    // Chi square with 9 degrees of freedom is above 34 once in ten thousand seeds.
    let chi = counts.values.reduce(0.0) { $0 + Double(($1 - 500) * ($1 - 500)) / 500 }
    #expect(chi < 34, "\(counts)")
  }

  @Test func `a seed draws the same runs again, another seed others`() {
    func report(_ seed: UInt64, _ jobs: Int = 1) -> [String] {
      let sampling = Sampling(seed: seed, runs: 50)
      return [
        Strategy.randomWalk(sampling), .uniform(sampling), .pct(sampling, depth: 2),
      ].map { "\(Explorer.explore(Self.update, options: .init(strategy: $0, jobs: jobs)))" }
    }
    #expect(report(1) == report(1, 2))
    for (first, second) in zip(report(1), report(2)) { #expect(first != second) }
  }

  /// The shortest run that shows it is found for what was hit, as the exhaustive search finds it.
  @Test func `a hit is told with the fewest preemptions`() {
    for seed in 0..<40 {
      let system = randomSystem(seed: seed)
      let whole = Explorer.explore(system).counterexamples
      let sampled = explore(system, .randomWalk(Sampling(runs: 30))).counterexamples
      for (id, run) in sampled { #expect(run == whole[id], "seed \(seed) \(id)") }
    }
  }

  @Test func `a hit in a graph that is too large is made smaller by trial, and still breaks`()
    throws
  {
    var (hits, minimal) = (0, 0)
    for seed in 0..<60 {
      let system = randomSystem(seed: seed)
      let whole = Explorer.explore(system).counterexamples
      let sampled = explore(system, .randomWalk(Sampling(runs: 20)), Limits(states: 3))
      guard case .text? = statistic("p-random-walk", sampled) else {
        #expect(whole.isEmpty || sampled.limit != nil)
        continue
      }
      for (id, run) in sampled.counterexamples {
        let best = try #require(whole[id])
        #expect(!run.isMinimal)
        #expect((run.preemptions, run.steps) >= (best.preemptions, best.steps), "seed \(seed)")
        let trace = try system.replay(run.schedule)
        #expect(trace.broken.contains(id) && trace.preemptions == run.preemptions)
        hits += 1
        minimal += run.preemptions == best.preemptions ? 1 : 0
      }
    }
    #expect(hits > 40)
    #expect(minimal * 10 >= hits * 9, "\(minimal) of \(hits)")
  }

  @Test func `in a graph with a cycle no probability is given and runs are cut`() {
    let system = petersonLock(.turnThenFlag)
    let walk = explore(system, .randomWalk(Sampling(runs: 500, maxSteps: 50)))
    #expect(walk.verdict == .violated)
    #expect(statistic("cut-runs", walk) != nil)
    guard case .text(let reason)? = statistic("p-random-walk", walk) else {
      Issue.record("a probability")
      return
    }
    #expect(reason.contains("cycle"))
    let uniform = explore(system, .uniform(Sampling()))
    #expect(uniform.verdict == .undecided)
    #expect(uniform.limit == .endlessRuns)
    #expect(statistic("runs", uniform) == .count(0))
  }

  /// Depth 2 in two threads of at most 2 steps each: the bound is 1/(2*4), and PCT keeps it.
  @Test func `PCT keeps its promise`() {
    let sampling = Sampling(seed: 4, runs: 2000)
    let exploration = explore(Self.update, .pct(sampling, depth: 2))
    #expect(statistic("longest-run", exploration) == .count(4))
    #expect(statistic("pct-bound", exploration) == .fraction(1, over: 8))
    guard case .count(let hits)? = statistic("hits", exploration) else { return }
    // 250 expected at least; five deviations are 74.
    #expect(hits.quotient(over: 1) > 250 - 74)
    let shallow = explore(Self.update, .pct(sampling, depth: 1))
    #expect(statistic("hits", shallow) == .count(0), "without a change nobody is preempted")
    #expect(shallow.verdict == .undecided)
  }

  @Test func `drawing stops when asked to, and says so`() {
    let cancelled = Explorer.explore(
      Self.update, options: .init(strategy: .randomWalk(Sampling()), isCancelled: { true }))
    #expect(cancelled.limit == .cancelled)
    #expect(cancelled.verdict == .undecided)
    #expect(
      explore(Self.update, .pct(Sampling(), depth: 3), Limits(duration: .zero)).limit
        == .duration(.zero))
    #expect(explore(Self.update, .randomWalk(Sampling(runs: 7))).limit == .runs(7))
  }
}
