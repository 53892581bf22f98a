internal import Scheduler

/// What a run can do wrong whatever the file says; the raw value is the code in a state.
enum Finding: UInt8, CaseIterable, Sendable {
  case assert = 1, useAfterFree, null, wild, outOfBounds, lockMisuse, sleepInAtomic, rcu, refcount
  case division, uninitialised
  /// No violation: the run is of no interest.
  case assume
  /// An `atomic` block that does not end.
  case endless
  case doubleFree
  /// A pool without an object that could be allocated: the file gives too few.
  case pool

  /// The id that rows and reports use.
  var id: String {
    switch self {
    case .useAfterFree: "use-after-free"
    case .outOfBounds: "out-of-bounds"
    case .lockMisuse: "lock-misuse"
    case .sleepInAtomic: "sleep-in-atomic"
    case .doubleFree: "double-free"
    default: "\(self)"
    }
  }

  /// The names that reports have for what is found, which no property of a file can have.
  static let names: Set<String> = Set(allCases.map(\.id)).union([
    Check.assertion.id, Check.deadlock.id, Sleepers.lostWakeUpID, RaceSystem.progressID,
    RaceSystem.finalStateID, RaceProgram.questionID, RaceSystem.leaksID,
  ])

  /// What must be true, in one sentence.
  var sentence: String {
    switch self {
    case .assert: "No 'assert' is false, and no 'BUG_ON' or 'WARN_ON' is true."
    case .useAfterFree: "Nothing is accessed after its life has ended."
    case .null: "No NULL pointer is followed."
    case .wild: "No number is followed that is no address."
    case .outOfBounds: "No access leaves its object."
    case .lockMisuse: "A lock is released by its holder, and not taken twice by one thread."
    case .sleepInAtomic:
      "Nothing sleeps holding a spinlock or bit, with interrupts off, in one, or in an RCU reader."
    case .rcu: "Every reader that leaves has entered, and gives the index that it was given."
    case .refcount:
      "No reference count is raised from 0 or beyond INT_MAX, lowered below 0, or dropped to 0 untested."
    case .division: "Nothing is divided by 0."
    case .uninitialised: "No local or allocated member is read before it has a value."
    case .assume: "The run is of interest."
    case .endless: "What is done in one step comes to an end."
    case .doubleFree: "Nothing is freed twice."
    case .pool: "Every pool has an object for who allocates one, or says 'may-fail'."
    }
  }
}
