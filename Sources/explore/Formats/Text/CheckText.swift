import Reporting
import Scheduler

/// The text of `explore check`: a line for each row, more only where a row differs.
struct CheckText: ReportRenderer {
  let style: TextStyle
  /// Where the verdicts of the scenario's rows start.
  private var column = 0
  /// The line above the scenario's rows, until one of them has come: a partition may have none.
  private var heading = ""

  init(style: TextStyle) { self.style = style }

  func start(_: ReportStart) -> String { "" }

  mutating func begin(_ input: InputReport) -> String {
    column = Self.column(for: input.rowTitles)
    heading = style.paint(shown(input.file), as: .strong) + "\n"
    return ""
  }

  mutating func add(_ rows: [RowReport]) -> String {
    defer { heading = "" }
    return heading + rows.map(row).joined()
  }

  /// Standard error has it, and the totals count it.
  func reject(_: InputError) -> String { "" }

  /// Where the verdicts of rows with these names start; a longer name pushes its own to a new
  /// line.
  private static func column(for names: [String]) -> Int {
    names.map(\.count).filter { $0 <= 30 }.reduce(0, max) + nameStart + 2
  }

  private static let nameStart = 13

  /// `ok`, the row, its verdict and its size; what was expected where that is not it.
  private func row(_ row: RowReport) -> String {
    let (word, colour): (String, Paint.Colour) =
      switch row.modelFault == nil ? row.outcome : .undecided {
      case .asExpected: ("ok", .good)
      case .differs: ("DIFFERS", .bad)
      case nil where row.isUnpinned && row.isWhole: ("UNPINNED", .bad)
      case nil where !row.isUnpinned && row.result.verdict == .holds: ("seen", .good)
      case nil where !row.isUnpinned && row.result.verdict == .violated: ("VIOLATED", .bad)
      case .undecided, nil: ("UNDECIDED", .unsure)
      }
    let time = style.showsTimes ? ", " + TextStyle.seconds(row.elapsed) : ""
    let text = row.outcomeText + " (\(row.result.searched)\(time))"
    var lines = labelled(
      "  " + padded(word, to: Self.nameStart - 2) + row.title, text, column: column,
      width: style.width)
    lines[0] = "  " + style.paint(word, as: colour) + lines[0].dropFirst(2 + word.count)
    if row.outcome != .asExpected || row.modelFault != nil {
      lines += details(row).map { String(repeating: " ", count: Self.nameStart) + $0 }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func details(_ row: RowReport) -> [String] {
    var lines: [String] = []
    if let expectation = row.expectation { lines.append("expected " + expectation.text) }
    if let pin = row.pin {
      lines.append("to pin it, write " + pin)
      if row.found.contains(where: \.isUpperBound) {
        lines.append("without @N: not all runs were tried, and others may need fewer preemptions")
      }
    }
    if let limit = row.result.limit { lines.append("stopped " + limit.text) }
    lines += row.result.ids(.neverReached).map { "never reached: \($0)" }
    if let replay = row.witness?.replay, row.outcome != nil || !row.result.broken.isEmpty {
      lines.append(replay)
    }
    return lines
  }

  /// The totals.
  func end(_ end: ReportEnd) -> String {
    let summary = end.summary
    var parts = ["\(summary.count(.asExpected)) as expected"]
    if summary.count(.differs) > 0 { parts.append("\(summary.count(.differs)) DIFFER") }
    if summary.seenViolated > 0 { parts.append("\(summary.seenViolated) VIOLATED") }
    if summary.pinnable > 0 { parts.append("\(summary.pinnable) UNPINNED") }
    if summary.seen > 0 { parts.append("\(summary.seen) seen") }
    if summary.undecided > 0 { parts.append("\(summary.undecided) UNDECIDED") }
    if summary.filesNotRead > 0 {
      parts.append("\(counted(summary.filesNotRead, "file")) NOT READ")
    }
    if summary.rowsNotRun > 0 { parts.append("\(summary.rowsNotRun) NOT RUN") }
    let time = style.showsTimes ? "; " + TextStyle.seconds(end.run.elapsed) : ""
    return wrapped(
      "\(counted(summary.rows, "row")) of \(counted(summary.scenarios, "file")): "
        + parts.joined(separator: ", ") + "; \(counted(summary.states, "state"))\(time)",
      width: style.width
    ).map { $0 + "\n" }.joined()
  }
}
