/// A run on which something breaks.
public struct Counterexample: Hashable, Sendable {
  /// The steps of the run; ``System/replay(_:)`` tells what they do.
  public var schedule: Schedule
  /// How often the thread changes though the one before could still step.
  public var preemptions: Int
  /// Whether no run with fewer preemptions, or as many and fewer steps, breaks it.
  ///
  /// True unless a limit was hit, states were left out, or the run goes round for ever. Of a
  /// deadlock in which somebody can still step (``DeadlockRule/someThreadCannotEnd``) it is about
  /// preemptions only: steps are added for as long as they show more and cost none.
  public var isMinimal: Bool
  /// The number, from 1, of the first of the steps that are repeated for ever; nil if the run
  /// ends.
  ///
  /// The steps before it are a shortest run to where the loop is entered; the schedule goes round
  /// once.
  public var loopStart: Int?

  /// How many steps the run has; those of a loop count once.
  public var steps: Int { schedule.steps.count }
  /// How often the running thread changes from one step to the next.
  public var switches: Int { schedule.switches }
}
