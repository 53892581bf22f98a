import Litmus
import RaceModel
import Scheduler

/// What a command line asks for, validated as far as that goes without reading a file.
struct Request: Sendable {
  var command: Command
  /// Files, folders or names, in the order given.
  var operands: [String] = []

  var base: Kernel.Base?
  var patches: [Kernel.Patch] = []
  var settings: [Kernel.Setting] = []
  var row: String?
  /// The macros of race files, in order.
  var defines: [Define] = []
  /// The language of all files; nil where their names say.
  var language: InputLanguage?
  /// The memory model; nil where files say.
  var model: MemoryModel?
  var schedule: String?

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
  var color = ColorChoice.auto
  var limits = Limits.none
  var jobs: Int?

  /// The strategies that are compared, in the order in which they search.
  var compared: [StrategySpec] { strategies.isEmpty ? StrategySpec.allCases : strategies }

  /// Whether the kernel is given on the command line rather than by a row.
  var changesKernel: Bool { base != nil || !patches.isEmpty || !settings.isEmpty }

  /// The options that choose the kernel, as they can be typed again.
  var kernelOptions: [String] {
    (row.map { ["--row", $0] } ?? []) + (base.map { ["--kernel", $0.rawValue] } ?? [])
      + patches.flatMap { ["--with", $0.rawValue] }
      + settings.flatMap { ["--knob", "\($0.knob.rawValue)=\($0.value)"] }
  }

  /// The options, with their values, that mean something to kernels only.
  var kernelChoices: [String] {
    (base.map { ["--kernel \($0.rawValue)"] } ?? []) + patches.map { "--with \($0.rawValue)" }
      + settings.map { "--knob \($0.knob.rawValue)=\($0.value)" }
  }

  /// The macros, as they can be typed again.
  var defineWords: [String] { defines.map { "-D\($0.text)" } }

  /// The language, as it can be typed again where a file's name does not say it.
  func languageOptions(for file: String) -> [String] {
    guard let language, InputLanguage(ofFile: file) != language else { return [] }
    return ["--language", language.rawValue]
  }
}

/// What to do with a command line that was understood.
enum Invocation: Sendable {
  /// No arguments at all.
  case nothing
  case version
  case help(Command?)
  case request(Request)
}
