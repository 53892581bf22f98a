import Reporting

/// JUnit's XML, in the form that the schema of Ant's task asks for, which all readers take.
///
/// A suite says how many of its cases failed before it has them, so those of one file are kept.
struct JUnitReport: ReportRenderer {
  let command: Command
  private var timestamp = ""
  private var host = ""
  private var suiteCount = 0
  private var suite: Suite?

  /// The suite of a file whose rows come.
  private struct Suite {
    var input: InputReport
    var cases: [Case] = []
    var elapsed = Duration.zero
  }

  /// A test case and what became of it.
  private struct Case {
    enum Kind { case passed, failure, error, skipped }

    var kind: Kind
    var text: String
  }

  init(command: Command) { self.command = command }

  mutating func start(_ start: ReportStart) -> String {
    // The schema's time has no zone.
    timestamp = start.time.hasSuffix("Z") ? String(start.time.dropLast()) : start.time
    host = start.host.isEmpty ? "localhost" : start.host
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
  }

  mutating func begin(_ input: InputReport) -> String {
    defer { suite = Suite(input: input) }
    return endOfSuite()
  }

  mutating func add(_ rows: [RowReport]) -> String {
    let name = suite?.input.name ?? ""
    for row in rows {
      let testCase = testCase(of: row, in: name)
      suite?.cases.append(testCase)
      suite?.elapsed += row.elapsed
    }
    return ""
  }

  /// A suite of one case, which is an error.
  mutating func reject(_ error: InputError, ofFile number: Int) -> String {
    let file = error.faults.first?.file ?? ""
    let message = error.faults.first?.message ?? ""
    let fault = Self.element("error", message: message, type: "input", text: error.description)
    let text = Self.testCase("read", of: file, elapsed: .zero, fault)
    return endOfSuite() + suite(file, package: file, [Case(kind: .error, text: text)], .zero)
  }

  mutating func end(_ end: ReportEnd) -> String {
    var text = endOfSuite()
    for file in end.filesNotRun {
      text += suite(file, package: file, [Self.skipped("read", of: file)], .zero)
    }
    return text + "</testsuites>\n"
  }

  private mutating func endOfSuite() -> String {
    guard let suite else { return "" }
    self.suite = nil
    let names = suite.input.comingTitles.dropFirst(suite.cases.count)
    let missing = names.map { Self.skipped($0, of: suite.input.name) }
    return self.suite(
      suite.input.file, package: suite.input.name, suite.cases + missing, suite.elapsed)
  }

  private mutating func suite(
    _ name: String, package: String, _ cases: [Case], _ elapsed: Duration
  ) -> String {
    func count(_ kind: Case.Kind) -> String { "\(cases.count { $0.kind == kind })" }
    let attributes = [
      ("name", name), ("package", package), ("id", "\(suiteCount)"), ("tests", "\(cases.count)"),
      ("failures", count(.failure)), ("errors", count(.error)), ("skipped", count(.skipped)),
      ("time", elapsed.decimalSeconds), ("timestamp", timestamp), ("hostname", host),
    ]
    suiteCount += 1
    return "  <testsuite" + attributes.map { XMLText.attribute($0, $1) }.joined() + ">\n"
      + "    <properties/>\n" + cases.map(\.text).joined()
      + "    <system-out/>\n    <system-err/>\n  </testsuite>\n"
  }

  private func testCase(of row: RowReport, in name: String) -> Case {
    let status = row.status(in: command)
    let kind: Case.Kind =
      switch status {
      case .passed: .passed
      case .differs, .violated, .unpinned: .failure
      case .undecided, .modelFault: .error
      }
    let report = RunText(style: Session.fileStyle, showsInterleavings: false).row(row)
    let text = (row.reasons + [report]).joined(separator: "\n")
    let element =
      switch kind {
      case .passed, .skipped: ""
      case .failure, .error:
        Self.element(
          kind == .failure ? "failure" : "error",
          message: ([row.message(of: status)] + row.reasons).joined(separator: "; "),
          type: status.rawValue, text: text)
      }
    return Case(
      kind: kind, text: Self.testCase(row.title, of: name, elapsed: row.elapsed, element))
  }

  private static func skipped(_ name: String, of input: String) -> Case {
    let element = "      <skipped" + XMLText.attribute("message", "not run") + "/>\n"
    return Case(kind: .skipped, text: testCase(name, of: input, elapsed: .zero, element))
  }

  private static func testCase(
    _ name: String, of input: String, elapsed: Duration, _ element: String
  ) -> String {
    let attributes = [("name", name), ("classname", input), ("time", elapsed.decimalSeconds)]
    let start = "    <testcase" + attributes.map { XMLText.attribute($0, $1) }.joined()
    return element.isEmpty ? start + "/>\n" : start + ">\n" + element + "    </testcase>\n"
  }

  private static func element(
    _ name: String, message: String, type: String, text: String
  ) -> String {
    "      <\(name)" + XMLText.attribute("message", message) + XMLText.attribute("type", type)
      + ">" + XMLText.content(text) + "</\(name)>\n"
  }
}
