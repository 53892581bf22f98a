import RaceModel
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
    var code = ExitCode.success
    try printer.start(ReportStart(files: [input.file]))
    printer.begin(InputReport(input, jobs, request))
    for job in jobs where !session.isInterrupted() {
      let row = session.search(job, request)
      code = code.worse(row.exitCode)
      printer.add([row])
      for gap in request.formats.compactMap({ $0.gap(in: row) }) {
        session.complain("\(shown(job.file)): row \(job.title): \(gap)")
        code = code.worse(.undecided)
      }
      session.complainOfModel(row, job)
    }
    code = code.worse(printer.end(of: jobs.count))
    if session.isInterrupted() {
      session.complainOfInterrupt(done: printer.summary.rows, of: jobs.count)
      return .interrupted
    }
    return code
  }
}
