import Reporting

/// What other programs read.
struct JSONFormat: OutputFormat {
  let name = "json"
  let summary = "for programs: one document, described by `schemas/report.schema.json`"

  func showsInterleavings(of _: Command) -> Bool { true }

  func showsFinalStates(of _: Command) -> Bool { false }
  func gap(in _: RowReport) -> String? { nil }

  func addition(to _: Command) -> FormatAddition? { nil }

  func run(_: TextStyle) -> (any ReportRenderer)? { JSONReport() }
  func check(_: TextStyle) -> (any ReportRenderer)? { JSONReport() }
  func diff(_: TextStyle) -> (any ReportRenderer)? { DiffJSON() }
  func compare(_: TextStyle) -> (any ReportRenderer)? { JSONReport() }
  func replay(_: TextStyle) -> ((ReplayReport) -> String)? { ReplayJSON().render }
  func list(_: TextStyle) -> ((ListReport) -> String)? { nil }
}
