import Reporting
import Scheduler

/// What texts say of a row in the words of its world.
extension RowReport {
  /// What stands in the line above the row.
  var heading: String {
    if let name { return "row \(shown(name))" }
    return switch setting {
    case .kernel: "kernel \(title)"
    case .program: "program \(title)"
    }
  }

  /// What has been shown to hold: properties by name, and that nothing else is found.
  var heldText: String {
    let ids = result.ids(.holds).joined(separator: ", ")
    switch setting {
    case .kernel: return ids
    case .program:
      if !flags.isEmpty || question != nil && result.findings.isEmpty { return ids }
      return ids.isEmpty ? "nothing is found" : ids + "; nothing else is found"
    }
  }

  /// How far what holds reaches.
  var boundsText: String {
    switch setting {
    case .kernel: "the threads and the machine of this scenario, no more"
    case .program: "the threads and values of this program, no more"
    }
  }

  /// What a run means that answers the file's question with yes.
  static var yesText: String { "This run ends as 'exists' asks." }

  /// What a finding of the row means.
  func role(of finding: FindingReport) -> FindingRole {
    if finding.id == question?.id { return .answer }
    return flags.contains { $0.id == finding.id } ? .flag : .violation
  }

  /// The run that shows what is broken or, where nothing is, answers the question.
  var witness: WitnessReport? {
    (result.findings + (question.map { [$0] } ?? [])).first { $0.verdict == .violated }?.witness
  }

  /// What there is to say of a row that did not simply pass, a line each.
  var details: [String] {
    guard let replay = witness?.replay, outcome != nil || !result.broken.isEmpty else {
      return reasons
    }
    return reasons + [replay]
  }

  /// The same without the command that replays a run.
  var reasons: [String] {
    var lines = modelFault.map { [$0] } ?? []
    if let expectation { lines.append("expected " + expectation.text) }
    if let pin {
      lines.append("to pin it, write " + pin)
      if found.contains(where: \.isUpperBound) {
        lines.append("without @N: not all runs were tried, and others may need fewer preemptions")
      }
    }
    if let unpinnable { lines.append("not to be pinned: " + unpinnable) }
    if let limit = result.limit { lines.append("stopped " + limit.text) }
    return lines + result.ids(.neverReached).map { "never reached: \($0)" }
  }

  /// What came of the row, where a command says what it means.
  func message(of status: RowStatus) -> String {
    switch status {
    case .passed, .violated, .differs, .unpinned: outcomeText
    case .undecided: found.isEmpty ? "undecided" : outcomeText
    case .modelFault: "nothing can be concluded"
    }
  }

  /// The verdict, or the answer where the file asks.
  var verdictWord: String {
    guard question != nil, result.verdict != .violated else { return result.verdict.rawValue }
    return answer?.rawValue ?? Verdict.undecided.rawValue
  }

  /// The verdict in one line: `holds`, what is broken with its preemptions, or the answer.
  var outcomeText: String {
    let broken = found.map(\.text).joined(separator: ", ")
    let flagged = flags.isEmpty ? "" : "; flags: " + flags.map(\.id).joined(separator: ", ")
    if !broken.isEmpty { return "violated: " + broken + flagged }
    return verdictWord + flagged
  }
}
