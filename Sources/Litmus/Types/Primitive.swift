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
  /// `*place += argument` unless it is the second argument; true if it was not.
  case addUnless
  /// The same for a reference count.
  case refcount(RefcountOperation)
  /// `set_bit` and its relatives, on the bit that the argument numbers.
  case bit(BitOperation, isAtomic: Bool, returnsOld: Bool)
  case testBit
  case lock(LockOperation)
  case isLocked
  case assertHeld
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
  /// Makes an object what it is at the start.
  case initialize
  /// A name in the trace, and nothing else.
  case mark(String)
  /// Nothing at all.
  case nothing

  enum Returned: Hashable, Sendable { case nothing, old, new, isZero, isNegative }
  enum RefcountOperation: Hashable, Sendable {
    case increment, decrement, decrementAndTest, incrementNotZero
  }
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
  }
}

/// How a primitive orders other accesses; sequential consistency makes no difference.
enum Ordering: Hashable, Sendable { case full, acquire, release, relaxed }

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
    /// Two values and `..` between them.
    case range
    /// Not looked at: flags, texts, conditions for lockdep.
    case ignored
  }

  enum Result: Hashable, Sendable {
    case nothing
    case int
    case bool
    /// Of the type that the place or pointer has.
    case value
  }

  enum Meaning: Hashable, Sendable {
    case load
    case store
    case primitive(Primitive)
  }

  var arguments: [Argument]
  /// Whether more arguments may follow, which are not looked at.
  var takesMore = false
  var result: Result
  var meaning: Meaning
  var ordering = Ordering.relaxed
  /// What the last value is where a function has none of its own, as `atomic_inc` adds 1.
  var constants: [Int64] = []
  /// Whether the value comes before the place: `atomic_add(1, &v)`.
  var valueFirst = false
}
