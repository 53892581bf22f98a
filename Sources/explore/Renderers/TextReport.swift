import RaceModel
import Scheduler

/// The text of `explore run`, in pieces that can be printed as rows become known.
struct TextReport {
  let style: TextStyle

  func render(_ report: Report) -> String {
    report.scenarios.map { scenario in
      heading(scenario) + scenario.rows.map(row).joined()
    }.joined(separator: "\n")
  }

  /// What a scenario's rows stand under.
  func heading(_ scenario: ScenarioReport) -> String {
    text(
      [style.paint(scenario.name, .strong) + "  " + shown(scenario.file)]
        + wrapped(scenario.summary, width: style.width))
  }

  func row(_ row: RowReport) -> String {
    var lines = ["", title(row)]
    lines += row.note.isEmpty ? [] : wrapped(row.note, width: style.width)
    lines += style.facts(row.kernel, row.threads)
    if row.strategy != .exhaustive { lines += style.field("strategy", row.strategy.rawValue) }
    let broken = row.findings.filter { $0.verdict == .violated || $0.verdict == .neverReached }
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
    return style.paint(String((rule + rest).prefix(max(style.width, rule.count))), .strong)
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
      [style.paint("VIOLATED", .bad) + " \(finding.id)   " + Self.measure(witness)]
        + style.indented(finding.sentence)
    }
    if findings.count > 1 { lines.append("  One run breaks them all.") }
    if !witness.isMinimal {
      lines += style.indented(
        "Not all runs were tried: there may be one with fewer preemptions.")
    }
    var known = 0
    if let start = shown.last(where: { $0.witness?.trace.isStart(of: witness.trace) ?? false }) {
      known = start.witness?.steps ?? 0
      lines += style.indented(
        "Steps 1 to \(known) are those of the run that breaks \(start.id), above.")
    }
    lines += [""] + TraceTable(witness.trace, style, from: known + 1).render()
    lines += ["", TextStyle.state(after: witness.steps)]
    lines += findings.flatMap { finding in
      style.indented("\(finding.id): " + (finding.witness?.explanation ?? finding.sentence))
    }
    return lines + ["replay:", "  " + witness.replay]
  }

  private func vacuous(_ finding: FindingReport) -> [String] {
    [style.paint("VIOLATED", .bad) + " vacuous   \(finding.id) is never reached"]
      + style.indented(finding.sentence)
      + style.indented(
        "No reachable state is like that: what holds here may hold for want of a race.")
  }

  private static func measure(_ witness: WitnessReport) -> String {
    TextStyle.measure(
      preemptions: witness.preemptions, switches: witness.switches, steps: witness.steps)
  }
}
