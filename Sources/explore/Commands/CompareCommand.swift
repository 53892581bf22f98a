import RaceModel
import Scheduler

/// `explore compare`: the rows of one scenario, each searched by every strategy.
struct CompareCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    let start = ContinuousClock.now
    let file = request.operands[0]
    let scenario = try session.scenarios.read(file)
    let jobs = try Job.jobs(of: scenario, file, request)
    let text = CompareText(style: session.style(request))
    var report = ScenarioReport(name: scenario.name, file: file, summary: scenario.summary)
    var code = ExitCode.success
    var done = 0
    if request.format == .text { session.output(text.heading(report)) }
    for job in jobs where !session.isInterrupted() {
      let rows = compare(job)
      report.rows += rows
      code = code.worse(judge(rows, job))
      if session.isInterrupted() { break }
      done += 1
      if request.format == .text { session.output(text.table(rows)) }
    }
    switch request.format {
    case .json:
      let whole = Report(scenarios: [report], run: session.facts(since: start))
      session.output(JSONReport.render(whole))
    case .text: session.output(text.legend)
    }
    if session.isInterrupted() {
      session.complainOfInterrupt(done: done, of: jobs.count)
      return .interrupted
    }
    return code
  }

  private func compare(_ job: Job) -> [RowReport] {
    Request.Strategy.allCases.compactMap { strategy in
      if session.isInterrupted() { return nil }
      var request = request
      request.strategy = strategy
      let row = session.search(job, request)
      session.complainOfModel(row, job)
      return row
    }
  }

  /// Strategies that contradict each other are our mistake; that none has an answer is a limit's.
  private func judge(_ rows: [RowReport], _ job: Job) -> ExitCode {
    if rows.contains(where: { $0.modelFault != nil }) { return .bug }
    func names(_ verdict: Verdict) -> [String] {
      rows.filter { $0.verdict == verdict }.map(\.strategy.rawValue)
    }
    if !names(.holds).isEmpty && !names(.violated).isEmpty {
      session.complain(
        "\(shown(job.file)): row \(job.title): holds by \(list(names(.holds), "and")), violated by "
          + list(names(.violated), "and") + ": this is a mistake in explore: please report it")
      return .bug
    }
    return names(.undecided).count == rows.count ? .undecided : .success
  }
}
