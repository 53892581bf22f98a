import Glibc

/// Turns a trap, which is always our mistake, into a message and exit code 70, and an allocation
/// that failed for want of address space into a limit that was hit.
///
/// The second is the last net: searches stay within a ``MemoryBudget``, but what is allocated
/// besides is not counted to the byte. The handler only calls what signal handlers may.
enum CrashGuard {
  private static let mistake = Array(
    """
    explore: this is a mistake in explore itself, not in the scenario or the kernel.
    explore: please report it with the command line and the scenario file.

    """.utf8)

  private static let noMemory = Array(
    """
    explore: undecided: the memory that this process may use (ulimit -v, ulimit -d) is used up.
    explore: raise that limit, or search within less: --max-memory, --max-states, --jobs=1.

    """.utf8)

  /// Starts to listen for the signals that traps raise.
  static func listen() {
    // Initialised here: a handler must not be the first to touch it.
    _ = (mistake.count, noMemory.count)
    let size = 1 << 16
    var stack = stack_t()
    stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    stack.ss_size = size
    sigaltstack(&stack, nil)
    var action = sigaction()
    action.sa_flags = SA_ONSTACK
    action.__sigaction_handler.sa_handler = { signal in
      // The runtime aborts where an allocation fails; other traps have other signals.
      if signal == SIGABRT && CrashGuard.isOutOfMemory {
        CrashGuard.end(.undecided, CrashGuard.noMemory)
      }
      CrashGuard.end(.bug, CrashGuard.mistake)
    }
    // A program that starts others with signals blocked must not keep us from telling.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
      sigaction(signal, &action, nil)
      sigaddset(&signals, signal)
    }
    sigprocmask(SIG_UNBLOCK, &signals, nil)
  }

  private static func end(_ code: ExitCode, _ message: [UInt8]) -> Never {
    message.withUnsafeBytes { bytes in
      _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
    }
    _exit(code.rawValue)
  }

  /// Whether a limit of the process is nearly used up: half of it cannot be had any more.
  private static var isOutOfMemory: Bool {
    var least = rlim_t.max
    for resource in [RLIMIT_AS, RLIMIT_DATA] {
      var limit = rlimit()
      if getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 {
        least = min(least, limit.rlim_cur)
      }
    }
    if least >= rlim_t(Int.max) { return false }
    let half = max(1, Int(least) / 2)
    let memory = mmap(
      nil, half, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    return memory == MAP_FAILED
  }
}
