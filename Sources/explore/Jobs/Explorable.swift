import Scheduler

/// What a job explores: the runs of a kernel on a scenario, or those of a race file's program.
///
/// Commands ask for searches and schedules; how a world makes its system, and how often it must
/// start anew, is its own affair.
protocol Explorable: Sendable {
  /// Searches as `options` ask; their limits are for the whole of it.
  func explore(_ options: Explorer.Options) -> Explored
  /// The system that schedules are taken on.
  var system: System { get }
  /// The checks whose failure means that the model, and not what it restates, is at fault.
  var modelLimits: [String] { get }
  /// What to write into the file so that it expects what a search of all found.
  func pin(_ row: RowReport, _ options: Explorer.Options) -> String?
}

/// What a search found out.
struct Explored: Sendable {
  /// The system that was searched.
  var system: System
  /// What is claimed, and what must not happen.
  var exploration: Exploration
  /// What was found that breaks nothing.
  var flags: [Exploration.Finding] = []
  /// What became of a question; it is broken on a run that answers it with yes.
  var question: Exploration.Finding?
  /// How the final states answer the file's condition, in herd7's words.
  var observation: String?
  /// Whether every reachable state was judged; nil where the exploration says so itself.
  var isWhole: Bool?
}
