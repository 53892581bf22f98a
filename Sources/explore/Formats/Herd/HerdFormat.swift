import Reporting

/// What herd7 prints, for tools that read that.
struct HerdFormat: OutputFormat {
  let name = "herd"
  let summary = "for tools that read herd7: its block for each test, with all final states"

  func showsInterleavings(of _: Command) -> Bool { false }
  func showsFinalStates(of _: Command) -> Bool { true }

  func addition(to _: Command) -> FormatAddition? { nil }

  func run(_: TextStyle) -> (any ReportRenderer)? { HerdReport() }
  func check(_: TextStyle) -> (any ReportRenderer)? { nil }
  func diff(_: TextStyle) -> (any ReportRenderer)? { nil }
  func compare(_: TextStyle) -> (any ReportRenderer)? { nil }
  func replay(_: TextStyle) -> ((ReplayReport) -> String)? { nil }
  func list(_: TextStyle) -> ((ListReport) -> String)? { nil }

  func gap(in row: RowReport) -> String? {
    if row.isWhole { return nil }
    let limit = row.result.limit.map { ": stopped " + $0.text } ?? ""
    return "no block, for not all final states are known" + limit
  }
}

/// herd7's blocks, without the time and the hash that herd7 adds.
///
/// What herd7 counts by executions is counted by final states.
struct HerdReport: ReportRenderer {
  private var name = ""

  mutating func begin(_ input: InputReport) -> String {
    name = shown(input.name)
    return ""
  }

  func start(_: ReportStart) -> String { "" }
  func add(_ rows: [RowReport]) -> String { rows.map(block).joined() }
  func reject(_: InputError, ofFile _: Int) -> String { "" }

  func end(_: ReportEnd) -> String { "" }

  private func block(_ row: RowReport) -> String {
    guard let states = row.finalStates, row.isWhole, let observation = row.observation else {
      return ""
    }
    let test = row.name.map { "\(name)-\($0)" } ?? name
    let (positive, negative) = (states.positive, states.negative)
    let (kind, witnesses, others) =
      switch states.quantifier {
      case .exists: ("Allowed", positive, negative)
      case .notExists: ("Forbidden", negative, positive)
      case .forall: ("Required", positive, negative)
      }
    let lines =
      ["Test \(test) \(kind)", "States \(states.lines.count)"] + states.lines
      + [
        states.isOK ? "Ok" : "No", "Witnesses", "Positive: \(witnesses) Negative: \(others)",
      ] + row.flags.map { "Flag \($0.id)" }
      + [
        "Condition \(states.condition)",
        "Observation \(test) \(observation) \(positive) \(negative)", "",
      ]
    return lines.map { $0 + "\n" }.joined()
  }
}
