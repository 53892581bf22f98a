import Reporting

/// What Jenkins, GitLab and others show as tests.
struct JUnitFormat: OutputFormat {
  let name = "junit"
  let summary = "for CI that shows tests: JUnit's XML, a suite a file, a test case a row"

  func showsInterleavings(of _: Command) -> Bool { false }
  func showsFinalStates(of _: Command) -> Bool { false }
  func gap(in _: RowReport) -> String? { nil }
  func addition(to _: Command) -> FormatAddition? { nil }

  func run(_: TextStyle) -> (any ReportRenderer)? { JUnitReport(command: .run) }
  func check(_: TextStyle) -> (any ReportRenderer)? { JUnitReport(command: .check) }
  func diff(_: TextStyle) -> (any ReportRenderer)? { nil }
  func compare(_: TextStyle) -> (any ReportRenderer)? { nil }
  func replay(_: TextStyle) -> ((ReplayReport) -> String)? { nil }
  func list(_: TextStyle) -> ((ListReport) -> String)? { nil }
}
