import Glibc

/// The process: arguments, environment, files and signals in; bytes and an exit code out.
@main enum Explore {
  static func main() {
    CrashGuard.listen()
    Interrupts.listen()
    let session = Session(
      arguments: Array(CommandLine.arguments.dropFirst()),
      environment: environment(["NO_COLOR", "TERM", GitHubFormat.summaryVariable]),
      files: RealFileSystem(), console: .process(), machine: .process(),
      stopSignal: { Interrupts.signal })
    exit(session.run().rawValue)
  }

  /// The variables that are set, of those that matter.
  private static func environment(_ names: [String]) -> [String: String] {
    names.reduce(into: [:]) { environment, name in
      if let value = getenv(name) { environment[name] = String(cString: value) }
    }
  }
}
