/// A set of cell numbers as bits; the first 256 need no memory of their own.
public struct CellSet: Hashable, Sendable {
  private var bits0: UInt64 = 0
  private var bits1: UInt64 = 0
  private var bits2: UInt64 = 0
  private var bits3: UInt64 = 0
  /// The cells from 256; the last word is not 0.
  private var rest: [UInt64] = []

  public init() {}

  public var isEmpty: Bool { bits0 | bits1 | bits2 | bits3 == 0 && rest.isEmpty }

  public func contains(_ cell: Int) -> Bool {
    let word =
      switch cell >> 6 {
      case 0: bits0
      case 1: bits1
      case 2: bits2
      case 3: bits3
      case let index: index - 4 < rest.count ? rest[index - 4] : 0
      }
    return word >> UInt64(cell & 63) & 1 == 1
  }

  public mutating func insert(_ cell: Int) {
    let bit: UInt64 = 1 << UInt64(cell & 63)
    switch cell >> 6 {
    case 0: bits0 |= bit
    case 1: bits1 |= bit
    case 2: bits2 |= bit
    case 3: bits3 |= bit
    case let index:
      while rest.count <= index - 4 { rest.append(0) }
      rest[index - 4] |= bit
    }
  }

  public mutating func formUnion(_ other: CellSet) {
    bits0 |= other.bits0
    bits1 |= other.bits1
    bits2 |= other.bits2
    bits3 |= other.bits3
    while rest.count < other.rest.count { rest.append(0) }
    for index in other.rest.indices { rest[index] |= other.rest[index] }
  }

  public func isDisjoint(with other: CellSet) -> Bool {
    if bits0 & other.bits0 | bits1 & other.bits1 | bits2 & other.bits2 | bits3 & other.bits3 != 0 {
      return false
    }
    if rest.isEmpty || other.rest.isEmpty { return true }
    return !zip(rest, other.rest).contains { $0 & $1 != 0 }
  }

  public func intersection(_ other: CellSet) -> CellSet {
    var common = CellSet()
    common.bits0 = bits0 & other.bits0
    common.bits1 = bits1 & other.bits1
    common.bits2 = bits2 & other.bits2
    common.bits3 = bits3 & other.bits3
    common.rest = zip(rest, other.rest).map { $0 & $1 }
    while common.rest.last == 0 { common.rest.removeLast() }
    return common
  }
}

extension CellSet: ExpressibleByArrayLiteral {
  public init(arrayLiteral cells: Int...) {
    for cell in cells { insert(cell) }
  }
}
