/// The choices of one run: which thread took each step, and which of its results it got.
public struct Schedule: Hashable, Sendable {
  /// One step of a run.
  public struct Step: Hashable, Sendable {
    /// The thread that takes the step.
    public var thread: ThreadID
    /// Which result the step gets; 0 for a step that has one result.
    public var choice: Int

    /// Makes the step that `thread` takes with `choice`.
    public init(_ thread: ThreadID, choice: Int = 0) {
      (self.thread, self.choice) = (thread, choice)
    }
  }

  /// The steps in their order.
  public var steps: [Step]

  /// Makes the schedule of `steps`.
  public init(_ steps: [Step] = []) { self.steps = steps }

  /// How often the running thread changes from one step to the next.
  public var switches: Int {
    zip(steps, steps.dropFirst()).count { $0.thread != $1.thread }
  }
}
