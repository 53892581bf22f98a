/// The choices between kernel variants that the step machines consult; the defaults are Linux 6.1.
///
/// Every field is one knob of ``KnobName``; a machine reads the field where the variants differ.
package struct Knobs: Hashable, Sendable {
  /// Where `kvm_radix_test_clear_dirty` increments `mmu_notifier_seq`.
  package enum BumpDirty: String, CaseIterable, Sendable { case none, `in`, before, after }
  /// Which halves of `mmu_invalidate_retry` the nested insert looks at.
  package enum SeqCheck: String, CaseIterable, Sendable { case both, count, seq, none }
  /// When the nested fault samples `mmu_notifier_seq`.
  package enum OuterSample: String, CaseIterable, Sendable { case before, after, inner }
  /// Which entry `kvmhv_handle_nested_set_rc` updates first.
  package enum SetRCOrder: String, CaseIterable, Sendable {
    case hostFirst = "host-first"
    case shadowFirst = "shadow-first"
  }
  /// The LPID that the flush of `kvmhv_update_nest_rmap_rc` names.
  package enum FlushLPID: String, CaseIterable, Sendable { case l1, shadow, none }
  /// What `kvmppc_create_pte` does with a present entry that differs.
  package enum ORPath: String, CaseIterable, Sendable { case or, replace }
  /// Who sets R and C in a partition-scoped entry.
  package enum HardwareRC: String, CaseIterable, Sendable {
    case irq
    case atomicSet = "atomic-set"
  }
  /// When a move unmaps a slot of a hashed table: from an INVALID copy, or at one of the two places of 2012.
  package enum MoveFlush: String, CaseIterable, Sendable {
    case invalidStep = "invalid-step"
    case prepare
    case afterPublish = "after-publish"
  }
  /// When H_REMOVE reads R and C, relative to its tlbie.
  package enum RCRead: String, CaseIterable, Sendable { case after, before }
  /// What becomes of an rmap word's saved R and C when an entry is linked.
  package enum RmapLink: String, CaseIterable, Sendable { case keep, rewrite }
  /// Where C of an entry that goes away is kept for the harvest.
  package enum RmapDirty: String, CaseIterable, Sendable { case bitmap, rmap }
  /// How a holder of an rmap word's lock asks for an entry's.
  package enum HPTELock: String, CaseIterable, Sendable { case trylock, blocking }
  /// A variant that is either there or left out.
  package enum Presence: String, CaseIterable, Sendable { case on, off }

  package var bumpDirty = BumpDirty.none
  package var seqCheck = SeqCheck.both
  package var outerSample = OuterSample.before
  package var recheck = Presence.on
  package var setRCOrder = SetRCOrder.hostFirst
  package var setRCOneSection = Presence.on
  package var tlbLock = Presence.on
  package var flushLPID = FlushLPID.l1
  package var orPath = ORPath.or
  package var dedupe = Presence.on
  package var hardwareRC = HardwareRC.irq
  package var bumpAge = Presence.off
  package var bitmapFirst = Presence.off
  package var harvestLock = Presence.off
  package var gpRef = Presence.on
  package var srcu = Presence.on
  package var flushBump = Presence.on
  package var bumpLeaf = Presence.off
  package var bitmapLate = Presence.off
  package var countDown = Presence.on
  package var invalidCheck = Presence.off
  package var moveFlush = MoveFlush.invalidStep
  package var rcRead = RCRead.after
  package var harvestTlbie = Presence.on
  package var rmapLink = RmapLink.keep
  package var rmapDirty = RmapDirty.bitmap
  package var hpteLock = HPTELock.trylock

  package init() {}

  /// Whether the move of a slot of `machine` goes through an INVALID copy.
  func invalidates(_ machine: Scenario.Machine) -> Bool {
    machine.hpt == nil || moveFlush == .invalidStep
  }
}

