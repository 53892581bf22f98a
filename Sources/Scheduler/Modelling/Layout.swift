/// Where each cell of a world lies in the packed state, and how to print it.
///
/// Cells are placed first-fit into 64-bit words and never straddle two. The first bits of word 0
/// belong to the engine: they hold the code of a broken ``Check``.
public struct Layout: Sendable {
  /// What a cell is for; reports show shared cells and leave the threads' own ones out.
  public enum Role: Hashable, Sendable {
    /// A variable that any thread may touch.
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
    /// The name that reports show.
    public let name: String
    /// What the cell is for.
    public let role: Role
    let word: Int
    let shift: Int
    let width: Int
    /// What its values name, if they name anything.
    let scalarset: Scalarset?
    /// Whether it holds a ``ProgramPoint``.
    let isPoint: Bool
    let print: @Sendable (UInt64) -> String

    func bits(in words: UnsafePointer<UInt64>) -> UInt64 {
      (words[word] >> UInt64(shift)) & (width == 64 ? ~0 : (1 << UInt64(width)) - 1)
    }
  }

  /// The cells by number, at most 65,535 of them.
  public private(set) var fields: [Field] = []
  /// The number of 64-bit words of a state, at least 1.
  public var wordCount: Int { used.count }
  /// The initial state.
  private(set) var initial: [UInt64] = [0]
  /// How many bits of each word are taken.
  private var used = [Check.bits]
  /// Whether cells are added that nothing writes.
  private var addsUnused = false

  /// A layout without cells, for a system's builder: see ``SystemBuilder/layout``.
  public init() {}

  /// Adds a cell of `bits` bits, 0...64, that starts as `initial`.
  ///
  /// A cell of 0 bits, one that the system turns out not to need, holds 0; any other value
  /// overflows it. `scalarset` says what the values name, for a search by symmetry. `print` is
  /// what reports show of a value.
  public mutating func cell<Value: CellValue>(
    _ name: String, bits: Int, naming scalarset: Scalarset? = nil, role: Role = .shared,
    initial: Value = Value(cellBits: 0),
    print: @escaping @Sendable (Value) -> String = { $0.text }
  ) -> Cell<Value> {
    let bits = addsUnused ? 0 : bits
    let slot = allocate(bits: bits)
    let cell = Cell<Value>(word: slot.word, shift: slot.shift, width: bits, id: fields.count)
    addField(
      named: name, at: slot, width: bits, naming: scalarset, role: role, initial: initial,
      print: print)
    return cell
  }

  /// Adds a row of cells of `bits` bits each, named `name[i]`, that start as `initial`.
  ///
  /// See ``cell(_:bits:naming:role:initial:print:)``.
  public mutating func row<Value: CellValue>(
    _ name: String, bits: Int, role: Role = .shared, initial: [Value],
    print: @escaping @Sendable (Value) -> String = { $0.text }
  ) -> CellRow<Value> {
    row(
      named: initial.indices.map { "\(name)[\($0)]" }, bits: bits, role: role, initial: initial,
      print: print)
  }

  /// Adds a row of cells of `bits` bits each, with a name and an initial value for each.
  ///
  /// See ``cell(_:bits:naming:role:initial:print:)``.
  public mutating func row<Value: CellValue>(
    named names: [String], bits: Int, naming scalarset: Scalarset? = nil, role: Role = .shared,
    initial: [Value],
    print: @escaping @Sendable (Value) -> String = { $0.text }
  ) -> CellRow<Value> {
    precondition(names.count == initial.count, "a name for each cell")
    let bits = addsUnused ? 0 : bits
    precondition(bits >= 0 && bits <= 64, "a cell has 0...64 bits, not \(bits)")
    let perWord = bits == 0 ? max(1, initial.count) : 64 / bits
    let first = fields.count
    let fitsOneWord = initial.count <= perWord
    let start = fitsOneWord ? allocate(bits: bits * initial.count) : (word: used.count, shift: 0)
    for (index, value) in initial.enumerated() {
      let slot = (
        word: start.word + index / perWord, shift: start.shift + index % perWord * bits
      )
      if !fitsOneWord {
        if slot.shift == 0 { addWord() }
        used[slot.word] += bits
      }
      addField(
        named: names[index], at: slot, width: bits, naming: scalarset, role: role, initial: value,
        print: print)
    }
    return CellRow(
      word: start.word, shift: start.shift, width: bits, perWord: perWord, id: first,
      count: initial.count)
  }

  /// How many bits a number from 0 to `largest` needs, at least 1.
  public static func bits(for largest: Int) -> Int {
    precondition(largest >= 0, "a count is not negative")
    return max(1, Int.bitWidth - largest.leadingZeroBitCount)
  }

  /// Adds the cells that `add` adds; they take no bits unless `areNeeded`.
  ///
  /// This is for machines that never take a step in some systems. A machine that takes one all the
  /// same breaks ``Check/cellOverflow``.
  public mutating func cells<Cells>(
    areNeeded: Bool, _ add: (inout Layout) throws -> Cells
  ) rethrows -> Cells {
    let outer = addsUnused
    defer { addsUnused = outer }
    addsUnused = outer || !areNeeded
    return try add(&self)
  }

  /// Takes `bits` bits of the first word that has room for them.
  private mutating func allocate(bits: Int) -> (word: Int, shift: Int) {
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

  private mutating func addField<Value: CellValue>(
    named name: String, at slot: (word: Int, shift: Int), width: Int,
    naming scalarset: Scalarset?, role: Role, initial value: Value,
    print: @escaping @Sendable (Value) -> String
  ) {
    precondition(fields.count < Int(UInt16.max), "too many cells")
    let bits = value.cellBits
    precondition(
      width == 64 || bits >> UInt64(width) == 0, "\(name) cannot start as \(value): \(width) bits")
    initial[slot.word] |= bits << UInt64(slot.shift)
    fields.append(
      Field(
        name: name, role: role, word: slot.word, shift: slot.shift, width: width,
        scalarset: scalarset, isPoint: Value.self is any ProgramPoint.Type,
        print: { print(Value(cellBits: $0)) }))
  }
}

// Cells whose type says how many bits they need.
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
