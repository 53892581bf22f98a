internal import Scheduler

/// A word of a nested rmap: nothing, the one entry itself, or a pointer to the first node of a
/// list.
///
/// The same word stands in `memslot->arch.rmap[]` and in the `next` field of a node; the last
/// node's `next` holds the last entry, tagged like a single one. Kernel: `struct rmap_nested` and
/// `RMAP_NESTED_IS_SINGLE_ENTRY` in arch/powerpc/include/asm/kvm_book3s_64.h.
package struct RmapWord: CellValue, Hashable {
  package let cellBits: UInt64
  package init(cellBits: UInt64) { self.cellBits = cellBits }

  package static let empty = RmapWord(cellBits: 0)

  /// The word that is itself the entry: its lowest bit is set.
  package static func single(_ entry: RmapEntry) -> RmapWord {
    RmapWord(cellBits: UInt64(truncatingIfNeeded: entry.index) &<< 1 | 1)
  }

  /// The word that points at a node of the pool.
  package static func node(_ index: Int) -> RmapWord {
    RmapWord(cellBits: UInt64(truncatingIfNeeded: index &+ 1) &<< 1)
  }

  package var isEmpty: Bool { cellBits == 0 }
  /// `RMAP_NESTED_IS_SINGLE_ENTRY` is set.
  package var isSingle: Bool { cellBits & 1 == 1 }
  /// The entry of a single word.
  package var entry: RmapEntry { RmapEntry(Int(truncatingIfNeeded: cellBits &>> 1)) }
  /// The node that a word, neither empty nor single, points at.
  package var nodeIndex: Int { Int(truncatingIfNeeded: cellBits &>> 1) &- 1 }

  /// The bits that a cell needs.
  package static func width(entries: Int, nodes: Int) -> Int {
    1 + Layout.bits(for: max(entries - 1, nodes))
  }
}

/// A nested rmap entry, the 52 bits that name an L2 page: held as an index into
/// ``KVM/entryValues`` plus one; 0 is none.
package struct RmapEntry: CellValue, Hashable {
  package let cellBits: UInt64
  package init(cellBits: UInt64) { self.cellBits = cellBits }
  package init(_ index: Int) { cellBits = UInt64(truncatingIfNeeded: index &+ 1) }
  package var index: Int { Int(truncatingIfNeeded: cellBits) &- 1 }

  /// What a node that is not in use holds.
  static let none = RmapEntry(cellBits: 0)

  /// `RMAP_NESTED_LPID_SHIFT`: the 12 bits of L1's lpid lie above.
  static let lpidShift: UInt64 = 52
  /// `RMAP_NESTED_GPA_MASK`: 40 bits of a 4 KiB frame number.
  static let gpaMask: UInt64 = 0x000f_ffff_ffff_f000

  /// The word that the kernel stores for page `n`, in units of 64 KiB, of guest `lpid`.
  package static func value(lpid: Int, n: Int) -> UInt64 {
    UInt64(lpid) << lpidShift | (UInt64(n) << 16 & gpaMask)
  }
}
