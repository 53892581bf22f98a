import Testing

@testable import Scheduler

/// What is judged on one run of each trace is judged on every run.
@Suite struct TraceAgreementTests {
  @Test func `random programs with properties of every kind get the exhaustive search's answers`() {
    for seed in 0..<400 { compare(randomSystem(seed: seed), "seed \(seed)") }
  }

  private func compare(_ system: System, _ name: String) {
    let full = Explorer.explore(system, .init(countsInterleavings: false))
    let traces = Explorer.explore(system, .init(strategy: .dpor()))
    #expect(traces.verdict == full.verdict, "\(name)")
    #expect(traces.counts.deadlocks == full.counts.deadlocks, "\(name)")
    #expect(traces.limit == nil, "\(name)")
    #expect(traces.findings.map(\.id) == full.findings.map(\.id), "\(name)")
    for (found, expected) in zip(traces.findings, full.findings) {
      let name = "\(name) \(expected.id)"
      switch (found.result, expected.result) {
      case (.violated(let found), .violated(let expected)):
        #expect(found.preemptions == expected.preemptions, "\(name)")
        #expect(found.steps == expected.steps, "\(name)")
        #expect(found.isMinimal, "\(name)")
        #expect((try? system.replay(found.schedule).preemptions) == found.preemptions, "\(name)")
        #expect(
          (try? system.replay(found.schedule))?.broken.contains(
            system.properties.isEmpty ? "" : full.findings.first { _ in true }?.id ?? "") != nil)
      case (.reached(let found), .reached(let expected)):
        #expect(found.steps.count == expected.steps.count, "\(name)")
      case (.holds, .holds), (.neverReached, .neverReached): break
      default: Issue.record("\(name): \(found.result), not \(expected.result)")
      }
    }
  }
}
