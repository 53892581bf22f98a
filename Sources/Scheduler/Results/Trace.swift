/// A run told step by step: who did what, where, and what it changed.
public struct Trace: Sendable {
  /// One step of the run.
  public struct Step: Sendable {
    /// The step's number, from 1.
    public var number: Int
    /// The thread that took it.
    public var thread: ThreadID
    /// Which of its results the step got, from 0.
    public var choice: Int
    /// The step's label and function.
    public var location: Location
    /// What it changed, in the order of the layout.
    public var changes: [Change]
    /// Whether the thread before this one could still have stepped.
    public var isPreemption: Bool
    /// The owner of each lock of ``System/locks`` after the step; nil when it is free.
    public var lockOwners: [ThreadID?]
    /// By region of ``Trace/regions``: the threads that are inside after the step.
    public var inside: [[ThreadID]]
    /// What it accessed, in its order; nil if the system has no ``RunTeller``.
    public var accesses: [Access]?
    /// The ids of the properties and checks that are broken after the step, or by it.
    public var broken: [String]

    package init(
      number: Int, thread: ThreadID, choice: Int, location: Location, changes: [Change],
      isPreemption: Bool, lockOwners: [ThreadID?], inside: [[ThreadID]], accesses: [Access]?,
      broken: [String]
    ) {
      (self.number, self.thread, self.choice, self.location) = (number, thread, choice, location)
      (self.changes, self.isPreemption, self.lockOwners) = (changes, isPreemption, lockOwners)
      (self.inside, self.accesses, self.broken) = (inside, accesses, broken)
    }
  }

  /// A cell before and after a step.
  public struct Change: Hashable, Sendable {
    /// The cell's name.
    public var name: String
    /// What the cell is for.
    public var role: Layout.Role
    /// The value before, as the layout prints it.
    public var old: String
    /// The value after, as the layout prints it.
    public var new: String

    package init(name: String, role: Layout.Role, old: String, new: String) {
      (self.name, self.role, self.old, self.new) = (name, role, old, new)
    }
  }

  /// An access of a step, as a ``RunTeller`` tells of it.
  public struct Access: Hashable, Sendable {
    /// The name of what was accessed.
    public var name: String
    /// The value that was read, or stood there before.
    public var old: String
    /// The value that was written; nil if nothing was.
    public var new: String?

    /// An access that finds `old`, and leaves `new` if it writes.
    public init(_ name: String, old: String, new: String? = nil) {
      (self.name, self.old, self.new) = (name, old, new)
    }
  }

  /// Something that threads go into and come out of, as a ``RunTeller`` names it.
  public struct Region: Hashable, Sendable {
    /// What those inside do.
    public enum Kind: Hashable, Sendable {
      /// One thread holds a lock.
      case lock(Lock.Kind)
      /// Threads read, and may be several.
      case readers
    }

    /// The name that reports show.
    public var name: String
    /// What those inside do.
    public var kind: Kind

    /// A region with a name.
    public init(_ name: String, kind: Kind) { (self.name, self.kind) = (name, kind) }
  }

  /// A thread that has not finished at the end of the run.
  public struct Unfinished: Hashable, Sendable {
    /// The thread.
    public var thread: ThreadID
    /// The step it would take next.
    public var location: Location
    /// Whether it could take that step.
    public var canStep: Bool
    /// The locks that it cannot have, and who holds them.
    public var waitsFor: [Wait]

    package init(thread: ThreadID, location: Location, canStep: Bool, waitsFor: [Wait]) {
      (self.thread, self.location) = (thread, location)
      (self.canStep, self.waitsFor) = (canStep, waitsFor)
    }

    /// A lock that a thread cannot have.
    public struct Wait: Hashable, Sendable {
      /// The lock's name.
      public var lock: String
      /// The thread that holds it.
      public var owner: ThreadID

      package init(lock: String, owner: ThreadID) { (self.lock, self.owner) = (lock, owner) }
    }
  }

  /// The ids of what the initial state breaks.
  public var brokenAtStart: [String]
  /// The steps in their order.
  public var steps: [Step]
  /// The words of the state after the last step: see ``System/view(_:_:)``.
  public var final: [UInt64]
  /// The threads that have not finished, by number.
  public var unfinished: [Unfinished]
  /// What each broken property says of the first state in which it is broken, and a broken check
  /// of the step that broke it, by id.
  public var explanations: [String: String]
  /// What the system's ``RunTeller`` says of each broken property and check, by id.
  public var stories: [String: String] = [:]
  /// What threads can be inside of besides locks: those of the system's ``RunTeller``.
  public var regions: [Region] = []
  /// The name of the cell into which a value did not fit, where that ended the run.
  public var overflowed: String?
  /// The number of the first step of a loop that ends with the last step; nil if there is none.
  ///
  /// It is set when repeating the loop for ever breaks a ``Property/Kind/terminates(_:)``
  /// property; that step counts as breaking it.
  public var loopStart: Int?
  /// The threads that must end and never do after the run, if a deadlock is about those: see
  /// ``DeadlockRule/someThreadCannotEnd``.
  public var stuck: [ThreadID]
  /// Those of them that step again on some run from there.
  package internal(set) var stepAgain: [ThreadID] = []
  /// The ids of what could not be found out: too many states come after the run.
  public var undecided: [String]

  /// Whether the last step broke a check, so that no thread steps any more, whoever could have.
  package var isEndedByCheck: Bool { final[0] & Check.mask != 0 }

  /// The number of preemptions of the run.
  public var preemptions: Int { steps.count { $0.isPreemption } }

  /// The ids of what broke anywhere in the run, in order of appearance.
  public var broken: [String] {
    var ids = brokenAtStart
    for id in steps.flatMap(\.broken) where !ids.contains(id) { ids.append(id) }
    return ids
  }
}

extension System {
  /// Runs `schedule` from the initial state and tells what happened.
  ///
  /// - Throws: ``ReplayError`` at the first step that cannot be taken.
  /// - Complexity: O(steps times (cells + threads + properties)). To find out which threads can
  ///   still end, up to a million states are looked at after the last step.
  public func replay(_ schedule: Schedule) throws(ReplayError) -> Trace {
    var replay = Replay(of: self)
    for step in schedule.steps { try replay.take(step) }
    return replay.finish()
  }
}
