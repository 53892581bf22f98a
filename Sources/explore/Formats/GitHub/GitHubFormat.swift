import Reporting

/// What GitHub's runners make annotations of.
struct GitHubFormat: OutputFormat {
  let name = "github"
  let summary =
    "for GitHub Actions: annotations, and a summary of the job in Markdown"

  func showsInterleavings(of _: Command) -> Bool { false }
  func showsFinalStates(of _: Command) -> Bool { false }
  func gap(in _: RowReport) -> String? { nil }
  func addition(to command: Command) -> FormatAddition? {
    FormatAddition(
      variable: EnvironmentVariable.jobSummary.rawValue, renderer: JobSummary(command: command))
  }

  func run(_: TextStyle) -> (any ReportRenderer)? { GitHubReport(command: .run) }
  func check(_: TextStyle) -> (any ReportRenderer)? { GitHubReport(command: .check) }
  func diff(_: TextStyle) -> (any ReportRenderer)? { nil }
  func compare(_: TextStyle) -> (any ReportRenderer)? { nil }
  func replay(_: TextStyle) -> ((ReplayReport) -> String)? { nil }
  func list(_: TextStyle) -> ((ListReport) -> String)? { nil }
}

/// A workflow command for each row that is not as it should be, and one for the totals.
struct GitHubReport: ReportRenderer {
  let command: Command
  private var file = ""

  init(command: Command) { self.command = command }

  func start(_: ReportStart) -> String { "" }

  mutating func begin(_ input: InputReport) -> String {
    file = input.file
    return ""
  }

  func add(_ rows: [RowReport]) -> String { rows.map(annotation).joined() }

  private func annotation(of row: RowReport) -> String {
    let status = row.status(in: command)
    let level =
      switch status {
      case .passed: ""
      case .differs, .violated, .unpinned, .modelFault: "error"
      case .undecided: "warning"
      }
    if level.isEmpty { return "" }
    return Self.command(
      level, file: file, line: row.position?.line, column: row.position?.column,
      title: "\(row.heading): \(status.rawValue)",
      ([row.message(of: status)] + row.details).joined(separator: "\n"))
  }

  func reject(_ error: InputError, ofFile number: Int) -> String {
    error.faults.map { fault in
      Self.command(
        "error", file: fault.file, line: fault.position?.line, column: fault.position?.column,
        title: "cannot be read", fault.message)
    }.joined()
  }

  func end(_ end: ReportEnd) -> String {
    let missing = end.notRunText
    return Self.command("notice", title: "explore \(command.rawValue)", end.summary.text)
      + (missing.isEmpty
        ? "" : Self.command("warning", title: "not run", missing + ": no verdict is known"))
  }

  private static func command(
    _ level: String, file: String? = nil, line: Int? = nil, column: Int? = nil, title: String,
    _ message: String
  ) -> String {
    let properties = [
      ("file", file), ("line", line.map(String.init)), ("col", column.map(String.init)),
      ("title", title),
    ]
    let text = properties.compactMap { name, value in
      value.map { "\(name)=\(property($0))" }
    }.joined(separator: ",")
    return "::\(level) \(text)::\(data(message))\n"
  }

  /// The message of a command.
  private static func data(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "%": "%25"
      case "\r": "%0D"
      case "\n": "%0A"
      default: shown(String(scalar))
      }
    }.joined()
  }

  /// The value of a property, which commas and colons would end.
  private static func property(_ text: String) -> String {
    data(text).unicodeScalars.map { scalar in
      switch scalar {
      case ":": "%3A"
      case ",": "%2C"
      default: String(scalar)
      }
    }.joined()
  }
}
