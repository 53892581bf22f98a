import Reporting

/// What code scanning and editors show as findings.
struct SARIFFormat: OutputFormat {
  let name = "sarif"
  let summary = "for code scanning and editors: SARIF 2.1.0, a rule a property, a result a finding"

  func showsInterleavings(of _: Command) -> Bool { false }
  func showsFinalStates(of _: Command) -> Bool { false }
  func gap(in _: RowReport) -> String? { nil }
  func addition(to _: Command) -> FormatAddition? { nil }

  func run(_: TextStyle) -> (any ReportRenderer)? { SARIFReport(command: .run) }
  func check(_: TextStyle) -> (any ReportRenderer)? { SARIFReport(command: .check) }
  func diff(_: TextStyle) -> (any ReportRenderer)? { nil }
  func compare(_: TextStyle) -> (any ReportRenderer)? { nil }
  func replay(_: TextStyle) -> ((ReplayReport) -> String)? { nil }
  func list(_: TextStyle) -> ((ListReport) -> String)? { nil }
}
