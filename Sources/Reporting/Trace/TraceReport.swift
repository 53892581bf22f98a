public import Scheduler

/// A run step by step, with the names that its numbers stand for and what broke in it.
public struct TraceReport: Sendable {
  /// The names of the threads, by number.
  public var threads: [String]
  /// The locks, in the order of ``Scheduler/System/locks``.
  public var locks: [LockReport]
  /// What threads can be inside of besides the locks: those that the steps' `inside` is about.
  public var regions: [Trace.Region]
  /// The steps, in the order in which they were taken.
  public var steps: [Trace.Step]
  /// The threads that have not finished when the run ends.
  public var unfinished: [Trace.Unfinished]
  /// The number of the first step of a loop that ends with the last one, if repeating it breaks
  /// something.
  public var loopStart: Int?
  /// What broke, in order of appearance.
  public var broken: [Broken]
  /// Whether the run's last step broke a check: then no thread goes on, whoever could have.
  package var isEndedByCheck: Bool
  /// The ids of what could not be found out: see ``Scheduler/Trace/undecided``.
  public var undecided: [String]

  /// A lock as a table of the run names it.
  public struct LockReport: Hashable, Sendable {
    /// The name that it was declared with.
    public var name: String
    /// Whether its holder may sleep.
    public var kind: Lock.Kind
  }

  /// A property or check that broke in the run.
  public struct Broken: Hashable, Sendable {
    /// The id of the property or check.
    public var id: String
    /// What should have been true.
    public var sentence: String
    /// The number of the first step after which it is broken; 0 when it is from the start.
    public var step: Int
    /// What is wrong in that state, where the system can say more than the sentence.
    public var explanation: String?
  }

  /// The report of a run that was taken on `system`.
  public init(_ trace: Trace, of system: System) {
    threads = system.threads.map(\.name)
    locks = system.locks.map { LockReport(name: $0.name, kind: $0.kind) }
    (steps, unfinished, loopStart) = (trace.steps, trace.unfinished, trace.loopStart)
    (regions, isEndedByCheck) = (trace.regions, trace.isEndedByCheck)
    (broken, undecided) = ([], trace.undecided)
    let sentences = Dictionary(
      (system.properties.map { ($0.id, $0.sentence) }
        + (system.checks + Self.deadlocks(of: system)).map { ($0.id, $0.sentence) }),
      uniquingKeysWith: { first, _ in first })
    broken = trace.broken.map { id in
      Broken(
        id: id, sentence: sentences[id] ?? "",
        step: steps.first { $0.broken.contains(id) }?.number ?? 0,
        explanation: trace.stories[id]
          ?? explanation(of: id, in: trace, system))
    }
  }

  /// Deadlock, and the kind of deadlock that has a name of its own.
  private static func deadlocks(of system: System) -> [Check] {
    [Check.deadlock(system.deadlock)] + (system.deadlockKind.map { [$0.check] } ?? [])
  }

  /// The name of a thread.
  public func name(of thread: ThreadID) -> String { threads[thread.index] }

  /// Where each unfinished thread stands and what it waits for, a sentence each.
  public var unfinishedText: [String] {
    unfinished.map { thread in
      let place = "\(name(of: thread.thread)) is at \(Self.text(of: thread.location))"
      if thread.canStep { return place + " and could go on" }
      if thread.waitsFor.isEmpty { return place + " and cannot go on" }
      let waits = thread.waitsFor.map { "\($0.lock), which \(name(of: $0.owner)) holds" }
      return place + " and waits for " + list(waits, "and")
    }
  }

  /// What is wrong at the end of the run, or at the step where `id` broke.
  private func explanation(of id: String, in trace: Trace, _ system: System) -> String? {
    let explanation = trace.explanations[id]
    if Self.deadlocks(of: system).contains(where: { $0.id == id }) {
      return explanation ?? unfinishedText.joined(separator: "; ")
    }
    // What a property says, it says of a state; a check is broken by a step.
    if explanation != nil && !system.checks.contains(where: { $0.id == id }) { return explanation }
    return steps.last { $0.broken.contains(id) }.map { step in
      (explanation.map { $0 + ": " } ?? "broken by ")
        + "step \(step.number), \(name(of: step.thread)) at \(Self.text(of: step.location))"
    }
  }

  /// `lock-outer in outer_function()`, or `line 12, 'mutex_lock(&outer);' in outer_function()`.
  private static func text(of location: Location) -> String {
    (location.line.map { "line \($0), '\(location.label)'" } ?? location.label)
      + (location.function.map { " in \($0)()" } ?? "")
  }

  /// All that threads can be inside of: the locks, then the other regions.
  var allRegions: [Trace.Region] {
    locks.map { Trace.Region($0.name, kind: .lock($0.kind)) } + regions
  }

  /// By region of ``allRegions``: the threads inside after a step.
  func inside(after step: Trace.Step) -> [Set<ThreadID>] {
    step.lockOwners.map { $0.map { [$0] } ?? [] } + step.inside.map { Set($0) }
  }

  /// Whether the steps are lines of a source, which may be long.
  var hasSource: Bool { steps.contains { $0.location.line != nil } }
}
