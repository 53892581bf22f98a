import Reporting

/// The JSON document of `list`, as `schemas/list.schema.json` describes it.
struct ListJSON {
  static let schemaVersion = 1

  func render(_ report: ListReport) -> String {
    JSONValue.object([
      ("schemaVersion", .integer(Self.schemaVersion)),
      ("tool", .object([("name", .string("explore"))])),
      ("sections", .list(report.parts.map(Self.part))),
      ("errors", .list(report.errors.flatMap(\.faults).map { .object($0.members()) })),
    ]).document
  }

  private static func part(_ part: ListReport.Part) -> JSONValue {
    .object([
      ("name", .string(part.section.id)), ("summary", .string(part.section.summary)),
      ("items", part.items.map { .list($0.map(\.json)) } ?? .null),
    ])
  }
}
