import RaceModel
import Scheduler

/// Everything that a renderer may show, already decided and in order.
struct Report: Sendable {
  var scenarios: [ScenarioReport] = []
  var run: RunFacts
}

/// What differs between two runs of the same input; nothing else in a report does but the times of rows.
struct RunFacts: Sendable {
  /// UTC, as in `2019-08-26T09:12:00Z`.
  var time: String
  var host: String
  var version: String
  var elapsed: Duration
}

struct ScenarioReport: Sendable {
  var name: String
  /// As it was named on the command line.
  var file: String
  var summary: String
  var rows: [RowReport] = []
}

/// One kernel run on a scenario.
struct RowReport: Sendable {
  /// Nil when the kernel was given on the command line.
  var name: String?
  var note: String
  var kernel: Kernel
  var threads: [ThreadReport]
  var strategy: Request.Strategy
  var verdict: Verdict
  /// Sorted ids of what is broken; a landmark that is never reached counts as `vacuous`.
  var broken: [String]
  var expectation: Expectation?
  var counts: Exploration.Counts
  /// What else the strategy found out.
  var statistics: [Statistic]
  var findings: [FindingReport]
  var limit: LimitHit?
  /// Why the row's verdict means nothing: the model is too small for it.
  var modelFault: String?
  /// How long the search took, which differs from run to run.
  var elapsed = Duration.zero

  struct Expectation: Sendable {
    var verdict: Verdict
    var broken: [String]
    var outcome: Outcome
  }

  /// How much was searched, as `543 states` or `1000 runs, 142 hit`.
  var searched: String {
    if counts.states > 0 { return counted(counts.states, "state") }
    func count(_ id: String) -> BigNatural? {
      guard case .count(let count)? = statistics.first(where: { $0.id == id })?.value else {
        return nil
      }
      return count
    }
    if let traces = count("traces") { return "\(traces) trace\(traces == 1 ? "" : "s")" }
    guard let runs = count("runs") else { return "nothing" }
    return "\(runs) run\(runs == 1 ? "" : "s")" + (count("hits").map { ", \($0) hit" } ?? "")
  }

  /// What it is called where it has no name.
  var title: String { name ?? "\(kernel)" }

  /// How a row compares with what its file expects.
  enum Outcome: Sendable { case asExpected, differs, undecided }
}

/// A thread and the calls it makes, as scenario files write them.
struct ThreadReport: Hashable, Sendable {
  var name: String
  var calls: [String]
}

/// What became of one property, check or landmark.
struct FindingReport: Sendable {
  var id: String
  var sentence: String
  var verdict: FindingVerdict
  /// The run that breaks it or, for a landmark, reaches it.
  var witness: WitnessReport?
}

enum FindingVerdict: String, CaseIterable, Sendable {
  case holds, violated, undecided, reached
  case neverReached = "never-reached"
}

/// A run to a place of interest.
struct WitnessReport: Sendable {
  var token: String
  var preemptions: Int
  var switches: Int
  var steps: Int
  /// Whether no other run to the place has fewer preemptions, or as many and fewer steps.
  var isMinimal: Bool
  /// The number of the first of the steps that are repeated for ever; nil if the run ends.
  var loopStart: Int?
  /// What is wrong in the run's last state; nil for a landmark.
  var explanation: String?
  var trace: TraceReport
  /// The command that replays the run.
  var replay: String
}

/// A run step by step, with the names that its numbers stand for.
struct TraceReport: Sendable {
  var threads: [String]
  var locks: [LockReport]
  var steps: [Trace.Step]
  var unfinished: [Trace.Unfinished]
  /// The number of the first step of a loop that ends with the last one, if repeating it breaks
  /// something.
  var loopStart: Int?

  struct LockReport: Hashable, Sendable {
    var name: String
    var kind: Lock.Kind
  }

  func name(of thread: ThreadID) -> String { threads[thread.index] }
}
