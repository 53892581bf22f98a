package import Scheduler

extension KVM {
  /// How many bits the values of a cell take, and the kind of things that they name.
  package struct Width: Hashable, Sendable {
    package let bits: Int
    package let scalarset: Scalarset?

    init(_ bits: Int, naming scalarset: Scalarset? = nil) {
      (self.bits, self.scalarset) = (bits, scalarset)
    }
  }

  /// Cell widths that follow from the machine's numbers: those of cells that machines keep copies
  /// of.
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

    /// `pool` is the number of rmap nodes, `versions` what can become of each slot.
    init(
      _ machine: Scenario.Machine, _ geometry: Geometry, _ shape: NestedShape, _ use: Use,
      pool: Int, versions: [[SlotVersion]]
    ) {
      let entries = shape.entryValues.count
      // L1 may map what no slot backs: that access is emulated.
      let mapped = machine.guests.flatMap(\.pages).compactMap(\.gpte?.gfn)
      let largestGFN = (geometry.pages.map(\.gfn) + mapped).max() ?? 1
      // OR-ing two frame numbers, as kvmppc_create_pte can, must still fit.
      hostPTE = Width(PTE.width(frame: geometry.largestFrame), naming: .hostFrame)
      guestPTE = Width(PTE.width(frame: largestGFN), naming: .guestFrame)
      seq = Width(Layout.bits(for: use.bumps))
      isLeaf = Width(machine.slots.contains(where: \.isHuge) ? 1 : 0)
      page = Width(Layout.bits(for: geometry.pages.count), naming: .page)
      node = Width(Layout.bits(for: pool))
      memslot = Width(
        Layout.bits(for: MemslotRef.largest(versions.map(\.count))), naming: .memslot)
      object = Width(Layout.bits(for: shape.objects.count), naming: .object)
      rmapWord = Width(RmapWord.width(entries: max(entries, 1), nodes: pool), naming: .rmapWord)
      rmapEntry = Width(Layout.bits(for: entries), naming: .rmapEntry)
    }
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
    cell(name, bits: width.bits, naming: width.scalarset, role: role, initial: initial)
  }

  /// Adds a row of such cells with a name for each.
  mutating func row<Value: CellValue>(
    named names: [String], bits width: KVM.Width, initial: [Value],
    print: @escaping @Sendable (Value) -> String = { "\($0)" }
  ) -> CellRow<Value> {
    row(named: names, bits: width.bits, naming: width.scalarset, initial: initial, print: print)
  }

  /// Adds a row of such cells, called `name[key]`.
  mutating func row<Value: CellValue>(
    _ name: String, _ keys: [String], bits width: KVM.Width, initial: [Value],
    print: @escaping @Sendable (Value) -> String = { "\($0)" }
  ) -> CellRow<Value> {
    row(named: keys.map { "\(name)[\($0)]" }, bits: width, initial: initial, print: print)
  }

  /// Adds a row of cells called `name[key]`.
  mutating func row<Value: CellValue>(
    _ name: String, _ keys: [String], bits: Int, role: Role = .shared, initial: [Value],
    print: @escaping @Sendable (Value) -> String = { "\($0)" }
  ) -> CellRow<Value> {
    row(
      named: keys.map { "\(name)[\($0)]" }, bits: bits, role: role, initial: initial,
      print: print)
  }

  /// Prints a bit of a map as 0 or 1.
  static let digit: @Sendable (Bool) -> String = { $0 ? "1" : "0" }
}
