import Glibc

/// The signals by which users and systems ask a program to end.
enum StopSignal: Int32, CaseIterable, Sendable {
  /// The terminal has gone: SIGHUP.
  case hangUp = 1
  /// Someone pressed Ctrl-C: SIGINT.
  case interrupt = 2
  /// A system, a timer or a scheduler ends the job: SIGTERM.
  case termination = 15

  /// As manuals and JSON have it, such as `SIGTERM`.
  var name: String {
    switch self {
    case .hangUp: "SIGHUP"
    case .interrupt: "SIGINT"
    case .termination: "SIGTERM"
    }
  }

  /// What became of the program, in a word.
  var word: String {
    switch self {
    case .hangUp: "hung up"
    case .interrupt: "interrupted"
    case .termination: "terminated"
    }
  }

  /// What the process ends with, as shells report a signal: 128 and its number.
  var exitCode: ExitCode {
    switch self {
    case .hangUp: .hungUp
    case .interrupt: .interrupted
    case .termination: .terminated
    }
  }
}
