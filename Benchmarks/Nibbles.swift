import Scheduler

/// Up to eight numbers of four bits, as one cell, so that they are read and written at once.
struct Nibbles: CellValue {
  private(set) var bits: UInt32 = 0

  init() {}
  init(cellBits: UInt64) { bits = UInt32(truncatingIfNeeded: cellBits) }
  var cellBits: UInt64 { UInt64(bits) }

  subscript(index: Int) -> UInt8 {
    get { UInt8(truncatingIfNeeded: bits &>> Self.shift(index) & 15) }
    set { bits = bits & ~(15 &<< Self.shift(index)) | UInt32(newValue) &<< Self.shift(index) }
  }

  static func shift(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: index &* 4) }
}
