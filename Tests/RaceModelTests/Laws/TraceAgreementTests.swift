import RaceModel
import Scheduler
import Testing

/// A run of each trace shows what all states show, on the rows that are quick to explore.
struct TraceAgreementTests {
  @Test func `traces give the answers of the exhaustive search on scenarios`() throws {
    var compared = 0
    for row in try Corpus.explorableRows() {
      let whole = Explorer.explore(row.system, options: .init(limits: Limits(states: 250)))
      // Where runs can be endless, some would be cut.
      guard whole.limit == nil, case .finite = whole.counts.interleavings else { continue }
      compared += 1
      let traces = Explorer.explore(row.system, options: .init(strategy: .dpor()))
      #expect(traces.limit == nil, "\(row)")
      #expect(traces.verdict == whole.verdict, "\(row)")
      #expect(traces.broken == whole.broken, "\(row)")
      #expect(costs(traces) == costs(whole), "\(row)")
    }
    #expect(compared > 10)
  }

  private func costs(_ exploration: Exploration) -> [String: [Int]] {
    var costs: [String: [Int]] = [:]
    for finding in exploration.findings {
      if case .violated(let found) = finding.result {
        costs[finding.id] = [found.preemptions, found.steps]
      }
    }
    return costs
  }
}
