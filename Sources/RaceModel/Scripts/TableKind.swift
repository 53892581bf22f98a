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
