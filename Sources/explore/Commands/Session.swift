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
  /// The signal that asks the search to stop; nil as long as there was none.
  var stopSignal: @Sendable () -> StopSignal?

  /// What is known about the computer.
  struct MachineFacts: Sendable {
    /// Bytes that a search may use unless told otherwise.
    var memory: Int
    /// Threads that a search uses unless told otherwise.
    var cores: Int
    var host: String
    /// The time now, UTC, as `2019-08-26T09:12:00Z`.
    var now: @Sendable () -> String
    /// Bytes of address space that searches may reserve, all together; nil where there is plenty.
    var addressSpace: Int?
    /// Threads that there is room for.
    var mostThreads = Int.max
    /// Lets some time pass before files are looked at again.
    var pause: @Sendable () -> Void = {}

    /// The limits of one search, where the command line asks for some.
    func limits(_ asked: Limits) -> Limits {
      var limits = asked
      limits.bytes = limits.bytes ?? memory
      limits.addressSpace = addressSpace
      return limits
    }
  }

  /// Does what the arguments ask and says with what code to end.
  func run() -> ExitCode {
    reportingErrors {
      switch try CommandLineParser.parse(arguments) {
      case .nothing:
        error(Help.brief)
        return .usage
      case .version: output("explore \(Version.current)\n")
      case .help(let page): output(Help.text(for: page))
      case .request(let request) where request.watches:
        return WatchLoop(session: self, request: request) { try $0.run(request) }.run()
      case .request(let request):
        let code = try run(request)
        // A signal may be why a file could not be read to its end.
        return code == .usage ? stopSignal()?.exitCode ?? code : code
      }
      return .success
    }
  }

  /// Tells what goes wrong, and says with what code to end then.
  func reportingErrors(_ body: () throws -> ExitCode) -> ExitCode {
    do {
      return try body()
    } catch let error as UsageError {
      complain("explore: error: \(error)")
      complain("see '\(error.help(for: CommandLineParser.command(of: arguments)))'")
    } catch let error as InputError {
      complain("\(error)")
    } catch {
      complain("explore: error: \(error)")
    }
    // A signal may be why a file, such as standard input, could not be read to its end.
    return stopSignal()?.exitCode ?? .usage
  }

  /// Whether the search is to stop.
  @Sendable func isInterrupted() -> Bool { stopSignal() != nil }

  private func run(_ request: Request) throws -> ExitCode {
    switch request.command {
    case .run: try RunCommand(session: self, request: request).run()
    case .check: try CheckCommand(session: self, request: request).run()
    case .compare: try CompareCommand(session: self, request: request).run()
    case .replay: try ReplayCommand(session: self, request: request).run()
    case .merge: try MergeCommand(session: self, request: request).run()
    case .list: try ListCommand(session: self, request: request).run()
    case .new: try NewCommand(session: self, request: request).run()
    case .generate: try GenerateCommand(session: self, request: request).run()
    case .help: .success
    }
  }

  func output(_ text: String) { console.write(text, .output) }
  func error(_ text: String) { console.write(text, .error) }
  func complain(_ line: String) { error(line + "\n") }

  func style(_ request: Request) -> TextStyle {
    var style = TextStyle(
      width: console.width,
      paint: Paint(isOn: request.color.isOn(console.facts, environment)), model: "the kernel")
    style.showsTimes = request.showsTimes
    return style
  }

  /// The report that a command line names; `-` is standard input.
  func report(at path: String) throws(InputError) -> StoredReport {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try files.read(path, limit: StoredReport.sizeLimit)
      if bytes.count > StoredReport.sizeLimit {
        throw .tooLarge(path, limit: StoredReport.sizeLimit)
      }
    } catch {
      throw InputError(error)
    }
    return try StoredReport(bytes, path: path)
  }

  /// The style of texts that go into files: the same on every machine.
  static let fileStyle = TextStyle(width: 80, paint: Paint(isOn: false), model: "the kernel")

  /// What reads the files of a command line.
  func inputs(_ request: Request) -> InputFiles {
    InputFiles(system: files, language: request.language)
  }
}

/// The version of the program, which its models have too.
typealias Version = PackageVersion
