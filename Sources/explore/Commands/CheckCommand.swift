import Scheduler

/// `explore check`: every row of every file must give what the file expects.
struct CheckCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    var printer = ReportPrinter(session, request, request.format.check(session.style(request)))
    let inputs = try read(&printer.errors)
    var code = printer.errors.isEmpty ? ExitCode.success : .usage
    for (input, jobs) in inputs {
      let report = InputReport(input, jobs, request)
      if session.isInterrupted() {
        printer.skip(report)
        continue
      }
      printer.begin(report)
      for job in jobs where !session.isInterrupted() {
        var row = session.search(job, request)
        if row.isUnpinned { row.pin = session.pin(job, row, request) }
        code = code.worse(row.checkExitCode)
        printer.add([row])
        session.complainOfModel(row, job)
      }
    }
    printer.end()
    return session.complainOfStop(printer.notRun) ?? code
  }

  /// Reads all files first; what cannot be read is reported and does not stop the others.
  private func read(_ errors: inout [InputError]) throws -> [(Input, [Job])] {
    let inputs = session.inputs(request)
    func attempt<Result>(_ body: () throws -> Result) throws -> Result? {
      do {
        return try body()
      } catch let error as InputError {
        session.complain("\(error)")
        errors.append(error)
        return nil
      }
    }
    var files: [String] = []
    for path in request.operands {
      for file in try attempt({ try inputs.files(at: path) }) ?? [] where !files.contains(file) {
        files.append(file)
      }
    }
    return try files.compactMap { file in
      try attempt {
        let input = try inputs.read(file)
        return (input, try Job.jobs(of: input, request))
      }
    }
  }
}
