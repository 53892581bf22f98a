import Reporting
import Scheduler

/// The text of `explore run`: each row with the runs that break something.
struct RunText: ReportRenderer {
  let style: TextStyle

  /// The name and summary that a scenario's rows stand under.
  func begin(_ scenario: ScenarioReport) -> String {
    text(
      [style.paint(scenario.name, as: .strong) + "  " + shown(scenario.file)]
        + wrapped(scenario.summary, width: style.width))
  }

  func add(_ rows: [RowReport]) -> String { rows.map(row).joined() }

  func end(_: ReportEnd) -> String { "" }

  func row(_ row: RowReport) -> String {
    var lines = ["", title(row)]
    lines += row.note.isEmpty ? [] : wrapped(row.note, width: style.width)
    lines += style.facts(row.kernel, unread: row.unread, row.threads)
    if row.strategy != .standard { lines += style.field("strategy", row.strategy.rawValue) }
    let broken = row.result.findings.filter {
      $0.verdict == .violated || $0.verdict == .neverReached
    }
    var shown: [FindingReport] = []
    for group in Self.groups(broken) {
      lines += [""] + violation(group, after: shown)
      shown.append(group[0])
    }
    lines += [""] + summary(row)
    return text(lines)
  }

  private func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

  /// The line above a row.
  func title(_ row: RowReport) -> String {
    let name = row.name.map { "row \($0) " } ?? "kernel \(row.kernel) "
    let rule = "---- " + name
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

  private func violation(_ findings: [FindingReport], after shown: [FindingReport]) -> [String] {
    guard let witness = findings[0].witness else { return findings.flatMap(vacuous) }
    var lines = findings.flatMap { finding in
      [style.paint("VIOLATED", as: .bad) + " \(finding.id)   " + Self.measure(witness)]
        + style.indented(finding.sentence)
    }
    if findings.count > 1 { lines.append("  One run breaks them all.") }
    if let start = witness.loopStart {
      lines += style.indented(TextStyle.loop(from: start, to: witness.steps))
    } else if !witness.isMinimal {
      lines += style.indented(
        "Not all runs were tried: there may be one with fewer preemptions.")
    }
    var known = 0
    if witness.loopStart == nil,
      let start = shown.last(where: { $0.witness?.trace.isStart(of: witness.trace) ?? false })
    {
      known = start.witness?.steps ?? 0
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

  private func vacuous(_ finding: FindingReport) -> [String] {
    [style.paint("VIOLATED", as: .bad) + " vacuous   \(finding.id) is never reached"]
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
    var lines: [String] = []
    switch result.verdict {
    case .holds: lines += style.field("HOLDS", ids(.holds), .good)
    case .violated: lines += style.field("broken", result.broken.joined(separator: ", "))
    case .undecided: lines += style.field("UNDECIDED", ids(.undecided), .unsure)
    }
    if result.verdict != .holds && !ids(.holds).isEmpty {
      lines += style.field("holds", ids(.holds))
    }
    if result.verdict != .undecided && !ids(.undecided).isEmpty {
      lines += style.field("undecided", ids(.undecided))
    }
    lines += row.expectation.map(expected) ?? []
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
      lines += style.field("interleavings", result.counts.interleavings.text)
    }
    for statistic in result.statistics {
      lines += style.field(statistic.id, statistic.sentence + ": " + statistic.text)
    }
    if result.verdict == .holds || !ids(.holds).isEmpty {
      lines += style.field("proved within", "the threads and the machine of this scenario, no more")
      lines += style.field("memory model", row.model.sentence)
    }
    return lines
  }

  private func expected(_ expectation: RowReport.Expectation) -> [String] {
    let what =
      expectation.verdict.rawValue
      + (expectation.broken.isEmpty ? "" : ": " + expectation.broken.joined(separator: ", "))
    return switch expectation.outcome {
    case .asExpected: style.field("as expected", what)
    case .differs: style.field("DIFFERS", "the file expects " + what, .bad)
    case .undecided: style.field("expected", what)
    }
  }

  private static func size(_ counts: Exploration.Counts) -> String {
    "\(counted(counts.states, "state")), \(counted(counts.transitions, "transition")), "
      + "depth \(counts.depth)"
      + (counts.deadlocks == 0 ? "" : ", \(counted(counts.deadlocks, "deadlocked state"))")
  }
}
