import RaceModel
import Reporting

/// What the kernel's own tests print.
struct KTAPFormat: OutputFormat {
  let name = "ktap"
  let summary = "for kernel CI: KTAP, version 1, a test a file, a subtest a row"

  func showsInterleavings(of _: Command) -> Bool { false }
  func showsFinalStates(of _: Command) -> Bool { false }
  func gap(in _: RowReport) -> String? { nil }
  func addition(to _: Command) -> FormatAddition? { nil }

  func run(_: TextStyle) -> (any ReportRenderer)? { KTAPReport(command: .run) }
  func check(_: TextStyle) -> (any ReportRenderer)? { KTAPReport(command: .check) }
  func diff(_: TextStyle) -> (any ReportRenderer)? { nil }
  func compare(_: TextStyle) -> (any ReportRenderer)? { nil }
  func replay(_: TextStyle) -> ((ReplayReport) -> String)? { nil }
  func list(_: TextStyle) -> ((ListReport) -> String)? { nil }
}

/// KTAP: the result of a row stands there as soon as it is known.
struct KTAPReport: ReportRenderer {
  let command: Command
  private var testCount = 0
  private var test: Test?

  /// The test of a file whose rows come.
  private struct Test {
    var input: InputReport
    var rows = 0
    var hasFailed = false
  }

  init(command: Command) { self.command = command }

  func start(_ start: ReportStart) -> String {
    "KTAP version 1\n1..\(start.files.count)\n"
  }

  mutating func begin(_ input: InputReport) -> String {
    defer { test = Test(input: input) }
    let end = endOfTest()
    // A test without subtests has no plan.
    if input.comingTitles.isEmpty { return end }
    return end + "  KTAP version 1\n  # Subtest: \(Self.name(input.file))\n"
      + "  1..\(input.comingTitles.count)\n"
  }

  mutating func add(_ rows: [RowReport]) -> String { rows.map { add($0) }.joined() }

  private mutating func add(_ row: RowReport) -> String {
    let status = row.status(in: command)
    let number = (test?.rows ?? 0) + 1
    test?.rows = number
    if status == .passed { return "  " + Self.result(true, number, row.title) }
    test?.hasFailed = true
    let lines = [row.message(of: status)] + row.details
    return Self.diagnostics(lines, indent: "  ")
      + "  " + Self.result(false, number, row.title, Self.directive(of: status))
  }

  mutating func reject(_ error: InputError, ofFile number: Int) -> String {
    let end = endOfTest()
    testCount += 1
    let lines = error.description.split(separator: "\n", omittingEmptySubsequences: false)
    return end + Self.diagnostics(lines.map(String.init), indent: "")
      + Self.result(false, testCount, error.faults.first?.file ?? "", "ERROR cannot be read")
  }

  mutating func end(_ end: ReportEnd) -> String {
    var text = endOfTest()
    for file in end.filesNotRun {
      testCount += 1
      text += Self.result(true, testCount, file, "SKIP not run")
    }
    return text
  }

  private mutating func endOfTest() -> String {
    guard let test else { return "" }
    self.test = nil
    testCount += 1
    let titles = test.input.comingTitles
    var text = ""
    for (index, title) in titles.enumerated().dropFirst(test.rows) {
      text += "  " + Self.result(true, index + 1, title, "SKIP not run")
    }
    let isSkipped = test.rows == 0
    return text
      + Self.result(
        !test.hasFailed, testCount, test.input.file,
        isSkipped ? titles.isEmpty ? "SKIP no rows" : "SKIP not run" : nil)
  }

  /// What says more than `not ok`; readers that do not know the word take it for a comment.
  private static func directive(of status: RowStatus) -> String? {
    switch status {
    case .passed, .differs, .violated: nil
    case .unpinned: "ERROR unpinned"
    case .undecided: "TIMEOUT undecided"
    case .modelFault: "ERROR model fault"
    }
  }

  private static func result(
    _ isOK: Bool, _ number: Int, _ name: String, _ directive: String? = nil
  ) -> String {
    "\(isOK ? "ok" : "not ok") \(number) \(self.name(name))"
      + (directive.map { " # " + $0 } ?? "") + "\n"
  }

  /// A line each; none of them can be taken for a header.
  private static func diagnostics(_ lines: [String], indent: String) -> String {
    lines.map { indent + "#   " + shown($0, limit: 4096) + "\n" }.joined()
  }

  /// The name of a test: one line without `#`, where a directive would start.
  private static func name(_ text: String) -> String {
    let name = shown(text, limit: 4096).split(separator: " ").joined(separator: " ")
    return name.split(separator: "#", omittingEmptySubsequences: false).joined(separator: "\\u{23}")
  }
}
