/// The variables that the program reads; it is told of no others.
enum EnvironmentVariable: String, CaseIterable, Sendable {
  case noColor = "NO_COLOR"
  case terminal = "TERM"
  case jobSummary = "GITHUB_STEP_SUMMARY"

  /// What it changes, for the help.
  var meaning: String {
    switch self {
    case .noColor: "no colour, unless it is empty or --color says otherwise"
    case .terminal: "no colour where it is 'dumb'"
    case .jobSummary: "the file that format github adds its summary to"
    }
  }
}
