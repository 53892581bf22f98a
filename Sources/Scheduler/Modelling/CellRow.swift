/// A handle to `count` equal cells side by side, indexed from 0.
///
/// The cells never straddle a word. A row longer than a word starts at a word of its own.
@frozen public struct CellRow<Value: CellValue>: Sendable {
  @usableFromInline let mask: UInt64
  @usableFromInline let word: UInt32
  @usableFromInline let id: UInt16
  @usableFromInline let shift: UInt8
  @usableFromInline let width: UInt8
  @usableFromInline let perWord: UInt16
  /// How many cells there are.
  public let count: Int

  @usableFromInline init(word: Int, shift: Int, width: Int, perWord: Int, id: Int, count: Int) {
    self.mask = width == 64 ? ~0 : (1 << UInt64(width)) - 1
    self.word = UInt32(word)
    self.id = UInt16(id)
    self.shift = UInt8(shift)
    self.width = UInt8(width)
    self.perWord = UInt16(perWord)
    self.count = count
  }

  /// The cell at `index`, which must be in 0..<``count``.
  @inlinable @inline(__always) public subscript(index: Int) -> Cell<Value> {
    precondition(index >= 0 && index < count, "index outside the row")
    var (wordsAhead, column) = (0, index)
    // Rows of one word, the usual case, need no division.
    if index >= Int(perWord) {
      (wordsAhead, column) = index.quotientAndRemainder(dividingBy: Int(perWord))
    }
    return Cell(
      mask: mask, word: word &+ UInt32(truncatingIfNeeded: wordsAhead),
      id: id &+ UInt16(truncatingIfNeeded: index),
      shift: shift &+ UInt8(truncatingIfNeeded: column &* Int(width)))
  }
}