/// The names users type for the fields of ``Knobs``, in the order they are listed.
package enum KnobName: String, CaseIterable, Sendable {
  case bumpDirty = "bump-dirty"
  case seqCheck = "seq-check"
  case outerSample = "outer-sample"
  case recheck
  case setRCOrder = "setrc-order"
  case setRCOneSection = "setrc-one-section"
  case tlbLock = "tlb-lock"
  case flushLPID = "flush-lpid"
  case orPath = "or-path"
  case dedupe
  case hardwareRC = "hw-rc"
  case bumpAge = "bump-age"
  case bitmapFirst = "bm-first"
  case harvestLock = "harvest-lock"
  case gpRef = "gp-ref"
  case srcu
  case flushBump = "flush-bump"
  case bumpLeaf = "bump-leaf"
  case bitmapLate = "bm-late"
  case countDown = "count-down"
  case invalidCheck = "invalid-check"
  case moveFlush = "move-flush"
  case rcRead = "rc-read"
  case harvestTlbie = "harvest-tlbie"
  case rmapLink = "rmap-link"
  case rmapDirty = "rmap-dirty"
  case hpteLock = "hpte-lock"

  /// What the knob changes, in one sentence for `explore list knobs`.
  package var summary: String {
    switch self {
    case .bumpDirty: "where kvm_radix_test_clear_dirty bumps mmu_notifier_seq, if at all"
    case .seqCheck:
      "which halves of mmu_invalidate_retry guard the nested insert, or H_ENTER's link"
    case .outerSample: "when the nested fault samples mmu_notifier_seq, relative to the host read"
    case .recheck: "whether the harvest rechecks the host entry under mmu_lock"
    case .setRCOrder: "which entry the nested SET_RC updates first"
    case .setRCOneSection: "whether the nested SET_RC keeps mmu_lock between its two updates"
    case .tlbLock: "whether the nested fault takes gp->tlb_lock"
    case .flushLPID: "which LPID is flushed when R/C are cleared in a shadow entry"
    case .orPath: "whether a differing present entry is OR-ed into or replaced"
    case .dedupe: "whether the rmap insert scans for an equal entry"
    case .hardwareRC: "whether hardware raises an interrupt for R/C or sets the bits itself"
    case .bumpAge: "whether kvm_age_radix bumps mmu_notifier_seq when it clears R"
    case .bitmapFirst: "whether kvmppc_unmap_pte sets the dirty bitmap before it clears the entry"
    case .harvestLock: "whether the harvest takes mmu_lock before it first looks at an entry"
    case .gpRef: "whether the tlbie of all lpids takes a reference on each guest it flushes"
    case .srcu: "whether faults and hypercalls run inside an SRCU read section"
    case .flushBump: "whether kvmppc_radix_flush_memslot bumps mmu_notifier_seq"
    case .bitmapLate: "whether a notifier sets the dirty bitmap after the unlock only"
    case .countDown: "whether the end of a notifier lowers mmu_notifier_count"
    case .bumpLeaf: "whether kvmppc_create_pte bumps mmu_notifier_seq when it changes the page size"
    case .invalidCheck:
      "whether remove_revmap_chain leaves entries of an INVALID slot on their chain"
    case .moveFlush: "hashed table: when the move of a slot unmaps the entries of its old place"
    case .rcRead: "whether H_REMOVE reads R and C before or after its tlbie"
    case .harvestTlbie:
      "whether the hashed harvest flushes entries without C when no vCPU runs"
    case .rmapLink: "whether linking an entry keeps or overwrites the R and C of the rmap word"
    case .rmapDirty:
      "whether C of a removed entry goes to the dirty bitmap or to the rmap word only"
    case .hpteLock: "whether unmapping and the harvest try for an entry's lock or spin on it"
    }
  }

  /// The values that may be given, the Linux 6.1 one included.
  package var values: [String] {
    switch self {
    case .bumpDirty: Self.names(Knobs.BumpDirty.self)
    case .seqCheck: Self.names(Knobs.SeqCheck.self)
    case .outerSample: Self.names(Knobs.OuterSample.self)
    case .setRCOrder: Self.names(Knobs.SetRCOrder.self)
    case .flushLPID: Self.names(Knobs.FlushLPID.self)
    case .orPath: Self.names(Knobs.ORPath.self)
    case .hardwareRC: Self.names(Knobs.HardwareRC.self)
    case .moveFlush: Self.names(Knobs.MoveFlush.self)
    case .rcRead: Self.names(Knobs.RCRead.self)
    case .rmapLink: Self.names(Knobs.RmapLink.self)
    case .rmapDirty: Self.names(Knobs.RmapDirty.self)
    case .hpteLock: Self.names(Knobs.HPTELock.self)
    case .recheck, .setRCOneSection, .tlbLock, .dedupe, .bumpAge, .bitmapFirst, .harvestLock,
      .gpRef, .srcu, .flushBump, .bumpLeaf, .bitmapLate, .countDown, .invalidCheck,
      .harvestTlbie:
      Self.names(Knobs.Presence.self)
    }
  }

  /// The value that `knobs` has for this name.
  package func value(in knobs: Knobs) -> String {
    switch self {
    case .bumpDirty: knobs.bumpDirty.rawValue
    case .seqCheck: knobs.seqCheck.rawValue
    case .outerSample: knobs.outerSample.rawValue
    case .recheck: knobs.recheck.rawValue
    case .setRCOrder: knobs.setRCOrder.rawValue
    case .setRCOneSection: knobs.setRCOneSection.rawValue
    case .tlbLock: knobs.tlbLock.rawValue
    case .flushLPID: knobs.flushLPID.rawValue
    case .orPath: knobs.orPath.rawValue
    case .dedupe: knobs.dedupe.rawValue
    case .hardwareRC: knobs.hardwareRC.rawValue
    case .bumpAge: knobs.bumpAge.rawValue
    case .bitmapFirst: knobs.bitmapFirst.rawValue
    case .harvestLock: knobs.harvestLock.rawValue
    case .gpRef: knobs.gpRef.rawValue
    case .srcu: knobs.srcu.rawValue
    case .flushBump: knobs.flushBump.rawValue
    case .bumpLeaf: knobs.bumpLeaf.rawValue
    case .bitmapLate: knobs.bitmapLate.rawValue
    case .countDown: knobs.countDown.rawValue
    case .invalidCheck: knobs.invalidCheck.rawValue
    case .moveFlush: knobs.moveFlush.rawValue
    case .rcRead: knobs.rcRead.rawValue
    case .harvestTlbie: knobs.harvestTlbie.rawValue
    case .rmapLink: knobs.rmapLink.rawValue
    case .rmapDirty: knobs.rmapDirty.rawValue
    case .hpteLock: knobs.hpteLock.rawValue
    }
  }

  /// Sets this knob, or returns false and changes nothing when `value` is not one of ``values``.
  package func set(_ value: String, in knobs: inout Knobs) -> Bool {
    switch self {
    case .bumpDirty: Self.assign(value, to: &knobs.bumpDirty)
    case .seqCheck: Self.assign(value, to: &knobs.seqCheck)
    case .outerSample: Self.assign(value, to: &knobs.outerSample)
    case .recheck: Self.assign(value, to: &knobs.recheck)
    case .setRCOrder: Self.assign(value, to: &knobs.setRCOrder)
    case .setRCOneSection: Self.assign(value, to: &knobs.setRCOneSection)
    case .tlbLock: Self.assign(value, to: &knobs.tlbLock)
    case .flushLPID: Self.assign(value, to: &knobs.flushLPID)
    case .orPath: Self.assign(value, to: &knobs.orPath)
    case .dedupe: Self.assign(value, to: &knobs.dedupe)
    case .hardwareRC: Self.assign(value, to: &knobs.hardwareRC)
    case .bumpAge: Self.assign(value, to: &knobs.bumpAge)
    case .bitmapFirst: Self.assign(value, to: &knobs.bitmapFirst)
    case .harvestLock: Self.assign(value, to: &knobs.harvestLock)
    case .gpRef: Self.assign(value, to: &knobs.gpRef)
    case .srcu: Self.assign(value, to: &knobs.srcu)
    case .flushBump: Self.assign(value, to: &knobs.flushBump)
    case .bumpLeaf: Self.assign(value, to: &knobs.bumpLeaf)
    case .bitmapLate: Self.assign(value, to: &knobs.bitmapLate)
    case .countDown: Self.assign(value, to: &knobs.countDown)
    case .invalidCheck: Self.assign(value, to: &knobs.invalidCheck)
    case .moveFlush: Self.assign(value, to: &knobs.moveFlush)
    case .rcRead: Self.assign(value, to: &knobs.rcRead)
    case .harvestTlbie: Self.assign(value, to: &knobs.harvestTlbie)
    case .rmapLink: Self.assign(value, to: &knobs.rmapLink)
    case .rmapDirty: Self.assign(value, to: &knobs.rmapDirty)
    case .hpteLock: Self.assign(value, to: &knobs.hpteLock)
    }
  }

  private static func names<V: CaseIterable & RawRepresentable<String>>(_: V.Type) -> [String] {
    V.allCases.map(\.rawValue)
  }

  private static func assign<V: RawRepresentable<String>>(
    _ text: String, to field: inout V
  ) -> Bool {
    guard let value = V(rawValue: text) else { return false }
    field = value
    return true
  }
}
