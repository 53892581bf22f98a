import Foundation
import Testing

@testable import explore

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The formats that show rows as tests or findings: what they must agree on, and what they print.
struct TestFormatTests {
  private static let formats = ["ndjson", "junit", "sarif", "ktap", "github"]
  /// A row that differs, one that says nothing, one that a limit ends, and files that are broken.
  private static let failing = [
    "check", "wrong.json5", "races/question.race", "mixed", "missing.json5", "--max-states=400",
  ]

  private static func reports(_ arguments: [String], _ session: TestSession = TestSession())
    -> [String: String]
  {
    session.run(arguments + formats.map { "--report=\($0)=\($0)" }).reports
  }

  @Test func `runs have their goldens`() {
    let reports = Self.reports(["run", "race.json5"])
    for format in Self.formats {
      Golden.expect(timeless(reports[format] ?? ""), is: "run-race.\(format)")
    }
  }

  @Test func `checks that fail have their goldens`() {
    var session = TestSession()
    session.environment = ["GITHUB_STEP_SUMMARY": "summary.md"]
    let reports = Self.reports(Self.failing, session)
    for format in Self.formats {
      Golden.expect(timeless(reports[format] ?? ""), is: "check-failing.\(format)")
    }
    Golden.expect(reports["summary.md"] ?? "", is: "check-failing.md")
  }

