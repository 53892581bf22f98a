import Litmus
import RaceModel
import Scheduler

/// What a command line asks for, validated as far as that goes without reading a file.
struct Request: Sendable {
  var command: Command
  /// Files, folders or names, in the order given.
  var operands: [String] = []
  /// The options as they were given, each with its value.
  var given: [(option: Option, value: String)] = []

  var base: Kernel.Base?
  var patches: [Kernel.Patch] = []
  var settings: [Kernel.Setting] = []
  var row: String?
  /// The report of which the rows that did not come out as expected are run again.
  var rerunReport: String?
  /// The macros of race files, in order.
  var defines: [Define] = []
  /// The language of all files; nil where their names say.
  var language: InputLanguage?
  /// The memory model; nil where files say.
  var model: MemoryModel?
  var schedule: String?
  /// The paths that the threads of a new scenario run, in the order given.
  var paths: [PathSpec] = []

  var strategy = StrategySpec.standard
  /// The strategies that `compare` is to use; all if empty.
  var strategies: [StrategySpec] = []
  var reduction = Reduction.none
  /// The most preemptions of a run.
  var preemptions: Int?
  /// The most steps of a run, if the command line says.
  var maxSteps: Int?
  /// What runs are drawn from, and how many.
  var sampling = Sampling()
  /// The depth of the bugs that PCT is to find.
  var depth = Strategy.defaultDepth
  var format: any OutputFormat = OutputFormats.standard
  /// What goes into files besides.
  var reports: [Report] = []
  var color = ColorChoice.auto
  var limits = Limits.none
  /// How long all rows may take together.
  var totalDuration: Duration?
  /// Which rows are checked, by patterns.
  var filters: [RowFilter] = []
  /// Which of equal parts of the rows is checked.
  var partition: Partition?
  /// Whether the first row that is not as expected ends a check.
  var failsFast = false
  /// Whether a check shows what the command line changes instead of what files expect.
  var showsChanges = false
  /// Whether it is done again whenever a file changes.
  var watches = false
  /// Whether texts show how long each row took.
  var showsTimes = false
  var jobs: Int?

  /// A report for a file.
  struct Report: Sendable {
    var format: any OutputFormat
    var file: String
  }

  /// The reports that are read, none of which is to be replaced.
  var reportsRead: [String] {
    (rerunReport.map { [$0] } ?? []) + (command == .merge ? operands : [])
  }

  /// The formats of standard output and of files.
  var formats: [any OutputFormat] { [format] + reports.map(\.format) }

  /// The strategies that are compared, in the order in which they search.
  var compared: [StrategySpec] { strategies.isEmpty ? StrategySpec.allCases : strategies }

  /// Whether the kernel is given on the command line rather than by a row.
  var changesKernel: Bool { base != nil || !patches.isEmpty || !settings.isEmpty }

  /// The options that decide what comes out, as they can be typed again, in the order of the help.
  var decidingOptions: [String] {
    Option.all.filter(\.decidesResults).flatMap { option in
      given.filter { $0.option.name == option.name }.map { option.typed($0.value) }
    }
  }

  /// The options that choose the kernel, as they can be typed again.
  var kernelOptions: [String] {
    (row.map { ["--row", $0] } ?? []) + (base.map { ["--kernel", $0.rawValue] } ?? [])
      + patches.flatMap { ["--with", $0.rawValue] }
      + settings.flatMap { ["--knob", "\($0.knob.rawValue)=\($0.value)"] }
  }

  /// The options, with their values, that mean something to kernels only.
  var kernelChoices: [String] {
    kernelParts.map(\.option)
  }

  /// The macros, as they can be typed again.
  var defineWords: [String] { defines.map { "-D\($0.text)" } }

  /// The language, as it can be typed again where a file's name does not say it.
  func languageOptions(for file: String) -> [String] {
    guard let language, InputLanguage(ofFile: file) != language else { return [] }
    return ["--language", language.rawValue]
  }
}

/// What `explore help` can explain.
enum HelpPage: Hashable, Sendable {
  case command(Command)
  case topic(HelpTopic)

  /// The page of a command's or topic's name; nil where there is none.
  init?(_ name: String) {
    if let command = Command(rawValue: name) {
      self = .command(command)
    } else if let topic = HelpTopic(rawValue: name) {
      self = .topic(topic)
    } else {
      return nil
    }
  }

  /// The names of all pages: commands, then topics.
  static var names: [String] {
    Command.allCases.map(\.rawValue) + HelpTopic.allCases.map(\.id)
  }
}

/// What to do with a command line that was understood.
enum Invocation: Sendable {
  /// No arguments at all.
  case nothing
  case version
  case help(HelpPage?)
  case request(Request)
}
