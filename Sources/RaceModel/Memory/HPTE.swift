internal import Scheduler

/// First doubleword of a hashed page table entry, as far as the paths look at it: 0 is a free
/// entry.
///
/// The virtual page number is left out: an entry's index stands for it. HPTE_V_HVLOCK, the lock
/// bit, is ``HPT/hpteLocks``, so that it has an owner. Kernel:
/// arch/powerpc/include/asm/book3s/64/mmu-hash.h and kvm_book3s_64.h.
package struct HPTEFirst: OptionSet, CellValue, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `HPTE_V_VALID`: hardware translates with the entry.
  package static let valid = HPTEFirst(rawValue: 1)
  /// `HPTE_V_ABSENT`, a software bit: the guest's entry, with no real page behind it.
  package static let absent = HPTEFirst(rawValue: 2)

  static let bits = 2

  package init(cellBits: UInt64) { rawValue = UInt8(truncatingIfNeeded: cellBits) }
  package var cellBits: UInt64 { UInt64(rawValue) }

  /// The bits of the doubleword in CPU order.
  package var architectureValue: UInt64 {
    (contains(.valid) ? 0x1 : 0) | (contains(.absent) ? 0x20 : 0)
  }
}

extension HPTEFirst: CustomStringConvertible {
  package var description: String {
    if isEmpty { return "free" }
    return [(HPTEFirst.valid, "VALID"), (.absent, "ABSENT")].filter { contains($0.0) }.map(\.1)
      .joined(separator: "|")
  }
}

/// Second doubleword of a hashed page table entry: a real page, whether it may be written, R and
/// C.
///
/// In `rev[i].guest_rpte` the same fields hold the guest's view, with a guest frame.
/// Kernel: arch/powerpc/include/asm/book3s/64/mmu-hash.h.
package struct HPTESecond: CellValue, Hashable {
  /// Bits of the doubleword, as cells hold them.
  package struct Bits: OptionSet, Hashable, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Protection bits that permit stores; without it, loads only.
    package static let write = Bits(rawValue: 1)
    /// `HPTE_R_R`.
    package static let referenced = Bits(rawValue: 2)
    /// `HPTE_R_C`.
    package static let changed = Bits(rawValue: 4)
    /// Key 31, all of `HPTE_R_KEY_HI` and `HPTE_R_KEY_LO`: emulated MMIO.
    package static let key31 = Bits(rawValue: 8)

    package static let referenceAndChange: Bits = [.referenced, .changed]
  }

  package let cellBits: UInt64
  package init(cellBits: UInt64) { self.cellBits = cellBits }

  package static let zero = HPTESecond(cellBits: 0)

  package init(_ bits: Bits, frame: Int) {
    cellBits = bits.rawValue | UInt64(truncatingIfNeeded: frame) &<< Self.frameShift
  }

  /// The doubleword with the bits of a scenario file.
  package init(_ entry: Scenario.EntryBits, frame: Int) {
    var bits: Bits = []
    if entry.write { bits.insert(.write) }
    if entry.referenced { bits.insert(.referenced) }
    if entry.changed { bits.insert(.changed) }
    self.init(bits, frame: frame)
  }

  private static let frameShift: UInt64 = 4

  /// The bits that a cell needs for frames up to `frame`.
  package static func width(frame: Int) -> Int { Int(frameShift) + Layout.bits(for: frame) }

  package var bits: Bits { Bits(rawValue: cellBits & (1 &<< Self.frameShift &- 1)) }
  package var frame: Int { Int(truncatingIfNeeded: cellBits &>> Self.frameShift) }
  package func has(_ bits: Bits) -> Bool { cellBits & bits.rawValue == bits.rawValue }
  /// R and C.
  package var referenceAndChange: Bits { bits.intersection(.referenceAndChange) }

  package func clearing(_ bits: Bits) -> HPTESecond {
    HPTESecond(cellBits: cellBits & ~bits.rawValue)
  }
  package func setting(_ bits: Bits) -> HPTESecond {
    HPTESecond(cellBits: cellBits | bits.rawValue)
  }

  /// The doubleword in CPU order, with pages of 64 KiB; pp 2 permits stores, pp 3 does not.
  ///
  /// Without the page size and the storage attributes.
  package var architectureValue: UInt64 {
    var word = UInt64(frame) << 16 | (has(.write) ? 0x2 : 0x3)
    if has(.referenced) { word |= 0x100 }
    if has(.changed) { word |= 0x80 }
    if has(.key31) { word |= 0x3000_0000_0000_0e00 }
    return word
  }
}

extension HPTESecond: CustomStringConvertible {
  /// `0x21 rw RC`, a dash for each bit that is clear; `key 31` for emulated MMIO.
  package var description: String {
    if self == .zero { return "0" }
    let letters: [(Bits, String)] = [(.write, "w"), (.referenced, "R"), (.changed, "C")]
    let text = letters.map { has($0.0) ? $0.1 : "-" }
    return "\(frame.hex) r\(text[0]) \(text[1...].joined())" + (has(.key31) ? " key 31" : "")
  }
}
