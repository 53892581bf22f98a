import RaceModel
import Reporting
import Scheduler

/// One use of the program: everything it may look at, so that tests can put their own in.
struct Session: Sendable {
  var arguments: [String]
  var environment: [String: String]
  var files: any FileSystem
  var console: Console
  var machine: MachineFacts
  /// Whether the user wants the search to stop.
  var isInterrupted: @Sendable () -> Bool

  /// What is known about the computer.
  struct MachineFacts: Sendable {
    /// Bytes that a search may use unless told otherwise.
    var memory: Int
    /// Threads that a search uses unless told otherwise.
    var cores: Int
    var host: String
    /// The time now, UTC, as `2019-08-26T09:12:00Z`.
    var now: @Sendable () -> String
  }

  /// Does what the arguments ask and says with what code to end.
  func run() -> ExitCode {
    do {
      switch try CommandLineParser.parse(arguments) {
      case .nothing:
        error(Help.brief)
        return .usage
      case .version: output("explore \(Version.current)\n")
      case .help(let command): output(Help.text(for: command))
      case .request(let request): return try run(request)
      }
      return .success
    } catch let error as UsageError {
      complain("explore: error: \(error)")
      complain("see '\(error.help(for: CommandLineParser.command(of: arguments)))'")
    } catch let error as InputError {
      complain("\(error)")
    } catch {
      complain("explore: error: \(error)")
    }
    return .usage
  }

  private func run(_ request: Request) throws -> ExitCode {
    switch request.command {
    case .run: try RunCommand(session: self, request: request).run()
    case .check: try CheckCommand(session: self, request: request).run()
    case .compare: try CompareCommand(session: self, request: request).run()
    case .replay: try ReplayCommand(session: self, request: request).run()
    case .list: try ListCommand(session: self, request: request).run()
    case .help: .success
    }
  }

  func output(_ text: String) { console.write(text, .output) }
  func error(_ text: String) { console.write(text, .error) }
  func complain(_ line: String) { error(line + "\n") }

  func style(_ request: Request) -> TextStyle {
    TextStyle(
      width: console.width,
      paint: Paint(isOn: request.color.isOn(console.facts, environment)), model: "the kernel")
  }

  /// What reads the files of a command line.
  func inputs(_ request: Request) -> InputFiles {
    InputFiles(system: files, language: request.language)
  }
}

/// The version of the program, which its models have too.
typealias Version = PackageVersion
