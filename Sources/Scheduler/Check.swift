/// A condition that is checked at every step of every run, whatever properties are asked for.
///
/// A broken check ends its run: the code is part of the state, and no thread steps from there.
@frozen public struct Check: Sendable, Hashable {
  /// Stable, kebab-case.
  public let id: String
  /// What must be true, in one sentence.
  public let sentence: String
  @usableFromInline let code: UInt8

  @usableFromInline init(id: String, sentence: String, code: UInt8) {
    self.id = id
    self.sentence = sentence
    self.code = code
  }

  /// Where the code of a broken check lies in word 0 of a state; 0 means that none is broken.
  @usableFromInline static let mask: UInt64 = (1 << UInt64(bits)) - 1
  static let bits = 6

  /// A value outgrew its cell: the model's widths are wrong, and nothing can be concluded.
  public static let cellOverflow = Check(
    id: "cell-overflow", sentence: "Every value fits the cell that it is written to.", code: 1)
  /// A machine found a condition of its own false.
  public static let assertion = Check(
    id: "assertion", sentence: "Every assertion inside a step is true.", code: 2)
  /// A lock was taken twice by one thread, or released by a thread that does not hold it.
  public static let lockDiscipline = Check(
    id: "lock-discipline",
    sentence: "A lock is released by the thread that holds it, and never taken twice by one.",
    code: 3)
  /// A lock was taken while holding one that must be taken later.
  public static let lockOrder = Check(
    id: "lock-order", sentence: "Locks are taken in their declared order.", code: 4)
  /// A thread that holds a spinlock did something that may sleep.
  public static let sleepUnderSpinlock = Check(
    id: "sleep-under-spinlock", sentence: "No thread sleeps while it holds a spinlock.", code: 5)

  /// The checks that every system has, by code.
  static let builtIn: [Check] = [
    .cellOverflow, .assertion, .lockDiscipline, .lockOrder, .sleepUnderSpinlock,
  ]

  /// Reported by the search, not by a step: unfinished threads of which none can step.
  public static let deadlock = Check(
    id: "deadlock", sentence: "While a thread is unfinished, some thread can step.", code: 0)
}
