import Synchronization

@testable import explore

/// Runs command lines in this process, on files in memory, and keeps what they print.
struct TestSession {
  struct Result {
    var output: String
    var error: String
    var code: ExitCode
    /// The files after it, with those that it made.
    var files: [String: String] = [:]
  }

  var files: [String: String] = [
    "race.json5": Samples.race, "wrong.json5": Samples.wrong, "vacuous.json5": Samples.vacuous,
    "three.json5": Samples.three, "misspelt.json5": Samples.misspelt, "empty.json5": " \n",
    "folder/race.json5": Samples.race, "folder/notes.txt": "", "folder/.hidden.json5": "",
    "folder/deeper/vacuous.json5": Samples.vacuous, "folder/large/wrong.json5": Samples.wrong,
    "bare/notes.txt": "", "mixed/misspelt.json5": Samples.misspelt,
    "mixed/race.json5": Samples.race,
    "races/kick.race": RaceTexts.kick, "races/question.race": RaceTexts.question,
    "races/mp.litmus": RaceTexts.litmus, "races/assumed.race": RaceTexts.assumed,
    "broken/broken.race": RaceTexts.broken, "broken/kick.race": RaceTexts.kick,
    "-": Samples.race,
  ]
  var environment: [String: String] = [:]
  var facts = Console.Facts.none
  var isInterrupted: @Sendable () -> Bool = { false }
  /// Gets what goes to standard output, piece by piece.
  var written: @Sendable (String) -> Void = { _ in }

  func run(_ arguments: String...) -> Result { run(arguments) }

  func run(_ arguments: [String]) -> Result {
    let result = Written()
    let written = written
    let memory = MemoryFiles(files)
    let session = Session(
      arguments: arguments, environment: environment, files: memory,
      console: Console(facts: facts) { text, stream in
        if stream == .output { written(text) }
        result.texts.withLock { texts in
          switch stream {
          case .output: texts.output += text
          case .error: texts.error += text
          }
        }
      },
      machine: Session.MachineFacts(
        memory: 1 << 30, cores: 2, host: "tester", now: { "2019-08-26T09:12:00Z" }),
      isInterrupted: isInterrupted)
    let code = session.run()
    let texts = result.texts.withLock { $0 }
    return Result(
      output: texts.output, error: texts.error, code: code,
      files: memory.texts.withLock { $0 })
  }

  private final class Written: Sendable {
    let texts = Mutex((output: "", error: ""))
  }
}

/// A file system of texts; folders are what paths have before a slash.
private final class MemoryFiles: FileSystem {
  let texts: Mutex<[String: String]>

  init(_ files: [String: String]) { texts = Mutex(files) }

  private var files: [String: String] { texts.withLock { $0 } }

  func createNew(_ path: String, _ text: String) throws(FileError) {
    if files[path] != nil { throw .exists(path) }
    texts.withLock { $0[path] = text }
  }

  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    if let text = files[path] { return Array(text.utf8) }
    throw try kind(of: path) == .folder ? .isFolder(path) : .missing(path)
  }

  func kind(of path: String) throws(FileError) -> FileKind {
    if files[path] != nil { return .file }
    if try names(in: path).isEmpty { throw .missing(path) }
    return .folder
  }

  func names(in folder: String) throws(FileError) -> [String] {
    let start = folder.hasSuffix("/") ? folder : folder + "/"
    let names = files.keys.filter { $0.hasPrefix(start) }.compactMap {
      $0.dropFirst(start.count).split(separator: "/").first.map(String.init)
    }
    return Set(names).sorted()
  }
}
