import Reporting

/// Hands rows to a renderer as they end, prints what it makes of them, and keeps the totals.
struct ReportPrinter {
  private let session: Session
  private let request: Request
  private let start = ContinuousClock.now
  private var renderer: any ReportRenderer
  private var rowTimes: [Duration] = []
  private(set) var summary = ReportSummary()
  /// The files that could not be read.
  var errors: [InputError] = []

  /// `renderer` is what the format has for the command; the parser refuses formats without one.
  init(_ session: Session, _ request: Request, _ renderer: (any ReportRenderer)?) {
    guard let renderer else {
      preconditionFailure("'\(request.command.rawValue)' takes no format \(request.format.name)")
    }
    (self.session, self.request, self.renderer) = (session, request, renderer)
  }

  mutating func begin(_ input: InputReport) {
    summary.scenarios += 1
    session.output(renderer.begin(input))
  }

  /// Rows that belong together.
  mutating func add(_ rows: [RowReport]) {
    if rows.isEmpty { return }
    for row in rows { summary.add(row) }
    rowTimes += rows.map(\.elapsed)
    session.output(renderer.add(rows))
  }

  /// `rows` is how many rows there were to run; `change` says otherwise how the report was made.
  mutating func end(of rows: Int, _ change: (inout RunFacts) -> Void = { _ in }) {
    summary.rowsNotRun = rows - summary.rows
    var facts = RunFacts(
      time: session.machine.now(), host: session.machine.host, version: Version.current,
      command: request.command.rawValue, options: request.decidingOptions, partition: nil,
      jobs: request.jobs ?? session.machine.cores, elapsed: ContinuousClock.now - start,
      rowTimes: rowTimes)
    change(&facts)
    session.output(renderer.end(ReportEnd(errors: errors, summary: summary, run: facts)))
  }
}
