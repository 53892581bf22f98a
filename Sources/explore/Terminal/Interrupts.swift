import Glibc
import Synchronization

/// SIGINT as a flag: the first stops the search, the second ends the process.
enum Interrupts {
  private static let count = Atomic<Int>(0)

  static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

  /// Starts to listen; signals before this end the process as usual.
  static func listen() {
    // Touched here so that the handler finds it initialised.
    count.store(0, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in
      if Interrupts.count.add(1, ordering: .relaxed).newValue > 1 {
        _exit(ExitCode.interrupted.rawValue)
      }
    }
    sigaction(SIGINT, &action, nil)
    // Some programs start others with signals blocked; ours must be stoppable all the same.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    sigprocmask(SIG_UNBLOCK, &signals, nil)
  }
}
