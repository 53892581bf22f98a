import Synchronization

@testable import explore

/// Runs command lines in this process, on files in memory, and keeps what they print.
struct TestSession {
  struct Result {
    var output: String
    var error: String
    var code: ExitCode
    /// The files that were written, by name.
    var reports: [String: String] = [:]
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
  /// The file system, where it is not that of ``files``.
  var system: (any FileSystem)?
  var environment: [String: String] = [:]
  var facts = Console.Facts.none
  var isInterrupted: @Sendable () -> Bool = { false }
  /// The signal that interrupts.
  var signal = StopSignal.interrupt
  /// Files that cannot be opened for writing, and those that cannot be written to their ends.
  var unwritable: Set<String> = []
  var full: Set<String> = []
  /// Gets what goes to standard output, piece by piece.
  var written: @Sendable (String) -> Void = { _ in }
  /// Is called where a command waits for files to change.
  var pause: @Sendable () -> Void = {}

  func run(_ arguments: String...) -> Result { run(arguments) }

  func run(_ arguments: [String]) -> Result {
    let result = Written()
    let (written, isInterrupted, signal) = (written, isInterrupted, signal)
    let disk = Disk(unwritable: unwritable, full: full)
    let memory = MemoryFiles(files, disk)
    let session = Session(
      arguments: arguments, environment: environment, files: system ?? memory,
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
        memory: 1 << 30, cores: 2, host: "tester", now: { "2019-08-26T09:12:00Z" },
        pause: pause),
      stopSignal: { isInterrupted() ? signal : nil })
    let code = session.run()
    let texts = result.texts.withLock { $0 }
    return Result(
      output: texts.output, error: texts.error, code: code,
      reports: disk.files.withLock { $0 }, files: memory.texts.withLock { $0 })
  }

  private final class Written: Sendable {
    let texts = Mutex((output: "", error: ""))
  }
}

/// What was written.
private final class Disk: Sendable {
  let files = Mutex<[String: String]>([:])
  let unwritable: Set<String>
  let full: Set<String>

  init(unwritable: Set<String>, full: Set<String>) {
    (self.unwritable, self.full) = (unwritable, full)
  }
}

/// A file of a ``Disk``: there when it is finished, or at once if it is added to.
private final class MemoryFile: OutputFile {
  private let path: String
  private let disk: Disk
  private let isAppending: Bool
  private var text = ""

  init(_ path: String, _ disk: Disk, isAppending: Bool) {
    (self.path, self.disk, self.isAppending) = (path, disk, isAppending)
  }

  func write(_ text: String) {
    self.text += text
    if isAppending { disk.files.withLock { $0[path, default: ""] += text } }
  }

  func finish() throws(ReportFileError) {
    if disk.full.contains(path) { throw .unwritable(path, reason: "No space left on device") }
    let text = text
    if !isAppending { disk.files.withLock { $0[path] = text } }
  }
}

/// A file system of texts; folders are what paths have before a slash.
final class MemoryFiles: FileSystem {
  let texts: Mutex<[String: String]>
  private let disk: Disk

  fileprivate init(_ files: [String: String], _ disk: Disk) {
    texts = Mutex(files)
    self.disk = disk
  }

  convenience init(_ files: [String: String]) {
    self.init(files, Disk(unwritable: [], full: []))
  }

  func stamp(of path: String) -> FileStamp? {
    guard let text = files[path] else { return nil }
    return FileStamp(
      identity: FileIdentity(device: 1, inode: 1, name: path), size: text.utf8.count,
      changed: text.hashValue)
  }

  private var files: [String: String] { texts.withLock { $0 } }

  var folder: String { "/srv" }

  /// Names that are equal but for `./` are one file, and `to/NAME` is a link to `NAME`.
  func identity(of path: String) -> FileIdentity? {
    if path.hasPrefix("/dev/") || path == "-" { return nil }
    var name = path
    for prefix in ["./", "to/"] where name.hasPrefix(prefix) {
      name = String(name.dropFirst(prefix.count))
    }
    return FileIdentity(device: 1, inode: 1, name: name)
  }

  func identityOfOutput() -> FileIdentity? { identity(of: "stdout.txt") }

  func create(_ path: String, appending: Bool) throws(ReportFileError) -> any OutputFile {
    if disk.unwritable.contains(path) { throw .unwritable(path, reason: "Permission denied") }
    return MemoryFile(path, disk, isAppending: appending)
  }

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
