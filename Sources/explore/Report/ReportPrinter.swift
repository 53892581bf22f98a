import Reporting

/// Hands rows to renderers as they end, prints what they make of them, and keeps the totals.
///
/// The format of standard output and those of `--report` get the same calls.
struct ReportPrinter {
  private let session: Session
  private let request: Request
  private let startTime = ContinuousClock.now
  private var outputs: [ReportOutput] = []
  private var files: [String] = []
  /// How many of the files have been begun, rejected or skipped.
  private var filesMet = 0
  private var filesSkipped: [String] = []
  private var rowTimes: [Duration] = []
  private(set) var summary = ReportSummary()

  init(_ session: Session, _ request: Request) {
    (self.session, self.request) = (session, request)
  }

  /// Comes first, before any search.
  ///
  /// - Throws: what is wrong with a place that the command line wants a report in.
  mutating func start(_ start: ReportStart) throws {
    var start = start
    (start.time, start.host) = (session.machine.now(), session.machine.host)
    start.folder = session.files.folder
    files = start.files
    if request.showsChanges {
      summary.differences = ReportSummary.Differences(unaffected: start.rowsUnaffected)
    }
    outputs = try ReportOutput.all(session, request, inputs: start.inputs)
    put { $0.start(start) }
  }

  mutating func begin(_ input: InputReport) {
    filesMet += 1
    summary.scenarios += 1
    put { $0.begin(input) }
  }

  /// Rows that belong together.
  mutating func add(_ rows: [RowReport]) {
    if rows.isEmpty { return }
    for row in rows { summary.add(row) }
    summary.differences?.add(rows)
    rowTimes += rows.map(\.elapsed)
    put { $0.add(rows) }
  }

  /// A file that cannot be read, as standard error has been told.
  mutating func reject(_ error: InputError) {
    filesMet += 1
    summary.filesNotRead += 1
    let number = filesMet
    put { $0.reject(error, ofFile: number) }
  }

  /// A file that the end of the command comes before, and others may still be rejected behind it.
  mutating func skip(_ file: String) {
    filesMet += 1
    filesSkipped.append(file)
  }

  /// Comes last; `notRun` are the rows that were to be run and were not, and `change` says
  /// otherwise how the report was made.
  ///
  /// The code is one of failure where a report could not be written.
  mutating func end(
    notRun: [RowNotRun] = [], _ change: (inout RunFacts) -> Void = { _ in }
  ) -> ExitCode {
    summary.rowsNotRun = notRun.count
    var facts = RunFacts(
      time: session.machine.now(), host: session.machine.host, version: Version.current,
      command: request.command.rawValue, options: request.decidingOptions,
      partition: request.partition, jobs: request.jobs ?? session.machine.cores,
      elapsed: ContinuousClock.now - startTime, rowTimes: rowTimes,
      stopSignal: session.stopSignal(), notRun: notRun)
    change(&facts)
    let end = ReportEnd(
      filesNotRun: filesSkipped + files.dropFirst(filesMet), summary: summary, run: facts)
    put { $0.end(end) }
    return finish()
  }

  /// Puts the files of the reports in their places.
  private func finish() -> ExitCode {
    var code = ExitCode.success
    for output in outputs {
      do throws(ReportFileError) {
        try output.finish()
      } catch {
        session.complain("explore: error: \(error)")
        code = .usage
      }
    }
    return code
  }

  /// Reads the one file that a command is about, before the start; of a file that cannot be read,
  /// the whole report is that it is so, and the result is nil.
  mutating func read(_ file: String) throws -> (Input, [Job])? {
    do {
      let input = try session.inputs(request).read(file)
      return (input, try Job.jobs(of: input, request))
    } catch let error as InputError {
      session.complain("\(error)")
      try start(ReportStart(files: [file]))
      reject(error)
      _ = end()
      return nil
    }
  }

  private mutating func put(_ text: (inout any ReportRenderer) -> String) {
    for index in outputs.indices { outputs[index].put(text) }
  }
}
