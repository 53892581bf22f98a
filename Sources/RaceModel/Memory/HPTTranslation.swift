internal import Scheduler

/// A translation that a core has cached from an entry of the hashed table.
///
/// Hardware sets R and C in the entry by itself. It sets R when it walks, but may put off writing
/// C: a core that owes C has stored through a translation whose entry does not show it yet.
package struct HPTTranslation: CellValue, Hashable {
  package let cellBits: UInt64
  package init(cellBits: UInt64) { self.cellBits = cellBits }

  package static let none = HPTTranslation(cellBits: 0)

  package init(_ entry: HPTESecond) {
    var bits: UInt64 = 1
    if entry.has(.write) { bits |= 2 }
    if entry.has(.changed) { bits |= 4 }
    cellBits = bits | UInt64(truncatingIfNeeded: entry.frame) &<< Self.frameShift
  }

  private static let frameShift: UInt64 = 4

  /// The bits that a cell needs for frames up to `frame`.
  static func width(frame: Int) -> Int { Int(frameShift) + Layout.bits(for: frame) }

  package var isPresent: Bool { cellBits & 1 != 0 }
  package var isWritable: Bool { cellBits & 2 != 0 }
  /// The core takes C for set, in the entry or on its way there.
  package var isChanged: Bool { cellBits & 4 != 0 }
  /// C is on its way to the entry.
  package var owesC: Bool { cellBits & 8 != 0 }
  package var frame: Int { Int(truncatingIfNeeded: cellBits &>> Self.frameShift) }

  /// The translation after a store, whose C is in the entry or is owed to it.
  package func stored(owing: Bool) -> HPTTranslation {
    HPTTranslation(cellBits: cellBits | 4 | (owing ? 8 : 0))
  }
}

extension HPTTranslation: CustomStringConvertible {
  /// `0x21 rw C`, `(owes C)` for one that is late; `none` when nothing is cached.
  package var description: String {
    guard isPresent else { return "none" }
    return "\(frame.hex) r\(isWritable ? "w" : "-") \(isChanged ? "C" : "-")"
      + (owesC ? " (owes C)" : "")
  }
}
