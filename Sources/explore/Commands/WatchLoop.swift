import Synchronization

/// `--watch`: does what the command line asks, and does it again whenever a file of it changes.
///
/// A change during a search stops it, and what it would have printed is dropped. The loop ends
/// with a signal, whose exit code it has.
struct WatchLoop {
  let session: Session
  let request: Request
  /// What one round does.
  let round: (Session) throws -> ExitCode

  func run() -> ExitCode {
    var files = Files(session, request)
    while true {
      let code = runRound(files)
      if let signal = session.stopSignal() { return signal.exitCode }
      if files.isUnchanged {
        let count = files.count
        session.error(
          "explore: exit code \(code.rawValue); waiting for changes of "
            + "\(count == 1 ? "the file" : "\(count) files"), Ctrl-C ends it\n")
      }
      while files.isUnchanged {
        session.machine.pause()
        if let signal = session.stopSignal() { return signal.exitCode }
      }
      files = settled()
      beginAgain(files)
    }
  }

  /// What the files are once nobody writes to them any more.
  private func settled() -> Files {
    var files = Files(session, request)
    while session.stopSignal() == nil {
      session.machine.pause()
      let later = Files(session, request)
      if later.stamps == files.stamps { break }
      files = later
    }
    return files
  }

  /// A terminal shows one round at a time; in a file they follow each other.
  private func beginAgain(_ files: Files) {
    session.output(session.console.facts.outputColumns == nil ? "\n" : "\u{1B}[H\u{1B}[2J\u{1B}[3J")
  }

  private func runRound(_ files: Files) -> ExitCode {
    var session = session
    let (stopSignal, write) = (session.stopSignal, session.console.write)
    session.stopSignal = { stopSignal() ?? (files.haveChanged() ? .interrupt : nil) }
    session.console.write = { text, stream in
      // What has changed meanwhile is told by the next round.
      if stopSignal() != nil || !files.haveChanged() { write(text, stream) }
    }
    return session.reportingErrors { try round(session) }
  }

  /// The files of a command line as they were at some time.
  final class Files: Sendable {
    /// By path; of a file that cannot be looked at there is none.
    let stamps: [String: FileStamp]
    private let look: @Sendable () -> [String: FileStamp]
    private let pace = Mutex(Pace())

    /// How often a search asks whether something has changed.
    private struct Pace {
      var next = ContinuousClock.now
      var hasChanged = false
    }

    init(_ session: Session, _ request: Request) {
      let (system, inputs) = (session.files, session.inputs(request))
      look = {
        var stamps: [String: FileStamp] = [:]
        for operand in request.operands {
          for file in (try? inputs.files(at: operand)) ?? [operand] {
            stamps[file] = system.stamp(of: file)
          }
        }
        return stamps
      }
      stamps = look()
    }

    var count: Int { stamps.count }
    var isUnchanged: Bool { look() == stamps }

    /// Whether a file has changed since; it looks a few times a second at most.
    func haveChanged() -> Bool {
      pace.withLock { pace in
        if pace.hasChanged || .now < pace.next { return pace.hasChanged }
        let began = ContinuousClock.now
        pace.hasChanged = !isUnchanged
        // Of many files a twentieth of the time is enough.
        pace.next = .now + max(.milliseconds(200), (ContinuousClock.now - began) * 20)
        return pace.hasChanged
      }
    }
  }
}
