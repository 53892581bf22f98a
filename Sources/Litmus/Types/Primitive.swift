/// What the functions of the kernel and of race files do, apart from their names.
enum Primitive: Hashable, Sendable {
  /// `*place = argument`, and the value before it.
  case exchange
  /// `if (*place == first) *place = second`, and the value before it.
  case compareExchange
  /// The same; true if it was equal.
  case testAndExchange
  /// `*place op= argument` in one step, and what comes of it.
  case fetch(BinaryOperator, Returned)
  /// `*place += argument` unless the guard says no, and what comes of it.
  case addUnless(Guard, Returned)
  /// The same for a reference count.
  case refcount(RefcountOperation)
  /// `set_bit` and its relatives, on the bit that the argument numbers.
  case bit(BitOperation, isAtomic: Bool, returnsOld: Bool)
  case testBit
  case lock(LockOperation, in: LockContext)
  /// A lock in a bit of a number, which has no owner.
  case bitLock(BitLockOperation)
  case isLocked
  case assertHeld(LockMode)
  /// Whether the thread itself holds a lock; that it does not.
  case isHeld, assertNotHeld
  /// Takes a lock, or gives a number instead where it is not free.
  case lockOrGiveUp(LockOperation, Int64)
  /// What a lock is taken under, apart from the lock.
  case disable(LockContext), enable(LockContext)
  /// Reads a place into a variable until the argument is true, and gives what was read.
  case readUntil(variable: Int)
  case sequence(SequenceOperation)
  case fence(Fence)
  case rcu(ReaderOperation)
  case srcu(ReaderOperation)
  /// The run ends here as a violation unless the argument is true.
  case assert
  /// The same if it is true: `BUG_ON`, `WARN_ON`; gives the argument.
  case warn
  /// The run is of no interest unless the argument is true.
  case assume
  /// A step that is possible only when the argument is true.
  case await
  /// Any value from the first argument to the second.
  case choose
  case mightSleep
  /// The number of the CPU that runs.
  case processor
  case wait(WaitOperation)
  /// Disables preemption, which keeps the thread from sleeping, or enables it.
  case preemption(isOff: Bool)
  case context(ContextQuestion)
  /// Starts, holds off or waits for a handler, by the number of its machine.
  case handler(HandlerOperation, machine: Int)
  /// Makes an object what it is at the start.
  case initialize
  /// A new object of a pool; the argument is the flags.
  case allocate(Allocation)
  /// The end of the object that the argument points to; NULL is none.
  case free
  /// A name in the trace, and nothing else.
  case mark(String)
  /// Nothing at all.
  case nothing

  /// What is allocated.
  struct Allocation: Hashable, Sendable {
    /// The structure, by its number; nil until it is that of the pointer to which it is assigned.
    var structure: Int?
    /// Whether its members start as 0, whatever the flags say; otherwise they have no values.
    var isZeroed: Bool
  }

  enum Returned: Hashable, Sendable { case nothing, old, new, isZero, isNegative, isDone }
  /// When a guarded addition changes nothing.
  enum Guard: Hashable, Sendable {
    /// Where the number is the second argument.
    case equal
    case negative, positive
    /// Where the sum would be negative.
    case sumNegative
  }
  /// What is done to a reference count, by the amount that the argument is.
  enum RefcountOperation: Hashable, Sendable {
    case increment, decrement, decrementAndTest, incrementNotZero
    /// From 1 to 0, or from more than 1, or not at all.
    case decrementIfOne, decrementNotOne
  }
  /// What is disabled before a lock is tried, and enabled after it is released.
  enum LockContext: Hashable, Sendable {
    case none
    /// Interrupts, whatever they were.
    case interrupts
    /// Interrupts; what they were is kept in a number, and brought back from it.
    case savedInterrupts
    case bottomHalves
  }
  enum LockMode: Hashable, Sendable { case any, read, write }
  enum BitLockOperation: Hashable, Sendable { case lock, tryLock, unlock }
  enum BitOperation: Hashable, Sendable { case set, clear, change }
  enum SequenceOperation: Hashable, Sendable { case writeBegin, writeEnd, readBegin, readRetry }
  enum ReaderOperation: Hashable, Sendable { case enter, leave, synchronize }
  enum LockOperation: Hashable, Sendable {
    case lock, unlock, tryLock
    case readLock, readUnlock, readTryLock, writeLock, writeUnlock, writeTryLock, downgrade
  }
  /// What orders accesses under a weak memory model; nothing under sequential consistency.
  enum Fence: String, Hashable, Sendable {
    case full = "mb", read = "rmb", write = "wmb", beforeAtomic = "before-atomic"
    case afterAtomic = "after-atomic", afterSpinlock = "after-spinlock"
    case afterUnlockLock = "after-unlock-lock", compiler = "barrier"
    case afterUnlockReaders = "after-srcu-read-unlock"
  }
}

/// How a primitive orders other accesses; sequential consistency makes no difference.
enum Ordering: Hashable, Sendable { case full, acquire, release, relaxed }

extension PrimitiveFunction {
  /// What a function of this name counts with, as its name says.
  static func counter(of name: String) -> ObjectKind? {
    if name.hasPrefix("atomic64_") || name.hasPrefix("atomic_long_") { return .atomic(.long) }
    if name.hasPrefix("atomic_") { return .atomic(.int) }
    return name.hasPrefix("refcount_") ? .refcount : nil
  }
}

/// A function that race files may call: its arguments and what it does.
struct PrimitiveFunction: Sendable {
  enum Argument: Hashable, Sendable {
    /// Something with an address, named itself: `READ_ONCE(x)`.
    case place
    /// A pointer to a number: an integer, a pointer or what has one value.
    case pointer
    /// A pointer to an object of one of these kinds.
    case object([ObjectKind])
    case value
    /// A number that is named itself, and is given what interrupts were.
    case kept
    /// Two values and `..` between them.
    case range
    /// A wait queue that is named itself: `wait_event(wq, ...)`.
    case queue
    /// A pointer to a thread's place in a queue.
    case entry
    /// What is computed as often as it is looked at.
    case condition
    /// A value that nobody keeps; texts are values here.
    case dropped
    /// Checked, and not computed: conditions for lockdep, which other kernels leave out.
    case unevaluated
  }

  enum Result: Hashable, Sendable {
    case nothing
    case int
    case bool
    case long
    /// Of the type that the place or pointer has.
    case value
  }

  enum Meaning: Hashable, Sendable {
    case load
    /// A load that is not marked.
    case plainLoad
    case store
    case primitive(Primitive)
  }

  var arguments: [Argument]
  /// What more arguments may follow; nil if none may.
  var further: Argument?
  var result: Result
  var meaning: Meaning
  var ordering = Ordering.relaxed
  /// What the last value is where a function has none of its own, as `atomic_inc` adds 1.
  var constants: [Int64] = []
  /// Whether the value comes before the place: `atomic_add(1, &v)`.
  var valueFirst = false

  /// Whether it works on a bit of a number.
  var isAboutBits: Bool {
    switch meaning {
    case .primitive(.bit), .primitive(.testBit), .primitive(.bitLock): true
    default: false
    }
  }
}
