import Reporting
import Scheduler

/// The text of `explore check --diff`: the rows whose verdict changes.
struct DiffText: ReportRenderer {
  let style: TextStyle
  /// The file whose rows come, until one of them is shown.
  private var heading: String?

  init(style: TextStyle) { self.style = style }

  mutating func start(_: ReportStart) -> String { "" }

  mutating func begin(_ input: InputReport) -> String {
    heading = style.paint(shown(input.file), as: .strong) + "\n"
    return ""
  }

  mutating func add(_ rows: [RowReport]) -> String {
    let difference = RowDifference(rows)
    if difference.isKnown && !difference.isChange { return "" }
    defer { heading = nil }
    return (heading ?? "") + lines(difference).map { $0 + "\n" }.joined()
  }

  mutating func reject(_: InputError, ofFile _: Int) -> String { "" }

  private func lines(_ difference: RowDifference) -> [String] {
    let (asIs, changed) = (difference.asIs, difference.changed)
    var lines = ["  " + style.paint(shown(asIs.title), as: .strong)]
    func side(_ label: String, _ row: RowReport) -> [String] {
      let limit = row.result.limit.map { "; stopped " + $0.text } ?? ""
      return labelled(
        "    " + label, row.outcomeText + " (\(row.result.searched))" + limit, column: 14,
        width: style.width)
    }
    lines += side("as it is", asIs) + side("changed", changed)
    if let replay = changed.witness?.replay, !changed.result.broken.isEmpty {
      lines.append(String(repeating: " ", count: 14) + replay)
    }
    return lines
  }

  mutating func end(_ end: ReportEnd) -> String {
    guard let all = end.summary.differences else { return "" }
    var parts = ["\(all.changed) CHANGE"]
    if all.undecided > 0 { parts.append("\(all.undecided) UNDECIDED") }
    parts.append("\(all.same) as before")
    if all.unaffected > 0 { parts.append("\(all.unaffected) without anything that is changed") }
    if end.summary.filesNotRead > 0 {
      parts.append("\(counted(end.summary.filesNotRead, "file")) NOT READ")
    }
    if end.summary.rowsNotRun > 0 { parts.append("\(end.summary.rowsNotRun) NOT RUN") }
    return wrapped(
      counted(all.all, "row") + ": " + parts.joined(separator: ", "), width: style.width
    )
    .map { $0 + "\n" }.joined()
  }
}
