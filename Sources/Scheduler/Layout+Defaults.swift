/// Cells whose type says how many bits they need.
extension Layout {
  /// Adds a cell for an enumeration, just wide enough, that starts as `initial`.
  public mutating func cell<Value: CellValue & CaseIterable>(
    _ name: String, role: Role = .shared, initial: Value = Value(cellBits: 0),
    print: @escaping @Sendable (Value) -> String = { "\($0)" }
  ) -> Cell<Value> {
    cell(name, bits: Self.bits(of: Value.self), role: role, initial: initial, print: print)
  }

  /// Adds a cell that is true or false.
  public mutating func cell(
    _ name: String, role: Role = .shared, initial: Bool = false,
    print: @escaping @Sendable (Bool) -> String = { "\($0)" }
  ) -> Cell<Bool> {
    cell(name, bits: 1, role: role, initial: initial, print: print)
  }

  /// Adds a row of cells for an enumeration, just wide enough, named `name[i]`.
  public mutating func row<Value: CellValue & CaseIterable>(
    _ name: String, role: Role = .shared, initial: [Value],
    print: @escaping @Sendable (Value) -> String = { "\($0)" }
  ) -> CellRow<Value> {
    row(name, bits: Self.bits(of: Value.self), role: role, initial: initial, print: print)
  }

  /// Adds a row of cells that are true or false, named `name[i]`.
  public mutating func row(
    _ name: String, role: Role = .shared, initial: [Bool],
    print: @escaping @Sendable (Bool) -> String = { "\($0)" }
  ) -> CellRow<Bool> {
    row(name, bits: 1, role: role, initial: initial, print: print)
  }

  private static func bits<Value: CellValue & CaseIterable>(of _: Value.Type) -> Int {
    let largest = Value.allCases.map(\.cellBits).max() ?? 0
    return max(1, UInt64.bitWidth - largest.leadingZeroBitCount)
  }
}
