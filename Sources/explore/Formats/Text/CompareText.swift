import Reporting
import Scheduler

/// The text of `explore compare`: a table for each row, a line for each strategy.
struct CompareText: ReportRenderer {
  let style: TextStyle

  func start(_: ReportStart) -> String { "" }
  func begin(_ input: InputReport) -> String { RunText(style: style).begin(input) }
  /// Standard error has it.
  func reject(_: InputError) -> String { "" }

  /// The searches of one row.
  func add(_ rows: [RowReport]) -> String {
    guard let first = rows.first else { return "" }
    var lines = ["", RunText(style: style).title(first)]
    lines += style.facts(first.setting, first.threads) + [""]
    let cells = rows.map(Self.cells)
    let widths = Self.heads.indices.map { column in
      ([Self.heads] + cells).map { $0[column].count }.reduce(0, max)
    }
    if widths.reduce(0, +) + 2 * (widths.count - 1) <= style.width {
      lines.append(style.paint(Self.line(Self.heads, widths), as: .strong))
      lines += cells.map { Self.line($0, widths) }
    } else {
      for cells in cells {
        let parts = zip(Self.heads, cells).dropFirst().map { "\($0) \($1)" }
        lines += style.field(cells[0], parts.joined(separator: ", "))
      }
    }
    for reason in Self.reasons(rows) { lines += wrapped(reason, width: style.width) }
    return lines.map { $0 + "\n" }.joined()
  }

  /// What stands below all tables.
  func end(_ end: ReportEnd) -> String {
    if end.summary.rows == 0 { return "" }
    let text =
      "Times differ from run to run, nothing else does. Preemptions: of the first run found that "
      + "breaks something. Probability: exact, that one run drawn breaks something; "
      + "'explore run' gives it as a fraction."
    return ([""] + wrapped(text, width: style.width)).map { $0 + "\n" }.joined()
  }

  private static let heads = [
    "strategy", "verdict", "searched", "time", "preemptions", "probability",
  ]

  private static func cells(_ row: RowReport) -> [String] {
    let witness = row.witness
    let probability = row.result.statistics.first { $0.id == row.strategy.probability }
    var decimal = "-"
    if case .fraction(let part, let whole)? = probability?.value {
      decimal = Statistic.decimal(part, over: whole)
    }
    return [
      row.strategy.rawValue, row.verdictWord, row.result.searched,
      row.elapsed.decimalSeconds + " s",
      witness.map { "\($0.preemptions)" } ?? "-", decimal,
    ]
  }

  private static func line(_ cells: [String], _ widths: [Int]) -> String {
    let line = zip(cells, widths).map { padded($0, to: $1) }.joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }

  /// Why probabilities are not given, each reason once.
  private static func reasons(_ rows: [RowReport]) -> [String] {
    var reasons: [String] = []
    for row in rows {
      guard
        case .text(let reason)? = row.result.statistics.first(where: {
          $0.id == row.strategy.probability
        }
        )?
        .value, !reasons.contains("probability " + reason)
      else { continue }
      reasons.append("probability " + reason)
    }
    return reasons
  }
}
