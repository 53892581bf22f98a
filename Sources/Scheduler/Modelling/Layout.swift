/// Where each cell of a world lies in the packed state, and how to print it.
///
/// Cells are placed first-fit into 64-bit words and never straddle two. The first bits of word 0
/// belong to the engine: they hold the code of a broken ``Check``.
public struct Layout: Sendable {
  /// What a cell is for; reports show shared cells and leave the threads' own ones out.
  public enum Role: Hashable, Sendable {
    case shared
    /// A program point or local variable of one thread.
    case local(ThreadID)
    /// Exists for properties only; no machine decides by it.
    case ghost
    /// Who holds a lock.
    case lock
  }

  /// One cell as reports see it.
  public struct Field: Sendable {
    public let name: String
    public let role: Role
    let word: Int
    let shift: Int
    let width: Int
    /// What its values name, if they do.
    let sort: Scalarset?
    /// Whether it holds a ``ProgramPoint``.
    let isPoint: Bool
    let print: @Sendable (UInt64) -> String

    func bits(in words: UnsafePointer<UInt64>) -> UInt64 {
      (words[word] >> UInt64(shift)) & (width == 64 ? ~0 : (1 << UInt64(width)) - 1)
    }
  }

  /// The cells by number.
  public private(set) var fields: [Field] = []
  /// The number of 64-bit words of a state.
  public var wordCount: Int { used.count }
  /// The initial state.
  private(set) var initial: [UInt64] = [0]
  private var used = [Check.bits]
  /// Whether cells are added that nothing writes.
  private var addsUnused = false

  public init() {}

  /// Adds a cell of `bits` bits, 0...64, that starts as `initial`; its values name things of a sort.
  ///
  /// A cell of 0 bits, one that the system turns out not to need, holds 0; any other value overflows it.
  public mutating func cell<Value: CellValue>(
    _ name: String, bits: Int, naming sort: Scalarset? = nil, role: Role = .shared,
    initial: Value = Value(cellBits: 0),
    print: @escaping @Sendable (Value) -> String = { $0.text }
  ) -> Cell<Value> {
    let bits = addsUnused ? 0 : bits
    let (word, shift) = place(bits)
    let cell = Cell<Value>(word: word, shift: shift, width: bits, id: fields.count)
    add(name, sort, role, word, shift, bits, initial, print)
    return cell
  }

  /// Adds a row of cells of `bits` bits each, named `name[i]`, that start as `initial`.
  public mutating func row<Value: CellValue>(
    _ name: String, bits: Int, role: Role = .shared, initial: [Value],
    print: @escaping @Sendable (Value) -> String = { $0.text }
  ) -> CellRow<Value> {
    row(
      named: initial.indices.map { "\(name)[\($0)]" }, bits: bits, role: role, initial: initial,
      print: print)
  }

  /// Adds a row of cells of `bits` bits each with a name for each; their values name things of a sort.
  public mutating func row<Value: CellValue>(
    named names: [String], bits: Int, naming sort: Scalarset? = nil, role: Role = .shared,
    initial: [Value],
    print: @escaping @Sendable (Value) -> String = { $0.text }
  ) -> CellRow<Value> {
    precondition(names.count == initial.count, "a name for each cell")
    let bits = addsUnused ? 0 : bits
    precondition(bits >= 0 && bits <= 64, "a cell has 0...64 bits, not \(bits)")
    let perWord = bits == 0 ? max(1, initial.count) : 64 / bits
    let id = fields.count
    guard initial.count > perWord else {
      let (word, shift) = place(bits * initial.count)
      for (index, value) in initial.enumerated() {
        add(names[index], sort, role, word, shift + index * bits, bits, value, print)
      }
      return CellRow(
        word: word, shift: shift, width: bits, perWord: perWord, id: id, count: initial.count)
    }
    let word = used.count
    for (index, value) in initial.enumerated() {
      if index % perWord == 0 { addWord() }
      add(
        names[index], sort, role, word + index / perWord, index % perWord * bits, bits, value, print
      )
      used[word + index / perWord] += bits
    }
    return CellRow(
      word: word, shift: 0, width: bits, perWord: perWord, id: id, count: initial.count)
  }

