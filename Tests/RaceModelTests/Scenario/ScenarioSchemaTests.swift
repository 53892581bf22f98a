import Foundation
import Testing

@testable import RaceModel

/// `schemas/scenario.schema.json` says what the reader's tables of keys say, and no more.
struct ScenarioSchemaTests {
  typealias Node = [String: Any]

  static func schema() throws -> Node {
    var root = ScenarioFiles.folder
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let file = root.appending(path: "schemas/scenario.schema.json")
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    return try #require(json as? Node)
  }

  @Test func `the schema is of the draft it says`() throws {
    let schema = try Self.schema()
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
  }

  @Test func `the schema and the tables of keys agree in every object`() throws {
    var comparison = SchemaComparison(root: try Self.schema())
    comparison.compare(comparison.root, with: RootKeys.shape, at: "scenario")
    #expect(comparison.differences == [])
    #expect(comparison.compared > 80)
  }

  @Test func `the comparison notices what it should`() throws {
    var schema = try Self.schema()
    var properties = try #require(schema["properties"] as? Node)
    properties["rows"] = nil
    schema["properties"] = properties
    var comparison = SchemaComparison(root: schema)
    comparison.compare(schema, with: RootKeys.shape, at: "scenario")
    #expect(comparison.differences.contains { $0.hasPrefix("scenario: properties") })
  }

  @Test func `a path that the schema lacks is named`() throws {
    var schema = try Self.schema()
    var definitions = try #require(schema["$defs"] as? Node)
    var call = try #require(definitions["call"] as? Node)
    var variants = try #require(call["oneOf"] as? [Any])
    variants.remove(at: 3)
    call["oneOf"] = variants
    definitions["call"] = call
    schema["$defs"] = definitions
    var comparison = SchemaComparison(root: schema)
    comparison.compare(schema, with: RootKeys.shape, at: "scenario")
    let missing = PathSpec.allCases[3].id
    // The threads of the scenario lack it, and those of its rows.
    #expect(
      comparison.differences == [
        "scenario.threads[].run[]: no variant \(missing)",
        "scenario.rows[].threads[].run[]: no variant \(missing)",
      ])
  }

  @Test func `violates goes with expect in the schema too`() throws {
    let definitions = try #require(try Self.schema()["$defs"] as? Node)
    let row = try #require(definitions["row"] as? Node)
    #expect(
      row["if"] as? NSDictionary
        == ["required": ["expect"], "properties": ["expect": ["const": "violated"]]])
    #expect(row["then"] as? NSDictionary == ["required": ["violates"]])
    #expect(row["else"] as? NSDictionary == ["properties": ["violates": false]])
  }

  @Test func `every definition of the schema is used and described`() throws {
    let schema = try Self.schema()
    let text = String(
      decoding: try JSONSerialization.data(
        withJSONObject: schema, options: [.withoutEscapingSlashes]), as: UTF8.self)
    for (name, definition) in try #require(schema["$defs"] as? Node) {
      #expect(text.contains("\"#/$defs/\(name)\""), "nothing refers to \(name)")
      #expect((definition as? Node)?["description"] as? String != "", "\(name)")
    }
  }
}
