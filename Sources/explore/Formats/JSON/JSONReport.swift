import Reporting

/// The JSON document of `run`, `check` and `compare`, as `schemas/report.schema.json` describes
/// it.
///
/// The keys are literals, here and in `Reporting` for what a search found out: they stay when a
/// type or a case is renamed. Readers let keys pass that they do not know, so that adding one
/// does not change ``schemaVersion``.
struct JSONReport: ReportRenderer {
  static let schemaVersion = 2

  private var writer = JSONWriter()
  private var isInScenario = false
  /// What is wrong with files, which stands below all rows.
  private var errors: [JSONValue] = []

  mutating func start(_: ReportStart) -> String {
    writer.openObject() + writer.write(.integer(Self.schemaVersion), for: "schemaVersion")
      + writer.write(.object([("name", .string("explore"))]), for: "tool")
      + writer.openList(for: "scenarios")
  }

  mutating func begin(_ input: InputReport) -> String {
    var text = endOfScenario()
    isInScenario = true
    text += writer.openObject()
    for (key, value) in input.members { text += writer.write(value, for: key) }
    return text + writer.openList(for: "rows")
  }

  mutating func add(_ rows: [RowReport]) -> String {
    rows.map { writer.write(.object($0.members)) }.joined()
  }

  mutating func reject(_ error: InputError, ofFile number: Int) -> String {
    errors += error.faults.map { .object($0.members(ofFile: number)) }
    return ""
  }

  mutating func end(_ end: ReportEnd) -> String {
    var text = endOfScenario() + writer.close()
    text += writer.write(.list(errors), for: "errors")
    text += writer.write(end.run.json, for: "run")
    text += writer.write(end.summary.json, for: "summary")
    return text + writer.close()
  }

  /// Closes the rows and the scenario that they are of.
  private mutating func endOfScenario() -> String {
    guard isInScenario else { return "" }
    isInScenario = false
    return writer.close() + writer.close()
  }
}
