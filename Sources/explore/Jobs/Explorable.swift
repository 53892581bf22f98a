import Litmus
import Scheduler

/// What a job explores: the runs of a kernel on a scenario, or those of a race file's program.
///
/// Commands ask for searches and schedules; how a world makes its system, and how often it must
/// start anew, is its own affair.
protocol Explorable: Sendable {
  /// Searches as `options` ask; their limits are for the whole of it.
  ///
  /// Final states are kept where they are wanted and the file has a condition about them.
  func explore(_ options: Explorer.Options, keepingFinalStates: Bool) -> Explored
  /// Whether its file has a condition about final states.
  var hasCondition: Bool { get }
  /// What it means that a property or check is broken.
  func role(of id: String) -> FindingRole
  /// The system that schedules are taken on.
  var system: System { get }
  /// The checks whose failure means that the model, and not what it restates, is at fault.
  var modelLimits: [String] { get }
  /// What to write into the file so that it expects what a search of all found.
  func pin(_ row: RowReport, _ options: Explorer.Options) -> Pinning
}

/// What to write into a file so that it expects what was found of a row.
enum Pinning: Sendable {
  case line(String)
  /// There is no such line, for this reason.
  case none(because: String)
}

/// What it means that something was found.
enum FindingRole: Sendable {
  /// What is claimed is false.
  case violation
  /// It breaks nothing: the file's condition does not speak of it.
  case flag
  /// The file's question is answered with yes.
  case answer
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
  /// The final states, if they are wanted.
  var finalStates: FinalStates?
  /// Whether every reachable state was judged; nil where the exploration says so itself.
  var isWhole: Bool?
}
