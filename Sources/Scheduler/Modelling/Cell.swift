/// A handle to one bit-field of the packed state, with the type of value that it holds.
///
/// ``Layout`` makes handles. A handle is only good for states of the layout that made it.
@frozen public struct Cell<Value: CellValue>: Sendable {
  @usableFromInline let mask: UInt64
  @usableFromInline let word: UInt32
  @usableFromInline let id: UInt16
  @usableFromInline let shift: UInt8

  @usableFromInline init(word: Int, shift: Int, width: Int, id: Int) {
    self.mask = width == 64 ? ~0 : (1 << UInt64(width)) - 1
    self.word = UInt32(word)
    self.id = UInt16(id)
    self.shift = UInt8(shift)
  }

  @inlinable init(mask: UInt64, word: UInt32, id: UInt16, shift: UInt8) {
    self.mask = mask
    self.word = word
    self.id = id
    self.shift = shift
  }

  /// The cell's index in ``Layout/fields``, as footprints and changes name it.
  public var number: Int { Int(id) }
}
