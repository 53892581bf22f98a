internal import Scheduler

/// The number of the page, or of the backing, that a path works on; 0 is none.
package struct PageRef: CellValue, Hashable {
  package let cellBits: UInt64
  package init(cellBits: UInt64) { self.cellBits = cellBits }
  package init(_ index: Int) { cellBits = UInt64(truncatingIfNeeded: index &+ 1) }

  static let none = PageRef(cellBits: 0)

  package var index: Int { Int(truncatingIfNeeded: cellBits) &- 1 }
}

extension PageRef: CustomStringConvertible {
  /// `#0`, and `none`.
  package var description: String { self == .none ? "none" : "#\(index)" }
}
