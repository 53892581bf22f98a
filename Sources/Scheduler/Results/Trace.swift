/// A run told step by step: who did what, where, and what it changed.
public struct Trace: Sendable {
  public struct Step: Sendable {
    /// From 1.
    public var number: Int
    public var thread: ThreadID
    public var choice: Int
    /// The step's label and function.
    public var location: Location
    /// What it changed, in the order of the layout.
    public var changes: [Change]
    /// Whether the thread before this one could still have stepped.
    public var isPreemption: Bool
    /// The owner of each lock of ``System/locks`` after the step; nil when it is free.
    public var lockOwners: [ThreadID?]
    /// The ids of the properties and checks that are broken after the step, or by it.
    public var broken: [String]
  }

  /// A cell before and after a step.
  public struct Change: Hashable, Sendable {
    public var name: String
    public var role: Layout.Role
    public var old: String
    public var new: String
  }

  /// A thread that has not finished at the end of the run.
  public struct Unfinished: Hashable, Sendable {
    public var thread: ThreadID
    /// The step it would take next.
    public var location: Location
    public var canStep: Bool
    /// The locks that it cannot have, and who holds them.
    public var waitsFor: [Wait]

    public struct Wait: Hashable, Sendable {
      public var lock: String
      public var owner: ThreadID
    }
  }

  /// The ids of what the initial state breaks.
  public var brokenAtStart: [String]
  public var steps: [Step]
  /// The state after the last step.
  public var final: [UInt64]
  public var unfinished: [Unfinished]
  /// What each broken property says of the first state in which it is broken, by id.
  public var explanations: [String: String]
  /// The cell that a value did not fit into, when the run ended with ``Check/cellOverflow``.
  public var overflowed: String?
  /// The number of the first step of a loop that ends with the last step, when repeating it for ever
  /// breaks a ``Property/Kind/terminates(_:)`` property; that step counts as breaking it.
  public var loopStart: Int?

  /// The number of preemptions of the run.
  public var preemptions: Int { steps.count { $0.isPreemption } }

  /// The ids of what broke anywhere in the run, in order of appearance.
  public var broken: [String] {
    var ids = brokenAtStart
    for id in steps.flatMap(\.broken) where !ids.contains(id) { ids.append(id) }
    return ids
  }
}

/// A schedule that does not fit the system it is replayed on.
public struct ReplayError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The step that did not fit, from 1.
  public var step: Int
  public var problem: Problem
  /// What could have stepped there: thread names and labels.
  public var runnable: [String]

  public enum Problem: Hashable, Sendable {
    case blocked(thread: String, label: String)
    case finished(thread: String)
    case noSuchChoice(thread: String, label: String, choice: Int)
    case runHasEnded
  }

  public var description: String {
    let what =
      switch problem {
      case .blocked(let thread, let label): "\(thread) cannot take its step '\(label)'"
      case .finished(let thread): "\(thread) has finished"
      case .noSuchChoice(let thread, let label, let choice):
        "\(thread)'s step '\(label)' has no choice \(choice)"
      case .runHasEnded: "a broken check has ended the run"
      }
    let could =
      runnable.isEmpty ? "nothing could run" : "could run: " + runnable.joined(separator: ", ")
    return "step \(step) does not fit: \(what); \(could)"
  }
}

extension System {
  /// Runs `schedule` from the initial state and tells what happened.
  ///
  /// - Throws: ``ReplayError`` at the first step that cannot be taken.
  public func replay(_ schedule: Schedule) throws(ReplayError) -> Trace {
    var replay = Replay(of: self)
    for step in schedule.steps { try replay.take(step) }
    return replay.finish()
  }

  /// Where `thread` stands in a state, or nil when it has finished.
  public func location(of thread: ThreadID, in state: Property.State) -> Location? {
    let thread = threads[thread.index]
    let position = Int(state[thread.position])
    return position < thread.script.count
      ? thread.script[position].location(in: StateView(state.words, NoRecorder())) : nil
  }
}
