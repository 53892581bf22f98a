import RaceModel
import Reporting
import Scheduler

/// `explore compare`: the rows of one scenario, each searched by every strategy, or by those that
/// are asked for.
struct CompareCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    var printer = ReportPrinter(session, request)
    guard let (input, jobs) = try printer.read(request.operands[0]) else { return .usage }
    var code = ExitCode.success
    try printer.start(ReportStart(files: [input.file]))
    printer.begin(InputReport(input, jobs, request))
    for job in jobs where !session.isInterrupted() {
      let rows = compare(job) { printer.add([$0]) }
      code = code.worse(judge(rows, job))
    }
    let all = jobs.flatMap { job in
      request.compared.map { RowNotRun(file: job.file, row: job.title, strategy: $0) }
    }
    let notRun = Array(all.dropFirst(printer.summary.rows))
    code = code.worse(printer.end(notRun: notRun))
    return session.exitCode(code, after: RowSearch(session, request, rows: 1), notRun)
  }

  /// Searches a row by each strategy; `show` gets what came of it as it ends.
  private func compare(_ job: Job, _ show: (RowReport) -> Void) -> [RowReport] {
    request.compared.compactMap { strategy in
      if session.isInterrupted() { return nil }
      var request = request
      request.strategy = strategy
      let search = RowSearch(session, request, rows: 1)
      let row = search.report(job)
      search.clearLine()
      show(row)
      session.complainOfModel(row, of: job.file)
      return row
    }
  }

  /// Strategies that contradict each other are our mistake; that none has an answer is a limit's.
  private func judge(_ rows: [RowReport], _ job: Job) -> ExitCode {
    if rows.contains(where: { $0.modelFault != nil }) { return .bug }
    func names(_ word: String) -> [String] {
      rows.filter { $0.verdictWord == word }.map(\.strategy.rawValue)
    }
    for (one, other) in [("holds", "violated"), ("forbidden", "allowed")]
    where !names(one).isEmpty && !names(other).isEmpty {
      session.complain(
        "\(shown(job.file)): row \(job.title): \(one) by \(list(names(one), "and")), \(other) by "
          + list(names(other), "and") + ": this is a mistake in explore: please report it")
      return .bug
    }
    return names("undecided").count == rows.count ? .undecided : .success
  }
}
