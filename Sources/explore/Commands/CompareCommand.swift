import RaceModel
import Reporting
import Scheduler

/// `explore compare`: the rows of one scenario, each searched by every strategy, or by those that
/// are asked for.
struct CompareCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    let input = try session.inputs(request).read(request.operands[0])
    let jobs = try Job.jobs(of: input, request)
    var printer = ReportPrinter(session, request, request.format.compare(session.style(request)))
    var code = ExitCode.success
    printer.begin(InputReport(input, jobs, request), strategies: request.compared)
    for job in jobs where !session.isInterrupted() {
      let rows = compare(job) { printer.add([$0]) }
      code = code.worse(judge(rows, job))
    }
    printer.end()
    return session.complainOfStop(printer.notRun) ?? code
  }

  /// Searches a row by each strategy; `show` gets what came of it as it ends.
  private func compare(_ job: Job, _ show: (RowReport) -> Void) -> [RowReport] {
    request.compared.compactMap { strategy in
      if session.isInterrupted() { return nil }
      var request = request
      request.strategy = strategy
      let row = session.search(job, request)
      show(row)
      session.complainOfModel(row, job)
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
