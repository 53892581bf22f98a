public import Scheduler

/// What a search found out, for a reader: every finding with its run, told step by step.
public struct ExplorationReport: Sendable {
  /// The answer.
  public var verdict: Verdict
  /// Sorted ids of what is broken; a `sometimes` property that is never reached counts as
  /// ``vacuous``.
  public var broken: [String]
  /// The size of the search.
  public var counts: Exploration.Counts
  /// What else the strategy found out.
  public var statistics: [Statistic]
  /// The properties in their order, then each check that is broken.
  public var findings: [FindingReport]
  /// The limit that was hit; nil when none was.
  public var limit: LimitReport?

  /// The id under which ``broken`` has a `sometimes` property that is never reached.
  public static let vacuous = "vacuous"

  /// The report of what a search of `system` found out.
  ///
  /// `replayCommand` makes of a schedule's token the command line that replays it, for a program
  /// that has one; `limitSetting` is that of ``LimitReport/init(_:setting:)``.
  ///
  /// - Complexity: each run that is shown is taken once more, step by step.
  public init(
    _ exploration: Exploration, of system: System,
    replayCommand: (_ token: String) -> String? = { _ in nil },
    limitSetting: (LimitReport.Kind) -> String? = { _ in nil }
  ) {
    (verdict, counts) = (exploration.verdict, exploration.counts)
    statistics = exploration.statistics
    limit = exploration.limit.map { LimitReport($0, setting: limitSetting) }
    findings = exploration.findings.map { FindingReport($0, of: system, replayCommand) }
    broken = Self.broken(in: findings)
  }

  /// What ``broken`` has of some findings.
  static func broken(in findings: [FindingReport]) -> [String] {
    let ids = findings.compactMap { finding in
      switch finding.verdict {
      case .violated: finding.id
      case .neverReached: vacuous
      case .holds, .reached, .undecided: nil
      }
    }
    return Set(ids).sorted()
  }

  /// The ids of the findings with a verdict, in their order.
  package func ids(_ verdict: FindingReport.Verdict) -> [String] {
    findings.filter { $0.verdict == verdict }.map(\.id)
  }

  /// Whether every reachable state was judged; what is known of a part may still be violated.
  ///
  /// A search can end early and yet know all states: then a limit ended the look at endless runs
  /// or the counting of interleavings.
  package var isWhole: Bool {
    limit == nil
      || findings.contains { [.holds, .neverReached].contains($0.verdict) }
        && !findings.contains { $0.verdict == .undecided }
  }

  /// How much was searched, as `543 states` or `1000 runs, 142 hit`.
  public var searched: String {
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
}

/// What became of one property or check.
public struct FindingReport: Sendable {
  /// The id of the property or check.
  public var id: String
  /// What must be true or, for a `sometimes` property, what must be reached.
  public var sentence: String
  /// What became of it.
  public var verdict: Verdict
  /// The run that breaks it or, for a `sometimes` property, reaches it.
  public var witness: WitnessReport?
  /// Whether it asks: what breaks it answers with yes, and is told like something reached.
  package var isQuestion = false

  /// What can become of a property; the raw value is its name in JSON.
  public enum Verdict: String, CaseIterable, Sendable {
    /// It is true wherever it must be.
    case holds = "holds"
    /// It is broken.
    case violated = "violated"
    /// A limit was hit before an answer.
    case undecided = "undecided"
    /// A `sometimes` property that some state has.
    case reached = "reached"
    /// A `sometimes` property that no reachable state has.
    case neverReached = "never-reached"
  }

  init(
    _ finding: Exploration.Finding, of system: System, _ replayCommand: (String) -> String?
  ) {
    (id, sentence) = (finding.id, finding.sentence)
    switch finding.result {
    case .holds: verdict = .holds
    case .undecided: verdict = .undecided
    case .neverReached: verdict = .neverReached
    case .reached(let schedule):
      verdict = .reached
      witness = WitnessReport(schedule, isMinimal: false, of: id, system, replayCommand)
      witness?.explanation = nil
    case .violated(let counterexample):
      verdict = .violated
      witness = WitnessReport(
        counterexample.schedule, isMinimal: counterexample.isMinimal, of: id, system, replayCommand)
    }
  }
}

/// A run to a place of interest.
public struct WitnessReport: Sendable {
  /// The schedule as ``Scheduler/Schedule/token(for:)`` prints it.
  public var token: String
  /// How often the thread changes though the one before could still step.
  public var preemptions: Int
  /// How often the thread changes at all.
  public var switches: Int
  /// The length of the run.
  public var steps: Int
  /// Whether no other run to the place has fewer preemptions, or as many and fewer steps.
  public var isMinimal: Bool
  /// The number of the first of the steps that are repeated for ever; nil if the run ends.
  public var loopStart: Int?
  /// What is wrong in the run's last state; nil for a `sometimes` property.
  public var explanation: String?
  /// The run step by step.
  public var trace: TraceReport
  /// The command that replays the run; nil where there is none.
  public var replay: String?

  /// The run of a schedule that the engine itself found.
  init(
    _ schedule: Schedule, isMinimal: Bool, of id: String, _ system: System,
    _ replayCommand: (String) -> String?
  ) {
    let run: Trace
    do {
      run = try system.replay(schedule)
      token = try schedule.token(for: system)
    } catch {
      preconditionFailure("a schedule that the search found does not replay: \(error)")
    }
    trace = TraceReport(run, of: system)
    (preemptions, switches) = (run.preemptions, schedule.switches)
    (steps, self.isMinimal) = (schedule.steps.count, isMinimal)
    let broken = trace.broken.first { $0.id == id }
    loopStart = broken == nil ? nil : run.loopStart
    explanation = broken?.explanation
    replay = replayCommand(token)
  }
}
