/// A lock with an owner; taking and releasing it checks the rules that locks have.
///
/// Made by ``SystemBuilder/locks(_:)``, all locks of a system at once, because each knows which
/// others may not be held when it is taken.
@frozen public struct Lock: Sendable {
  /// Whether its holder may sleep.
  public enum Kind: Hashable, Sendable {
    case spin
    case mutex
  }

  /// How a lock is asked for: `rank` says when it is taken, outer locks have lower ranks.
  ///
  /// Two locks of one rank are never held together by one thread, unless both are declared to
  /// `nest`: such locks may be taken in either order, and it is for the search to find a deadlock.
  public struct Declaration: Sendable {
    let name: String
    let kind: Kind
    let rank: Int
    let nests: Bool

    public init(_ name: String, _ kind: Kind, rank: Int, nests: Bool = false) {
      (self.name, self.kind, self.rank, self.nests) = (name, kind, rank, nests)
    }
  }

  @usableFromInline let owners: CellRow<UInt8>
  @usableFromInline let index: Int
  /// The locks that must not be held when this one is taken.
  @usableFromInline let later: UInt64
  /// The spinlocks, if this is a mutex: taking it may sleep.
  @usableFromInline let spinning: UInt64

  /// Takes the lock for `thread`, or returns false when another thread holds it.
  ///
  /// Breaks ``Check/lockDiscipline`` when the thread holds it already, ``Check/lockOrder`` when it
  /// holds one that comes later, ``Check/sleepUnderSpinlock`` when this is a mutex and it holds a
  /// spinlock; the rules are checked whether or not the lock is free.
  @inlinable public func acquire<R>(_ state: StateView<R>, by thread: ThreadID) -> Bool {
    let me = UInt8(truncatingIfNeeded: thread.index &+ 1)
    let owner = state[owners, index]
    if owner == me {
      state.fail(.lockDiscipline)
      return true
    }
    if holdsAny(of: spinning, in: state, me) {
      state.fail(.sleepUnderSpinlock)
      return true
    }
    if holdsAny(of: later, in: state, me) {
      state.fail(.lockOrder)
      return true
    }
    if owner != 0 { return false }
    state[owners, index] = me
    return true
  }

  /// Releases the lock; breaks ``Check/lockDiscipline`` when `thread` does not hold it.
  @inlinable public func release<R>(_ state: StateView<R>, by thread: ThreadID) {
    if state[owners, index] != UInt8(truncatingIfNeeded: thread.index &+ 1) {
      state.fail(.lockDiscipline)
    }
    state[owners, index] = 0
  }

  /// Whether `thread` holds the lock.
  @inlinable public func isHeld<R>(_ state: StateView<R>, by thread: ThreadID) -> Bool {
    state[owners, index] == UInt8(truncatingIfNeeded: thread.index &+ 1)
  }

  /// Whether no thread holds the lock.
  @inlinable public func isFree<R>(_ state: StateView<R>) -> Bool { state[owners, index] == 0 }

  /// Whether a thread holds one of some locks.
  ///
  /// Not recorded: only the thread itself can change the answer, and looking at a lock to check the
  /// rules is no access that another thread could race with.
  @inlinable func holdsAny<R>(of locks: UInt64, in state: StateView<R>, _ me: UInt8) -> Bool {
    let state = StateView(state.words, NoRecorder())
    var rest = locks
    while rest != 0 {
      if state[owners, rest.trailingZeroBitCount] == me { return true }
      rest &= rest &- 1
    }
    return false
  }
}

extension Lock {
  /// Breaks ``Check/sleepUnderSpinlock`` when `thread` holds `spinlock`.
  ///
  /// For steps that may sleep without taking a lock: allocations, reads of user memory.
  @inlinable public static func maySleep<R>(
    _ state: StateView<R>, _ thread: ThreadID, spinlock: Lock
  ) {
    // As for the rules of locks, looking is no access: only the thread itself can change the answer.
    let unrecorded = StateView(state.words, NoRecorder())
    if spinlock.isHeld(unrecorded, by: thread) { state.fail(.sleepUnderSpinlock) }
  }
}
