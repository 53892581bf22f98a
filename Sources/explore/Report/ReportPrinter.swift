import Reporting

/// Hands rows to a renderer as they end, prints what it makes of them, and keeps the totals.
struct ReportPrinter {
  private let session: Session
  private let request: Request
  private let start = ContinuousClock.now
  private var renderer: any ReportRenderer
  private var rowTimes: [Duration] = []
  private(set) var summary = ReportSummary()
  /// The rows that are still to be run.
  private(set) var notRun: [RowNotRun] = []
  /// The files that could not be read.
  var errors: [InputError] = []

  /// `renderer` is what the format has for the command; the parser refuses formats without one.
  init(_ session: Session, _ request: Request, _ renderer: (any ReportRenderer)?) {
    guard let renderer else {
      preconditionFailure("'\(request.command.rawValue)' takes no format \(request.format.name)")
    }
    (self.session, self.request, self.renderer) = (session, request, renderer)
  }

  /// The rows that follow are of this file; where strategies are named, each row comes once for
  /// each.
  mutating func begin(_ input: InputReport, strategies: [StrategySpec]? = nil) {
    summary.scenarios += 1
    notRun += RowNotRun.rows(of: input, strategies)
    session.output(renderer.begin(input))
  }

  /// A file that a signal comes before.
  mutating func skip(_ input: InputReport) { notRun += RowNotRun.rows(of: input) }

  /// Rows that belong together.
  mutating func add(_ rows: [RowReport]) {
    if rows.isEmpty { return }
    for row in rows {
      summary.add(row)
      if let place = notRun.firstIndex(where: { $0.isRun(by: row) }) { notRun.remove(at: place) }
    }
    rowTimes += rows.map(\.elapsed)
    session.output(renderer.add(rows))
  }

  /// No more rows will come.
  mutating func end() {
    summary.rowsNotRun = notRun.count { $0.row != nil }
    let facts = RunFacts(
      time: session.machine.now(), host: session.machine.host, version: Version.current,
      jobs: request.jobs ?? session.machine.cores, elapsed: ContinuousClock.now - start,
      rowTimes: rowTimes, stopSignal: session.stopSignal(), notRun: notRun)
    session.output(renderer.end(ReportEnd(errors: errors, summary: summary, run: facts)))
  }
}
