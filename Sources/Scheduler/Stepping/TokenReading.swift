// From schedules to the segments of tokens, and back to schedules.

extension ScheduleToken {
  /// The segments of a schedule, each as long as can be.
  static func segments(
    of schedule: Schedule, on system: System
  ) throws(ReplayError) -> [Segment] {
    var run = StepwiseRun(of: system)
    var names = StepNames()
    var segments: [Segment] = []
    // How often each name has come in the newest segment.
    var occurrences: [StepName: Int] = [:]
    for step in schedule.steps {
      let name = run.location(of: step.thread).map { names[$0.label] }
      try run.take(step)
      guard let name else { preconditionFailure("a thread that can step stands somewhere") }
      if let last = segments.last, last.thread == step.thread, last.choice == 0 {
        segments[segments.count - 1].count += 1
      } else {
        segments.append(Segment(thread: step.thread))
        occurrences.removeAll(keepingCapacity: true)
      }
      occurrences[name, default: 0] += 1
      segments[segments.count - 1].choice = step.choice
      segments[segments.count - 1].goal = Segment.Goal(
        name: name, occurrence: occurrences[name] ?? 1,
        finishes: run.location(of: step.thread) == nil)
    }
    return segments
  }

  /// Whether it was made for `system`, or for one that no hash tells from it.
  public func belongs(to system: System) -> Bool { systemHash == system.hashText }

  /// A schedule that a token stands for on some system.
  public struct Reading: Hashable, Sendable {
    /// The schedule.
    public let schedule: Schedule
    /// Whether its steps were found by their labels: the token was made for another system, or the
    /// system's steps have changed since.
    public let isByLabels: Bool
    /// What the token was made for, and what it was read on.
    public let origin: Origin
    /// How many steps it was made of.
    public let stepsWhenMade: Int

    /// How the token was read, as half a sentence; nil if it was made for this very system and
    /// version.
    public var note: String? {
      guard isByLabels else {
        return origin.isOfOtherVersion ? "\(origin.text), and every step is the same" : nil
      }
      let count = schedule.steps.count
      return "made for \(origin.text): replayed by its labels, "
        + (count == stepsWhenMade
          ? "in as many steps as then" : "in \(count) steps where there were \(stepsWhenMade)")
    }
  }

  /// The schedule that the token stands for on `system`.
  ///
  /// On the system that it was made for these are exactly its steps. On any other, each thread
  /// goes on, in choice 0, up to the step that the token names: steps that have come or gone on
  /// the way change nothing.
  /// - Throws: ``Schedule/TokenError``: no labels, no such thread, or ``ReplayError`` at the first
  ///   step that cannot be taken.
  /// - Complexity: O(steps), but for systems whose ``SystemBuilder/isNamedByIdentity``.
  public func reading(on system: System) throws(Schedule.TokenError) -> Reading {
    if let stranger = segments.first(where: { $0.thread.index >= system.threads.count }) {
      throw .unknownThread(Self.letter(of: stranger.thread), threads: system.threads.count)
    }
    let origin = Origin(of: self, on: system)
    let own = Schedule(segments.flatMap(\.steps))
    func reading(_ schedule: Schedule, isByLabels: Bool) -> Reading {
      Reading(
        schedule: schedule, isByLabels: isByLabels, origin: origin,
        stepsWhenMade: own.steps.count)
    }
    if origin.isSameSystem {
      // Where the hash is of all that the program does, labels are how it is spelled.
      if !hasLabels || system.isNamedByIdentity { return reading(own, isByLabels: false) }
      let now = try? Self.segments(of: own, on: system)
      if now == segments { return reading(own, isByLabels: false) }
    }
    guard hasLabels else { throw .otherSystem(origin) }
    return reading(try scheduleByLabels(on: system, origin), isByLabels: true)
  }

  private func scheduleByLabels(
    on system: System, _ origin: Origin
  ) throws(Schedule.TokenError) -> Schedule {
    var run = LabelledRun(of: system)
    for segment in segments {
      do throws(ReplayError) {
        try run.take(segment)
      } catch {
        throw .parts(origin, error)
      }
      if run.steps.count > Schedule.longest { throw .tooLong(limit: Schedule.longest) }
    }
    return Schedule(run.steps)
  }
}

/// A run that is taken by the labels of its steps.
private struct LabelledRun {
  private var run: StepwiseRun
  private var names = StepNames()
  private(set) var steps: [Schedule.Step] = []

  init(of system: System) { run = StepwiseRun(of: system) }

  /// Takes the steps up to a segment's last, and on to the thread's end if that finished then.
  ///
  /// It ends early when there are too many steps for a schedule.
  mutating func take(_ segment: ScheduleToken.Segment) throws(ReplayError) {
    guard let goal = segment.goal else { preconditionFailure("the token has no labels") }
    let first = run.count + 1
    var missing = goal.occurrence
    var repetition = Repetition(of: run.state)
    while missing > 0 || goal.finishes && run.location(of: segment.thread) != nil {
      if steps.count > Schedule.longest { return }
      let name = run.location(of: segment.thread).map { names[$0.label] }
      let isGoal = missing > 0 && name == goal.name
      let choice = isGoal && missing == 1 ? segment.choice : 0
      do throws(ReplayError) {
        if repetition.isCertain {
          throw run.error(
            .goesRound(
              thread: run.system.threads[segment.thread.index].name,
              label: run.location(of: segment.thread)?.label ?? "its end"))
        }
        try run.take(Schedule.Step(segment.thread, choice: choice))
      } catch {
        var error = error
        error.expected = ReplayError.Expected(
          label: missing > 0 ? goal.name.shown : nil, since: first)
        throw error
      }
      steps.append(Schedule.Step(segment.thread, choice: choice))
      if isGoal {
        missing -= 1
        repetition = Repetition(of: run.state)
      } else {
        repetition.see(run.state)
      }
    }
  }
}

/// Finds out that one state follows itself, by Brent's algorithm: a state is kept for twice as
/// many steps each time.
private struct Repetition {
  private var kept: [UInt64]
  private var steps = 0
  private var limit = 1
  private(set) var isCertain = false

  init(of state: [UInt64]) { kept = state }

  mutating func see(_ state: [UInt64]) {
    if state == kept { isCertain = true }
    steps += 1
    if steps == limit { (kept, steps, limit) = (state, 0, 2 * limit) }
  }
}

/// The names of labels, each made once.
private struct StepNames {
  private var known: [String: StepName] = [:]

  subscript(label: String) -> StepName {
    mutating get {
      if let name = known[label] { return name }
      let name = StepName(of: label)
      known[label] = name
      return name
    }
  }
}
