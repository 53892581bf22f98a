/// `explore merge`: the reports of the partitions of a check, as the one report of it.
struct MergeCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    if request.operands.count(where: { $0 == "-" }) > 1 { throw UsageError.standardInputTwice }
    let merge = try ReportMerge(request.operands.map(session.report))
    for case .rejected(let error) in merge.files { session.complain("\(error)") }
    var printer = ReportPrinter(session, request)
    try printer.start(ReportStart(files: merge.fileNames))
    var code = ExitCode.success
    var notRun = merge.notRun
    for file in merge.files {
      switch file {
      case .rejected(let error):
        code = code.worse(.usage)
        printer.reject(error)
      case .rows(let input, let places):
        printer.begin(input)
        for (index, place) in places.enumerated() {
          if session.isInterrupted() {
            notRun += merge.titles(of: places[index...]).map {
              RowNotRun(file: input.file, row: $0)
            }
            break
          }
          let row = merge.report(of: place)
          code = code.worse(row.checkExitCode)
          printer.add([row])
          session.complainOfModel(row, of: input.file)
        }
      }
    }
    let written = printer.end(notRun: notRun) { facts in
      (facts.command, facts.options) = (Command.check.rawValue, merge.options)
      (facts.jobs, facts.elapsed) = (merge.jobs, merge.elapsed)
    }
    code = code.worse(written)
    if let signal = session.stopSignal() {
      session.complain("explore: \(signal.word)")
      return signal.exitCode
    }
    if notRun.isEmpty { return code }
    session.complainOfRowsNotRun(notRun.count)
    return code.worse(.undecided)
  }
}
