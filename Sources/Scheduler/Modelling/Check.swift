/// A condition that is checked at every step of every run, whatever properties are asked for.
///
/// A broken check ends its run: the code is part of the state, and no thread steps from there.
@frozen public struct Check: Sendable, Hashable {
  /// A stable name, in kebab-case.
  public let id: String
  /// What must be true, in one sentence.
  public let sentence: String
  @usableFromInline let code: UInt8

  @inlinable init(id: String, sentence: String, code: UInt8) {
    self.id = id
    self.sentence = sentence
    self.code = code
  }

  /// Where the code of a broken check lies in word 0 of a state; 0 means that none is broken.
  @inlinable static var mask: UInt64 { (1 &<< UInt64(bits)) &- 1 }
  @inlinable static var bits: Int { 6 }

  // The built-in checks are computed where they are used: a step that breaks one calls nothing for
  // it, and a step that calls nothing keeps its cells in registers.

  /// A value outgrew its cell: the model's widths are wrong, and nothing can be concluded.
  @inlinable public static var cellOverflow: Check {
    Check(
      id: "cell-overflow", sentence: "Every value fits the cell that it is written to.", code: 1)
  }
  /// A machine found a condition of its own false: see ``StateView/require(_:saying:)``.
  @inlinable public static var assertion: Check {
    Check(id: "assertion", sentence: "Every assertion inside a step is true.", code: 2)
  }
  /// A lock was taken twice by one thread, or released by a thread that does not hold it.
  @inlinable public static var lockDiscipline: Check {
    Check(
      id: "lock-discipline",
      sentence: "A lock is released by the thread that holds it, and never taken twice by one.",
      code: 3)
  }
  /// A lock was taken by a thread that holds one which must be taken later.
  @inlinable public static var lockOrder: Check {
    Check(id: "lock-order", sentence: "Locks are taken in their declared order.", code: 4)
  }
  /// A thread that holds a spinlock did something that may sleep.
  @inlinable public static var sleepUnderSpinlock: Check {
    Check(
      id: "sleep-under-spinlock", sentence: "No thread sleeps while it holds a spinlock.", code: 5)
  }

  /// The checks that every system has, by code.
  static let builtIn: [Check] = [
    .cellOverflow, .assertion, .lockDiscipline, .lockOrder, .sleepUnderSpinlock,
  ]

  /// Threads that never end; the search reports it, no step breaks it: see ``DeadlockRule``.
  public static var deadlock: Check { deadlock(.nobodyCanStep) }

  /// The same, by one of the rules.
  public static func deadlock(_ rule: DeadlockRule) -> Check {
    Check(id: "deadlock", sentence: rule.sentence, code: 0)
  }
}
