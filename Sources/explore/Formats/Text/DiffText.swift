import Reporting
import Scheduler

/// The text of `explore check --diff`: the rows whose verdict changes.
struct DiffText: ReportRenderer {
  let style: TextStyle
  /// The file whose rows come, until one of them is shown.
  private var heading: String?
  private var rows = 0
  private var changes = 0
  private var unknown = 0
  private var unaffected = 0

  init(style: TextStyle) { self.style = style }

  mutating func start(_ start: ReportStart) -> String {
    unaffected = start.rowsUnaffected
    return ""
  }

  mutating func begin(_ input: InputReport) -> String {
    heading = style.paint(shown(input.file), as: .strong) + "\n"
    return ""
  }

  mutating func add(_ rows: [RowReport]) -> String {
    let difference = RowDifference(rows)
    self.rows += 1
    if difference.isKnown && !difference.isChange { return "" }
    if difference.isKnown { changes += 1 } else { unknown += 1 }
    defer { heading = nil }
    return (heading ?? "") + lines(difference).map { $0 + "\n" }.joined()
  }

  mutating func reject(_: InputError) -> String { "" }

  private func lines(_ difference: RowDifference) -> [String] {
    let (asIs, changed) = (difference.asIs, difference.changed)
    var lines = labelled(
      "  " + style.paint(shown(asIs.title), as: .strong), "", column: 0, width: style.width)
    func side(_ label: String, _ row: RowReport) -> [String] {
      let limit = row.result.limit.map { "; stopped " + $0.text } ?? ""
      return labelled(
        "    " + label, row.outcomeText + " (\(row.result.searched))" + limit, column: 13,
        width: style.width)
    }
    lines += side("as it is", asIs) + side("changed", changed)
    if let replay = changed.witness?.replay, !changed.result.broken.isEmpty {
      lines.append(String(repeating: " ", count: 13) + replay)
    }
    return lines
  }

  mutating func end(_ end: ReportEnd) -> String {
    var parts = ["\(changes) CHANGE"]
    if unknown > 0 { parts.append("\(unknown) UNDECIDED") }
    parts.append("\(rows - changes - unknown) as before")
    if unaffected > 0 { parts.append("\(unaffected) without anything that is changed") }
    let all = rows + unaffected
    return wrapped(
      "\(counted(all, "row")) of \(counted(end.summary.scenarios, "file")): "
        + parts.joined(separator: ", "), width: style.width
    ).map { $0 + "\n" }.joined()
  }
}
