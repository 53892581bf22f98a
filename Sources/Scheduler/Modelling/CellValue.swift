/// A value that a cell can hold: it converts to and from a bit pattern.
///
/// The pattern 0 is what a cleared cell holds, so a value's natural resting state should be 0.
public protocol CellValue: BitwiseCopyable, Sendable {
  /// Makes the value that `cellBits` was taken from; other patterns are a programming error.
  init(cellBits: UInt64)
  /// The pattern, in the low bits.
  var cellBits: UInt64 { get }
  /// The value as traces show it, where the cell has no way of its own to print it.
  ///
  /// Enumerations that list their cases are called by their name in kebab-case, and what has a
  /// description by that; other types say it themselves.
  var text: String { get }
}

extension CellValue where Self: CustomStringConvertible {
  public var text: String { description }
}

extension CellValue where Self: CaseIterable & RawRepresentable, RawValue == UInt8 {
  public var text: String { kebabCase("\(self)") }
}

/// A name in camel case as labels are written: `lockToFind` is `lock-to-find`, `setRC` is
/// `set-rc`.
func kebabCase(_ name: String) -> String {
  // By bytes: traces need a label for every step, and graphemes take ten times as long.
  var text: [UInt8] = []
  text.reserveCapacity(name.utf8.count + 4)
  var isInCapitals = false
  for byte in name.utf8 {
    let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    if isCapital && !isInCapitals { text.append(UInt8(ascii: "-")) }
    isInCapitals = isCapital
    text.append(isCapital ? byte | 0x20 : byte)
  }
  return String(decoding: text, as: UTF8.self)
}

extension CellValue where Self: RawRepresentable, RawValue == UInt8 {
  /// Makes the value whose raw value is `cellBits`, which stops the program if there is none.
  @inlinable @inline(__always) public init(cellBits: UInt64) {
    guard let value = Self(rawValue: UInt8(truncatingIfNeeded: cellBits)) else {
      preconditionFailure("cell holds \(cellBits), which is no \(Self.self)")
    }
    self = value
  }

  /// The raw value.
  @inlinable public var cellBits: UInt64 { UInt64(rawValue) }
}

extension Bool: CellValue {
  @inlinable public init(cellBits: UInt64) { self = cellBits != 0 }
  @inlinable public var cellBits: UInt64 { self ? 1 : 0 }
}

extension UInt8: CellValue {
  @inlinable public init(cellBits: UInt64) { self = UInt8(truncatingIfNeeded: cellBits) }
  @inlinable public var cellBits: UInt64 { UInt64(self) }
}

extension UInt16: CellValue {
  @inlinable public init(cellBits: UInt64) { self = UInt16(truncatingIfNeeded: cellBits) }
  @inlinable public var cellBits: UInt64 { UInt64(self) }
}

extension UInt32: CellValue {
  @inlinable public init(cellBits: UInt64) { self = UInt32(truncatingIfNeeded: cellBits) }
  @inlinable public var cellBits: UInt64 { UInt64(self) }
}

extension UInt64: CellValue {
  @inlinable public init(cellBits: UInt64) { self = cellBits }
  @inlinable public var cellBits: UInt64 { self }
}
