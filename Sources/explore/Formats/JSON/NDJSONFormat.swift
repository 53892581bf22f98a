import Reporting

/// What programs read that work line by line.
struct NDJSONFormat: OutputFormat {
  let name = "ndjson"
  let summary = "for programs that read lines: one JSON object a row, as `rows` of `json` has it"

  func showsInterleavings(of _: Command) -> Bool { true }

  func run(_: TextStyle) -> (any ReportRenderer)? { NDJSONReport() }
  func check(_: TextStyle) -> (any ReportRenderer)? { NDJSONReport() }
  func compare(_: TextStyle) -> (any ReportRenderer)? { NDJSONReport() }
  func replay(_: TextStyle) -> ((ReplayReport) -> String)? { nil }
  func list(_: TextStyle) -> ((ListReport) -> String)? { nil }
}

/// Rows, a line each; scenarios are told apart by the file that each line names.
private struct NDJSONReport: ReportRenderer {
  private var file = ""

  mutating func begin(_ scenario: ScenarioReport) -> String {
    file = scenario.file
    return ""
  }

  func add(_ rows: [RowReport]) -> String {
    rows.map { row in
      JSONValue.object([("file", .string(file)), ("row", JSONReport.row(row))]).onOneLine + "\n"
    }.joined()
  }

  func end(_: ReportEnd) -> String { "" }
}
