import Litmus
import RaceModel
import Reporting
import Scheduler

/// One job and what came of it: everything that a renderer may show of it, already decided.
struct RowReport: Sendable {
  /// Nil for what is no row of a file.
  var name: String?
  /// What it is called where it has no name.
  var title: String
  /// Where the row's name stands in its file.
  var position: SourcePosition?
  var note: String
  /// What was run, besides the threads.
  var setting: Job.Setting
  var threads: [ThreadReport]
  /// What orders of accesses to memory were considered.
  var model = MemoryModel.sequentiallyConsistent
  var strategy: StrategySpec
  /// Which states were left out.
  var reduction: Reduction
  var expectation: Expectation?
  /// How it compares with what its file expects; nil where that is nothing.
  var outcome: Outcome?
  /// Whether its file could say what must come of it, and does not.
  var isUnpinned: Bool
  /// What the search found out about what is claimed.
  var result: ExplorationReport
  /// What was found that breaks nothing.
  var flags: [FindingReport] = []
  /// What became of the file's question; it is violated on a run that answers it with yes.
  var question: FindingReport?
  /// How often final states are as the file's condition says, in herd7's words.
  var observation: String?
  /// The final states, if the format shows them and the file has a condition about them.
  var finalStates: FinalStates?
  /// Whether every reachable state was judged.
  var isWhole: Bool
  /// What to write into a row of a file that expects nothing; nil where that is not known.
  var pin: String?
  /// Why no such line can be written; nil where one can, or where that is not known.
  var unpinnable: String?
  /// Why the row's verdict means nothing: the model is too small for it.
  var modelFault: String?
  /// Which of two it is, where a row is compared with what the command line makes of it.
  var variant: Variant?
  /// How long the search took, which differs from run to run.
  var elapsed = Duration.zero

  /// A row as its file has it, or with what the command line changes.
  enum Variant: String, CaseIterable, Sendable {
    case asIs = "as-is"
    case changed = "changed"
  }

  /// How a row compares with what its file expects.
  enum Outcome: Sendable { case asExpected, differs, undecided }

  /// The answer to the question of `exists`.
  enum Answer: String, Sendable { case allowed, forbidden }

  init(
    _ job: Job, _ explored: Explored, _ strategy: StrategySpec, _ reduction: Reduction = .none
  ) {
    (name, title, position, note) = (job.name, job.title, job.position, job.note)
    (setting, threads) = (job.setting, job.threads)
    (self.strategy, self.reduction) = (strategy, reduction)
    (expectation, isUnpinned) = (job.expectation, job.isUnpinned)
    func report(_ exploration: Exploration) -> ExplorationReport {
      ExplorationReport(
        exploration, of: explored.system, replayCommand: job.replayCommand, limitSetting: \.option)
    }
    result = report(explored.exploration)
    isWhole = explored.isWhole ?? result.isWhole
    modelFault =
      result.findings.lazy.filter { job.program.modelLimits.contains($0.id) }
      .compactMap(\.witness?.explanation).first
    var others = explored.exploration
    others.findings = explored.flags
    flags = report(others).findings
    others.findings = explored.question.map { [$0] } ?? []
    question = report(others).findings.first
    question?.isQuestion = true
    (observation, finalStates) = (explored.observation, explored.finalStates)
    outcome = expectation?.outcome(of: self)
  }

  /// The answer to the file's question; nil if it asks none, or as long as it is not known.
  var answer: Answer? {
    guard let question else { return nil }
    if question.verdict == .violated { return .allowed }
    return isWhole ? .forbidden : nil
  }

  /// Whether a run has the fewest preemptions that a search can find, which left nothing out.
  private func isFewest(_ witness: WitnessReport?) -> Bool {
    guard let witness, witness.preemptions > 0 else { return true }
    return witness.isMinimal || strategy == .standard && reduction == .none
  }

  /// What was found broken, sorted, with the preemptions of the runs that show it.
  var found: [Expectation.Broken] {
    let broken = result.findings.filter { [.violated, .neverReached].contains($0.verdict) }
    let isOfFile = if case .kernel = setting { false } else { true }
    var found = broken.map { finding in
      Expectation.Broken(
        id: finding.verdict == .violated || isOfFile ? finding.id : ExplorationReport.vacuous,
        preemptions: isOfFile ? finding.witness?.preemptions : nil,
        isUpperBound: isOfFile && !isFewest(finding.witness))
    }
    found.sort { $0.id < $1.id }
    return found.reduce(into: []) { if $0.last?.id != $1.id { $0.append($1) } }
  }
}

/// The orders of accesses to memory that a search considers.
enum MemoryModel: String, CaseIterable, Sendable {
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
    case .totalSeconds: "--max-total-seconds"
    case .preemptions: "--preemptions"
    case .runs: "--runs"
    case .steps: "--max-steps"
    case .fingerprints: "--fingerprints"
    case .interrupt, .capacity, .endlessRuns: nil
    }
  }
}
