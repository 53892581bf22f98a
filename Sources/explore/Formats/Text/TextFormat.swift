import Reporting

/// What people read.
struct TextFormat: OutputFormat {
  let name = "text"
  let summary = "for people: what breaks, as a table of the run, and what was proved"

  /// The lines of `check` do without.
  func showsInterleavings(of command: Command) -> Bool { command != .check }

  func showsFinalStates(of _: Command) -> Bool { false }
  func gap(in _: RowReport) -> String? { nil }

  func addition(to _: Command) -> FormatAddition? { nil }

  func run(_ style: TextStyle) -> (any ReportRenderer)? { RunText(style: style) }
  func check(_ style: TextStyle) -> (any ReportRenderer)? { CheckText(style: style) }
  func diff(_ style: TextStyle) -> (any ReportRenderer)? { DiffText(style: style) }
  func compare(_ style: TextStyle) -> (any ReportRenderer)? { CompareText(style: style) }
  func replay(_ style: TextStyle) -> ((ReplayReport) -> String)? {
    ReplayText(style: style).render
  }
  func list(_ style: TextStyle) -> ((ListReport) -> String)? { ListText().render }
}
