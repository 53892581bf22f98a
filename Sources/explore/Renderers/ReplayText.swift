import Scheduler

/// The text of `explore replay`.
struct ReplayText {
  let style: TextStyle

  func render(_ report: ReplayReport) -> String {
    var lines = [style.paint(report.scenario, .strong) + "  " + shown(report.file), ""]
    if let row = report.row { lines += style.field("row", row) }
    lines += style.facts(report.kernel, report.threads)
    lines += [""] + TraceTable(report.trace, style).render() + [""]
    lines += verdicts(report)
    let unfinished = report.trace.unfinishedText
    if !unfinished.isEmpty {
      lines += ["", "not finished:"] + unfinished.flatMap(style.indented)
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func verdicts(_ report: ReplayReport) -> [String] {
    let steps = report.trace.steps.count
    let measure = TextStyle.measure(
      preemptions: report.preemptions, switches: report.switches, steps: steps)
    if report.broken.isEmpty { return [style.paint("NOTHING BROKE", .good) + "   " + measure] }
    var lines: [String] = []
    for broken in report.broken {
      lines.append(style.paint("VIOLATED", .bad) + " \(broken.id)   \(measure)")
      lines += style.indented(broken.sentence)
    }
    for (index, broken) in report.broken.enumerated() {
      if index == 0 || report.broken[index - 1].step != broken.step {
        lines += ["", TextStyle.state(after: broken.step)]
      }
      lines += style.indented("\(broken.id): \(broken.explanation)")
    }
    return lines
  }
}
