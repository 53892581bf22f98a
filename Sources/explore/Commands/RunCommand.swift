import RaceModel
import Scheduler

/// `explore run`: searches the rows of one scenario and shows what breaks.
struct RunCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    let start = ContinuousClock.now
    let file = request.operands[0]
    let scenario = try session.scenarios.read(file)
    let jobs = try Job.jobs(of: scenario, file, request)
    let text = TextReport(style: session.style(request))
    var report = ScenarioReport(name: scenario.name, file: file, summary: scenario.summary)
    var code = ExitCode.success
    if request.format == .text { session.output(text.heading(report)) }
    for job in jobs where !session.isInterrupted() {
      let row = session.search(job, request)
      report.rows.append(row)
      code = code.worse(row.exitCode)
      if request.format == .text { session.output(text.row(row)) }
      session.complainOfModel(row, job)
    }
    if request.format == .json {
      let whole = Report(scenarios: [report], run: session.facts(since: start))
      session.output(JSONReport.render(whole))
    }
    if session.isInterrupted() {
      session.complainOfInterrupt(done: report.rows.count, of: jobs.count)
      return .interrupted
    }
    return code
  }
}

extension Session {
  func complainOfInterrupt(done: Int, of all: Int) {
    let missing = all - done
    complain(
      "explore: interrupted" + (missing == 0 ? "" : "; \(counted(missing, "row")) not run"))
  }
}
