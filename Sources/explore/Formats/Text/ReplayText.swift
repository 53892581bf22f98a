import Reporting

/// The text of `explore replay`.
struct ReplayText {
  let style: TextStyle

  func render(_ report: ReplayReport) -> String {
    var lines = [style.paint(report.input, as: .strong) + "  " + shown(report.file), ""]
    if let row = report.row { lines += style.field("row", row) }
    lines += style.facts(report.setting, report.threads)
    if let note = report.scheduleNote { lines += style.field("schedule", note) }
    lines += [""] + TraceTable(report.trace, style: style).textLines + [""]
    lines += verdicts(report)
    // What ends a run by itself says nothing of those who could have gone on.
    let unfinished = report.trace.isEndedByCheck ? [] : report.trace.unfinishedText
    if !unfinished.isEmpty {
      lines += ["", "not finished:"] + unfinished.flatMap(style.indented)
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func verdicts(_ report: ReplayReport) -> [String] {
    let steps = report.trace.steps.count
    let measure = TextStyle.measure(
      preemptions: report.preemptions, switches: report.switches, steps: steps)
    let broken = report.trace.broken
    let undecided = report.trace.undecided.flatMap {
      [style.paint("UNDECIDED", as: .strong) + " \($0)   \(measure)"]
        + style.indented("Too many states come after the run to say.")
    }
    if broken.isEmpty && !undecided.isEmpty { return undecided }
    if broken.isEmpty { return [style.paint("NOTHING BROKE", as: .good) + "   " + measure] }
    var lines: [String] = []
    for (this, role) in zip(broken, report.roles) {
      lines.append("\(style.heading(role)) \(this.id)   \(measure)")
      lines += style.indented(role == .answer ? RowReport.yesText : this.sentence)
    }
    for (index, this) in broken.enumerated() {
      if index == 0 || broken[index - 1].step != this.step {
        lines += ["", TextStyle.state(after: this.step)]
      }
      lines += style.indented("\(this.id): \(this.explanation ?? this.sentence)")
    }
    return undecided.isEmpty ? lines : lines + [""] + undecided
  }
}
