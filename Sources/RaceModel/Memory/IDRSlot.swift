internal import Scheduler

/// A slot of `kvm_nested_guest_idr`: free, reserved with NULL, or one of the guest's objects.
package struct IDRSlot: CellValue, Hashable, CustomStringConvertible {
  package let cellBits: UInt64
  package init(cellBits: UInt64) { self.cellBits = cellBits }

  package static let free = IDRSlot(cellBits: 0)
  /// `idr_alloc` with a NULL pointer: taken, but finds nothing.
  package static let reserved = IDRSlot(cellBits: 1)

  package init(instance: Int) { cellBits = UInt64(truncatingIfNeeded: instance) &+ 2 }

  package var instance: Int? { cellBits < 2 ? nil : Int(truncatingIfNeeded: cellBits) &- 2 }

  /// The bits that a cell needs for guests with up to `instances` objects.
  static func width(instances: Int) -> Int { Layout.bits(for: instances + 1) }

  package var description: String {
    instance.map { "gp #\($0)" } ?? (self == .free ? "free" : "NULL")
  }
}
