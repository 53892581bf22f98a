import Reporting
import Scheduler

/// The first run that breaks something, as a table, and the token that stands for it.
func brokenRun(of system: System) -> (table: String, token: String)? {
  let report = ExplorationReport(Explorer.explore(system), of: system)
  guard let run = report.findings.first(where: { $0.verdict == .violated })?.witness else {
    return nil
  }
  return (TraceTable(run.trace).text, run.token)
}

/// Takes the run of a token again and tells what broke in it.
func replay(_ token: String, on system: System) throws -> String {
  let run = try system.replay(Schedule(token: token, for: system))
  return TraceReport(run, of: system).broken.map { broken in
    "\(broken.id) after step \(broken.step): \(broken.explanation ?? broken.sentence)\n"
  }.joined()
}

/// All that the search found out, for other programs.
func document(of system: System) -> String {
  ExplorationReport(Explorer.explore(system), of: system).json.document
}
