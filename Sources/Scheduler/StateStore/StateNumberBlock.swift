/// The state numbers that one worker may give to states it adds, and those it has given in a
/// level.
struct StateNumberBlock {
  private(set) var next = 0
  private(set) var end = 0
  private var start = 0
  private var given: [Range<Int>] = []

  var isEmpty: Bool { next == end }

  /// Uses up the next number.
  @inline(__always) mutating func advance() { next &+= 1 }

  /// Goes on with other numbers; what is left of these is never used.
  mutating func refill(_ numbers: Range<Int>) {
    close()
    (start, next, end) = (numbers.lowerBound, numbers.lowerBound, numbers.upperBound)
  }

  /// Gives the rest up, and returns the numbers that were used, by range.
  mutating func finish() -> [Range<Int>] {
    close()
    (start, next, end) = (0, 0, 0)
    defer { given = [] }
    return given
  }

  private mutating func close() {
    if next > start { given.append(start..<next) }
  }
}
