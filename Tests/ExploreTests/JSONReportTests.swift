import Foundation
import Reporting
import Synchronization
import Testing

@testable import explore

/// The JSON report against its schema, with reports that the schema must refuse.
struct JSONReportTests {
  private let validator = SchemaValidator(root: Repository.reportSchema)

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
    ["run", "race.json5", "--knob=bump-dirty=after"], ["run", "vacuous.json5"],
    ["run", "-", "--language=scenario"],
    ["check", "folder", "wrong.json5"], ["check", "missing"], ["check", "mixed", "missing"],
    ["run", "races/kick.race"], ["run", "races/question.race", "-DSWAPPED"],
    ["run", "races/mp.litmus", "--strategy=bounded"], ["check", "races", "broken"],
    ["compare", "races/kick.race", "--runs=9"], ["run", "races/assumed.race", "--max-states=3"],
  ])
  func `real reports are what the schema says`(arguments: [String]) throws {
    let output = TestSession().run(arguments + ["--format=json"]).output
    let strict = SchemaValidator(root: Repository.reportSchema, isStrict: true)
    #expect(strict.errors(in: try JSON(output)) == [])
  }

  @Test func `the schema knows every name of a closed set and no other`() {
    func names(_ definition: String, _ key: String) -> JSON? {
      validator.root["$defs"]?[definition]?["properties"]?[key]?["enum"]
    }
    func texts(_ names: [String]) -> JSON { .list(names.map(JSON.string)) }
    #expect(names("row", "strategy") == texts(StrategySpec.allCases.map(\.rawValue)))
    #expect(names("limit", "kind") == texts(LimitReport.Kind.allCases.map(\.rawValue)))
    #expect(
      names("property", "verdict") == texts(FindingReport.Verdict.allCases.map(\.rawValue)))
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
    for (index, strategy) in StrategySpec.allCases.enumerated() {
      let row = document["scenarios"]?[0]?["rows"]?[index]
      #expect(row?["name"] == .string("patched"))
      #expect(row?["strategy"] == .string(strategy.rawValue))
      #expect(document["run"]?["rowMilliseconds"]?[index] != nil)
    }
    let all = StrategySpec.allCases.count
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
    { $0["schemaVersion"] = .integer(1) },
    { $0["errors"] = .null },
    { $0["summary"] = nil },
    { $0["summary"]?["expectations"]?["met"] = .integer(-1) },
    { $0["run"]?["partition"] = .object(["number": .integer(0), "of": .integer(3)]) },
    { $0["scenarios"]?[0]?["input"]?["hash"] = .string("5f") },
    { $0["scenarios"]?[0]?["rows"]?[0]?["line"] = .integer(0) },
    { $0["scenarios"]?[0]?["rows"]?[0]?["model"] = nil },
    { $0["scenarios"]?[0]?["rows"]?[0]?["observation"] = .string("never") },
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
    { $0["scenarios"]?[0]?["rows"]?[0]?["properties"]?[0]?["id"] = .string("C SUBSET") },
    { $0["scenarios"]?[0]?["rows"]?[0]?["properties"]?[0]?["schedule"] = .string("v2:a") },
    { $0["scenarios"]?[0]?["rows"]?[0]?["properties"]?[0]?["trace"]?[0]?["number"] = .integer(0) },
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

  @Test func `further keys are no damage`() throws {
    var document = try report("run", "race.json5")
    document["extra"] = .null
    document["run"]?["shard"] = .integer(1)
    document["scenarios"]?[0]?["input"]?["seed"] = .string("7")
    document["scenarios"]?[0]?["rows"]?[0]?["reads"] = .list([])
    document["scenarios"]?[0]?["rows"]?[0]?["kernel"] = .null
    document["scenarios"]?[0]?["rows"]?[0]?["properties"]?[0]?["trace"]?[0]?["more"] = .integer(0)
    #expect(validator.errors(in: document) == [])
  }

  @Test func `rows say where they stand, and the input what it was`() throws {
    let scenario = try report("run", "race.json5")["scenarios"]?[0]
    let lines = Samples.race.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, name) in ["linux-6.1", "patched"].enumerated() {
      let row = scenario?["rows"]?[index]
      guard case .integer(let line)? = row?["line"], case .integer(let column)? = row?["column"]
      else {
        Issue.record("row \(name) has no place")
        return
      }
      #expect(lines[line - 1].dropFirst(column - 1).hasPrefix("\"\(name)\""))
      #expect(row?["asExpected"] == .flag(true) && row?["model"] == .string("sc"))
    }
    #expect(scenario?["input"]?["hash"] != .string("cbf29ce484222325"))
    let renamed = TestSession(files: ["other/race.json5": Samples.race])
      .run("run", "other/race.json5", "--format=json")
    #expect(try JSON(renamed.output)["scenarios"]?[0]?["input"] == scenario?["input"])
    let changed = TestSession(files: ["race.json5": Samples.race + "\n"])
      .run("run", "race.json5", "--format=json")
    #expect(try JSON(changed.output)["scenarios"]?[0]?["input"] != scenario?["input"])
  }

  @Test func `a kernel of the command line has no place and expects nothing`() throws {
    let document = try report("run", "race.json5", "--row=patched", "--knob=dedupe=off")
    let row = document["scenarios"]?[0]?["rows"]?[0]
    for key in ["name", "line", "column", "expected", "expectedBroken", "asExpected"] {
      #expect(row?[key] == .null, "\(key)")
    }
    #expect(document["summary"]?["expectations"]?["none"] == .integer(1))
  }

  @Test func `a file that cannot be read is an error with its place`() throws {
    let result = TestSession().run("check", "mixed", "missing", "--format=json")
    #expect(result.code == .usage)
    let document = try JSON(result.output)
    let (misspelt, missing) = (document["errors"]?[0], document["errors"]?[1])
    #expect(document["errors"]?[2] == nil)
    #expect(missing?["file"] == .string("missing") && missing?["line"] == .null)
    #expect(missing?["message"] == .string("there is no such file or folder"))
    #expect(misspelt?["file"] == .string("mixed/misspelt.json5"))
    #expect(misspelt?["line"] == .integer(3) && misspelt?["column"] == .integer(3))
    #expect(misspelt?["message"]?.text?.hasPrefix("unknown key 'sumary'") == true)
    #expect(document["scenarios"]?[0]?["file"] == .string("mixed/race.json5"))
    #expect(document["summary"]?["rows"] == .integer(2))
  }

  @Test func `the summary counts rows by verdict and by expectation`() throws {
    let document = try report("check", "race.json5", "wrong.json5", "--max-states=300")
    let rows = try [0, 1].flatMap { scenario in
      try [0, 1].map { try #require(document["scenarios"]?[scenario]?["rows"]?[$0]) }
    }
    let summary = document["summary"]
    #expect(summary?["scenarios"] == .integer(2) && summary?["rows"] == .integer(4))
    for verdict in ["holds", "violated", "undecided"] {
      let count = rows.count { $0["verdict"] == .string(verdict) }
      #expect(summary?["verdicts"]?[verdict] == .integer(count), "\(verdict)")
    }
    let values: [(String, JSON)] = [
      ("met", .flag(true)), ("differ", .flag(false)), ("undecided", .null),
    ]
    for (key, value) in values {
      let count = rows.count { $0["asExpected"] == value }
      #expect(summary?["expectations"]?[key] == .integer(count), "\(key)")
    }
    let states = rows.reduce(0) { sum, row in
      guard case .integer(let states)? = row["counts"]?["states"] else { return sum }
      return sum + states
    }
    #expect(summary?["states"] == .integer(states))
  }

  /// The interrupt comes when the program has asked for it so many times.
  @Test(arguments: [0, 1, 2, 5, 40, 1000], ["run", "check", "compare"])
  func `an interrupt at any time leaves a whole document`(after: Int, command: String) throws {
    let count = Mutex(0)
    let session = TestSession(isInterrupted: {
      count.withLock { count in
        count += 1
        return count > after
      }
    })
    let result = session.run(command, "race.json5", "--format=json", "--jobs=1")
    let document = try JSON(result.output)
    #expect(validator.errors(in: document) == [])
    #expect(result.output.hasSuffix("\n}\n"))
    guard case .list(let notRun)? = document["run"]?["notRun"],
      case .integer(let rows)? = document["summary"]?["rows"]
    else {
      Issue.record("no list of what was not run")
      return
    }
    #expect(rows + notRun.count == (command == "compare" ? 2 * StrategySpec.allCases.count : 2))
    #expect(document["summary"]?["rowsNotRun"] == .integer(notRun.count))
    #expect(
      document["run"]?["interrupted"] == (result.code == .interrupted ? .string("SIGINT") : .null))
    if after == 0 {
      #expect(notRun[0]["file"] == .string("race.json5"))
      #expect(notRun[0]["row"] == .string("linux-6.1"))
      #expect(notRun[0]["strategy"] == (command == "compare" ? .string("exhaustive") : .null))
      #expect(result.code == .interrupted && document["summary"]?["rows"] == .integer(0))
    }
  }

  @Test func `rows are printed as they end, not all at once`() throws {
    let pieces = Mutex<[String]>([])
    let session = TestSession(written: { text in pieces.withLock { $0.append(text) } })
    let whole = session.run("run", "race.json5", "--format=json").output
    let texts = pieces.withLock { $0 }
    #expect(texts.joined() == whole)
    let rows = texts.indices.filter { texts[$0].contains("\"strategy\"") }
    #expect(rows.count == 2 && rows.allSatisfy { texts[$0].contains("\"modelFault\"") })
  }
}
