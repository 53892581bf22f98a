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

extension Schedule {
  /// The most steps that a token may stand for.
  public static let longest = 1_000_000

  /// The printable token of this schedule for `system`: see ``ScheduleToken``.
  ///
  /// - Throws: ``ReplayError`` at the first step that cannot be taken.
  public func token(for system: System) throws(ReplayError) -> String {
    try ScheduleToken(of: self, for: system).text
  }

  /// The schedule that `token` stands for, if it was made for `system`.
  ///
  /// ``ScheduleToken/reading(on:)`` takes those of other systems too, by their labels.
  /// - Throws: ``TokenError``, also when the token belongs to another system.
  public init(token: String, for system: System) throws(TokenError) {
    let token = try ScheduleToken(token)
    guard token.belongs(to: system) else {
      throw .otherSystem(ScheduleToken.Origin(of: token, on: system))
    }
    let reading = try token.reading(on: system)
    if reading.isByLabels { throw .otherSteps(reading.origin) }
    self = reading.schedule
  }
}
