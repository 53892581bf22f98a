import Reporting

/// What other programs read while a search goes on: a JSON object a line.
struct NDJSONFormat: OutputFormat {
  let name = "ndjson"
  let summary = "for programs that read rows as they end: a JSON object a line"

  func showsInterleavings(of _: Command) -> Bool { true }
  func showsFinalStates(of _: Command) -> Bool { false }
  func gap(in _: RowReport) -> String? { nil }
  func addition(to _: Command) -> FormatAddition? { nil }

  func run(_: TextStyle) -> (any ReportRenderer)? { NDJSONReport() }
  func check(_: TextStyle) -> (any ReportRenderer)? { NDJSONReport() }
  func diff(_: TextStyle) -> (any ReportRenderer)? { nil }
  func compare(_: TextStyle) -> (any ReportRenderer)? { NDJSONReport() }
  func replay(_: TextStyle) -> ((ReplayReport) -> String)? { nil }
  func list(_: TextStyle) -> ((ListReport) -> String)? { nil }
}

/// Lines of type `start`, `file`, `row`, `error` and, last, `summary`; the other keys are those of
/// ``JSONReport``.
struct NDJSONReport: ReportRenderer {
  private var file = ""

  func start(_ start: ReportStart) -> String {
    line(
      "start",
      [
        ("schemaVersion", .integer(JSONReport.schemaVersion)),
        ("tool", .object([("name", .string("explore"))])),
        ("files", .strings(start.files)),
      ])
  }

  mutating func begin(_ input: InputReport) -> String {
    file = input.file
    return line("file", input.members)
  }

  /// Each line stands for itself, so that it names its file as well.
  func add(_ rows: [RowReport]) -> String {
    rows.map { line("row", [("file", .string(file))] + $0.members) }.joined()
  }

  func reject(_ error: InputError, ofFile number: Int) -> String {
    error.faults.map { line("error", $0.members(ofFile: number)) }.joined()
  }

  func end(_ end: ReportEnd) -> String {
    line(
      "summary",
      [
        ("filesNotRun", .strings(end.filesNotRun)), ("run", end.run.json),
        ("summary", end.summary.json),
      ])
  }

  private func line(_ type: String, _ members: [JSONValue.Member]) -> String {
    JSONValue.object([("type", .string(type))] + members).singleLine + "\n"
  }
}
