import RaceModel
import Scheduler

/// `explore check`: every row of every file must give what the file expects.
struct CheckCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    var printer = ReportPrinter(session, request, request.format.check(session.style(request)))
    let inputs = read(&printer.errors)
    var code = printer.errors.isEmpty ? ExitCode.success : .usage
    var jobCount = 0
    for input in inputs {
      let jobs = try Job.jobs(of: input, request)
      jobCount += jobs.count
      if session.isInterrupted() { continue }
      printer.begin(ScenarioReport(input, jobs))
      for job in jobs where !session.isInterrupted() {
        var row = session.search(job, request)
        if row.isUnpinned { row.pin = session.pin(job, row, request) }
        code = code.worse(row.checkExitCode)
        printer.add([row])
        session.complainOfModel(row, job)
      }
    }
    printer.end(of: jobCount)
    if session.isInterrupted() {
      session.complainOfInterrupt(done: printer.summary.rows, of: jobCount)
      return .interrupted
    }
    return code
  }

  /// Reads all files first; what cannot be read is reported and does not stop the others.
  private func read(_ errors: inout [InputError]) -> [ScenarioInput] {
    var files: [String] = []
    for path in request.operands {
      do throws(InputError) {
        for file in try session.scenarios.files(at: path) where !files.contains(file) {
          files.append(file)
        }
      } catch {
        session.complain("\(error)")
        errors.append(error)
      }
    }
    return files.compactMap { file in
      do throws(InputError) {
        return try session.scenarios.read(file)
      } catch {
        session.complain("\(error)")
        errors.append(error)
        return nil
      }
    }
  }
}
