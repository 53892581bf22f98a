import Glibc

/// Turns a trap, which is always our mistake, into a message and exit code 70.
enum CrashGuard {
  private static let message = Array(
    """
    explore: this is a mistake in explore itself, not in the scenario or the kernel.
    explore: please report it with the command line and the scenario file.

    """.utf8)

  /// Starts to listen for the signals that traps raise.
  static func listen() {
    // Initialised here: a handler must not be the first to touch it.
    _ = message.count
    let size = 1 << 16
    var stack = stack_t()
    stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    stack.ss_size = size
    sigaltstack(&stack, nil)
    var action = sigaction()
    action.sa_flags = SA_ONSTACK
    action.__sigaction_handler.sa_handler = { _ in
      CrashGuard.message.withUnsafeBytes { bytes in
        _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
      }
      _exit(ExitCode.bug.rawValue)
    }
    for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
      sigaction(signal, &action, nil)
    }
  }
}
