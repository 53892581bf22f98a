/// What the process ends with: a contract that scripts rely on.
enum ExitCode: Int32, Sendable, CaseIterable {
  case success = 0
  /// A property is violated, or a row differs from what its file expects.
  case violated = 1
  /// Bad usage, or a scenario that cannot be read.
  case usage = 2
  /// A limit was hit before an answer.
  case undecided = 3
  /// Our own mistake; sysexits' EX_SOFTWARE.
  case bug = 70
  /// 128 + SIGHUP.
  case hungUp = 129
  /// 128 + SIGINT.
  case interrupted = 130
  /// 128 + SIGTERM.
  case terminated = 143

  /// The worse of two: a signal, then 70, 2, 1, 3, 0; the first of two signals.
  func worse(_ other: ExitCode) -> ExitCode { other.rank > rank ? other : self }

  private var rank: Int {
    switch self {
    case .success: 0
    case .undecided: 1
    case .violated: 2
    case .usage: 3
    case .bug: 4
    case .hungUp, .interrupted, .terminated: 5
    }
  }

  /// What the code means, for the help.
  var meaning: String {
    switch self {
    case .success: "all holds, 'exists' is answered; check: all as expected; compare: done"
    case .violated: "a property is violated; check: a row differs, or expects nothing"
    case .usage: "bad usage or a bad file: a message says what would be right"
    case .undecided: "undecided: a limit was hit before an answer"
    case .bug: "a mistake in explore itself"
    case .hungUp: "hung up (SIGHUP): what was known by then has been printed"
    case .interrupted: "interrupted (SIGINT), the same; a second signal ends at once"
    case .terminated: "terminated (SIGTERM), the same"
    }
  }
}
