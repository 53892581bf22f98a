extension Knob {
  /// Every knob: a property each, in the order of lists and reports.
  ///
  /// An entry is all there is to a knob, besides the machine that reads it: its id, the value of
  /// Linux 6.1, and one sentence.
  package struct Table: Sendable {
    static let entries = Table()

    package let bumpDirty = Key(
      "bump-dirty", BumpDirty.none,
      "where kvm_radix_test_clear_dirty bumps mmu_notifier_seq, if at all")
    package let seqCheck = Key(
      "seq-check", SeqCheck.both,
      "which halves of mmu_invalidate_retry guard the nested insert, or a hashed entry's link")
    package let outerSample = Key(
      "outer-sample", OuterSample.before,
      "when a fault samples mmu_notifier_seq, relative to the read that it vouches for")
    package let recheck = Key(
      "recheck", Presence.on, "whether the harvest rechecks the host entry under mmu_lock")
    package let setRCOrder = Key(
      "setrc-order", SetRCOrder.hostFirst, "which entry the nested SET_RC updates first")
    package let setRCOneSection = Key(
      "setrc-one-section", Presence.on,
      "whether the nested SET_RC keeps mmu_lock between its two updates")
    package let setRCLPID = Key(
      "setrc-lpid", SetRCLPID.l1,
      "whose number the nested SET_RC looks the shadow entry up by: L1's lpid or the shadow LPID")
    package let stackInit = Key(
      "stack-init", StackInit.none,
      "whether the compiler zeroes locals (CONFIG_INIT_STACK_ALL_ZERO)")
    package let rootStore = Key(
      "root-store", RootStore.first,
      "whether kvmhv_update_ptbl_cache stores L1's root before the partition-table entry or last")
    package let tlbLock = Key(
      "tlb-lock", Presence.on, "whether the nested fault takes gp->tlb_lock")
    package let flushLPID = Key(
      "flush-lpid", FlushLPID.l1,
      "which LPID is flushed when R/C are cleared in a shadow entry; none: nor when it is removed")
    package let orPath = Key(
      "or-path", ORPath.or, "whether a differing present entry is OR-ed into or replaced")
    package let dedupe = Key(
      "dedupe", Presence.on, "whether the rmap insert scans for an equal entry")
    package let hardwareRC = Key(
      "hw-rc", HardwareRC.irq,
      "whether hardware raises an interrupt for R/C or sets the bits itself")
    package let bumpAge = Key(
      "bump-age", Presence.off, "whether kvm_age_radix bumps mmu_notifier_seq when it clears R")
    package let bitmapFirst = Key(
      "bm-first", Presence.off,
      "whether kvmppc_unmap_pte sets the dirty bitmap before it clears the entry")
    package let harvestLock = Key(
      "harvest-lock", Presence.off,
      "whether the harvest takes mmu_lock before it first looks at an entry")
    package let gpRef = Key(
      "gp-ref", Presence.on,
      "whether the tlbie of all lpids takes a reference on each guest it flushes")
    package let srcu = Key(
      "srcu", Presence.on, "whether faults run inside an SRCU read section")
    package let hcallSRCU = Key(
      "hcall-srcu", Presence.off,
      "whether H_ENTER, H_REMOVE and H_PROTECT run inside an SRCU read section, as on POWER8")
    package let flushBump = Key(
      "flush-bump", Presence.on, "whether kvmppc_radix_flush_memslot bumps mmu_notifier_seq")
    package let bumpLeaf = Key(
      "bump-leaf", Presence.off,
      "whether kvmppc_create_pte bumps mmu_notifier_seq when it changes the page size")
    package let bitmapLate = Key(
      "bm-late", Presence.off,
      "whether a notifier sets the dirty bitmap after the unlock only")
    package let countDown = Key(
      "count-down", Presence.on, "whether the end of a notifier lowers mmu_notifier_count")
    package let invalidCheck = Key(
      "invalid-check", Presence.off,
      "whether remove_revmap_chain leaves entries of an INVALID slot on their chain")
    package let moveFlush = Key(
      "move-flush", MoveFlush.invalidStep,
      "hashed table: when the move of a slot unmaps the entries of its old place")
    package let flushScope = Key(
      "flush-scope", FlushScope.slot,
      "hashed table: whether the flush of a slot unmaps its entries or those of all slots")
    package let rcRead = Key(
      "rc-read", RCRead.after,
      "whether H_REMOVE and H_PROTECT read R and C before or after their tlbie")
    package let harvestTlbie = Key(
      "harvest-tlbie", Presence.on,
      "whether the hashed harvest flushes entries without C when no vCPU runs")
    package let rmapLink = Key(
      "rmap-link", RmapLink.keep,
      "whether linking an entry keeps or overwrites the R and C of the rmap word")
    package let rmapDirty = Key(
      "rmap-dirty", RmapDirty.bitmap,
      "whether C of a removed entry goes to the dirty bitmap or to the rmap word only")
    package let hpteLock = Key(
      "hpte-lock", HPTELock.trylock,
      "whether unmapping and the harvest try for an entry's lock or spin on it")
    package let hpteOrder = Key(
      "hpte-order", HPTEOrder.secondFirst,
      "which doubleword of an entry that becomes VALID is stored first")
    package let commitClearsLog = Key(
      "commit-clears-log", Presence.off,
      "hashed table: whether the commit of a changed slot clears its dirty log, as in 3.7 to 4.14")
    package let harvestOrder = Key(
      "harvest-order", HarvestOrder.entriesFirst,
      "whether the harvest looks at the entries before it takes the dirty bitmap, or behind that")
    package let mnActive = Key(
      "mn-active", Presence.on,
      "whether a slot update waits for the notifiers that are between their start and their end")
    package let switchOrder = Key(
      "switch-order", SwitchOrder.radixFirst,
      "whether the switch to a hashed table clears radix, under mmu_lock, before it frees the table"
    )
    package let unmapFlush = Key(
      "unmap-flush", FlushPlace.inSection,
      "when kvmppc_unmap_pte's flushes are done, relative to the section of mmu_lock")
    package let harvestFlush = Key(
      "harvest-flush", FlushPlace.inSection,
      "when the radix harvest flushes an entry that it has cleaned, relative to its section")
    package let rmapRange = Key(
      "rmap-range", RangeExtent.all,
      "of which pages of an unmapped leaf the rmap lists are emptied")
    package let notifierRange = Key(
      "notifier-range", RangeExtent.all,
      "which pages of a notifier's range kvm_unmap_gfn_range_hv unmaps")
    package let childAddress = Key(
      "child-address", ChildAddress.frame,
      "the address at which kvmppc_create_pte unmaps the small entries that a leaf replaces")
  }

  /// Where `kvm_radix_test_clear_dirty` increments `mmu_notifier_seq`.
  package enum BumpDirty: String, KnobValue { case none, `in`, before, after }
  /// Which halves of `mmu_invalidate_retry` an insert or link looks at.
  package enum SeqCheck: String, KnobValue { case both, count, seq, none }
  /// When a fault samples `mmu_notifier_seq`: before or after the read that the sample vouches
  /// for, or in the section of `mmu_lock` that reads.
  package enum OuterSample: String, KnobValue { case before, after, inner }
  /// Which entry `kvmhv_handle_nested_set_rc` updates first.
  package enum SetRCOrder: String, KnobValue {
    case hostFirst = "host-first"
    case shadowFirst = "shadow-first"
  }
  /// The number by which `kvmhv_handle_nested_set_rc` asks for a shadow entry.
  package enum SetRCLPID: String, KnobValue { case l1, shadow }
  /// What a local variable holds that nothing has been assigned to.
  package enum StackInit: String, KnobValue { case none, zero }
  /// When `kvmhv_update_ptbl_cache` stores the root that others look at without its lock.
  package enum RootStore: String, KnobValue { case first, last }
  /// The LPID that the flush of `kvmhv_update_nest_rmap_rc` names; none is flushed by removals
  /// either.
  package enum FlushLPID: String, KnobValue { case l1, shadow, none }
  /// What `kvmppc_create_pte` does with a present entry that differs.
  package enum ORPath: String, KnobValue { case or, replace }
  /// Who sets R and C in a partition-scoped entry.
  package enum HardwareRC: String, KnobValue {
    case irq
    case atomicSet = "atomic-set"
  }
  /// When a move unmaps a slot of a hashed table: from an INVALID copy, at one of the places that
  /// were talked about in 2012, by the new base or by the old one, or never.
  package enum MoveFlush: String, KnobValue {
    case invalidStep = "invalid-step"
    case prepare
    case afterPublish = "after-publish"
    case afterPublishOld = "after-publish-old"
    case none
  }
  /// Whose entries the flush of a slot of a hashed table unmaps.
  package enum FlushScope: String, KnobValue { case slot, all }
  /// When H_REMOVE and H_PROTECT read R and C, relative to their tlbie.
  package enum RCRead: String, KnobValue { case after, before }
  /// What becomes of an rmap word's saved R and C when an entry is linked.
  package enum RmapLink: String, KnobValue { case keep, rewrite }
  /// Where C of an entry that goes away is kept for the harvest.
  package enum RmapDirty: String, KnobValue { case bitmap, rmap }
  /// How a holder of an rmap word's lock asks for an entry's.
  package enum HPTELock: String, KnobValue { case trylock, blocking }
  /// Which doubleword of an entry that becomes VALID is stored first.
  package enum HPTEOrder: String, KnobValue {
    case secondFirst = "second-first"
    case firstFirst = "first-first"
  }
  /// Which of the two places of a dirty bit the harvest looks at first.
  package enum HarvestOrder: String, KnobValue {
    case entriesFirst = "entries-first"
    case bitmapFirst = "bitmap-first"
  }
  /// What a switch to a hashed table does first.
  package enum SwitchOrder: String, KnobValue {
    case radixFirst = "radix-first"
    case tableFirst = "table-first"
  }
  /// Where the flush that a cleared entry owes is done.
  package enum FlushPlace: String, KnobValue {
    case inSection = "in-section"
    case afterUnlock = "after-unlock"
    case none
  }
  /// How much of a range a loop goes over: a mutant handles its first page only.
  package enum RangeExtent: String, KnobValue { case all, first }
  /// What `kvmppc_unmap_free_pte` passes as the address of a small entry.
  package enum ChildAddress: String, KnobValue { case frame, guest }
  /// A variant that is either there or left out.
  package enum Presence: String, KnobValue { case on, off }
}
