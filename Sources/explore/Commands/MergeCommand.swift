/// `explore merge`: the reports of the partitions of a check, as the one report of it.
struct MergeCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    let merge = try ReportMerge(request.operands.map(session.report))
    var printer = ReportPrinter(session, request, request.format.check(session.style(request)))
    printer.errors = merge.errors
    for error in merge.errors { session.complain("\(error)") }
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
    printer.end(of: printer.summary.rows + merge.rowsNotRun) { facts in
      (facts.command, facts.options) = (Command.check.rawValue, merge.options)
      (facts.jobs, facts.elapsed) = (merge.jobs, merge.elapsed)
    }
    guard merge.rowsNotRun > 0 else { return code }
    session.complainOfRowsNotRun(merge.rowsNotRun)
    return code.worse(.undecided)
  }
}
