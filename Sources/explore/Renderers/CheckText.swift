import Scheduler

/// The text of `explore check`: a line for each row, more only where a row differs.
struct CheckText {
  let style: TextStyle

  func render(_ report: Report) -> String {
    report.scenarios.map { scenario in
      let column = Self.column(for: scenario.rows.map(\.title))
      return heading(scenario) + scenario.rows.map { row($0, column: column) }.joined()
    }.joined() + totals(report)
  }

  /// Where the verdicts of rows with these names start; a longer name pushes its own to a new line.
  static func column(for names: [String]) -> Int {
    names.map(\.count).filter { $0 <= 30 }.reduce(0, max) + nameStart + 2
  }

  private static let nameStart = 13

  func heading(_ scenario: ScenarioReport) -> String {
    style.paint(shown(scenario.file), .strong) + "\n"
  }

  /// `ok`, the row, its verdict and its size; what was expected where that is not it.
  func row(_ row: RowReport, column: Int) -> String {
    let (word, colour): (String, Paint.Colour) =
      switch row.modelFault == nil ? row.expectation?.outcome : .undecided {
      case .asExpected: ("ok", .good)
      case .differs: ("DIFFERS", .bad)
      case .undecided, nil: ("UNDECIDED", .unsure)
      }
    let text = Self.text(row.verdict, row.broken) + " (\(row.searched))"
    var lines = labelled(
      "  " + padded(word, to: Self.nameStart - 2) + row.title, text, column: column,
      width: style.width)
    lines[0] = "  " + style.paint(word, colour) + lines[0].dropFirst(2 + word.count)
    if row.expectation?.outcome != .asExpected || row.modelFault != nil {
      lines += details(row).map { String(repeating: " ", count: Self.nameStart) + $0 }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func details(_ row: RowReport) -> [String] {
    var lines: [String] = []
    if let expectation = row.expectation {
      lines.append("expected " + Self.text(expectation.verdict, expectation.broken))
    }
    if let limit = row.limit { lines.append("stopped " + LimitText.sentence(limit)) }
    lines += row.findings.filter { $0.verdict == .neverReached }.map { "never reached: \($0.id)" }
    if let witness = row.findings.first(where: { $0.verdict == .violated })?.witness {
      lines.append(witness.replay)
    }
    return lines
  }

  /// `holds`, or what is broken.
  private static func text(_ verdict: Verdict, _ broken: [String]) -> String {
    broken.isEmpty ? verdict.rawValue : "\(verdict.rawValue): " + broken.joined(separator: ", ")
  }

  func totals(_ report: Report) -> String {
    let rows = report.scenarios.flatMap(\.rows)
    func count(_ outcome: RowReport.Outcome) -> Int {
      rows.count { $0.expectation?.outcome == outcome }
    }
    let states = rows.reduce(0) { $0 + $1.counts.states }
    var parts = ["\(count(.asExpected)) as expected"]
    if count(.differs) > 0 { parts.append("\(count(.differs)) DIFFER") }
    if count(.undecided) > 0 { parts.append("\(count(.undecided)) undecided") }
    return wrapped(
      "\(counted(rows.count, "row")) of \(counted(report.scenarios.count, "scenario")): "
        + parts.joined(separator: ", ") + "; \(counted(states, "state"))",
      width: style.width
    ).map { $0 + "\n" }.joined()
  }
}
