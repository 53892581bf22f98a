import RaceModel
import Scheduler

extension TextReport {
  /// What the search amounts to: the verdict, the numbers, and what they are true for.
  func summary(_ row: RowReport) -> [String] {
    func ids(_ verdict: FindingVerdict) -> String {
      row.findings.filter { $0.verdict == verdict }.map(\.id).joined(separator: ", ")
    }
    var lines: [String] = []
    switch row.verdict {
    case .holds: lines += style.field("HOLDS", ids(.holds), .good)
    case .violated: lines += style.field("broken", row.broken.joined(separator: ", "))
    case .undecided: lines += style.field("UNDECIDED", ids(.undecided), .unsure)
    }
    if row.verdict != .holds && !ids(.holds).isEmpty { lines += style.field("holds", ids(.holds)) }
    if row.verdict != .undecided && !ids(.undecided).isEmpty {
      lines += style.field("undecided", ids(.undecided))
    }
    lines += row.expectation.map(expected) ?? []
    if let limit = row.limit {
      let what = row.verdict == .holds ? "not counted" : "stopped"
      lines += style.field(what, LimitText.sentence(limit))
    }
    if !ids(.reached).isEmpty { lines += style.field("reached", ids(.reached)) }
    if row.counts.states > 0 {
      lines += style.field("searched", Self.size(row.counts))
      lines += style.field("interleavings", Self.interleavings(row.counts.interleavings))
    }
    for figure in row.figures {
      lines += style.field(figure.id, figure.sentence + ": " + FigureText.value(figure))
    }
    if row.verdict == .holds || !ids(.holds).isEmpty {
      lines += style.field("proved within", "the threads and the machine of this scenario, no more")
      lines += style.field("memory model", "sequentially consistent; see Docs/limits.md")
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

  static func interleavings(_ count: Exploration.Interleavings) -> String {
    switch count {
    case .finite(let all, let violating):
      violating == 0
        ? "\(all), none violating"
        : "\(all), \(violating == all ? "all" : "\(violating) of them") violating"
    case .unbounded(let loop): "unbounded, " + loopText(loop)
    case .notCounted(.notAsked): "not counted"
    case .notCounted(.reduced): "not counted: states were left out"
    case .notCounted(.limit): "not counted: a limit was hit"
    }
  }

  /// `loops at vcpu0 walk-shadow, ...`, each place once.
  static func loopText(_ loop: [Exploration.Interleavings.Loop]) -> String {
    var places: [String] = []
    for step in loop {
      let place = "\(step.thread) \(step.location.label)"
      if !places.contains(place) { places.append(place) }
    }
    return "loops at " + places.joined(separator: ", ")
  }
}
