internal import Scheduler

/// The flags of a memory slot that the paths look at.
package struct SlotFlags: OptionSet, CellValue, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `KVM_MEM_LOG_DIRTY_PAGES`.
  package static let logDirty = SlotFlags(rawValue: 1)
  /// `KVM_MEM_READONLY`.
  package static let readOnly = SlotFlags(rawValue: 2)
  /// `KVM_MEMSLOT_INVALID`.
  package static let invalid = SlotFlags(rawValue: 4)

  static let bits = 3

  package init(cellBits: UInt64) { rawValue = UInt8(truncatingIfNeeded: cellBits) }
  package var cellBits: UInt64 { UInt64(rawValue) }
}

extension SlotFlags: CustomStringConvertible {
  /// `LOG_DIRTY|READONLY`, and `0` without any.
  package var description: String {
    let names: [(SlotFlags, String)] = [
      (.logDirty, "LOG_DIRTY"), (.readOnly, "READONLY"), (.invalid, "INVALID"),
    ]
    let set = names.filter { contains($0.0) }.map(\.1)
    return set.isEmpty ? "0" : set.joined(separator: "|")
  }
}
