import Reporting
import Scheduler

/// What a row has to tell, as the results that SARIF makes of it.
struct SARIFFinding {
  /// The id of its rule: a property or check, or what the row means.
  var rule: String
  /// What the rule demands.
  var sentence: String
  var level: Level
  var message: String
  /// The run that shows it.
  var witness: WitnessReport?

  enum Level: String { case error, warning, note }

  /// The findings of a row; none of one that is as it should be and flags nothing.
  static func all(in row: RowReport, of command: Command) -> [SARIFFinding] {
    let status = row.status(in: command)
    let level: Level = status == .undecided ? .warning : .error
    let findings =
      switch status {
      case .passed: [SARIFFinding]()
      case .differs, .violated: broken(in: row, level, expected: status == .differs)
      case .unpinned, .undecided, .modelFault: [SARIFFinding]()
      }
    let notes = command == .run ? told(in: row) : []
    if !findings.isEmpty || status == .passed { return findings + notes }
    return [general(status, level, in: row)] + notes
  }

  /// A finding for what is broken; where nothing is, for what should have been.
  private static func broken(
    in row: RowReport, _ level: Level, expected isDifferent: Bool
  ) -> [SARIFFinding] {
    let suffix = isDifferent ? "; the file expects " + (row.expectation?.text ?? "nothing") : ""
    var broken = row.result.findings.filter {
      $0.verdict == .violated || $0.verdict == .neverReached
    }
    if isDifferent, let question = row.question, question.verdict == .violated {
      broken.append(question)
    }
    if !broken.isEmpty {
      return broken.map { finding in
        let what = finding.witness?.explanation ?? finding.sentence
        let word =
          finding.id == row.question?.id
          ? "allowed" : finding.verdict == .violated ? "violated" : "never reached"
        return SARIFFinding(
          rule: finding.id, sentence: finding.sentence, level: level,
          message: "\(row.heading): \(finding.id) is \(word)\(suffix): \(what)",
          witness: finding.witness)
      }
    }
    let expected = row.expectation?.broken ?? []
    return expected.map { wanted in
      let sentence = row.result.findings.first { $0.id == wanted.id }?.sentence
      return SARIFFinding(
        rule: wanted.id, sentence: sentence ?? RowStatus.differs.sentence, level: level,
        message: "\(row.heading): \(row.outcomeText)\(suffix)")
    }
  }

  /// A finding about the row as such.
  private static func general(
    _ status: RowStatus, _ level: Level, in row: RowReport
  ) -> SARIFFinding {
    let lines = [row.message(of: status)] + row.details
    return SARIFFinding(
      rule: status.rawValue, sentence: status.sentence, level: level,
      message: "\(row.heading): " + lines.joined(separator: "\n"), witness: row.witness)
  }

  /// What breaks nothing: flags, and a run that answers the file's question with yes.
  private static func told(in row: RowReport) -> [SARIFFinding] {
    let answers = row.question.map { $0.verdict == .violated ? [$0] : [] } ?? []
    return (row.flags + answers).map { finding in
      let what =
        finding.id == row.question?.id
        ? RowReport.yesText : finding.witness?.explanation ?? finding.sentence
      return SARIFFinding(
        rule: finding.id, sentence: finding.sentence, level: .note,
        message: "\(row.heading): \(finding.id): \(what)", witness: finding.witness)
    }
  }
}
