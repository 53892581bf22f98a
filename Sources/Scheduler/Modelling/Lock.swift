/// A lock with an owner; taking and releasing it checks the rules that locks have.
///
/// Made by ``SystemBuilder/locks(_:)``, all locks of a system at once, because each knows which
/// others may not be held when it is taken.
@frozen public struct Lock: Sendable {
  /// Whether the thread that holds a lock may sleep.
  public enum Kind: Hashable, Sendable {
    /// It may not.
    case spin
    /// It may, and taking the lock may sleep too.
    case mutex
  }

  /// A lock to be made: its name, its kind and when it is taken.
  public struct Declaration: Sendable {
    let name: String
    let kind: Kind
    let rank: Int
    let nests: Bool
    /// The kind that reports show, where the model itself looks at the rules of its locks.
    let shownKind: Lock.Kind

    /// Declares a lock that is taken after all locks of lower `rank`.
    ///
    /// One thread never holds two locks of one rank together, unless both are declared to nest.
    /// Locks that nest may be taken in either order; the search finds the deadlocks.
    public init(_ name: String, kind: Kind, rank: Int, nests: Bool = false) {
      (self.name, self.kind, self.rank, self.nests) = (name, kind, rank, nests)
      shownKind = kind
    }

    /// Declares a lock of which nothing is checked: the machines themselves know its rules.
    public init(unchecked name: String, kind: Kind) {
      (self.name, self.kind, rank, nests) = (name, .spin, 0, true)
      shownKind = kind
    }
  }

  @usableFromInline let owner: Cell<UInt8>
  @usableFromInline let index: Int
  /// The locks that must not be held when this one is taken.
  @usableFromInline let later: Others
  /// The spinlocks, if this is a mutex: taking it may sleep.
  @usableFromInline let spinning: Others

  /// Makes the lock at `index` of `owners`; `later` and `spinning` have a bit for each lock.
  init(at index: Int, of owners: CellRow<UInt8>, later: UInt64, spinning: UInt64) {
    (owner, self.index) = (owners[index], index)
    self.later = Others(later, of: owners)
    self.spinning = Others(spinning, of: owners)
  }

  /// Takes the lock for `thread`, or returns false when another thread holds it.
  ///
  /// Breaks ``Check/lockDiscipline`` when the thread holds the lock already, ``Check/lockOrder``
  /// when it holds one that comes later, and ``Check/sleepUnderSpinlock`` when this is a mutex and
  /// it holds a spinlock. The rules are checked whether or not the lock is free.
  @inlinable @inline(__always) public func acquire<R>(
    _ state: StateView<R>, by thread: ThreadID
  ) -> Bool {
    let me = UInt8(truncatingIfNeeded: thread.index &+ 1)
    let holder = state[owner]
    if holder == me {
      state.fail(.lockDiscipline, at: Int(owner.id))
      return true
    }
    if spinning.has(me, in: state) {
      state.fail(.sleepUnderSpinlock, at: Int(owner.id))
      return true
    }
    if later.has(me, in: state) {
      state.fail(.lockOrder, at: Int(owner.id))
      return true
    }
    if holder != 0 { return false }
    state[owner] = me
    return true
  }

  /// Releases the lock; breaks ``Check/lockDiscipline`` when `thread` does not hold it.
  @inlinable @inline(__always) public func release<R>(_ state: StateView<R>, by thread: ThreadID) {
    if !isHeld(state, by: thread) { state.fail(.lockDiscipline, at: Int(owner.id)) }
    state[owner] = 0
  }

  /// Whether `thread` holds the lock.
  @inlinable @inline(__always) public func isHeld<R>(
    _ state: StateView<R>, by thread: ThreadID
  ) -> Bool {
    state[owner] == UInt8(truncatingIfNeeded: thread.index &+ 1)
  }

  /// Whether no thread holds the lock.
  @inlinable public func isFree<R>(_ state: StateView<R>) -> Bool { state[owner] == 0 }
}

extension Lock {
  /// The owners of some locks, to be looked at together.
  ///
  /// Looking is not recorded: only the thread itself can change the answer, and checking the rules
  /// of locks is no access that another thread could race with.
  @frozen @usableFromInline struct Others: Sendable {
    /// The row of all owners, and which of them these are.
    @usableFromInline let owners: CellRow<UInt8>
    @usableFromInline let locks: UInt64
    /// The word that the whole row lies in; negative if it takes several.
    @usableFromInline let word: Int
    /// In that word the bits of these cells, the lowest bit of each, and the highest.
    @usableFromInline let bits: UInt64
    @usableFromInline let lowest: UInt64
    @usableFromInline let highest: UInt64

    init(_ locks: UInt64, of owners: CellRow<UInt8>) {
      (self.owners, self.locks) = (owners, locks)
      word = owners.count <= Int(owners.perWord) ? Int(owners.word) : -1
      let shifts = (0..<owners.count).filter { locks >> UInt64($0) & 1 == 1 }
        .map { UInt64(owners[$0].shift) }
      bits = shifts.reduce(0) { $0 | owners.mask << $1 }
      lowest = shifts.reduce(0) { $0 | 1 << $1 }
      highest = shifts.reduce(0) { $0 | 1 << ($1 + UInt64(owners.width) - 1) }
    }

    /// Whether `thread`, a number from 1, holds one of them.
    @inlinable @inline(__always) func has<R>(_ thread: UInt8, in state: StateView<R>) -> Bool {
      if word < 0 { return Self.has(thread, among: locks, of: owners, in: state) }
      // A cell is 0 if it holds the number, and all bits outside the cells are 1. Taking 1 from
      // each cell turns on the highest bit of the lowest one that is 0.
      let rest = (state.words[word] ^ lowest &* UInt64(thread)) | ~bits
      return (rest &- lowest) & ~rest & highest != 0
    }

    /// The same, lock by lock.
    @inlinable @inline(never) static func has<R>(
      _ thread: UInt8, among locks: UInt64, of owners: CellRow<UInt8>, in state: StateView<R>
    ) -> Bool {
      let state = StateView(state.words, NoRecorder())
      var rest = locks
      while rest != 0 {
        if state[owners, rest.trailingZeroBitCount] == thread { return true }
        rest &= rest &- 1
      }
      return false
    }
  }
}

extension Lock {
  /// Breaks ``Check/sleepUnderSpinlock`` when `thread` holds `spinlock`.
  ///
  /// Steps that may sleep without taking a lock say so: allocations, reads of user memory.
  @inlinable @inline(__always) public static func maySleep<R>(
    _ state: StateView<R>, by thread: ThreadID, spinlock: Lock
  ) {
    // As for the rules of locks, looking is no access: only the thread can change the answer.
    let unrecorded = StateView(state.words, NoRecorder())
    if spinlock.isHeld(unrecorded, by: thread) {
      state.fail(.sleepUnderSpinlock, at: Int(spinlock.owner.id))
    }
  }
}
