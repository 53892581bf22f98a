import RaceModel
import Reporting
import Scheduler

/// One kernel run on a scenario: everything that a renderer may show of it, already decided.
struct RowReport: Sendable {
  /// Nil when the kernel was given on the command line.
  var name: String?
  /// Where the row's name stands in its file; nil when the kernel was given on the command line.
  var position: SourcePosition?
  var note: String
  var kernel: Kernel
  /// What the kernel sets and no path of the row reads.
  var unread: [Kernel.Setting]
  var threads: [ThreadReport]
  /// What orders of accesses to memory were considered.
  var model = MemoryModel.sequentiallyConsistent
  var strategy: StrategySpec
  var expectation: Expectation?
  /// What the search found out.
  var result: ExplorationReport
  /// What to write into a row of a file that expects nothing; nil where that is not known.
  var pin: String?
  /// Why the row's verdict means nothing: the model is too small for it.
  var modelFault: String?
  /// How long the search took, which differs from run to run.
  var elapsed = Duration.zero

  /// What its file expects, and whether that came true.
  struct Expectation: Sendable {
    var verdict: Verdict
    var broken: [String]
    var outcome: Outcome
  }

  /// How a row compares with what its file expects.
  enum Outcome: Sendable { case asExpected, differs, undecided }

  /// Whether it is a row of a file that does not say what must come of it.
  var isUnpinned: Bool { name != nil && expectation == nil }

  /// What it is called where it has no name.
  var title: String { name ?? "\(kernel)" }

  init(_ job: Job, _ system: System, _ exploration: Exploration, _ strategy: StrategySpec) {
    (name, position, note) = (job.name, job.position, job.note)
    (kernel, threads, self.strategy) = (job.kernel, job.threadReports, strategy)
    unread = job.unreadSettings
    let result = ExplorationReport(
      exploration, of: system, replayCommand: job.replayCommand, limitSetting: \.option)
    self.result = result
    modelFault =
      result.findings.lazy.filter { Scenario.modelLimits.contains($0.id) }
      .compactMap(\.witness?.explanation).first
    expectation = job.expectation.map {
      Expectation($0, result.broken, isWhole: result.isWhole)
    }
  }

  /// The worst exit code that this row gives to `run`.
  var exitCode: ExitCode {
    if modelFault != nil { return .bug }
    return switch result.verdict {
    case .holds: .success
    case .violated: .violated
    case .undecided: .undecided
    }
  }

  /// The worst exit code that this row gives to `check`.
  var checkExitCode: ExitCode {
    if modelFault != nil { return .bug }
    if isUnpinned { return result.isWhole ? .violated : .undecided }
    return switch expectation?.outcome {
    case .asExpected: .success
    case .differs: .violated
    case .undecided, nil: .undecided
    }
  }
}

extension RowReport.Expectation {
  init(_ expectation: Scenario.Expectation, _ found: [String], isWhole: Bool) {
    switch expectation {
    case .holds: (verdict, broken) = (.holds, [])
    case .violated(let ids): (verdict, broken) = (.violated, ids.sorted())
    }
    if found == broken {
      outcome = isWhole ? .asExpected : .undecided
    } else {
      // Part of a search can show that too much breaks, never that too little does.
      outcome = isWhole || !Set(found).isSubset(of: broken) ? .differs : .undecided
    }
  }
}

/// The orders of accesses to memory that a search considers.
enum MemoryModel: String, Sendable {
  /// Interleavings of the threads' accesses, each in the order of its program.
  case sequentiallyConsistent = "sc"

  /// What a reader of a verdict must know of it.
  var sentence: String {
    switch self {
    case .sequentiallyConsistent: "sequentially consistent; see Docs/limits.md"
    }
  }
}

extension LimitReport.Kind {
  /// The option that moves the limit; nil for those that none does.
  var option: String? {
    switch self {
    case .states: "--max-states"
    case .bytes: "--max-memory"
    case .seconds: "--max-seconds"
    case .preemptions: "--preemptions"
    case .runs: "--runs"
    case .steps: "--max-steps"
    case .fingerprints: "--fingerprints"
    case .interrupt, .capacity, .endlessRuns: nil
    }
  }
}
