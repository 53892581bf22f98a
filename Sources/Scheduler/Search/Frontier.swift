import Synchronization

/// The states of one breadth-first level, in pieces that workers take one after another.
final class Frontier: Sendable {
  let insertions: InsertionMode
  private let pieces: [Range<Int>]
  private let taken = Atomic<Int>(0)

  init(_ pieces: [Range<Int>], _ insertions: InsertionMode) {
    (self.pieces, self.insertions) = (pieces, insertions)
  }

  /// The next piece that no worker has taken.
  func take() -> Range<Int>? {
    let index = taken.add(1, ordering: .relaxed).oldValue
    return index < pieces.count ? pieces[index] : nil
  }

  /// Ranges of state numbers cut into pieces of at most `size`.
  static func pieces(of ranges: [Range<Int>], size: Int) -> [Range<Int>] {
    ranges.flatMap { range in
      stride(from: range.lowerBound, to: range.upperBound, by: size).map { start in
        start..<min(start + size, range.upperBound)
      }
    }
  }
}
