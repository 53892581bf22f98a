package import Scheduler

extension KVM {
  /// How many bits the values of a cell take, and the sort of things that they name.
  package struct Width: Hashable, Sendable {
    package let bits: Int
    package let sort: Scalarset?

    init(_ bits: Int, naming sort: Scalarset? = nil) { (self.bits, self.sort) = (bits, sort) }
  }

  /// Cell widths that follow from the machine's numbers.
  package struct Widths: Hashable, Sendable {
    package let hostPTE: Width
    package let guestPTE: Width
    package let seq: Width
    /// Whether something is a large leaf: no bit where no slot can have one.
    package let isLeaf: Width
    package let page: Width
    package let node: Width
    package let memslot: Width
    package let object: Width
    package let rmapWord: Width
    package let rmapEntry: Width
  }
}

extension Scalarset {
  /// In host, shadow and VMM entries and their translations: a host frame.
  static let hostFrame = Scalarset("host-frame", shift: PTE.frameShift)
  /// In L1's entries: a guest frame.
  static let guestFrame = Scalarset("guest-frame", shift: PTE.frameShift)
  /// A ``PageRef``.
  static let page = Scalarset("page")
  /// A ``MemslotRef``.
  static let memslot = Scalarset("memslot")
  /// A nested guest's object, plus one.
  static let object = Scalarset("object")
  /// An ``RmapEntry``.
  static let rmapEntry = Scalarset("rmap-entry")
  /// An ``RmapWord`` that is itself an entry; nodes are not exchanged.
  static let rmapWord = Scalarset("rmap-word")
}

extension Layout {
  /// Adds a cell of a kind that the machine's numbers give the width of.
  mutating func cell<Value: CellValue>(
    _ name: String, bits width: KVM.Width, role: Role = .shared,
    initial: Value = Value(cellBits: 0)
  ) -> Cell<Value> {
    cell(name, bits: width.bits, naming: width.sort, role: role, initial: initial)
  }

  /// Adds a row of such cells.
  mutating func row<Value: CellValue>(
    named names: [String], bits width: KVM.Width, initial: [Value],
    print: @escaping @Sendable (Value) -> String = { $0.text }
  ) -> CellRow<Value> {
    row(named: names, bits: width.bits, naming: width.sort, initial: initial, print: print)
  }
}
