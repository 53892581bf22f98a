internal import Scheduler

/// A leaf page-table entry: permission, reference and change bits, and a frame number.
///
/// Packed small in a cell; ``architectureValue`` is the 64-bit entry that the kernel would see
/// with pages of 64 KiB. The frame is a host page number in host and shadow entries and a guest
/// frame number in L1's own. A TLB holds the same fields. Kernel:
/// arch/powerpc/include/asm/book3s/64/pgtable.h and radix.h.
package struct PTE: CellValue, Hashable {
  /// Bits of an entry, as cells hold them.
  package struct Bits: OptionSet, Hashable, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// `_PAGE_PRESENT`, and `_PAGE_PTE` with it.
    package static let present = Bits(rawValue: 1)
    /// `_PAGE_READ`.
    package static let read = Bits(rawValue: 2)
    /// `_PAGE_WRITE`.
    package static let write = Bits(rawValue: 4)
    /// `_PAGE_EXEC`.
    package static let execute = Bits(rawValue: 8)
    /// `_PAGE_ACCESSED`, the R bit.
    package static let referenced = Bits(rawValue: 16)
    /// `_PAGE_DIRTY`, the C bit.
    package static let changed = Bits(rawValue: 32)

    package static let permissions: Bits = [.read, .write, .execute]
  }

  package let cellBits: UInt64
  package init(cellBits: UInt64) { self.cellBits = cellBits }

  /// An absent entry: all zero.
  package static let absent = PTE(cellBits: 0)

  package init(_ bits: Bits, frame: Int) {
    cellBits = bits.rawValue | UInt64(truncatingIfNeeded: frame) &<< Self.frameShift
  }

  /// A present entry with the bits of a scenario file.
  package init(_ entry: Scenario.EntryBits, frame: Int) {
    var bits: Bits = .present
    if entry.read { bits.insert(.read) }
    if entry.write { bits.insert(.write) }
    if entry.execute { bits.insert(.execute) }
    if entry.referenced { bits.insert(.referenced) }
    if entry.changed { bits.insert(.changed) }
    self.init(bits, frame: frame)
  }

  /// Where the frame begins in a cell's bits.
  static let frameShift = 6

  /// The bits that a cell needs for entries with frames up to `frame`.
  package static func width(frame: Int) -> Int { Int(frameShift) + Layout.bits(for: frame) }

  package var bits: Bits { Bits(rawValue: cellBits & (1 &<< Self.frameShift &- 1)) }
  package var frame: Int { Int(truncatingIfNeeded: cellBits &>> Self.frameShift) }
  /// `pte_present`.
  package var isPresent: Bool { has(.present) }
  package func has(_ bits: Bits) -> Bool { cellBits & bits.rawValue == bits.rawValue }

  /// `__radix_pte_update` with bits to clear.
  package func clearing(_ bits: Bits) -> PTE { PTE(cellBits: cellBits & ~bits.rawValue) }
  /// `__radix_pte_update` with bits to set.
  package func setting(_ bits: Bits) -> PTE { PTE(cellBits: cellBits | bits.rawValue) }
  /// `__radix_pte_update` with a whole entry to set: frame numbers are OR-ed as well.
  package func or(_ other: PTE) -> PTE { PTE(cellBits: cellBits | other.cellBits) }

  /// The entry as a 64-bit word in CPU order, with pages of 64 KiB.
  package var architectureValue: UInt64 {
    guard cellBits != 0 else { return 0 }
    let map: [(Bits, UInt64)] = [
      (.present, 0xc000_0000_0000_0000), (.read, 0x4), (.write, 0x2), (.execute, 0x1),
      (.referenced, 0x100), (.changed, 0x80),
    ]
    return map.reduce(UInt64(frame) << 16) { has($1.0) ? $0 | $1.1 : $0 }
  }
}

extension PTE: CustomStringConvertible {
  /// `0x21 rwx RC`: frame, permissions, R and C; `absent` when not present.
  package var description: String {
    guard isPresent else { return cellBits == 0 ? "absent" : "absent (\(frame.hex))" }
    return "\(frame.hex) \(permissionsAndRC)"
  }

  /// `rwx RC`, a dash for each bit that is clear.
  package var permissionsAndRC: String {
    let letters: [(Bits, String)] = [
      (.read, "r"), (.write, "w"), (.execute, "x"), (.referenced, "R"), (.changed, "C"),
    ]
    let text = letters.map { has($0.0) ? $0.1 : "-" }
    return text[0..<3].joined() + " " + text[3...].joined()
  }
}

extension BinaryInteger {
  /// `0x21`.
  package var hex: String { "0x" + String(self, radix: 16) }
}