  @Test(arguments: [
    failing, ["check", "folder", "races", "broken"], ["check", "race.json5"],
    ["run", "races/kick.race"], ["run", "race.json5", "--max-states=10"],
    ["run", "misspelt.json5"],
    ["run", "races/mp.litmus"], ["check", "missing.json5"], ["run", "three.json5"],
  ])
  func `each format has each row once, and as many failures`(arguments: [String]) throws {
    let reports = Self.reports(arguments)
    let lines = try (reports["ndjson"] ?? "").split(separator: "\n").map { try JSON(String($0)) }
    func count(_ type: String) -> Int { lines.count { $0["type"] == .string(type) } }
    let summary = try #require(lines.last?["summary"])
    let (rows, unread) = (count("row"), number(summary["filesNotRead"]))
    #expect(number(summary["rows"]) == rows)
    #expect(number(summary["scenarios"]) == count("file"))

    let suites = try Suites(reports["junit"] ?? "")
    #expect(suites.cases == rows + unread)
    #expect(suites.files == count("file") + unread)

    let ktap = (reports["ktap"] ?? "").split(separator: "\n").map(String.init)
    #expect(ktap.prefix(2) == ["KTAP version 1", "1..\(suites.files)"])
    let results = ktap.filter { $0.contains(#/^ *(not )?ok [0-9]/#) }
    let leaves = results.filter { $0.hasPrefix("  ") || $0.hasSuffix("# ERROR cannot be read") }
    #expect(results.count == rows + suites.files)
    #expect(leaves.count == rows + unread)
    let failures = leaves.count { $0.trimmingCharacters(in: .whitespaces).hasPrefix("not ok") }
    #expect(failures == suites.failures + suites.errors)

    let annotations = (reports["github"] ?? "").split(separator: "\n")
    let faults = lines.filter { $0["type"] == .string("error") }.count
    let shown = annotations.count { $0.hasPrefix("::error ") || $0.hasPrefix("::warning ") }
    #expect(shown == failures - unread + faults)
  }

  private func number(_ value: JSON?) -> Int {
    guard case .integer(let number)? = value else { return -1 }
    return number
  }

  @Test func `after an interrupt what was not run is told, and each report is whole`() throws {
    for most in 0...3 {
      var session = TestSession()
      let calls = Counter()
      session.isInterrupted = { calls.next() > most * 400 }
      let reports = Self.reports(["check", "race.json5", "folder", "races"], session)
      let ktap = (reports["ktap"] ?? "").split(separator: "\n").map(String.init)
      let tops = ktap.filter { $0.contains(#/^(not )?ok [0-9]/#) }
      #expect(ktap[1] == "1..\(tops.count)")
      #expect(ktap.contains { $0.hasSuffix("# SKIP not run") })
      let suites = try Suites(reports["junit"] ?? "")
      #expect(suites.files == tops.count)
      #expect(suites.skipped > 0)
      let log = try JSON(reports["sarif"] ?? "")
      let invocation = log["runs"]?[0]?["invocations"]?[0]
      #expect(invocation?["executionSuccessful"] == .flag(false))
      #expect(reports["github"]?.contains("::warning title=not run::") == true)
      let last = try JSON(String((reports["ndjson"] ?? "").split(separator: "\n").last ?? ""))
      #expect(last["type"] == .string("summary"))
    }
  }

  @Test func `lines of NDJSON are written as rows end`() {
    var session = TestSession()
    let pieces = Counter()
    session.written = { text in
      #expect(text.hasSuffix("\n"))
      #expect(text.split(separator: "\n").count == 1)
      _ = pieces.next()
    }
    let result = session.run("check", "race.json5", "races/kick.race", "--format=ndjson")
    #expect(pieces.next() == result.output.split(separator: "\n").count)
  }

  @Test func `results of SARIF name their rules, threads and steps`() throws {
    let log = try JSON(TestSession().run("run", "races/kick.race", "--format=sarif").output)
    let run = try #require(log["runs"]?[0])
    let result = try #require(run["results"]?[0])
    #expect(result["ruleId"] == run["tool"]?["driver"]?["rules"]?[0]?["id"])
    let flows = try #require(result["codeFlows"]?[0]?["threadFlows"])
    #expect(flows[0]?["id"] == .string("maker"))
    #expect(flows[1]?["id"] == .string("vcpu"))
    var orders: [Int] = []
    for flow in 0..<2 {
      var step = 0
      while let location = flows[flow]?["locations"]?[step] {
        orders.append(number(location["executionOrder"]))
        let place = location["location"]?["physicalLocation"]
        #expect(place?["artifactLocation"]?["uri"] == .string("races/kick.race"))
        #expect(number(place?["region"]?["startLine"]) > 0)
        step += 1
      }
    }
    #expect(orders.sorted() == Array(1...orders.count))
  }

  @Test func `fingerprints stay when lines come before a row, and no two are equal`() throws {
    func prints(_ text: String) throws -> [JSON] {
      var session = TestSession()
      session.files["a.race"] = text
      let log = try JSON(session.run("check", "a.race", "--format=sarif").output)
      var prints: [JSON] = []
      while let result = log["runs"]?[0]?["results"]?[prints.count] {
        prints.append(try #require(result["partialFingerprints"]))
      }
      return prints
    }
    let text = RaceTexts.question
    let found = try prints(text)
    #expect(found.count >= 2)
    #expect(Set(found).count == found.count)
    #expect(try prints(text.replacing("int x, y", with: "\n\n\nint x, y")) == found)
    #expect(try prints(text.replacing("row open ", with: "row shut ")) != found)
  }

  private final class Counter: Sendable {
    private let lock = NSLock()
    nonisolated(unsafe) private var count = 0

    func next() -> Int {
      lock.withLock {
        count += 1; return count - 1
      }
    }
  }
}

/// JUnit's XML as Foundation reads it.
final class Suites: NSObject, XMLParserDelegate {
  private(set) var files = 0
  private(set) var cases = 0
  private(set) var failures = 0
  private(set) var errors = 0
  private(set) var skipped = 0
  /// The values of attributes, in their order.
  private(set) var names: [String] = []
  private(set) var text = ""
  private var announced: [String: Int] = [:]

  /// - Throws: what is wrong with the document, as the parser has it.
  init(_ document: String) throws {
    super.init()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = self
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
    for (name, count) in [
      ("tests", cases), ("failures", failures), ("errors", errors), ("skipped", skipped),
    ] {
      #expect(announced[name, default: 0] == count, "\(name)")
    }
  }

  func parser(
    _: XMLParser, didStartElement element: String, namespaceURI _: String?,
    qualifiedName _: String?, attributes: [String: String]
  ) {
    switch element {
    case "testsuite":
      files += 1
      for name in ["tests", "failures", "errors", "skipped"] {
        announced[name, default: 0] += Int(attributes[name] ?? "") ?? -1
      }
    case "testcase": cases += 1
    case "failure": failures += 1
    case "error": errors += 1
    case "skipped": skipped += 1
    default: break
    }
    names += ["name", "classname", "message"].compactMap { attributes[$0] }
  }

  func parser(_: XMLParser, foundCharacters string: String) { text += string }
}
