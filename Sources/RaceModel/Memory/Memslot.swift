internal import Scheduler

/// A pointer to a `struct kvm_memory_slot`: a slot and which version of it; 0 is NULL.
package struct MemslotRef: CellValue, Hashable, CustomStringConvertible {
  package let cellBits: UInt64
  package init(cellBits: UInt64) { self.cellBits = cellBits }

  static let null = MemslotRef(cellBits: 0)

  init(slot: Int, version: Int) {
    cellBits = UInt64(truncatingIfNeeded: slot &* 4 &+ version &+ 1)
  }

  /// The largest pattern, by slot's number of versions.
  static func largest(_ versions: [Int]) -> Int {
    versions.enumerated().map { Int(MemslotRef(slot: $0, version: $1 - 1).cellBits) }.max() ?? 0
  }

  var slot: Int { Int(truncatingIfNeeded: cellBits &- 1) / 4 }
  var version: Int { Int(truncatingIfNeeded: cellBits &- 1) % 4 }

  /// `#0` for a slot as it stands at the start, then `#0b`, `#0c`.
  package var description: String {
    self == .null ? "NULL" : "#\(slot)" + ["", "b", "c", "d"][version]
  }
}

/// What `struct kvm_memory_slot` says of a slot at one time.
package struct SlotVersion: Hashable, Sendable {
  package let flags: SlotFlags
  package let baseGFN: Int
  /// Whether a lookup finds it; a deleted slot's last version is nothing.
  package let exists: Bool
}

extension KVM {
  /// `gfn_to_memslot`: the visible version of the slot that holds a guest frame, INVALID ones too.
  @inline(__always) func memslot<R>(_ state: StateView<R>, ofGFN gfn: Int) -> MemslotRef {
    for slot in versions.indices {
      let version = Int(state[slotVersion, slot])
      let found = versions[slot][version]
      if found.exists, gfn >= found.baseGFN, gfn < found.baseGFN + machine.slots[slot].npages {
        return MemslotRef(slot: slot, version: version)
      }
    }
    return .null
  }

  /// The visible version of a slot, or NULL.
  @inline(__always) func memslot<R>(_ state: StateView<R>, slot: Int) -> MemslotRef {
    let version = Int(state[slotVersion, slot])
    return versions[slot][version].exists ? MemslotRef(slot: slot, version: version) : .null
  }

  @inline(__always) func flags(_ memslot: MemslotRef) -> SlotFlags {
    versions[memslot.slot][memslot.version].flags
  }

  /// `gfn - memslot->base_gfn` in the slot's backings.
  @inline(__always) func backing(_ memslot: MemslotRef, gfn: Int) -> Int {
    firstBacking[memslot.slot] + gfn - versions[memslot.slot][memslot.version].baseGFN
  }

  /// The guest frame that a backing has in one version of its slot.
  @inline(__always) func gfn(_ memslot: MemslotRef, backing: Int) -> Int {
    versions[memslot.slot][memslot.version].baseGFN + backing - firstBacking[memslot.slot]
  }

  /// `memslot->arch.rmap[i]`; the array of a deleted slot is freed.
  @inline(__always) func rmapWord<R>(
    _ state: StateView<R>, _ memslot: MemslotRef, backing: Int
  ) -> Cell<RmapWord> {
    if !state[rmapInUse, memslot.slot] { state.fail(useAfterFree) }
    return rmap[backing]
  }
}
