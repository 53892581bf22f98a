/// The choices of one run: which thread took each step, and which of its results it got.
public struct Schedule: Hashable, Sendable {
  /// One step of a run.
  public struct Step: Hashable, Sendable {
    public var thread: ThreadID
    /// 0 for a step that has one result.
    public var choice: Int

    public init(_ thread: ThreadID, choice: Int = 0) {
      (self.thread, self.choice) = (thread, choice)
    }
  }

  public var steps: [Step]

  public init(_ steps: [Step] = []) { self.steps = steps }

  /// How often the running thread changes from one step to the next.
  public var switches: Int {
    zip(steps, steps.dropFirst()).count { $0.thread != $1.thread }
  }
}
