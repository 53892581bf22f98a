import Reporting

/// A way to print what commands find out: the parser, the help and every command ask the table.
///
/// A format answers for each command, with nil where the command does not take it; there are no
/// defaults, so that none is forgotten. Commands know no format by name.
protocol OutputFormat: Sendable {
  /// What `--format` calls it.
  var name: String { get }
  /// What it is for, as `Docs/reports.md` has it.
  var summary: String { get }

  /// Whether it shows how many interleavings there are, which takes long to count.
  func showsInterleavings(of command: Command) -> Bool

  /// Whether it shows the final states, which are kept only if somebody wants them.
  func showsFinalStates(of command: Command) -> Bool

  /// What it adds to a file that the environment names, besides what it prints; nil for nothing.
  func addition(to command: Command) -> FormatAddition?

  /// Why it cannot show a row of `run`; nil if it can.
  func gap(in row: RowReport) -> String?

  /// What prints the rows of `run`.
  func run(_ style: TextStyle) -> (any ReportRenderer)?
  /// What prints the rows of `check`.
  func check(_ style: TextStyle) -> (any ReportRenderer)?
  /// What prints the rows of `check --diff`, which come as pairs: as they are, and changed.
  func diff(_ style: TextStyle) -> (any ReportRenderer)?
  /// What prints the rows of `compare`.
  func compare(_ style: TextStyle) -> (any ReportRenderer)?
  /// What prints a replayed schedule.
  func replay(_ style: TextStyle) -> ((ReplayReport) -> String)?
  /// What prints the sections of `list`.
  func list(_ style: TextStyle) -> ((ListReport) -> String)?
}

/// What a format adds to a file that a variable of the environment names.
struct FormatAddition {
  var variable: String
  var renderer: any ReportRenderer
}

/// The formats that there are.
enum OutputFormats {
  /// In the order of the help; the first is what commands print unless told otherwise.
  static let all: [any OutputFormat] = [
    TextFormat(), JSONFormat(), NDJSONFormat(), JUnitFormat(), SARIFFormat(), KTAPFormat(),
    GitHubFormat(), HerdFormat(),
  ]
  /// What commands print unless told otherwise.
  static var standard: any OutputFormat { all[0] }

  /// The formats that a command takes.
  static func taken(by command: Command) -> [any OutputFormat] {
    all.filter { $0.isTaken(by: command) }
  }

  /// The format of a name, for a command that takes it.
  static func named(_ name: String, for command: Command) throws(UsageError) -> any OutputFormat {
    let formats = taken(by: command)
    if let format = formats.first(where: { $0.name == name }) { return format }
    throw .unknownName(noun: "format", name, allowed: formats.map(\.name))
  }
}

extension OutputFormat {
  /// Whether the command prints its results in this format.
  func isTaken(by command: Command) -> Bool {
    let style = TextStyle()
    return switch command {
    case .run, .check, .compare, .merge: renderer(for: command, style) != nil
    case .replay: replay(style) != nil
    case .list: list(style) != nil
    case .new, .generate, .help: false
    }
  }

  /// What prints the rows of a command; nil for a command without rows, or one that does not take
  /// the format.
  func renderer(for command: Command, _ style: TextStyle) -> (any ReportRenderer)? {
    switch command {
    case .run: run(style)
    // Reports that are put together are printed as those of the one check.
    case .check, .merge: check(style)
    case .compare: compare(style)
    case .replay, .list, .new, .generate, .help: nil
    }
  }
}

/// Prints rows as they end.
///
/// Each function returns the text that comes next. The start comes once, before all else. Files
/// come in their order, each begun, and then its rows in the order of the file, or rejected. The
/// end comes once, also after an interrupt, when rows and files may be missing.
///
/// Thousands of files may come: what a renderer keeps does not grow with them, but for the rows of
/// one file where its format wants their totals first.
protocol ReportRenderer {
  /// What is to come.
  mutating func start(_ start: ReportStart) -> String
  /// The rows that follow are of this file.
  mutating func begin(_ input: InputReport) -> String
  /// Rows that belong together: one, or those of all strategies where they are compared.
  mutating func add(_ rows: [RowReport]) -> String
  /// A file that cannot be read, so that none of its rows come; `number` is its place among all
  /// files, from 1.
  mutating func reject(_ error: InputError, ofFile number: Int) -> String
  /// No more will come.
  mutating func end(_ end: ReportEnd) -> String
}
