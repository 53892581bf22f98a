import Scheduler

/// `explore check`: every row of every file must give what the file expects; with `--diff`, what
/// it gives without what the command line changes.
struct CheckCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    let plan = try CheckPlan(session, request)
    let search = RowSearch(session, request, rows: plan.rowCount)
    var printer = ReportPrinter(session, request)
    try printer.start(
      ReportStart(files: plan.files, inputs: plan.paths, rowsUnaffected: plan.rowsUnaffected))
    var items = CheckItems(plan)
    var code = ExitCode.success
    RowPipeline(
      search, next: { items.next() },
      hand: { result in
        search.clearLine(after: result.found.isEmpty ? 0 : 1)
        switch result {
        case .begin(let input): printer.begin(input)
        case .rejected(let error): printer.reject(error)
        case .rows(let found):
          printer.add(found.map(\.row))
          for found in found { session.complainOfModel(found.row, of: found.job.file) }
        }
        code = code.worse(exitCode(of: result))
      }, isLast: request.failsFast ? { exitCode(of: $0) != .success } : nil
    ).run()
    search.clearLine()
    for entry in items.rest {
      switch entry {
      case .file(let file): printer.skip(file.path)
      case .broken(let error):
        printer.reject(error)
        code = code.worse(.usage)
      }
    }
    let done = printer.summary.rows / (request.showsChanges ? 2 : 1)
    let notRun = Array(plan.rows.dropFirst(done))
    code = code.worse(printer.end(notRun: notRun))
    return session.exitCode(code, after: search, notRun)
  }

  private func exitCode(of result: RowPipeline.Result) -> ExitCode {
    switch result {
    case .begin: .success
    case .rejected: .usage
    case .rows(let found):
      request.showsChanges
        ? RowDifference(found.map(\.row)).exitCode
        : found.reduce(.success) { $0.worse($1.row.checkExitCode) }
    }
  }
}
