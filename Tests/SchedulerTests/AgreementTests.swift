import Scheduler
import Testing

/// Strategies that prove say the same; those that cannot do not pretend to.
@Suite struct AgreementTests {
  /// Strategies that leave something out.
  private static let incomplete: [Strategy] = [
    .bounded(preemptions: 0), .randomWalk(few), .uniform(few), .pct(few, depth: 2),
  ]
  private static let few = Sampling(runs: 20, maxSteps: 100)

  private static let toys: [(name: String, system: System)] = [
    ("Peterson", petersonLock(.flagThenTurn)), ("wrong Peterson", petersonLock(.turnThenFlag)),
    ("Peterson for 2", petersonForMany(2)), ("philosophers", philosophers(4)),
    ("counters", Counters([5, 6, 4]).system()),
    ("increments", Toy(copies(3, of: "R x>r; W x r+1")).system()),
    ("locked", Toy(copies(3, of: "LOCK m; R x>r; W x r+1; UNLOCK m")).system()),
    ("choices", Toy("CHOOSE r 3; W x r / R x>s; ASSERT x!=2").system()),
    (
      "seen", Toy("W x 1; W x 0 / IF x=1; IF x=0; FAIL seen", checks: ["seen"]).system()
    ),
    ("stuck", Toy("AWAIT x=1; W y 1 / AWAIT y=1; W x 1").system()),
  ]

  private func compare(_ system: System, _ name: String) throws {
    let whole = Explorer.explore(system)
    let broken = Set(whole.broken)
    for strategy in Strategy.proving {
      let exploration = Explorer.explore(system, options: .init(strategy: strategy))
      #expect(exploration.verdict == whole.verdict, "\(name), \(strategy)")
      #expect(broken.isSuperset(of: exploration.broken), "\(name), \(strategy)")
      #expect(whole.verdict == .holds || !exploration.broken.isEmpty, "\(name), \(strategy)")
      try replay(exploration, system, "\(name), \(strategy)")
    }
    for strategy in Self.incomplete {
      let exploration = Explorer.explore(system, options: .init(strategy: strategy))
      // A bound that cuts nothing off proves after all.
      if exploration.limit == nil {
        guard strategy == .bounded(preemptions: 0) else {
          Issue.record("\(name), \(strategy): nothing was left out")
          continue
        }
        #expect(exploration.verdict == whole.verdict, "\(name), \(strategy)")
        continue
      }
      #expect(exploration.verdict != .holds, "\(name), \(strategy)")
      #expect(broken.isSuperset(of: exploration.broken), "\(name), \(strategy)")
      for finding in exploration.findings {
        switch finding.result {
        case .holds, .neverReached: Issue.record("\(name), \(strategy): \(finding.id)")
        case .violated, .reached, .undecided: break
        }
      }
      try replay(exploration, system, "\(name), \(strategy)")
    }
  }

  /// Every run that is shown is what it is said to be.
  private func replay(_ exploration: Exploration, _ system: System, _ name: String) throws {
    for finding in exploration.findings {
      guard case .violated(let found) = finding.result else { continue }
      let token = try found.schedule.token(for: system)
      let trace = try system.replay(Schedule(token: token, for: system))
      #expect(trace.broken.contains(finding.id), "\(name) \(finding.id)")
      #expect(trace.preemptions == found.preemptions, "\(name) \(finding.id)")
    }
  }

  @Test func `strategies agree on toys`() throws {
    for toy in Self.toys { try compare(toy.system, toy.name) }
  }

  @Test func `strategies agree on random programs with properties of every kind`() throws {
    for seed in 0..<40 { try compare(randomSystem(seed: seed), "seed \(seed)") }
  }
}
