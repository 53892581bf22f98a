import RaceModel
import Scheduler

/// `explore run`: searches the rows of one file and shows what breaks.
struct RunCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    let input = try session.inputs(request).read(request.operands[0])
    let jobs = try Job.jobs(of: input, request)
    if request.format.showsFinalStates(of: .run), jobs.contains(where: { !$0.program.hasCondition })
    {
      throw UsageError.noCondition(format: request.format.name, file: input.file)
    }
    var printer = ReportPrinter(session, request, request.format.run(session.style(request)))
    var code = ExitCode.success
    printer.begin(InputReport(input, jobs, request))
    for job in jobs where !session.isInterrupted() {
      let row = session.search(job, request)
      code = code.worse(row.exitCode)
      printer.add([row])
      if let gap = request.format.gap(in: row) {
        session.complain("\(shown(job.file)): row \(job.title): \(gap)")
        code = code.worse(.undecided)
      }
      session.complainOfModel(row, job)
    }
    printer.end()
    return session.complainOfStop(printer.notRun) ?? code
  }
}
