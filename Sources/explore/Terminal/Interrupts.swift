import Glibc
import Synchronization

/// The signals that ask the process to end: the first stops the search, so that what is known can
/// be printed, and the second ends the process at once, whichever of them they are.
enum Interrupts {
  /// The number of the first signal; 0 as long as there was none.
  private static let first = Atomic<Int32>(0)

  /// What the process was first asked to end by.
  static var signal: StopSignal? { StopSignal(rawValue: first.load(ordering: .relaxed)) }

  /// Starts to listen; signals before this end the process as usual.
  ///
  /// What was ignored from the start stays ignored, as SIGHUP is by `nohup`.
  static func listen() {
    // Touched here so that the handler finds it initialised.
    first.store(0, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      let isFirst = Interrupts.first.compareExchange(
        expected: 0, desired: number, ordering: .relaxed
      ).exchanged
      if !isFirst { _exit(128 + number) }
    }
    // Some programs start others with signals blocked; ours must be stoppable all the same.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in StopSignal.allCases {
      var old = sigaction()
      sigaction(signal.rawValue, nil, &old)
      if isIgnored(old) { continue }
      sigaction(signal.rawValue, &action, nil)
      sigaddset(&signals, signal.rawValue)
    }
    sigprocmask(SIG_UNBLOCK, &signals, nil)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    // SIG_IGN, which C defines as a cast of 1 that is not imported.
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}
