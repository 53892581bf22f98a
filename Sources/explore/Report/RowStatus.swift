import Scheduler

/// What a row means to a command: formats that show tests and the exit code go by it.
enum RowStatus: String, CaseIterable, Sendable {
  /// All is as it should be.
  case passed
  /// It does not give what its file expects.
  case differs
  /// Something is broken, and nothing says that it should be.
  case violated
  /// Its file could say what must come of it, and does not.
  case unpinned
  /// A limit or an interrupt came before the answer.
  case undecided
  /// It means nothing, for the model is too small.
  case modelFault = "model-fault"

  /// The worst exit code that such a row gives.
  var exitCode: ExitCode {
    switch self {
    case .passed: .success
    case .differs, .violated, .unpinned: .violated
    case .undecided: .undecided
    case .modelFault: .bug
    }
  }

  /// What it means, as rules and messages have it.
  var sentence: String {
    switch self {
    case .passed: "The row gives what it should."
    case .differs: "A row must give what its file expects."
    case .violated: "A property or check is violated."
    case .unpinned: "A file must say what comes of each of its rows."
    case .undecided: "A limit was hit before an answer."
    case .modelFault: "The model is too small for this file, which is a mistake in explore."
    }
  }
}

extension RowReport {
  /// What the row means to a command: `check`, and `merge` of its reports, compare it with what
  /// its file expects, others ask what is violated.
  func status(in command: Command) -> RowStatus {
    switch command {
    case .check, .merge: checkStatus
    case .run, .compare, .replay, .list, .new, .generate, .help: status
    }
  }

  /// What it means by itself.
  private var status: RowStatus {
    if modelFault != nil { return .modelFault }
    return switch result.verdict {
    case .holds: .passed
    case .violated: .violated
    case .undecided: .undecided
    }
  }

  private var checkStatus: RowStatus {
    if modelFault != nil { return .modelFault }
    if isUnpinned { return isWhole ? .unpinned : .undecided }
    guard expectation != nil else { return status }
    return switch outcome {
    case .asExpected: .passed
    case .differs: .differs
    case .undecided, nil: .undecided
    }
  }

  /// The worst exit code that this row gives to `run`.
  var exitCode: ExitCode { status.exitCode }

  /// The worst exit code that this row gives to `check`.
  var checkExitCode: ExitCode { checkStatus.exitCode }
}
