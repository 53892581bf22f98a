import Testing

@testable import Scheduler

/// A kind of deadlock that has a name of its own.
@Suite struct DeadlockKindTests {
  /// A toy in which it is of the kind that `isOf` says.
  private func system(
    _ program: String, daemons: [Int] = [], judgesEnds: Bool = true,
    isOf: (Toy) -> @Sendable (Property.State, [ThreadID]) -> Bool
  ) -> System {
    var toy = Toy(program, bits: 1, variables: ["x", "y"], checks: ["bad"])
    if judgesEnds { toy.judgeEnds(daemons: daemons) }
    toy.name(DeadlockKind("lost", sentence: "Nobody is lost.", isOf: isOf(toy)))
    return toy.system()
  }

  private func found(_ id: String, _ exploration: Exploration) -> Counterexample? {
    for finding in exploration.findings where finding.id == id {
      if case .violated(let found) = finding.result { return found }
    }
    return nil
  }

  @Test func `what all come to rest in is of the kind, or a deadlock`() {
    func broken(_ program: String, daemons: [Int] = []) -> [[String]] {
      [true, false].map { judgesEnds in
        let system = system(program, daemons: daemons, judgesEnds: judgesEnds) { toy in
          let x = toy.cell("x")
          return { state, _ in state[x] == 1 }
        }
        return Explorer.explore(system).broken
      }
    }
    #expect(broken("AWAIT y=1 / W x 1") == [["lost"], ["lost"]])
    #expect(broken("AWAIT y=1 / W x 0") == [["deadlock"], ["deadlock"]])
    // On the way there it looks like the kind, or not yet.
    #expect(broken("AWAIT y=1 / W x 1; W x 0") == [["deadlock"], ["deadlock"]])
    #expect(broken("AWAIT y=1 / W x 0; W x 1") == [["lost"], ["lost"]])
    #expect(
      broken("AWAIT y=1 / CHOOSE r 2; W x r") == [["deadlock", "lost"], ["deadlock", "lost"]])
    // Somebody else goes on for ever, in the state that decides, or changing it.
    #expect(broken("AWAIT y=1 / W x 1; GOTO 1 y=0", daemons: [1])[0] == ["lost"])
    #expect(broken("AWAIT y=1 / W x 1; W x 0; GOTO 0 y=0", daemons: [1])[0] == ["deadlock"])
    #expect(broken("AWAIT y=1 / W x 1; W y 1") == [[], []])
    #expect(broken("AWAIT y=1 / W x 1; FAIL bad") == [["bad"], ["bad"]])
  }

  @Test func `the kind is told the threads that never end, and no others`() {
    let system = system("AWAIT y=1 / AWAIT x=1 / W x 1; AWAIT y=1", daemons: [2]) { _ in
      { _, threads in threads == [ThreadID(0)] }
    }
    #expect(Explorer.explore(system).broken == ["lost"])
  }

  @Test func `every way to search finds the kinds that reachability finds`() throws {
    var seen: [String: Int] = [:]
    for seed in 0..<40 {
      let system = randomSystem(seed: seed)
      guard let oracle = StuckOracle(system, most: 60) else { continue }
      let kinds = oracle.kinds
      let exploration = Explorer.explore(system)
      for id in ["deadlock", "lost"] {
        let states = kinds[id] ?? []
        #expect(exploration.broken.contains(id) == !states.isEmpty, "seed \(seed), \(id)")
        if let found = found(id, exploration) {
          #expect(found.preemptions == oracle.fewestPreemptions(to: states), "seed \(seed), \(id)")
          try check(found, id, in: system, "seed \(seed)")
        }
      }
      try compare(system, exploration, "seed \(seed)")
      for id in kinds.keys { seen[id, default: 0] += 1 }
      if kinds.isEmpty { seen["neither", default: 0] += 1 }
    }
    for id in ["deadlock", "lost", "neither"] { #expect(seen[id, default: 0] >= 3, "\(seen)") }
  }

  private func compare(_ system: System, _ whole: Exploration, _ name: String) throws {
    let few = Sampling(runs: 20, maxSteps: 100)
    let ways = [
      Explorer.Options(jobs: 3), Explorer.Options(strategy: .bounded(preemptions: nil)),
      Explorer.Options(strategy: .bounded(preemptions: 1)),
      Explorer.Options(strategy: .randomWalk(few)), Explorer.Options(reduction: .partialOrder),
      Explorer.Options(reduction: .fingerprints),
    ]
    for options in ways {
      let exploration = Explorer.explore(system, options: options)
      let way = "\(name), \(options.strategy.id), \(options.reduction)"
      if exploration.limit == nil {
        #expect(Set(exploration.broken) == Set(whole.broken), "\(way)")
      } else {
        #expect(Set(whole.broken).isSuperset(of: exploration.broken), "\(way)")
      }
      for id in ["deadlock", "lost"] {
        if let found = found(id, exploration) { try check(found, id, in: system, way) }
      }
    }
  }

  /// A run whose last state says by itself of which kind it is.
  private func check(
    _ found: Counterexample, _ id: String, in system: System, _ name: String
  ) throws {
    let token = try found.schedule.token(for: system)
    let trace = try system.replay(Schedule(token: token, for: system))
    #expect(trace.broken.contains(id), "\(name), \(id): \(trace.broken)")
    #expect(!trace.broken.contains(id == "lost" ? "deadlock" : "lost"), "\(name), \(id)")
    #expect(trace.preemptions == found.preemptions, "\(name), \(id)")
  }

  /// A program of two or three threads with jumps; which threads are stuck says which kind it is.
  private func randomSystem(seed: Int) -> System {
    var random = SplitMix64(seed: UInt64(seed))
    let lengths = random.pick(from: [[3, 4], [3, 2, 2], [2, 2, 2], [2, 3, 3]])
    let threads = lengths.map { length in
      (0..<length).map { place in
        place == length - 1 && random.pick(below: 2) == 0
          ? "GOTO \(random.pick(below: length + 1)) x=\(random.pick(below: 2))"
          : operation(&random)
      }.joined(separator: "; ")
    }
    let first = random.pick(below: 2) == 0
    return system(threads.joined(separator: " / ")) { toy in
      { _, threads in threads.contains(ThreadID(0)) == first }
    }
  }

  private func operation(_ random: inout SplitMix64) -> String {
    let shared = random.pick(from: ["x", "y"])
    return random.pick(from: [
      "W \(shared) \(random.pick(below: 2))", "LOCK nestm", "UNLOCK nestm", "LOCK nestn",
      "AWAIT \(shared)=\(random.pick(below: 2))", "AWAIT \(shared)=1", "CHOOSE r 2",
      "W \(shared) r",
    ])
  }
}
