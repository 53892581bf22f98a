import RaceModel
import Scheduler
import Testing

/// Strategies that prove say the same of every row that is quick to explore; others prove nothing.
struct AgreementTests {
  private static let mostStates = 3_000

  private func explore(
    _ row: CorpusRow, _ strategy: Strategy, _ limits: Limits = .none
  ) -> Exploration {
    var options = Explorer.Options.withoutCounting
    (options.strategy, options.limits) = (strategy, limits)
    return Explorer.explore(row.system, options: options)
  }

  @Test func `strategies that prove give the same verdicts on scenarios`() throws {
    var compared = 0
    for row in try Corpus.explorableRows() {
      let whole = explore(row, .exhaustive, Limits(states: Self.mostStates))
      if whole.limit != nil { continue }
      compared += 1
      for strategy in Strategy.proving where strategy != .exhaustive {
        let exploration = explore(row, strategy)
        #expect(exploration.verdict == whole.verdict, "\(row), \(strategy)")
        #expect(Set(whole.broken).isSuperset(of: exploration.broken), "\(row), \(strategy)")
        if exploration.limit == nil {
          #expect(exploration.broken == whole.broken, "\(row), \(strategy)")
        }
        let best = preemptions(whole)
        for (id, count) in preemptions(exploration) { #expect(count >= best[id] ?? .max, "\(row)") }
      }
    }
    #expect(compared > 40)
  }

  private func preemptions(_ exploration: Exploration) -> [String: Int] {
    var counts: [String: Int] = [:]
    for finding in exploration.findings {
      if case .violated(let found) = finding.result { counts[finding.id] = found.preemptions }
    }
    return counts
  }

  @Test func `strategies that sample never say that a scenario holds`() throws {
    let few = Sampling(runs: 5, maxSteps: 1000)
    let limits = Limits(states: 300)
    for row in try Corpus.smallRows() {
      for strategy in [Strategy.randomWalk(few), .pct(few, depth: 2), .uniform(few)] {
        let exploration = explore(row, strategy, limits)
        #expect(exploration.verdict != .holds, "\(row), \(strategy)")
        guard case .violated(let ids) = row.row.expectation else {
          #expect(exploration.broken.isEmpty, "\(row), \(strategy)")
          continue
        }
        #expect(Set(ids).isSuperset(of: exploration.broken), "\(row), \(strategy)")
      }
    }
  }
}
