import Reporting
import Scheduler

/// The text of `explore compare`: a table for each row, a line for each strategy as it ends.
struct CompareText: ReportRenderer {
  let style: TextStyle
  /// The row whose table is being printed.
  private var title: String?
  /// Why its probabilities are not given, each reason once.
  private var reasons: [String] = []

  init(style: TextStyle) { self.style = style }

  func start(_: ReportStart) -> String { "" }
  /// Standard error has it.
  func reject(_: InputError, ofFile _: Int) -> String { "" }

  mutating func begin(_ input: InputReport) -> String {
    endOfTable() + RunText(style: style).begin(input)
  }

  /// The next searches of a row, or the first of another one.
  mutating func add(_ rows: [RowReport]) -> String {
    rows.map { row in
      let start = title == row.title ? "" : endOfTable() + head(of: row)
      title = row.title
      note(row)
      return start + text(line(Self.cells(row)))
    }.joined()
  }

  /// What stands below all tables.
  mutating func end(_ end: ReportEnd) -> String {
    if end.summary.rows == 0 { return "" }
    let legend =
      "Times differ from run to run, nothing else does. Preemptions: of the first run found that "
      + "breaks something. Probability: exact, that one run drawn breaks something; "
      + "'explore run' gives it as a fraction."
    return endOfTable() + text([""] + wrapped(legend, width: style.width))
  }

  private func head(of row: RowReport) -> String {
    let heads = Self.line(Self.heads)
    return text(
      ["", RunText(style: style).title(row)] + style.facts(row.setting, row.threads) + [""]
        + (heads.count <= style.width ? [style.paint(heads, as: .strong)] : []))
  }

  /// What stands below the table of one row.
  private mutating func endOfTable() -> String {
    defer { (title, reasons) = (nil, []) }
    return text(reasons.flatMap { wrapped($0, width: style.width) })
  }

  private mutating func note(_ row: RowReport) {
    let probability = row.result.statistics.first { $0.id == row.strategy.probability }
    guard case .text(let reason)? = probability?.value else { return }
    if !reasons.contains("probability " + reason) { reasons.append("probability " + reason) }
  }

  private func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

  /// A line of the table, or the same in words where that is too long for one.
  private func line(_ cells: [String]) -> [String] {
    let line = Self.line(cells)
    if line.count <= style.width { return [line] }
    let parts = zip(Self.heads, cells).dropFirst().map { "\($0) \($1)" }
    return style.field(cells[0], parts.joined(separator: ", "))
  }

  private static let heads = [
    "strategy", "verdict", "searched", "time", "preemptions", "probability",
  ]

  /// The lines before are printed when a search ends, so the widths cannot wait for it: they are
  /// those of what is usual, and a longer cell pushes the rest of its line.
  private static let widths = [10, 9, 19, 8, 11, 11]

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

  private static func line(_ cells: [String]) -> String {
    let line = zip(cells, widths).map { padded($0, to: $1) }.joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}
