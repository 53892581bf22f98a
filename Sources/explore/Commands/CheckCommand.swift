import Scheduler

/// `explore check`: every row of every file must give what the file expects.
struct CheckCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    var printer = ReportPrinter(session, request)
    var errors: [InputError] = []
    let inputs = try read(&errors)
    try printer.start(
      ReportStart(files: errors.map { $0.faults[0].file } + inputs.map(\.0.file)))
    for error in errors { printer.reject(error) }
    var code = errors.isEmpty ? ExitCode.success : .usage
    var jobCount = 0
    for (input, jobs) in inputs {
      jobCount += jobs.count
      if session.isInterrupted() { continue }
      printer.begin(InputReport(input, jobs, request))
      for job in jobs where !session.isInterrupted() {
        var row = session.search(job, request)
        if row.isUnpinned { row.pin = session.pin(job, row, request) }
        code = code.worse(row.checkExitCode)
        printer.add([row])
        session.complainOfModel(row, job)
      }
    }
    code = code.worse(printer.end(of: jobCount))
    if session.isInterrupted() {
      session.complainOfInterrupt(done: printer.summary.rows, of: jobCount)
      return .interrupted
    }
    return code
  }

  /// Reads all files first; what cannot be read is reported and does not stop the others.
  private func read(_ errors: inout [InputError]) throws -> [(Input, [Job])] {
    let inputs = session.inputs(request)
    func attempt<Result>(_ body: () throws -> Result) throws -> Result? {
      do {
        return try body()
      } catch let error as InputError {
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
