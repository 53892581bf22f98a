/// A handle to one bit-field of the packed state, with the type of value it holds.
///
/// Made by ``Layout``; a handle is only good for states of the layout that made it.
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

  /// The cell's number in its layout, as footprints and changes name it.
  public var number: Int { Int(id) }
}

/// A handle to `count` equal cells side by side, indexed from 0.
///
/// The cells never straddle a word; a row longer than a word starts at a word of its own.
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

  /// The cell at `index`, 0 up to `count`.
  @inlinable @inline(__always) public subscript(index: Int) -> Cell<Value> {
    precondition(index >= 0 && index < count, "index outside the row")
    var (ahead, place) = (0, index)
    // Rows of one word, the usual case, need no division.
    if index >= Int(perWord) {
      (ahead, place) = index.quotientAndRemainder(dividingBy: Int(perWord))
    }
    return Cell(
      mask: mask, word: word &+ UInt32(truncatingIfNeeded: ahead),
      id: id &+ UInt16(truncatingIfNeeded: index),
      shift: shift &+ UInt8(truncatingIfNeeded: place &* Int(width)))
  }
}

extension Cell {
  @inlinable init(mask: UInt64, word: UInt32, id: UInt16, shift: UInt8) {
    self.mask = mask
    self.word = word
    self.id = id
    self.shift = shift
  }
}
