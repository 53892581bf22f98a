import Glibc

/// The process: arguments, environment, files and signals in; bytes and an exit code out.
@main enum Explore {
  static func main() {
    openStandardStreams()
    CrashGuard.listen()
    Interrupts.listen()
    let session = Session(
      arguments: Array(CommandLine.arguments.dropFirst()),
      environment: environment(EnvironmentVariable.allCases.map(\.rawValue)),
      files: RealFileSystem(), console: .process(), machine: .process(),
      stopSignal: { Interrupts.signal })
    exit(session.run().rawValue)
  }

  /// Sees to it that no file that is opened later takes the number of a stream that is closed.
  ///
  /// Writing to what is opened here fails, as it does on a closed stream.
  private static func openStandardStreams() {
    while case let descriptor = open("/dev/null", O_RDONLY), descriptor >= 0 {
      if descriptor > STDERR_FILENO {
        close(descriptor)
        break
      }
    }
  }

  /// The variables that are set, of those that matter.
  private static func environment(_ names: [String]) -> [String: String] {
    names.reduce(into: [:]) { environment, name in
      if let value = getenv(name) { environment[name] = String(cString: value) }
    }
  }
}
