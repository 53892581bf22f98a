import Scheduler

/// How a row that the command line changes differs from what it is in its file.
struct RowDifference {
  let asIs: RowReport
  let changed: RowReport

  /// `rows` are the row as it is, and then the changed one.
  init(_ rows: [RowReport]) {
    precondition(rows.count == 2, "a row is compared with one other")
    (asIs, changed) = (rows[0], rows[1])
  }

  /// Whether both have been searched so far that their verdicts can be compared.
  var isKnown: Bool { [asIs, changed].allSatisfy { $0.verdictWord != Verdict.undecided.rawValue } }

  /// Whether another verdict is given, or something else breaks.
  var isChange: Bool {
    asIs.verdictWord != changed.verdictWord || asIs.found.map(\.id) != changed.found.map(\.id)
  }

  /// The exit code that the row gives to `check --diff`.
  var exitCode: ExitCode {
    if asIs.modelFault ?? changed.modelFault != nil { return .bug }
    if !isKnown { return .undecided }
    return isChange ? .violated : .success
  }
}
