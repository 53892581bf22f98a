import RaceModel
import Scheduler

extension RowReport {
  /// What a search found out, for a reader.
  init(_ job: Job, _ system: System, _ exploration: Exploration, _ strategy: Request.Strategy) {
    name = job.name
    (note, kernel, self.strategy) = (job.note, job.kernel, strategy)
    threads = job.threadReports
    (verdict, counts, limit) = (exploration.verdict, exploration.counts, exploration.limit)
    statistics = exploration.statistics
    findings = exploration.findings.map { FindingReport($0, job, system) }
    broken = Set(
      findings.compactMap {
        switch $0.verdict {
        case .violated: $0.id
        case .neverReached: Self.vacuous
        case .holds, .reached, .undecided: nil
        }
      }
    ).sorted()
    modelFault =
      findings.lazy.filter { Self.modelLimits.contains($0.id) }
      .compactMap(\.witness?.explanation).first
    // Findings that hold are only there when the search came to its end; the look at endless runs
    // after it may not have.
    let isWhole =
      limit == nil
      || findings.contains { [.holds, .neverReached].contains($0.verdict) }
        && !findings.contains { $0.verdict == .undecided }
    expectation = job.expectation.map { [broken] in
      Expectation($0, broken, isWhole: isWhole)
    }
  }

  /// The id under which files expect that a landmark is never reached.
  private static let vacuous = "vacuous"
  /// Checks of the model itself: when one breaks, nothing can be concluded.
  private static let modelLimits = ["cell-overflow", "rmap-pool"]

  /// The worst exit code that this row gives to `run`.
  var exitCode: ExitCode {
    if modelFault != nil { return .bug }
    return switch verdict {
    case .holds: .success
    case .violated: .violated
    case .undecided: .undecided
    }
  }

  /// The worst exit code that this row gives to `check`.
  var checkExitCode: ExitCode {
    if modelFault != nil { return .bug }
    return switch expectation?.outcome {
    case .asExpected: .success
    case .differs: .violated
    case .undecided, nil: .undecided
    }
  }
}

extension RowReport.Expectation {
  init(_ expectation: Scenario.Expectation, _ found: [String], isWhole: Bool) {
    switch expectation {
    case .holds: (verdict, broken) = (.holds, [])
    case .violated(let ids): (verdict, broken) = (.violated, ids.sorted())
    }
    if found == broken {
      outcome = isWhole ? .asExpected : .undecided
    } else {
      // Part of a search can show that too much breaks, never that too little does.
      outcome = isWhole || !Set(found).isSubset(of: broken) ? .differs : .undecided
    }
  }
}

extension FindingReport {
  init(_ finding: Exploration.Finding, _ job: Job, _ system: System) {
    (id, sentence) = (finding.id, finding.sentence)
    switch finding.result {
    case .holds: verdict = .holds
    case .undecided: verdict = .undecided
    case .neverReached: verdict = .neverReached
    case .reached(let schedule):
      verdict = .reached
      witness = WitnessReport(schedule, isMinimal: false, of: id, job, system)
      witness?.explanation = nil
    case .violated(let counterexample):
      verdict = .violated
      witness = WitnessReport(
        counterexample.schedule, isMinimal: counterexample.isMinimal, of: id, job, system)
    }
  }
}
