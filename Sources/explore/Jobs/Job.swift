import RaceModel
import Scheduler

/// One thing to explore: a row of a file, or what the command line made of one.
///
/// It has what all worlds share; what only one of them knows is behind ``program`` and
/// ``setting``.
struct Job: Sendable {
  let file: String
  /// What the file calls itself.
  let inputName: String
  /// The row's name; nil for what is no row of the file.
  let name: String?
  /// Where the row's name stands in the file.
  let position: SourcePosition?
  let note: String
  /// Words by which the job can be chosen: those of its file, then those of its row alone.
  let tags: [String]
  /// What reports call it.
  let title: String
  let setting: Setting
  let threads: [ThreadReport]
  let expectation: Expectation?
  /// Whether the file could say what must come of it, and does not.
  let isUnpinned: Bool
  /// What `explore replay` must be told besides the file and the schedule.
  let replayOptions: [String]
  let program: any Explorable
  /// The options of the command line that change something of it, for a row that is changed.
  var changes: [String] = []

  /// What is run, besides the threads.
  enum Setting: Sendable {
    /// A kernel, and what it sets that no path here reads.
    case kernel(Kernel, unread: [Kernel.Setting])
    /// A program, the macros that it was made with, and what its file says of the result in
    /// herd7's way.
    case program(defines: [String], labels: [String], result: [String])
  }

  /// The jobs that a command line asks of one file.
  ///
  /// - Throws: ``UsageError`` for what the file does not have or take, and ``InputError`` for a
  ///   row whose program is wrong.
  static func jobs(of input: Input, _ request: Request) throws -> [Job] {
    switch input.content {
    case .scenario(let scenario):
      try ScenarioJobs(input: input, scenario: scenario).jobs(request)
    case .race(let file): try RaceJobs(input: input, raceFile: file).jobs(request)
    }
  }

  /// The row that the command line names, of those that there are; nil if it names none.
  ///
  /// - Throws: ``UsageError/unknownRow(_:file:allowed:)``.
  static func row<Row>(
    _ request: Request, of file: String, among rows: [Row], name: (Row) -> String
  ) throws(UsageError) -> Row? {
    guard let wanted = request.row else { return nil }
    if let row = rows.first(where: { name($0) == wanted }) { return row }
    throw .unknownRow(wanted, file: file, allowed: rows.map(name))
  }

  /// The tags of a row, or of no row, of a file.
  static func tags(of input: Input, row: [String]?) -> [String] {
    input.tags + (row ?? []).filter { !input.tags.contains($0) }
  }

  /// The command that replays a schedule of this job, quoted for a POSIX shell.
  func replayCommand(token: String) -> String {
    let words = ["explore", "replay", typedFile, "--schedule", token] + replayOptions
    return words.map(shellQuoted).joined(separator: " ")
  }

  /// The file as a command line can name it: an operand that starts with a dash is an option.
  private var typedFile: String { file != "-" && file.hasPrefix("-") ? "./" + file : file }
}
