import RaceModel
import Scheduler
import Testing

/// What must be true of every row of every scenario in `scenarios`.
struct CorpusTests {
  /// Scenarios without a row that holds, and where what puts them right can be seen.
  private static let controlledElsewhere: Set = [
    // n12
    "n11-aging-race",
    // n14
    "n13-stale-tlb",
    // n16
    "n17-unmap-sequence-only", "n18-unmap-count-only", "n19-late-sample",
    // n23
    "n22-final-harvest-vs-reclaim",
    // n27
    "n28-l1-clean-no-mutex", "l1-downgrade-without-hypercall",
    // n31
    "n30-l1-remap-hostile",
    // logging-on-promotion
    "n26-logging-off-promotion",
    // Open in 6.1, with no knob that closes them.
    "n32-set-rc-hostile-remap", "n33-orphan-guest",
    "n35-tlbie-page-vs-removal", "n36-concurrent-first-entry", "n39-lpid-zero-poison",
    "n41-walk-vs-freed-table",
  ]

  /// Each row explored once, by name.
  private static let explorations: [String: Exploration] =
    ((try? Corpus.explorableRows()) ?? []).reduce(into: [:]) { explorations, row in
      explorations[row.name] = Explorer.explore(row.system, options: .withoutCounting)
    }

  @Test(arguments: try Corpus.explorableRows())
  func `every row gives what it says`(row: CorpusRow) throws {
    let exploration = try #require(Self.explorations[row.name])
    switch try #require(row.row.expectation) {
    case .holds:
      #expect(exploration.verdict == .holds && exploration.broken == [])
    case .violated(let ids):
      #expect(exploration.verdict == .violated && exploration.broken.sorted() == ids)
    }
    let mayDeadlock = row.row.expectation?.broken.contains("deadlock") ?? false
    #expect(exploration.limit == nil)
    #expect((exploration.counts.deadlocks > 0) == mayDeadlock)
  }

  @Test func `a reduced search of the small rows gives the same answers`() throws {
    var (kept, all) = (0, 0)
    for row in try Corpus.explorableRows() {
      let whole = try #require(Self.explorations[row.name])
      if whole.counts.states > 1500 { continue }
      let reduced = Explorer.explore(
        row.system, options: Explorer.Options(reduction: .partialOrder))
      #expect(reduced.verdict == whole.verdict && reduced.broken == whole.broken, "\(row.name)")
      #expect(reduced.counts.deadlocks == whole.counts.deadlocks, "\(row.name)")
      (kept, all) = (kept + reduced.counts.states, all + whole.counts.states)
    }
    #expect(kept * 3 < all, "\(kept) of \(all) states")
  }

  @Test(arguments: try Corpus.explorableRows())
  func `every counterexample replays to what it shows`(row: CorpusRow) throws {
    let system = row.system
    for finding in try #require(Self.explorations[row.name]).findings {
      guard case .violated(let counterexample) = finding.result else { continue }
      let trace = try system.replay(counterexample.schedule)
      #expect(trace.steps.last?.broken.contains(finding.id) == true)
      #expect(trace.steps.count == counterexample.steps)
      #expect(trace.preemptions == counterexample.preemptions)
      #expect(trace.loopStart == counterexample.loopStart)
      #expect(counterexample.isMinimal == (counterexample.loopStart == nil))
      let switches = zip(trace.steps, trace.steps.dropFirst()).count { $0.thread != $1.thread }
      #expect(switches == counterexample.switches)
      // No step before the last shows it, or the run would not be a shortest one.
      #expect(!trace.steps.dropLast().contains { $0.broken.contains(finding.id) })
      let token = try counterexample.schedule.token(for: system)
      #expect(try Schedule(token: token, for: system) == counterexample.schedule)
    }
  }

  @Test(arguments: try Corpus.explorableRows())
  func `every landmark is reached by a run that replays`(row: CorpusRow) throws {
    let system = row.system
    let findings = try #require(Self.explorations[row.name]).findings
    for landmark in row.landmarks {
      let finding = try #require(findings.first { $0.id == landmark.rawValue })
      guard case .reached(let schedule) = finding.result else {
        Issue.record("\(landmark.rawValue) is not reached in \(row)")
        continue
      }
      #expect(try system.replay(schedule).steps.count == schedule.steps.count)
    }
  }

  @Test func `every row says what must come of it, and in a sentence what it shows`() throws {
    let rows = try Corpus.rows()
    #expect(!rows.isEmpty)
    #expect(rows.filter { $0.row.expectation == nil }.map(\.name) == [])
    #expect(rows.filter { $0.row.note.split(separator: " ").count < 4 }.map(\.name) == [])
  }

  @Test func `what is left out here is what the release build checks`() throws {
    let script = try Corpus.file("scripts/check")
    #expect(script.contains("run -c release explore check scenarios"))
    let names = Set(try Corpus.rows().map(\.scenario.name))
    #expect(names.isSuperset(of: Corpus.leftToCheck))
  }

  @Test(arguments: try Corpus.files())
  func `every scenario has a row that holds or says why not`(file: String) throws {
    let scenario = try Corpus.scenario(file)
    let holds = scenario.rows.contains { $0.expectation == .holds }
    // The control is another scenario's row, or nothing in 6.1 puts it right.
    #expect(holds || Self.controlledElsewhere.contains(scenario.name))
  }
}

extension Scenario.Expectation {
  /// What must break.
  var broken: [String] {
    if case .violated(let ids) = self { ids } else { [] }
  }
}
