/// A part of an expression that looks at nothing but locals and constants, or, where an
/// instruction looks at many places in one step, at memory too.
struct Node {
  enum Operation: UInt8 {
    /// `value`.
    case constant
    /// The local in the slot `a`.
    case slot
    /// The element `b` of the `c` slots from `a` on.
    case element
    case minus, complement, not
    case binary
    /// `a` as a value of `type`.
    case convert
    /// The address `a`, moved by `b` times `value` cells, within or just behind its object.
    case offset
    /// The address of element `b` of the `c` elements, each of `value` cells, from `a` on; with
    /// ``endsBehind``, also of what lies just behind the last.
    case elementAddress
    /// The address `a`, moved by `value` cells, within or just behind its object.
    case memberAddress
    /// The address of the container of what the address `a` leads to; `value` says of which kind.
    case container
    /// The distance of two addresses, in elements of `value` cells.
    case distance
    /// The address `a`, and that of what is no more where its cells have their address: equal are
    /// pointers to one place, whatever lives they lead into.
    case place
    case and, or
    case conditional
    /// What memory holds at the address `a`, as a value of `kind`.
    case load
  }

  var operation: Operation
  var binary = BinaryOperator.add
  var type = IntegerType.long
  var a: Int32 = -1
  var b: Int32 = -1
  var c: Int32 = -1
  var value: Int64 = 0
  /// What memory is taken for.
  var kind = CellKind.any
  /// Whether an element's address is only computed, and not accessed: it may lie behind the last.
  var endsBehind = false

  /// Whether an address stays what it is where `a` is converted, as in a register of herd7, which
  /// holds one whatever its type is.
  var keepsAddresses = false

  /// What a conversion makes of a value.
  @inline(__always) func converted(_ value: Int64) -> Int64 {
    keepsAddresses && Address.isAddress(value) ? value : type.wrap(value)
  }

  /// How many elements have an address.
  var elementLimit: Int32 { endsBehind ? c + 1 : c }
}

/// A step of a thread, or a part of one that no other thread can tell from its neighbours.
struct Instruction {
  enum Operation: Hashable {
    /// `target = *address`.
    case load
    /// `*address = value`.
    case store
    /// A read and a write in one step; what comes of it goes to `target`.
    case modify(Modification)
    case lock(Primitive.LockOperation, LockKind)
    /// Waits behind others to write, after `lock(.writeLock)` has found the lock taken.
    case awaitWriteLock
    case isLocked
    /// Whether the thread itself holds the lock; others cannot change that.
    case isHeld(LockKind)
    case assertHeld(LockKind, Primitive.LockMode)
    case initialize(LockKind?)
    /// Readers of an object must have left.
    case initializeReaders
    case readBegin
    case rcuEnter, rcuLeave
    /// Notes the readers inside, and waits until they have left.
    case rcuNote, rcuAwait
    case srcuEnter, srcuLeave, srcuNote
    /// What is done with work or a timer; `limit` is 1 where that is delayed work.
    case deferred(DeferredOperation)
    /// Goes on when `value`, which may look at memory, is not 0.
    case await
    /// `target` is one of the values from `value` up to `limit`, at most 256 of them.
    case choose
    case mark
    case wait(WaitInstruction)
    /// `target = value`.
    case set
    /// `target` has no value: the life of the local with the number `limit` begins.
    case undefine
    /// The element `address` of the `limit` slots from `target` on becomes `value`.
    case setElement
    /// Goes to `next` if `value` is not 0, otherwise to `other`.
    case branch
    /// Goes to `next`.
    case jump
    /// Ends the run as `finding` unless `value` is not 0.
    case check(Finding)
    /// The object with the number `limit` is no more: addresses of it lead to its grave.
    case kill
    /// The same for the object that `address` is the start of, unless that is NULL.
    case free
    /// `target` is the address of a new object; `value` the flags.
    case allocate(Allocation)
    /// A part of how callbacks are queued and run.
    case callback(CallbackStep)
    /// A handler starts or ends.
    case handler(HandlerStep)
    case atomicBegin, atomicEnd
    case end
  }

  struct Allocation: Hashable {
    /// By its number.
    var pool: Int32
    /// Whether members start as 0, whatever the flags say.
    var isZeroed: Bool
    /// Whether it may give NULL, unless the flags say that it does not.
    var mayFail: Bool
  }

  enum LockKind: Hashable { case exclusive(sleeps: Bool), readWrite(sleeps: Bool) }

  enum Modification: Hashable {
    case exchange
    case compareExchange(returnsTest: Bool)
    case fetch(BinaryOperator, IntegerType, Primitive.Returned)
    case addUnless(IntegerType, Primitive.Guard, Primitive.Returned)
    case refcount(Primitive.RefcountOperation)
    case bit(Primitive.BitOperation, returnsOld: Bool)
    case testBit
  }

  var operation: Operation
  /// Whether it is a jump back that can be come to again without an access in between.
  var isIdle = false
  /// Whether it touches what others may touch, and is no part of an `atomic` block.
  var isStep = false
  /// Whether the access is one that cannot race: `READ_ONCE`, atomics, locks.
  var isMarked = false
  /// Whether the access is within `data_race`, and races with nothing.
  var isUnwatched = false
  /// A slot.
  var target: Int32 = -1
  /// Nodes.
  var address: Int32 = -1
  var value: Int32 = -1
  var second: Int32 = -1
  /// Instructions.
  var next: Int32 = -1
  var other: Int32 = -1
  var limit: Int64 = 0
  /// What memory at `address` is taken for.
  var kind = CellKind.any
  /// The slot that says how deep the thread is in code that must not sleep; -1 if nobody asks.
  var depthSlot: Int32 = -1
  /// Where it stands in the file.
  var offset: Int32 = 0
  /// The inlined call that it belongs to.
  var frame: Int32 = 0
}

extension Instruction.Operation {
  /// Whether a step with it may have more than one result.
  var isChoice: Bool {
    switch self {
    case .choose: true
    case .allocate(let allocation): allocation.mayFail
    default: false
    }
  }
}

extension Instruction {
  /// Whether the instruction can end the run where what it asks is not so.
  var isCheck: Bool {
    if case .check = operation { return true }
    return false
  }
}

extension [Instruction] {
  /// The instructions that may come after the one at an index, in the code of a thread.
  func successors(of index: Int) -> [Int] {
    switch self[index].operation {
    case .jump: [Int(self[index].next)]
    case .branch: [Int(self[index].next), Int(self[index].other)]
    case .end: []
    default: index + 1 < count ? [index + 1] : []
    }
  }
}
