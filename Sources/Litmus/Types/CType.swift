/// A type of the program.
indirect enum CType: Hashable, Sendable {
  case void
  case integer(IntegerType)
  case pointer(CType)
  case array(CType, Int)
  /// A structure, by its number in ``Program/structures``.
  case structure(Int)
  case object(ObjectKind)
  /// A function: what it gives, and what it takes.
  case function(returns: CType, parameters: [CType])

  static let int = CType.integer(.int)
  static let bool = CType.integer(.bool)

  /// The integer type, if it is one.
  var integer: IntegerType? {
    if case .integer(let type) = self { return type }
    return nil
  }

  /// What a pointer of this type points to.
  var pointee: CType? {
    if case .pointer(let type) = self { return type }
    return nil
  }

  /// Whether it is a function, of which there are pointers and no values.
  var isFunction: Bool {
    if case .function = self { return true }
    return false
  }

  /// Whether a value of the type is one number.
  var isScalar: Bool { integer != nil || pointee != nil }
}

/// What the kernel's primitives work on.
enum ObjectKind: Hashable, Sendable {
  case spinlock
  case mutex
  /// `rwlock_t`, or a `struct rw_semaphore`, whose holder may sleep.
  case readWriteLock(sleeps: Bool)
  case seqcount
  /// `atomic_t` and its relatives, with the type of their value.
  case atomic(IntegerType)
  case refcount
  case srcu
  case waiting(WaitObject)

  /// By the name of a typedef.
  static let named: [String: ObjectKind] = [
    "spinlock_t": .spinlock, "raw_spinlock_t": .spinlock,
    "rwlock_t": .readWriteLock(sleeps: false), "seqcount_t": .seqcount,
    "seqcount_spinlock_t": .seqcount, "seqcount_mutex_t": .seqcount,
    "atomic_t": .atomic(.int), "atomic64_t": .atomic(.long), "atomic_long_t": .atomic(.long),
    "refcount_t": .refcount,
  ].merging(WaitObject.named.mapValues(ObjectKind.waiting)) { first, _ in first }

  /// By the name of a structure.
  static let structures: [String: ObjectKind] = [
    "mutex": .mutex, "rw_semaphore": .readWriteLock(sleeps: true), "srcu_struct": .srcu,
  ].merging(WaitObject.structures.mapValues(ObjectKind.waiting)) { first, _ in first }

  /// The name that messages use.
  var text: String {
    switch self {
    case .spinlock: "spinlock_t"
    case .mutex: "struct mutex"
    case .readWriteLock(let sleeps): sleeps ? "struct rw_semaphore" : "rwlock_t"
    case .seqcount: "seqcount_t"
    case .atomic(let type): type == .int ? "atomic_t" : "atomic64_t"
    case .refcount: "refcount_t"
    case .srcu: "struct srcu_struct"
    case .waiting(let object): object.text
    }
  }
}

/// A structure and where its members lie.
struct Structure {
  struct Member {
    var name: String
    var type: CType
    /// In cells from the start of the structure.
    var offset: Int
  }

  var name: String
  /// Nil until the members are known.
  var members: [Member]?
  /// In cells.
  var size = 0
  /// Which of the kernel's it is, if it is one.
  var builtIn: BuiltInStructure?
}

extension IntegerType {
  /// The value of this type that `value` becomes: cut to the width, and extended by the sign.
  func wrap(_ value: Int64) -> Int64 {
    switch (bits, isSigned) {
    case (1, _): value == 0 ? 0 : 1
    case (8, true): Int64(Int8(truncatingIfNeeded: value))
    case (8, false): Int64(UInt8(truncatingIfNeeded: value))
    case (16, true): Int64(Int16(truncatingIfNeeded: value))
    case (16, false): Int64(UInt16(truncatingIfNeeded: value))
    case (32, true): Int64(Int32(truncatingIfNeeded: value))
    case (32, false): Int64(UInt32(truncatingIfNeeded: value))
    default: value
    }
  }

  /// The type after C's integer promotions.
  var promoted: IntegerType { bits < 32 ? .int : self }

  /// The type in which C computes with operands of both types.
  func common(with other: IntegerType) -> IntegerType {
    let (left, right) = (promoted, other.promoted)
    if left.bits != right.bits { return left.bits > right.bits ? left : right }
    return IntegerType(bits: left.bits, isSigned: left.isSigned && right.isSigned)
  }

  /// C's name for the type.
  var text: String {
    switch (bits, isSigned) {
    case (1, _): "bool"
    case (8, _): isSigned ? "s8" : "u8"
    case (16, _): isSigned ? "s16" : "u16"
    case (32, _): isSigned ? "int" : "unsigned int"
    default: isSigned ? "long" : "unsigned long"
    }
  }
}
