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
  func reject(_: InputError, ofFile _: Int) -> String { "" }

  /// Where the verdicts of rows with these names start; a longer name pushes its own to a new
  /// line.
  private static func column(for names: [String]) -> Int {
    names.map(\.count).filter { $0 <= 30 }.reduce(0, max) + nameStart + 2
  }

  private static let nameStart = 13

  /// `ok`, the row, its verdict and its size; what was expected where that is not it.
  private func row(_ row: RowReport) -> String {
    let (word, colour): (String, Paint.Colour) =
      switch row.status(in: .check) {
      case .passed: (row.outcome == nil ? "seen" : "ok", .good)
      case .differs: ("DIFFERS", .bad)
      case .unpinned: ("UNPINNED", .bad)
      case .violated: ("VIOLATED", .bad)
      case .undecided, .modelFault: ("UNDECIDED", .unsure)
      }
    let time = style.showsTimes ? ", " + row.elapsed.decimalSeconds + " s" : ""
    let text = row.outcomeText + " (\(row.result.searched)\(time))"
    var lines = labelled(
      "  " + padded(word, to: Self.nameStart - 2) + row.title, text, column: column,
      width: style.width)
    lines[0] = "  " + style.paint(word, as: colour) + lines[0].dropFirst(2 + word.count)
    if row.outcome != .asExpected || row.modelFault != nil {
      lines += row.details.map { String(repeating: " ", count: Self.nameStart) + $0 }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The totals.
  func end(_ end: ReportEnd) -> String {
    let time = style.showsTimes ? "; " + end.run.elapsed.decimalSeconds + " s" : ""
    return wrapped(end.summary.text + time, width: style.width).map { $0 + "\n" }.joined()
  }
}
