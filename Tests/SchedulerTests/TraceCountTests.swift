import Testing

@testable import Scheduler

/// One run for each Mazurkiewicz trace: no trace is lost, none is met twice.
@Suite struct TraceCountTests {
  struct Outcome {
    var counts = SourceDPOR.Counts()
    var finalStates: Set<[UInt64]> = []
  }

  func explore(_ system: System) -> Outcome {
    var search = SourceDPOR(of: system, maxSteps: 1000)
    var outcome = Outcome()
    while let end = search.nextRun(isStopped: { _, _ in false }) {
      if end == .maximal { outcome.finalStates.insert(search.state) }
    }
    outcome.counts = search.counts
    return outcome
  }

  @Test func `known`() {
    for (p, n) in [
      ("W x 42 / R x / R x", 4), ("U x; U y / U x; U y", 4),
      ("W x 1; R y / W y 1; R x", 3), ("W x 1; W y 1 / R y; R x", 3),
      ("R x; W y 1 / R y; W x 1", 3), ("W x 1 / W y 1 / R x; R y / R y; R x", 15),
      (lastZero(5), 64),
      (copies(4, of: "LOCK m; R x>r; W x r+1; UNLOCK m"), 24),
      (copies(5, of: "U x"), 120)
    ] {
      let outcome = explore(Toy(p).system())
      print(outcome.counts)
      #expect(outcome.counts.traces == n, "\(p)")
    }
  }

  @Test func `random programs have as many traces as their runs fall into`() {
    for seed in 0..<1000 {
      let system = randomToy(seed: seed).system()
      let (all, found) = (AllTraces(system), explore(system))
      #expect(found.counts.traces == all.count, "seed \(seed)")
      #expect(found.finalStates == all.finalStates, "seed \(seed)")
    }
  }
}

extension TraceCountTests {
  @Test func `tangled programs`() {
    for seed in 0..<3000 {
      let system = randomTangle(seed: seed).builder.build()
      let (all, found) = (AllTraces(system), explore(system))
      #expect(found.counts.traces == all.count, "seed \(seed)")
      #expect(found.finalStates == all.finalStates, "seed \(seed)")
    }
  }
}

func lastZero(_ n: Int) -> String {
  let reader = (1...n).reversed().map { "IF a\($0)!=0; " }.joined() + "R a0"
  return ([reader] + (1...n).map { "R a\($0 - 1)>r; W a\($0) r+1" }).joined(separator: " / ")
}
