import Testing

@testable import Scheduler

/// Fair cycles against a decision by reachability, on random programs that jump back.
@Suite struct FairCycleOracleTests {
  @Test func `fair cycles are found where reachability finds them, and nowhere else`() throws {
    var seen: [String: Int] = [:]
    for seed in 0..<400 {
      let system = randomLoops(seed: seed)
      guard let oracle = FairCycleOracle(system, most: 150) else { continue }
      let exploration = Explorer.explore(system)
      #expect(exploration.counts.states == oracle.states.count, "seed \(seed)")
      var answers: [Bool] = []
      for fairness in Fairness.allCases {
        let finding = try #require(exploration.findings.first { $0.id == fairness.rawValue })
        let expected = oracle.hasFairCycle(fairness)
        answers.append(expected)
        switch finding.result {
        case .violated(let found):
          #expect(expected, "seed \(seed): no \(fairness) cycle")
          #expect(
            FairCycleOracle.faults(of: found, fairness, in: system) == [], "seed \(seed)")
          let trace = try system.replay(found.schedule)
          #expect(
            trace.loopStart == found.loopStart && trace.broken.contains(fairness.rawValue),
            "seed \(seed)")
        case .holds: #expect(!expected, "seed \(seed): a \(fairness) cycle")
        default: Issue.record("seed \(seed): \(finding.result)")
        }
      }
      seen["cycle \(oracle.hasCycle), weak \(answers[0]), strong \(answers[1])", default: 0] += 1
    }
    // All that can be, often enough to mean something.
    #expect(seen.values.reduce(0, +) >= 200, "\(seen)")
    #expect(seen.count == 4 && seen.values.allSatisfy { $0 >= 5 }, "\(seen)")
  }

  @Test func `lassos are the same for any number of jobs`() {
    for seed in 0..<100 {
      let system = randomLoops(seed: seed)
      let alone = "\(Explorer.explore(system))"
      for jobs in [2, 3] {
        var options = Explorer.Options(jobs: jobs)
        options.sharing = Sharing(smallestLevel: 2, batch: 3, portion: 2)
        #expect(
          "\(Explorer.explore(system, options: options))" == alone, "seed \(seed), \(jobs) jobs")
      }
    }
  }

  /// A program of two or three threads with jumps, and a property for each kind of fairness.
  private func randomLoops(seed: Int) -> System {
    var random = SplitMix64(seed: UInt64(seed))
    let lengths = random.pick(from: [[3, 4], [4, 3], [3, 2, 2], [2, 2, 2], [3, 3], [2, 3, 3]])
    let threads = lengths.map { length in
      // Who takes a lock again and again is what the two kinds of fairness differ on.
      if random.pick(below: 3) == 0 { return "LOCK m; UNLOCK m; \(randomJump(&random, 2))" }
      return (0..<length).map { _ in randomOp(&random, length) }.joined(separator: "; ")
    }
    return Toy(threads.joined(separator: " / "), bits: 1, variables: ["x", "y"]).system(
      Property("weak", sentence: "All finish.", kind: .terminates(.weak)),
      Property("strong", sentence: "All finish.", kind: .terminates(.strong)))
  }

  private func randomOp(_ random: inout SplitMix64, _ length: Int) -> String {
    let shared = random.pick(from: ["x", "y"])
    let test = random.pick(from: ["=0", "=1"])
    return random.pick(from: [
      "W \(shared) \(random.pick(below: 2))", "LOCK m", "UNLOCK m", "AWAIT \(shared)\(test)",
      randomJump(&random, length), randomJump(&random, length), "CHOOSE r 2", "W \(shared) r",
    ])
  }

  /// A jump to one of the first `length` ops, or to the one after them.
  private func randomJump(_ random: inout SplitMix64, _ length: Int) -> String {
    "GOTO \(random.pick(below: length + 1)) \(random.pick(from: ["x", "y"]))"
      + random.pick(from: ["=0", "=1"])
  }
}
