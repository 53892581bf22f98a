/// The kind of page table that a guest has: what paths, properties and landmarks are about.
package enum TableKind: String, CaseIterable, Sendable { case radix, hashed }

extension Scenario.Machine {
  package var table: TableKind { hpt == nil ? .radix : .hashed }
}

extension PathName {
  /// The tables that the path knows.
  package var tables: [TableKind] {
    switch self {
    case .l2Load, .l2Store, .l1Load, .l1Store, .ageGFN, .enterNested, .exitNested, .tlbiePage,
      .tlbieLPID, .tlbieAll, .copyFromGuest, .copyToGuest, .l1SetGpte, .l1SetPartition,
      .switchToHPT, .flushTLB, .evictTLB:
      [.radix]
    case .hptLoad, .hptStore, .hEnter, .hRemove, .hProtect, .stopVCPU: [.hashed]
    case .getDirtyLog, .invalidateRange, .deleteMemslot, .moveMemslot, .startLogging, .stopLogging:
      TableKind.allCases
    }
  }
}
