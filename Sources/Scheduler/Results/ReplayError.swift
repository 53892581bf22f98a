/// A schedule that does not fit the system it is replayed on.
public struct ReplayError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The number, from 1, of the step that did not fit.
  public var step: Int
  /// Why it did not.
  public var problem: Problem
  /// What could have stepped there: thread names and labels.
  public var runnable: [String]
  /// Where the thread was to come, if its steps are found by their labels.
  public var expected: Expected?

  /// Where a thread was to come.
  public struct Expected: Hashable, Sendable {
    /// The label that it was to come to; nil if it was to finish.
    public var label: String?
    /// The number of the first step on its way there.
    public var since: Int
  }

  /// Why a step does not fit.
  public enum Problem: Hashable, Sendable {
    /// The thread, which is named, has to wait at the step with this label.
    case blocked(thread: String, label: String)
    /// The thread has no steps left.
    case finished(thread: String)
    /// The step has fewer results than `choice` asks for.
    case noSuchChoice(thread: String, label: String, choice: Int)
    /// An earlier step broke a check, after which no thread steps.
    case runHasEnded
    /// The thread comes to a state where it was before, at the step with this label.
    case goesRound(thread: String, label: String)
  }

  /// One sentence with the step, the problem and what could have run.
  public var description: String {
    let what =
      switch problem {
      case .blocked(let thread, let label): "\(thread) cannot take its step '\(label)'"
      case .finished(let thread): "\(thread) has finished"
      case .noSuchChoice(let thread, let label, let choice):
        "\(thread)'s step '\(label)' has no choice \(choice)"
      case .runHasEnded: "a broken check has ended the run"
      case .goesRound(let thread, let label): "\(thread) goes round for ever at '\(label)'"
      }
    let expectation =
      expected.map { expected in
        let goal = expected.label.map { "come to '\($0)'" } ?? "finish"
        let since = expected.since == step ? "" : " from step \(expected.since) on"
        return "; expected it to \(goal)\(since)"
      } ?? ""
    let could =
      runnable.isEmpty ? "nothing could run" : "could run: " + runnable.joined(separator: ", ")
    return "step \(step) does not fit: \(what)\(expectation); \(could)"
  }
}
