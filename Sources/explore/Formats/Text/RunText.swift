import Reporting
import Scheduler

/// The text of `explore run`: each row with the runs that break something.
struct RunText: ReportRenderer {
  let style: TextStyle
  /// Formats that do not ask for the interleavings leave them out, whoever else had them counted.
  var showsInterleavings = true

  /// The name and summary that a file's rows stand under.
  func begin(_ input: InputReport) -> String {
    text(
      [style.paint(shown(input.name), as: .strong) + "  " + shown(input.file)]
        + (input.summary.isEmpty ? [] : wrapped(input.summary, width: style.width)))
  }

  func add(_ rows: [RowReport]) -> String { rows.map(row).joined() }

  func start(_: ReportStart) -> String { "" }
  /// Standard error has it.
  func reject(_: InputError, ofFile _: Int) -> String { "" }
  func end(_: ReportEnd) -> String { "" }

  func row(_ row: RowReport) -> String {
    var lines = ["", title(row)]
    lines += row.note.isEmpty ? [] : wrapped(row.note, width: style.width)
    lines += style.facts(row.setting, row.threads)
    if row.strategy != .standard { lines += style.field("strategy", row.strategy.rawValue) }
    var broken = row.result.findings.filter {
      $0.verdict == .violated || $0.verdict == .neverReached
    }
    broken += row.flags + (row.question.map { $0.verdict == .violated ? [$0] : [] } ?? [])
    var shown: [FindingReport] = []
    for group in Self.groups(broken) {
      lines += [""] + violation(group, of: row, after: shown)
      shown.append(group[0])
    }
    lines += [""] + summary(row)
    return text(lines)
  }

  private func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

  /// The line above a row.
  func title(_ row: RowReport) -> String {
    let rule = "---- " + row.heading + " "
    let rest = String(repeating: "-", count: max(4, style.width - rule.count))
    return style.paint(String((rule + rest).prefix(max(style.width, rule.count))), as: .strong)
  }

  /// Findings whose witnesses are the same run stand together.
  private static func groups(_ findings: [FindingReport]) -> [[FindingReport]] {
    findings.reduce(into: []) { groups, finding in
      let place = groups.firstIndex { group in
        group[0].witness != nil && group[0].witness?.token == finding.witness?.token
      }
      if let place {
        groups[place].append(finding)
      } else {
        groups.append([finding])
      }
    }
  }

  private func violation(
    _ findings: [FindingReport], of row: RowReport, after shown: [FindingReport]
  ) -> [String] {
    guard let witness = findings[0].witness else {
      return findings.flatMap { vacuous($0, of: row) }
    }
    var lines = findings.flatMap { finding -> [String] in
      let role = row.role(of: finding)
      return ["\(style.heading(role)) \(finding.id)   " + Self.measure(witness)]
        + style.indented(role == .answer ? RowReport.yesText : finding.sentence)
    }
    if findings.count > 1 { lines.append("  One run shows them all.") }
    if let start = witness.loopStart {
      lines += style.indented(TextStyle.loop(from: start, to: witness.steps))
    } else if !witness.isMinimal {
      lines += style.indented(
        "Not all runs were tried: there may be one with fewer preemptions.")
    }
    var known = 0
    if witness.loopStart == nil,
      let start = shown.last(where: { $0.witness?.trace.isStart(of: witness.trace) ?? false }),
      let steps = start.witness?.steps, steps > 0
    {
      known = steps
      lines += style.indented(
        "Steps 1 to \(known) are those of the run that breaks \(start.id), above.")
    }
    lines += [""] + TraceTable(witness.trace, style: style, from: known + 1).textLines
    lines += ["", TextStyle.state(after: witness.steps)]
    lines += findings.flatMap { finding in
      style.indented("\(finding.id): " + (finding.witness?.explanation ?? finding.sentence))
    }
    return lines + (witness.replay.map { ["replay:", "  " + $0] } ?? [])
  }

