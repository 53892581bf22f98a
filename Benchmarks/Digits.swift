import Scheduler

/// Numbers of `width` bits, 32 bits in all, as one cell, so that they are read and written at
/// once.
///
/// A number must fit its bits: nobody checks.
struct Digits<let width: Int>: CellValue {
  private(set) var bits: UInt32 = 0

  init() {}
  init(cellBits: UInt64) { bits = UInt32(truncatingIfNeeded: cellBits) }
  var cellBits: UInt64 { UInt64(bits) }
  var text: String { (0..<32 / width).map { "\(self[$0])" }.joined(separator: " ") }

  subscript(index: Int) -> UInt8 {
    get { UInt8(truncatingIfNeeded: bits &>> Self.shift(index) & Self.mask) }
    set {
      bits = bits & ~(Self.mask &<< Self.shift(index)) | UInt32(newValue) &<< Self.shift(index)
    }
  }

  private static var mask: UInt32 { 1 &<< UInt32(truncatingIfNeeded: width) &- 1 }
  private static func shift(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: index &* width) }
}

typealias Nibbles = Digits<4>
