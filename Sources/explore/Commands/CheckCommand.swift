import RaceModel
import Scheduler

/// `explore check`: every row of every file must give what the file expects.
struct CheckCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    let start = ContinuousClock.now
    var code = ExitCode.success
    let scenarios = read(&code)
    let text = CheckText(style: session.style(request))
    var reports: [ScenarioReport] = []
    var jobCount = 0
    for (file, scenario) in scenarios {
      var report = ScenarioReport(name: scenario.name, file: file, summary: scenario.summary)
      let jobs = try Job.jobs(of: scenario, file, request)
      jobCount += jobs.count
      if session.isInterrupted() { continue }
      if request.format == .text { session.output(text.heading(report)) }
      let column = CheckText.column(for: jobs.map(\.title))
      for job in jobs where !session.isInterrupted() {
        let row = session.search(job, request)
        report.rows.append(row)
        code = code.worse(row.checkExitCode)
        if request.format == .text { session.output(text.row(row, column: column)) }
        session.complainOfModel(row, job)
      }
      reports.append(report)
    }
    let report = Report(scenarios: reports, run: session.facts(since: start))
    switch request.format {
    case .json: session.output(JSONReport.render(report))
    case .text: session.output(text.totals(report))
    }
    if session.isInterrupted() {
      session.complainOfInterrupt(done: reports.reduce(0) { $0 + $1.rows.count }, of: jobCount)
      return .interrupted
    }
    return code
  }

  /// Reads all files first; what cannot be read is reported and does not stop the others.
  private func read(_ code: inout ExitCode) -> [(file: String, scenario: Scenario)] {
    var files: [String] = []
    for path in request.operands {
      do {
        for file in try session.scenarios.files(at: path) where !files.contains(file) {
          files.append(file)
        }
      } catch {
        session.complain("\(error)")
        code = .usage
      }
    }
    return files.compactMap { file in
      do {
        return (file, try session.scenarios.read(file))
      } catch {
        session.complain("\(error)")
        code = .usage
        return nil
      }
    }
  }
}
