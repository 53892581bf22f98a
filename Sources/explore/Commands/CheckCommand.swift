import Scheduler

/// `explore check`: every row of every file must give what the file expects.
struct CheckCommand {
  let session: Session
  let request: Request

  func run() throws -> ExitCode {
    let rerun = try request.rerunReport.map { path in
      let report = try session.report(at: path)
      return RerunSelection(report)
    }
    var printer = ReportPrinter(session, request, request.format.check(session.style(request)))
    let inputs = try read(rerun, &printer.errors)
    var code = printer.errors.isEmpty ? ExitCode.success : .usage
    var jobCount = 0
    for (input, jobs) in inputs {
      jobCount += jobs.count
      if session.isInterrupted() || jobs.isEmpty { continue }
      printer.begin(InputReport(input, jobs, request))
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
  private func read(
    _ rerun: RerunSelection?, _ errors: inout [InputError]
  ) throws -> [(Input, [Job])] {
    let inputs = session.inputs(request)
    var unknown = 0
    defer { if let path = request.rerunReport { session.tellOfUnknown(unknown, to: path) } }
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
    for path in request.operands.isEmpty ? rerun?.files ?? [] : request.operands {
      for file in try attempt({ try inputs.files(at: path) }) ?? [] where !files.contains(file) {
        files.append(file)
      }
    }
    return try files.compactMap { file in
      try attempt {
        let input = try inputs.read(file)
        var jobs = try Job.jobs(of: input, request)
        if let rerun {
          jobs = jobs.filter { rerun.includes(row: $0.title, of: file) }
          unknown += jobs.count { !rerun.knows(row: $0.title, of: file) }
        }
        return (input, jobs)
      }
    }
  }
}
