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

extension PropertyName {
  /// The tables that the property speaks of.
  package var tables: [TableKind] {
    switch self {
    case .cSubset, .rSubset, .coverage, .rmapUnique, .rmapShape, .authority, .tlbSubset,
      .l1TLBSubset, .l1Coherence, .l1Subset, .seqBump, .unmapLogged, .entrySucceeds:
      [.radix]
    case .hpteChained, .chainConsistent, .cTransferred: [.hashed]
    case .dirtyLog, .noEarlyReuse, .finalHarvest, .slotFlushed, .notifierCount, .progress,
      .progressUnfairLocks:
      TableKind.allCases
    }
  }
}

extension Landmark {
  /// The tables that the landmark can be reached with.
  package var tables: [TableKind] {
    switch self {
    case .staleCopy, .shadowInserted, .upgrade, .instantiated, .setRC, .reflected, .rmapSingle,
      .rmapList, .staleTLB, .aged, .guestEntered, .guestFreed, .pageSizeChanged:
      [.radix]
    case .hpteEntered, .hpteRemoved, .removedWhileInvalid, .backOff, .leftValid, .owedC:
      [.hashed]
    case .retry, .harvestReported, .unmapped, .mmio: TableKind.allCases
    }
  }
}
