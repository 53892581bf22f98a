import RaceModel
import Reporting

/// The summary of a job in Markdown: a table of what is not as it should be, and the totals.
struct JobSummary: ReportRenderer {
  let command: Command
  private var file = ""
  /// The lines of the table so far.
  private var lines = 0

  /// GitHub refuses summaries of more than 1 MiB.
  private static let mostLines = 500
  private static let longestCell = 400

  init(command: Command) { self.command = command }

  func start(_: ReportStart) -> String { "### explore \(command.rawValue)\n\n" }

  mutating func begin(_ input: InputReport) -> String {
    file = input.file
    return ""
  }

  mutating func add(_ rows: [RowReport]) -> String {
    var text = ""
    for row in rows {
      let status = row.status(in: command)
      if status == .passed { continue }
      let place = row.position.map { ":\($0.line)" } ?? ""
      text += line([file + place, row.title, status.rawValue, row.outcomeText], row.details)
    }
    return text
  }

  mutating func reject(_ error: InputError, ofFile number: Int) -> String {
    error.faults.map { fault in
      let place = fault.position.map { ":\($0.line):\($0.column)" } ?? ""
      return line([fault.file + place, "", "cannot be read", fault.message], [])
    }.joined()
  }

  func end(_ end: ReportEnd) -> String {
    let left = lines > Self.mostLines ? "\n\(lines - Self.mostLines) more are left out.\n" : ""
    let missing = end.notRunText
    return left + (lines == 0 ? "" : "\n") + Self.escaped(end.summary.text) + "\n"
      + (missing.isEmpty ? "" : "\n**Not run**: \(Self.escaped(missing)).\n") + "\n"
  }

  /// A line of the table, with the table's head before the first one.
  private mutating func line(_ cells: [String], _ details: [String]) -> String {
    lines += 1
    if lines > Self.mostLines { return "" }
    let head = "| place | row | result | found | details |\n|---|---|---|---|---|\n"
    let cells = cells + [details.joined(separator: "; ")]
    let text = cells.map { Self.escaped(shown($0, limit: Self.longestCell)) }
    return (lines == 1 ? head : "") + "| " + text.joined(separator: " | ") + " |\n"
  }

  /// Text that no character of which means anything to Markdown, nor ends a cell.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      // By number, since a backslash before `|` is no escape within code.
      case "|": "&#124;"
      case "@": "&#64;"
      case "\n": " "
      case "\\", "`", "*", "_", "[", "]", "#", "~", "!", "$": "\\\(scalar)"
      default: String(scalar)
      }
    }.joined()
  }
}
