import Foundation
import Testing

@testable import explore

/// The JSON report against its schema, with reports that the schema must refuse.
struct JSONReportTests {
  private let validator: SchemaValidator

  init() throws {
    let file = URL(filePath: #filePath).appending(path: "../../../schemas/report.schema.json")
    validator = SchemaValidator(
      root: try JSON(String(contentsOf: file.standardized, encoding: .utf8)))
  }

  private func report(_ arguments: String...) throws -> JSON {
    try JSON(TestSession().run(arguments + ["--format", "json"]).output)
  }

  @Test(arguments: [
    ["run", "race.json5"], ["run", "race.json5", "--row=patched", "--max-states=100"],
    ["run", "race.json5", "--row=patched", "--max-seconds=0.000000001"],
    ["run", "race.json5", "--preemptions=1"], ["check", "race.json5", "--strategy=bounded"],
    ["compare", "race.json5", "--runs=99"],
    ["run", "race.json5", "--fingerprints"], ["check", "race.json5", "--fingerprints"],
    ["run", "race.json5", "--strategy=uniform", "--max-states=10"],
    ["run", "race.json5", "--knob=bump-dirty=after"], ["run", "vacuous.json5"], ["run", "-"],
    ["check", "folder", "wrong.json5"], ["check", "missing"],
  ])
  func `real reports are what the schema says`(arguments: [String]) throws {
    let output = TestSession().run(arguments + ["--format=json"]).output
    #expect(validator.errors(in: try JSON(output)) == [])
  }

  @Test func `the schema knows every strategy and no other`() {
    let names = validator.root["$defs"]?["row"]?["properties"]?["strategy"]?["enum"]
    #expect(names == .list(Request.Strategy.allCases.map { .string($0.rawValue) }))
  }

  @Test func `a search by fingerprint has its limit and a small probability`() throws {
    let row = try report("run", "race.json5", "--row=patched", "--fingerprints")["scenarios"]?[0]?[
      "rows"]?[0]
    #expect(row?["verdict"] == .string("undecided"))
    #expect(row?["limit"]?["kind"] == .string("fingerprints"))
    let statistic = row?["figures"]?[0]
    #expect(statistic?["id"] == .string("p-missed"))
    guard case .string(let text)? = statistic?["value"]?["decimal"], let value = Double(text) else {
      Issue.record("no decimal")
      return
    }
    #expect(value > 0 && value < 1e-9)
  }

  @Test func `the document is its golden, in a fixed order of keys`() {
    let result = TestSession().run("run", "race.json5", "--format=json")
    #expect(result.code == .violated)
    let text = result.output
      .replacing(/"elapsedMilliseconds": [0-9]+/, with: "\"elapsedMilliseconds\": 0")
      .replacing(/"rowMilliseconds": \[[0-9, ]+\]/, with: "\"rowMilliseconds\": []")
    Golden.expect(text, is: "run-race.json")
  }

  @Test func `a comparison has each row once for every strategy, with its time under run`() throws {
    let document = try report("compare", "race.json5", "--row=patched", "--runs=9")
    for (index, strategy) in Request.Strategy.allCases.enumerated() {
      let row = document["scenarios"]?[0]?["rows"]?[index]
      #expect(row?["name"] == .string("patched"))
      #expect(row?["strategy"] == .string(strategy.rawValue))
      #expect(document["run"]?["rowMilliseconds"]?[index] != nil)
    }
    let all = Request.Strategy.allCases.count
    #expect(document["scenarios"]?[0]?["rows"]?[all] == nil)
    #expect(document["run"]?["rowMilliseconds"]?[all] == nil)
  }

  @Test func `counts that can be large are decimal strings`() throws {
    let row = try report("run", "race.json5")["scenarios"]?[0]?["rows"]?[1]
    #expect(row?["counts"]?["interleavings"] == .string("1301212260351"))
    #expect(row?["counts"]?["violatingInterleavings"] == .string("0"))
    #expect(row?["counts"]?["interleavingsReason"] == .null)
  }

  @Test func `only the run key differs between two runs`() throws {
    var (first, second) = (try report("run", "race.json5"), try report("run", "race.json5"))
    first["run"] = .null
    second["run"] = .null
    #expect(first == second)
  }

  /// Breaks a report in one place each.
  private static let damages: [@Sendable (inout JSON) -> Void] = [
    { $0["schemaVersion"] = .integer(2) },
    { $0["extra"] = .null },
    { $0["run"] = nil },
    { $0["run"]?["time"] = .string("yesterday") },
    { $0["scenarios"] = .object([:]) },
    { $0["scenarios"]?[0]?["file"] = .string("") },
    { $0["scenarios"]?[0]?["rows"]?[0]?["verdict"] = .string("passed") },
    { $0["scenarios"]?[0]?["rows"]?[0]?["verdict"] = nil },
    { $0["scenarios"]?[0]?["rows"]?[0]?["asExpected"] = .string("true") },
    { $0["scenarios"]?[0]?["rows"]?[0]?["broken"] = .list([.string("a"), .string("a")]) },
    { $0["scenarios"]?[0]?["rows"]?[0]?["kernel"]?["knobs"] = .object([:]) },
    { $0["scenarios"]?[0]?["rows"]?[0]?["kernel"]?["knobs"]?["dedupe"] = .flag(true) },
    { $0["scenarios"]?[0]?["rows"]?[0]?["threads"] = .list([]) },
    { $0["scenarios"]?[0]?["rows"]?[0]?["counts"]?["states"] = .integer(0) },
    { $0["scenarios"]?[0]?["rows"]?[0]?["counts"]?["interleavings"] = .integer(5) },
    { $0["scenarios"]?[0]?["rows"]?[0]?["counts"]?["interleavings"] = .string("007") },
    { $0["scenarios"]?[0]?["rows"]?[0]?["figures"] = .list([.object(["id": .string("runs")])]) },
    { $0["scenarios"]?[0]?["rows"]?[0]?["limit"] = .object(["kind": .string("patience")]) },
    { $0["scenarios"]?[0]?["rows"]?[0]?["properties"]?[0]?["id"] = .string("C_SUBSET") },
    { $0["scenarios"]?[0]?["rows"]?[0]?["properties"]?[0]?["schedule"] = .string("v1:a") },
    { $0["scenarios"]?[0]?["rows"]?[0]?["properties"]?[0]?["trace"]?[0]?["number"] = .integer(0) },
    { $0["scenarios"]?[0]?["rows"]?[0]?["properties"]?[0]?["trace"]?[0]?["more"] = .integer(0) },
    {
      $0["scenarios"]?[0]?["rows"]?[0]?["properties"]?[0]?["trace"]?[2]?["changes"]?[0]?["role"] =
        .string("secret")
    },
  ]

  @Test(arguments: damages.indices)
  func `a damaged report is refused`(number: Int) throws {
    var document = try report("run", "race.json5")
    let whole = document
    #expect(validator.errors(in: document) == [])
    Self.damages[number](&document)
    try #require(document != whole, "damage \(number) changed nothing")
    #expect(validator.errors(in: document).count >= 1)
  }

  @Test func `strings with marks and control characters survive`() throws {
    let text = "quote \" backslash \\ bell \u{7} newline \n line \u{2028} e \u{e9} \u{1F600}"
    #expect(try JSON(JSONValue.list([.string(text)]).document) == .list([.string(text)]))
  }
}
