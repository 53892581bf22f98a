/// The properties that a scenario can ask for, by their stable ids.
package enum PropertyName: String, CaseIterable, Sendable {
  case cSubset = "c-subset"
  case rSubset = "r-subset"
  case coverage
  case rmapUnique = "rmap-unique"
  case rmapShape = "rmap-shape"
  case authority
  case tlbSubset = "tlb-subset"
  case dirtyLog = "dirty-log"
  case noEarlyReuse = "no-early-reuse"
  case l1TLBSubset = "l1-tlb-subset"
  case finalHarvest = "final-harvest"
  case l1Coherence = "l1-coherence"
  case l1Subset = "l1-subset"
  case slotFlushed = "slot-flushed"
  case seqBump = "seq-bump"
  case notifierCount = "notifier-count"
  case unmapLogged = "unmap-logged"
  case entrySucceeds = "entry-succeeds"
  case progress
  case progressUnfairLocks = "progress-unfair-locks"
  case hpteChained = "hpte-chained"
  case chainConsistent = "chain-consistent"
  case cTransferred = "c-transferred"
}

/// Places that a search must have visited for its verdict to mean something.
package enum Landmark: String, CaseIterable, Sendable {
  /// A fault holds a copy of a host entry whose C bit was cleared since.
  case staleCopy = "stale-copy"
  /// `kvmppc_create_pte` refused an insert with -EAGAIN.
  case retry
  /// A shadow entry is present.
  case shadowInserted = "shadow-inserted"
  /// `kvmppc_create_pte` OR-ed into (or replaced) a present shadow entry.
  case upgrade
  /// `kvmppc_book3s_instantiate_page` installed a host entry.
  case instantiated
  /// The nested SET_RC updated both entries.
  case setRC = "set-rc"
  /// The nested SET_RC was reflected to L1.
  case reflected
  /// A harvest reported a page.
  case harvestReported = "harvest-reported"
  /// An rmap word holds a single tagged entry.
  case rmapSingle = "rmap-single"
  /// An rmap word points at a list.
  case rmapList = "rmap-list"
  /// A TLB entry is stronger than the shadow entry it was filled from.
  case staleTLB = "stale-tlb"
  /// A notifier unmapped a host entry.
  case unmapped
  /// Aging cleared R in a host entry.
  case aged
  /// A guest's object was created and entered.
  case guestEntered = "guest-entered"
  /// A guest's object was freed.
  case guestFreed = "guest-freed"
  /// A fault met a memory slot that is INVALID or gone, and was taken for MMIO.
  case mmio
  /// `kvmppc_create_pte` replaced a large leaf by a small entry, or small entries by a leaf.
  case pageSizeChanged = "page-size-changed"
  /// H_ENTER linked an entry into its page's chain.
  case hpteEntered = "hpte-entered"
  /// H_REMOVE invalidated a VALID entry.
  case hpteRemoved = "hpte-removed"
  /// H_REMOVE looks for the chain of an entry while its slot is INVALID.
  case removedWhileInvalid = "removed-while-invalid"
  /// Whoever holds an rmap word's lock found an entry of its chain locked, and let go.
  case backOff = "back-off"
  /// Unmapping took an entry off a chain, and left it VALID.
  case leftValid = "left-valid"
  /// A core has stored through an entry, and owes it C.
  case owedC = "owed-c"
}
