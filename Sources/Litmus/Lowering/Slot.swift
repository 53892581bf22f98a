/// A place for one number: a cell of memory, or a local of a thread.
struct Slot {
  /// What the numbers are, which says what they can be.
  enum Content: Hashable {
    case integer(IntegerType)
    case pointer
    /// From 0 to a number that is known beforehand.
    case upTo(Int64)
    /// The owner of a lock of the engine, by the lock's number; the slot itself is not used.
    case lock(Int)
  }

  /// What a slot is for.
  enum Use: Hashable {
    /// A value of the program's.
    case value
    /// Who writes under a lock for reading and writing; by thread, who reads and who waits follow.
    case writer(lock: String, sleeps: Bool)
    /// How deep the first thread reads under SRCU; the others follow.
    case reader(domain: String)
    /// What threads sleep on, or a thread's state or place in a queue; of that thread.
    case waiting(WaitObject, of: Int)
    /// One that follows such a slot.
    case other
    /// Where an object stands in its life: a ``LifeStage``.
    case life

    var isTaskState: Bool {
      if case .waiting(.task, _) = self { return true }
      return false
    }

    var isCompletion: Bool {
      if case .waiting(.completion, _) = self { return true }
      return false
    }

    fileprivate var isAboutThreads: Bool {
      switch self {
      case .waiting(.task, _), .waiting(.entry, _), .waiting(.queue, _): true
      default: false
      }
    }
  }

  var name: String
  var content: Content
  /// The thread that it belongs to; nil if it is shared.
  var thread: Int?
  var initial: Int64 = 0
  /// Whether numbers in it can be addresses; otherwise they are numbers, whatever they are.
  var holdsAddresses = false
  /// Whether it holds what programs read and write, and not who has a lock or reads.
  var isData: Bool {
    switch content {
    case .integer, .pointer: readers == nil && !use.isAboutThreads
    case .upTo, .lock: false
    }
  }

  /// Whether it has no value in an object that is allocated, unless that is zeroed.
  var startsEmpty = false
  /// Whether a property looks at it, so that it keeps its value.
  var isPinned = false
  /// Whether it is a lock's, and not 0 while somebody holds that.
  var isLock = false
  /// The number of the `struct srcu_struct` whose readers it holds.
  var readers: Int?
  /// What is found where its object ends while it is not 0; nil if nothing is.
  var breach: Finding? {
    if case .waiting(.entry, _) = use { return .useAfterFree }
    return isLock ? .lockMisuse : readers != nil ? .rcu : nil
  }
  /// What it is for, if it holds no value of the program's.
  var use = Use.value
  /// The slot that says whether its object still is, where that can be freed and has a name; -1
  /// elsewhere.
  var life: Int32 = -1
  /// Whether the file has no name for it.
  var isTemporary = false
  /// Whether another slot stands in for it, or nobody needs it.
  var isUnused = false
  /// Whether it is of no interest between steps, so that no state has it.
  var isPassing = false

  /// Whether states have a cell of their own for it.
  var hasCell: Bool {
    if case .lock = content { return false }
    return !isUnused && !isPassing
  }
}

/// Where an object stands that is allocated or freed; the raw value is in its slot.
enum LifeStage: Int64, Sendable {
  case unused, alive, freed

  /// The word that traces use.
  var text: String {
    switch self {
    case .unused: "unused"
    case .alive: "allocated"
    case .freed: "freed"
    }
  }
}

/// Something with an address: a global, a local whose address is taken, an object of a pool.
///
/// A pointer carries the life that it leads into. Where objects end and their cells are used
/// again, pointers that lead into one are moved, by its end, to its *grave*: as many locations, at
/// which no cell lies. A global is freed once, and its slot says so instead.
struct MemoryObject {
  /// How long it is there.
  enum Lifetime: Hashable {
    /// As long as the program.
    case global
    /// As long as the program, unless it is freed.
    case freeable
    /// Until its function returns.
    case local
    /// From an allocation to the end of that, over and over.
    case pooled
    /// Pointers lead there whose object is no more, and nothing else.
    case grave(of: Int)
  }

  var name: String
  /// The location of its first cell; the one behind its last is nobody's.
  var base: Int
  var size: Int
  /// Its slots, among them those of its locks that have no address.
  var slots: Range<Int32>
  /// How many elements it has, if it is an array.
  var count: Int?
  var lifetime = Lifetime.global
  /// The slot of its ``LifeStage``, if it is allocated or freed.
  var life: Int32 = -1
  /// The first location of its grave; -1 if it has none.
  var grave = -1
  /// How many locations behind its end stand for containers of its parts.
  var containers = 0

  /// What lies just behind it, as C writes the address.
  var end: String { count.map { "&\(name)[\($0)]" } ?? "&\(name) + 1" }
}

/// The number that an address is: larger than any of 32 bits.
///
/// Wider numbers may be as large, and are no addresses unless pointers are made numbers somewhere.
enum Address {
  static let base: Int64 = 0x5AFE_C0DE_0000_0000
  /// The location that stands in a cell which has not been given a value.
  static let noValueLocation = 1

  /// What parts of what NULL points to count from: numbers below ``base``.
  static let nullParts = base - (1 << 20)

  /// Whether a number is the address of a part of what NULL points to.
  static func isPartOfNull(_ value: Int64) -> Bool { value >= nullParts && value < base }

  static func value(of location: Int) -> Int64 { base + Int64(location) }
  /// What a part of a local holds before it has been given a value: no number of 32 bits either.
  static var noValue: Int64 { value(of: noValueLocation) }
}