  /// The bits that a count from 0 to `largest` needs.
  public static func bits(for largest: Int) -> Int {
    precondition(largest >= 0, "a count is not negative")
    return max(1, Int.bitWidth - largest.leadingZeroBitCount)
  }

  /// Adds the cells that `add` adds; they take no bits unless they are needed.
  ///
  /// For machines that never take a step in some systems. One that does breaks ``Check/cellOverflow``.
  public mutating func cells<Cells>(
    areNeeded: Bool, _ add: (inout Layout) throws -> Cells
  ) rethrows -> Cells {
    let outer = addsUnused
    defer { addsUnused = outer }
    addsUnused = outer || !areNeeded
    return try add(&self)
  }

  private mutating func place(_ bits: Int) -> (word: Int, shift: Int) {
    precondition(bits >= 0 && bits <= 64, "a cell has 0...64 bits, not \(bits)")
    if bits == 0 { return (0, 0) }
    let word = used.firstIndex { $0 + bits <= 64 } ?? used.count
    if word == used.count { addWord() }
    defer { used[word] += bits }
    return (word, used[word])
  }

  private mutating func addWord() {
    used.append(0)
    initial.append(0)
  }

  private mutating func add<Value: CellValue>(
    _ name: String, _ sort: Scalarset?, _ role: Role, _ word: Int, _ shift: Int, _ width: Int,
    _ value: Value,
    _ print: @escaping @Sendable (Value) -> String
  ) {
    precondition(fields.count < Int(UInt16.max), "too many cells")
    let bits = value.cellBits
    precondition(
      width == 64 || bits >> UInt64(width) == 0, "\(name) cannot start as \(value): \(width) bits")
    initial[word] |= bits << UInt64(shift)
    fields.append(
      Field(
        name: name, role: role, word: word, shift: shift, width: width, sort: sort,
        isPoint: Value.self is any ProgramPoint.Type, print: { print(Value(cellBits: $0)) }))
  }
}

/// Cells whose type says how many bits they need.
extension Layout {
  /// Adds a cell for an enumeration, just wide enough, that starts as `initial`.
  public mutating func cell<Value: CellValue & CaseIterable>(
    _ name: String, role: Role = .shared, initial: Value = Value(cellBits: 0),
    print: @escaping @Sendable (Value) -> String = { $0.text }
  ) -> Cell<Value> {
    cell(name, bits: Self.bits(of: Value.self), role: role, initial: initial, print: print)
  }

  /// Adds a cell that is true or false.
  public mutating func cell(
    _ name: String, role: Role = .shared, initial: Bool = false,
    print: @escaping @Sendable (Bool) -> String = { $0.text }
  ) -> Cell<Bool> {
    cell(name, bits: 1, role: role, initial: initial, print: print)
  }

  /// Adds a row of cells for an enumeration, just wide enough, named `name[i]`.
  public mutating func row<Value: CellValue & CaseIterable>(
    _ name: String, role: Role = .shared, initial: [Value],
    print: @escaping @Sendable (Value) -> String = { $0.text }
  ) -> CellRow<Value> {
    row(name, bits: Self.bits(of: Value.self), role: role, initial: initial, print: print)
  }

  /// Adds a row of cells that are true or false, named `name[i]`.
  public mutating func row(
    _ name: String, role: Role = .shared, initial: [Bool],
    print: @escaping @Sendable (Bool) -> String = { $0.text }
  ) -> CellRow<Bool> {
    row(name, bits: 1, role: role, initial: initial, print: print)
  }

  private static func bits<Value: CellValue & CaseIterable>(of _: Value.Type) -> Int {
    let largest = Value.allCases.map(\.cellBits).max() ?? 0
    return max(1, UInt64.bitWidth - largest.leadingZeroBitCount)
  }
}
