/// `explore merge`: the reports of the partitions of a check, as the one report of it.
struct MergeCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    let merge = try ReportMerge(request.operands.map(session.report))
    var printer = ReportPrinter(session, request)
    try printer.start(
      ReportStart(files: merge.errors.map { $0.faults[0].file } + merge.files.map(\.input.file)))
    for error in merge.errors {
      session.complain("\(error)")
      printer.reject(error)
    }
    var code = merge.errors.isEmpty ? ExitCode.success : .usage
    for file in merge.files {
      printer.begin(file.input)
      for row in file.rows {
        let report = merge.report(of: row)
        code = code.worse(report.checkExitCode)
        printer.add([report])
        session.complainOfModel(report, of: file.input.file)
      }
    }
    let ending = printer.end(notRun: merge.notRun) { facts in
      (facts.command, facts.options) = (Command.check.rawValue, merge.options)
      (facts.jobs, facts.elapsed) = (merge.jobs, merge.elapsed)
    }
    code = code.worse(ending)
    guard !merge.notRun.isEmpty else { return code }
    session.complainOfRowsNotRun(merge.notRun.count)
    return code.worse(.undecided)
  }
}