  private func vacuous(_ finding: FindingReport, of row: RowReport) -> [String] {
    let isOfFile = row.found.contains { $0.id == finding.id }
    let text =
      isOfFile ? "\(finding.id)   never reached" : "vacuous   \(finding.id) is never reached"
    return [style.paint("VIOLATED", as: .bad) + " " + text]
      + style.indented(finding.sentence)
      + style.indented(
        "No reachable state is like that: what holds here may hold for want of a race.")
  }

  private static func measure(_ witness: WitnessReport) -> String {
    TextStyle.measure(
      preemptions: witness.preemptions, switches: witness.switches, steps: witness.steps)
  }
}

extension RunText {
  /// What the search amounts to: the verdict, the numbers, and what they are true for.
  func summary(_ row: RowReport) -> [String] {
    let result = row.result
    func ids(_ verdict: FindingReport.Verdict) -> String {
      result.ids(verdict).joined(separator: ", ")
    }
    var lines = answer(row)
    switch result.verdict {
    case .holds:
      let held = row.heldText
      if !held.isEmpty || row.question == nil { lines += style.field("HOLDS", held, .good) }
    case .violated: lines += style.field("broken", row.found.map(\.id).joined(separator: ", "))
    case .undecided:
      if !ids(.undecided).isEmpty || row.question == nil {
        lines += style.field("UNDECIDED", ids(.undecided), .unsure)
      }
    }
    if result.verdict != .holds && !ids(.holds).isEmpty {
      lines += style.field("holds", ids(.holds))
    }
    if result.verdict != .undecided && !ids(.undecided).isEmpty {
      lines += style.field("undecided", ids(.undecided))
    }
    if !row.flags.isEmpty {
      lines += style.field("flags", row.flags.map(\.id).joined(separator: ", "), .unsure)
    }
    lines += expected(row)
    if row.isUnpinned {
      lines += style.field("unpinned", "the file expects nothing; 'check' prints what to write")
    }
    if let limit = result.limit {
      let what = result.verdict == .holds ? "not counted" : "stopped"
      lines += style.field(what, limit.text)
    }
    if !ids(.reached).isEmpty { lines += style.field("reached", ids(.reached)) }
    if result.counts.states > 0 {
      lines += style.field("searched", Self.size(result.counts))
      if showsInterleavings {
        lines += style.field("interleavings", result.counts.interleavings.text)
      }
    }
    if style.showsTimes { lines += style.field("time", row.elapsed.decimalSeconds + " s") }
    for statistic in result.statistics {
      lines += style.field(statistic.id, statistic.sentence + ": " + statistic.text)
    }
    if row.answer == .forbidden || result.verdict == .holds && row.answer == nil
      || !ids(.holds).isEmpty
    {
      lines += style.field("proved within", row.boundsText)
      lines += style.field("memory model", row.model.sentence)
    }
    return lines
  }

  /// The answer to the file's question, and how often its condition is met.
  private func answer(_ row: RowReport) -> [String] {
    var lines: [String] = []
    switch row.answer {
    case .allowed?: lines += style.field("ALLOWED", "some final state is as 'exists' asks", .unsure)
    case .forbidden?: lines += style.field("FORBIDDEN", "no final state is as 'exists' asks", .good)
    case nil:
      if let question = row.question {
        lines += style.field("UNDECIDED", question.id, .unsure)
      }
    }
    if let observation = row.observation { lines += style.field("observation", observation) }
    return lines
  }

  private func expected(_ row: RowReport) -> [String] {
    guard let expectation = row.expectation else { return [] }
    let what = expectation.text
    return switch row.outcome {
    case .asExpected: style.field("as expected", what)
    case .differs: style.field("DIFFERS", "the file expects " + what, .bad)
    case .undecided, nil: style.field("expected", what)
    }
  }

  private static func size(_ counts: Exploration.Counts) -> String {
    "\(counted(counts.states, "state")), \(counted(counts.transitions, "transition")), "
      + "depth \(counts.depth)"
      + (counts.deadlocks == 0 ? "" : ", \(counted(counts.deadlocks, "deadlocked state"))")
  }
}
