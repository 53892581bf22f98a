import Scheduler

extension Exploration {
  /// The runs on which something breaks, by the id of what breaks.
  var counterexamples: [String: Counterexample] {
    var runs: [String: Counterexample] = [:]
    for finding in findings {
      if case .violated(let run) = finding.result { runs[finding.id] = run }
    }
    return runs
  }
}
