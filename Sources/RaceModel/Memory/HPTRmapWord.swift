internal import Scheduler

/// A word of `memslot->arch.rmap[]` of a guest with a hashed table: the head of a chain, and saved
/// R and C.
///
/// The chain is a ring through `rev[]` of all entries that map the page. Its lock bit, 43, is
/// ``HPT/rmapLocks``, so that it has an owner.
/// Kernel: arch/powerpc/include/asm/kvm_host.h, `KVMPPC_RMAP_PRESENT` and its neighbours.
package struct HPTRmapWord: CellValue, Hashable {
  package let cellBits: UInt64
  package init(cellBits: UInt64) { self.cellBits = cellBits }

  package static let empty = HPTRmapWord(cellBits: 0)

  /// `head` is the index of the first entry, nil for an empty chain.
  package init(head: Int?, _ saved: HPTESecond.Bits) {
    var bits: UInt64 = 0
    if saved.contains(.referenced) { bits |= 1 }
    if saved.contains(.changed) { bits |= 2 }
    if let head { bits |= 4 | UInt64(truncatingIfNeeded: head) &<< Self.indexShift }
    cellBits = bits
  }

  private static let indexShift: UInt64 = 3

  /// The bits that a cell needs for a table of `entries` entries.
  package static func width(entries: Int) -> Int {
    Int(indexShift) + Layout.bits(for: max(entries - 1, 1))
  }

  /// `KVMPPC_RMAP_PRESENT`.
  package var isPresent: Bool { cellBits & 4 != 0 }
  /// `KVMPPC_RMAP_INDEX`, of a present word.
  package var index: Int { Int(truncatingIfNeeded: cellBits &>> Self.indexShift) }
  /// The R and C that entries had when they went.
  package var saved: HPTESecond.Bits {
    var bits: HPTESecond.Bits = []
    if cellBits & 1 != 0 { bits.insert(.referenced) }
    if cellBits & 2 != 0 { bits.insert(.changed) }
    return bits
  }

  package var head: Int? { isPresent ? index : nil }

  /// The same chain with other bits saved.
  package func saving(_ bits: HPTESecond.Bits) -> HPTRmapWord { HPTRmapWord(head: head, bits) }
  /// The same saved bits with another chain.
  package func heading(_ head: Int?) -> HPTRmapWord { HPTRmapWord(head: head, saved) }

  /// The word as the kernel stores it, unlocked; `KVMPPC_RMAP_HPT`, set with the first entry, only
  /// while it leads to one.
  package var architectureValue: UInt64 {
    var word: UInt64 = isPresent ? 0x0100_0001_0000_0000 | UInt64(index) : 0
    if saved.contains(.referenced) { word |= 0x100 << 32 }
    if saved.contains(.changed) { word |= 0x080 << 32 }
    return word
  }
}

extension HPTRmapWord: CustomStringConvertible {
  /// `hpte 2 R-`: the chain's head, and the saved R and C; `empty --` without a chain.
  package var description: String {
    let chain = head.map { "hpte \($0)" } ?? "empty"
    return
      "\(chain) \(saved.contains(.referenced) ? "R" : "-")\(saved.contains(.changed) ? "C" : "-")"
  }
}
