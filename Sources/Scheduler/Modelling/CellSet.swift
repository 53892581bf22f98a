/// A set of cells, by their numbers in a layout: a bit for each.
public struct CellSet: Sendable {
  private(set) var words: [UInt64]

  /// An empty set.
  public init() { words = [] }

  init(_ cells: some Sequence<Int>) {
    words = []
    for cell in cells { insert(cell) }
  }

  /// An empty set with room for the cells up to `count`.
  init(room count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

  /// Whether the set has no cell.
  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// Adds the cell with the number `cell`, which is not negative.
  public mutating func insert(_ cell: Int) {
    let word = cell &>> 6
    while words.count <= word { words.append(0) }
    words[word] |= 1 &<< UInt64(truncatingIfNeeded: cell & 63)
  }

  /// Adds the cells of `other`.
  public mutating func formUnion(_ other: CellSet) {
    while words.count < other.words.count { words.append(0) }
    for index in other.words.indices { words[index] |= other.words[index] }
  }

  /// Leaves only the cells that are in `other` too.
  mutating func keep(_ other: CellSet) {
    for index in words.indices {
      words[index] &= index < other.words.count ? other.words[index] : 0
    }
  }

  /// Empties the set; its room stays.
  mutating func removeAll() {
    for index in words.indices { words[index] = 0 }
  }

  /// Whether the cell with the number `cell` is in the set.
  public func contains(_ cell: Int) -> Bool {
    cell &>> 6 < words.count && words[cell &>> 6] &>> UInt64(cell & 63) & 1 == 1
  }

  /// The cells that are in both sets.
  public func intersection(_ other: CellSet) -> CellSet {
    var common = self
    common.keep(other)
    return common
  }

  /// Whether no cell is in both sets.
  public func isDisjoint(with other: CellSet) -> Bool { !intersects(other) }

  func intersects(_ other: CellSet) -> Bool {
    for index in 0..<min(words.count, other.words.count)
    where words[index] & other.words[index] != 0 { return true }
    return false
  }

  func isSubset(of other: CellSet) -> Bool {
    for index in words.indices {
      let allowed = index < other.words.count ? other.words[index] : 0
      if words[index] & ~allowed != 0 { return false }
    }
    return true
  }

  /// The cells in order.
  var cells: [Int] {
    words.indices.flatMap { word in
      (0..<64).filter { words[word] &>> UInt64($0) & 1 == 1 }.map { word * 64 + $0 }
    }
  }
}

extension CellSet: Hashable {
  /// Sets are equal when they have the same cells, whatever room they have.
  public static func == (left: CellSet, right: CellSet) -> Bool {
    left.isSubset(of: right) && right.isSubset(of: left)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.prefix((words.lastIndex { $0 != 0 } ?? -1) + 1))
  }
}

extension CellSet: ExpressibleByArrayLiteral {
  public init(arrayLiteral cells: Int...) { self.init(cells) }
}
