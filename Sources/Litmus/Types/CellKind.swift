/// What a cell of memory is, and what an access takes it for; raw values are in instructions.
struct CellKind: Hashable, Sendable {
  var rawValue: UInt8

  /// Nobody says.
  static let any = CellKind(rawValue: 0)
  static let pointer = CellKind(rawValue: 1)
  /// A part of a lock or the like that has no name in a file.
  static let inner = CellKind(rawValue: 2)
  /// The first cells of locks, and of what has readers.
  static let (spinlock, mutex) = (CellKind(rawValue: 3), CellKind(rawValue: 4))
  static let (readWriteLock, semaphore) = (CellKind(rawValue: 5), CellKind(rawValue: 6))
  static let readers = CellKind(rawValue: 7)

  /// What threads sleep on, and threads themselves.
  static let (waitQueue, waitEntry) = (CellKind(rawValue: 40), CellKind(rawValue: 41))
  static let (completion, countingSemaphore) = (CellKind(rawValue: 42), CellKind(rawValue: 43))
  static let task = CellKind(rawValue: 44)

  private static let widths: [UInt8] = [1, 8, 16, 32, 64]
  private static let firstInteger: UInt8 = 8

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ type: IntegerType) {
    let width = UInt8(Self.widths.firstIndex { Int($0) == Int(type.bits) } ?? 4)
    rawValue = Self.firstInteger + 2 * width + (type.isSigned ? 1 : 0)
  }

  var integer: IntegerType? {
    guard rawValue >= Self.firstInteger else { return nil }
    let code = rawValue - Self.firstInteger
    guard code < 2 * Self.widths.count else { return nil }
    return IntegerType(bits: Self.widths[Int(code / 2)], isSigned: code & 1 != 0)
  }

  /// Whether C lets a cell of this kind be accessed as one of the other: numbers of one width may
  /// have a sign or not.
  func isAccessed(as other: CellKind) -> Bool {
    if self == other || self == .any || other == .any { return true }
    guard let own = integer, let type = other.integer else { return false }
    return own.bits == type.bits && own.bits > 1
  }

  /// The name that messages use.
  var text: String {
    switch self {
    case .pointer: "pointer"
    case .spinlock: "spinlock_t"
    case .mutex: "struct mutex"
    case .readWriteLock: "rwlock_t"
    case .semaphore: "struct rw_semaphore"
    case .readers: "struct srcu_struct"
    default:
      integer?.text ?? WaitObject.allCases.first { $0.kind == self }?.text ?? "part of a lock"
    }
  }
}

extension CellKind {
  /// The kind of a slot.
  init(_ slot: Slot, in program: LoweredProgram) {
    self =
      switch (slot.content, slot.use) {
      case (_, .writer(_, let sleeps)): sleeps ? .semaphore : .readWriteLock
      case (_, .reader): .readers
      case (_, .waiting(let object, _)): object.kind
      case (_, .other), (.upTo, _): .inner
      case (.pointer, _): .pointer
      case (.integer(let type), _): CellKind(type)
      case (.lock(let number), _): program.locks[number].sleeps ? .mutex : .spinlock
      }
  }
}

extension Program {
  /// The kinds of the cells of a type in order, up to a number of them.
  func kinds(of type: CType, limit: Int = .max) -> [CellKind] {
    switch type {
    case .void, .function: return []
    case .integer(let integer): return [CellKind(integer)]
    case .pointer: return [.pointer]
    case .array(let element, let count):
      let one = kinds(of: element, limit: limit)
      var all: [CellKind] = []
      for _ in 0..<count where all.count < limit { all += one }
      return all
    case .structure(let number):
      var all: [CellKind] = []
      for member in structures[number].members ?? [] where all.count < limit {
        all += kinds(of: member.type, limit: limit - all.count)
      }
      return all
    case .object(let kind):
      switch kind {
      case .spinlock: return [.spinlock]
      case .mutex: return [.mutex]
      case .readWriteLock(let sleeps): return [sleeps ? .semaphore : .readWriteLock]
      case .seqcount, .refcount: return [CellKind(.unsignedInt)]
      case .atomic(let integer): return [CellKind(integer)]
      case .srcu: return [.readers]
      case .waiting(let object): return [object.kind]
      }
    }
  }

  /// The kind of a place's first cell.
  func kind(of place: Place) -> CellKind {
    guard let (type, offset) = location(of: place) else { return .any }
    var (inner, rest) = (type, offset)
    while true {
      switch inner {
      case .array(let element, _):
        inner = element
        let size = size(of: element)
        if size == 0 { return .any }
        rest %= size
      case .structure(let number):
        let members = structures[number].members ?? []
        guard let member = members.last(where: { $0.offset <= rest && size(of: $0.type) > 0 })
        else { return .any }
        (inner, rest) = (member.type, rest - member.offset)
      default:
        let kinds = kinds(of: inner)
        return kinds.indices.contains(rest) ? kinds[rest] : .any
      }
    }
  }

  /// A type in which a place lies, and how many cells from its start.
  private func location(of place: Place) -> (type: CType, offset: Int)? {
    switch place {
    case .variable(let number): return (variables[number].type, 0)
    case .result(let value): return (value.type, 0)
    case .pointee(let pointer): return pointer.type.pointee.map { ($0, 0) }
    case .member(let base, let offset): return location(of: base).map { ($0, $1 + offset) }
    case .element(let base, _, _, _):
      // Elements are alike: the first is as good as any.
      return location(of: base)
    }
  }

  /// The first cell of a type that is no cell of another type: their kinds; nil if all fit.
  func difference(from type: CType, to other: CType) -> (own: CellKind, other: CellKind)? {
    let (own, others) = (kinds(of: type), kinds(of: other))
    return zip(own, others).first { !$0.isAccessed(as: $1) }.map { ($0, $1) }
  }
}
