import Scheduler

/// `explore run`: searches the rows of one file and shows what breaks.
struct RunCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    var printer = ReportPrinter(session, request)
    guard let (input, jobs) = try printer.read(request.operands[0]) else { return .usage }
    if let format = request.formats.first(where: { $0.showsFinalStates(of: .run) }),
      jobs.contains(where: { !$0.program.hasCondition })
    {
      throw UsageError.noCondition(format: format.name, file: input.file)
    }
    let search = RowSearch(session, request, rows: jobs.count)
    try printer.start(ReportStart(files: [input.file]))
    printer.begin(InputReport(input, jobs, request))
    var rest = jobs[...]
    var code = ExitCode.success
    RowPipeline(
      search, next: { rest.popFirst().map { .rows([$0]) } },
      hand: { result in
        search.clearLine(after: 1)
        printer.add(result.found.map(\.row))
        for found in result.found {
          code = code.worse(found.row.exitCode)
          for gap in request.formats.compactMap({ $0.gap(in: found.row) }) {
            session.complain("\(shown(found.job.file)): row \(found.job.title): \(gap)")
            code = code.worse(.undecided)
          }
          session.complainOfModel(found.row, of: found.job.file)
        }
      }
    ).run()
    search.clearLine()
    let notRun = jobs.dropFirst(printer.summary.rows).map {
      RowNotRun(file: $0.file, row: $0.title)
    }
    code = code.worse(printer.end(notRun: notRun))
    return session.exitCode(code, after: search, notRun)
  }
}
