package import Scheduler

/// The shared state of one virtual machine, as cells, and the constants of its machine.
///
/// Indices: a *page* is an L1 page, numbered over all slots; an *L2 page* is numbered over all nested
/// guests; a *core* is a vCPU's. Cells that no path of the scenario writes stay what they were.
///
/// What machines call in most of their steps is inlined: a call takes a copy of the whole structure.
package struct KVM: Sendable {
  package let machine: Scenario.Machine
  /// The knobs of the kernel: see ``knobs(for:)``.
  package let knobRecord: KnobRecord

  // Locks, outermost first (kernel-map: locking order).
  /// `kvm->slots_lock`.
  package let slotsLock: Lock
  /// `kvm->slots_arch_lock`.
  package let slotsArchLock: Lock
  /// `gp->tlb_lock`, by guest object.
  package let tlbLocks: [Lock]
  /// `kvm->mmu_lock`.
  package let mmuLock: Lock
  /// `kvm->mn_invalidate_lock`.
  package let mnInvalidateLock: Lock

  /// `kvm->mmu_notifier_seq`; `mmu_invalidate_seq` since 6.0.
  package let seq: Cell<UInt16>
  /// `kvm->mmu_notifier_count`; `mmu_invalidate_in_progress` since 6.0.
  package let count: Cell<UInt8>
  /// `kvm->mn_active_invalidate_count`.
  package let mnActive: Cell<UInt8>
  /// `kvm->srcu`.
  package let srcu: SRCU
  /// `kvm->arch.radix`.
  package let radix: Cell<Bool>
  /// `kvm->arch.mmu_setup_lock`.
  package let mmuSetupLock: Lock
  /// The hashed page table; nil when the guest has a radix one.
  package let hpt: HPT?
  /// Whether the pages of `kvm->arch.pgtable` have not been freed.
  package let pgtableInUse: Cell<Bool>

  /// `kvm->arch.pgtable`, L1 real to host real, by page.
  package let host: CellRow<PTE>
  /// Large leaves of `kvm->arch.pgtable`, by place in ``leafIndex``.
  package let leaves: CellRow<PTE>
  /// By slot: the place of its large leaf, if the VMM maps it with one huge page.
  package let leafIndex: [Int?]
  /// The VMM's Linux page table, by backing.
  package let vmm: CellRow<PTE>
  /// L1's partition-scoped table, L2 real to L1 real, by L2 page; in L1's memory.
  package let gpte: CellRow<PTE>
  /// L1's partition table: whether the guest has a root there, by guest; in L1's memory.
  package let l1Root: CellRow<Bool>
  /// `gp->shadow_pgtable`, L2 real to host real, by guest object and L2 page: ``shadowIndex(_:_:)``.
  package let shadow: CellRow<PTE>
  /// Whether `gp->l1_gr_to_hr` is set, by guest object.
  package let root: CellRow<Bool>
  /// `gp->refcnt`, by guest object.
  package let refcnt: CellRow<UInt8>
  /// Whether the guest object is allocated.
  package let objectInUse: CellRow<Bool>
  /// `kvm->arch.kvm_nested_guest_idr`, by guest.
  package let idr: CellRow<IDRSlot>
  /// `vcpu->arch.nested`, by core: a guest object plus one, or 0 while it runs L1.
  package let nested: CellRow<UInt8>

  /// `memslot->arch.rmap[]`, by backing: the versions of a slot share the array.
  package let rmap: CellRow<RmapWord>
  /// `struct rmap_nested`, a pool: the list link, the entry, and whether kzalloc has given it out.
  package let nodeNext: CellRow<RmapWord>
  package let nodeEntry: CellRow<RmapEntry>
  package let nodeInUse: CellRow<Bool>

  /// Whether the rmap array of a slot has not been freed.
  package let rmapInUse: CellRow<Bool>

  /// `kvm->memslots[]`, by slot: which of ``versions`` lookups find.
  package let slotVersion: CellRow<UInt8>
  /// First half of `memslot->dirty_bitmap`, by backing.
  package let bitmap: CellRow<Bool>
  /// Second half, the scratch buffer of the harvest, by backing.
  package let scratch: CellRow<Bool>

  /// Cached translations, by place in ``tlbSlots``.
  package let tlb: CellRow<PTE>

  /// Ghost, by slot: user space counts on the dirty log.
  package let logged: CellRow<Bool>
  /// Ghost, by backing: a guest has stored to it since a harvest that reported it returned.
  package let written: CellRow<Bool>

  /// Ghost, by L2 page: L1 has had its translation invalidated and not changed its entry since.
  package let coherent: CellRow<Bool>
  /// Ghost: a host entry was weakened, and nothing has told the holders of copies yet.
  ///
  /// Written only when a property asks for it: see ``Ghost``.
  package let weakened: Cell<Bool>
  let tracksWeakening: Bool
  /// Ghost, by core: L0 refused to enter the guest.
  package let refused: CellRow<Bool>
  /// Ghost, by place in ``frames``: the host page backs its page of the guest now.
  package let backs: CellRow<Bool>

  /// A store reached a host page that backs no page of the guest, or no longer does.
  package let wildStore: Check
  /// A freed object was touched.
  package let useAfterFree: Check
  /// A variable was used that nothing had been assigned to.
  package let uninitialized: Check
  /// The pool of rmap nodes is too small for the scenario.
  package let poolExhausted: Check

  /// The bits of the cells that machines keep copies of.
  package let widths: Widths
  /// By guest frame: those of the slots in order, then those that slots are moved to.
  package let pages: [Page]
  /// By slot: what a lookup can find, in the order of publication.
  package let versions: [[SlotVersion]]
  /// By slot: its first backing.
  package let firstBacking: [Int]
  package let frames: [Frame]
  package let l2Pages: [L2Page]
  package let objects: [GuestObject]
  /// By place in ``shadow``.
  let shadowPlaces: [ShadowPlace]
  package let tlbSlots: [TLBSlot]
  /// The rmap words' entries as the kernel stores them, without the tag; distinct.
  package let entryValues: [UInt64]
  /// By entry: the L2 page that `find_kvm_nested_guest_pte` finds for it.
  package let pageOfEntry: [Int]

  /// An L1 page: a guest frame with an entry in the host table.
  ///
  /// A *backing* is a page of the VMM's memory, numbered over the slots: it stays what it is when
  /// its slot moves to other guest frames. Without a move the two numbers are equal.
  package struct Page: Hashable, Sendable {
    package let gfn: Int
    package let slot: Int
    package let backing: Int
  }

  /// A host page that backs, or comes to back, a page of the VMM's memory.
  package struct Frame: Hashable, Sendable {
    package let rpn: Int
    package let backing: Int
  }

  /// An L2 page.
  package struct L2Page: Hashable, Sendable {
    package let guest: Int
    package let n: Int
    package let l1LPID: Int
    package let entry: RmapEntry
  }

  /// A `struct kvm_nested_guest`: one of those that L0 can have for a guest.
  package struct GuestObject: Hashable, Sendable {
    package let guest: Int
    /// Which of the guest's objects it is, from 0.
    package let instance: Int
    package let shadowLPID: Int
    /// Where its shadow entries begin in ``KVM/shadow``.
    package let firstShadow: Int
    /// The first L2 page of its guest.
    package let firstPage: Int
    package let pageCount: Int
  }

  /// The place that a translation can take in a core's TLB: what it is tagged with.
  package struct TLBSlot: Hashable, Sendable {
    package let core: Int
    /// A hardware LPID.
    package let lpid: Int
    /// A page number of that LPID's address space.
    package let address: Int
    /// log2 of the page size in bytes.
    package let shift: Int
    package let target: Target

    /// The page it caches, for L2 with the object whose shadow table it comes from.
    package enum Target: Hashable, Sendable {
      case l1(Int)
      /// The large leaf of a slot.
      case l1Leaf(slot: Int)
      case l2(Int, object: Int)
    }
  }

  /// `PAGE_SHIFT`: pages of 64 KiB.
  package static let pageShift = 16

  /// The page of a guest frame, or nil for one without an entry in the host table.
  @inline(__always) package func page(ofGFN gfn: Int) -> Int? {
    for (index, page) in pages.enumerated() where page.gfn == gfn { return index }
    return nil
  }

  /// The backing that frame `rpn` is or comes to be, or nil when there is none.
  package func backing(ofFrame rpn: Int) -> Int? { frames.first { $0.rpn == rpn }?.backing }

  /// The VMM's page gets the frame `rpn`, or none for 0; the one it had is free for reuse.
  @inline(__always) package func change<R>(_ state: StateView<R>, backing: Int, to rpn: Int) {
    for (index, frame) in frames.enumerated() where frame.backing == backing {
      state[backs, index] = frame.rpn == rpn
    }
    let old = state[vmm, backing]
    state[vmm, backing] = rpn == 0 ? .absent : PTE(old.bits, frame: rpn)
  }

  /// `kvmppc_radix_tlbie_page`: drops what any core has cached for one page of one LPID.
  ///
  /// Entries of another page size stay.
  @inline(__always) package func tlbie<R>(
    _ state: StateView<R>, lpid: Int, address: Int, shift: Int = KVM.pageShift
  ) {
    for (index, slot) in tlbSlots.enumerated()
    where slot.lpid == lpid && slot.address == address && slot.shift == shift {
      state[tlb, index] = .absent
    }
  }

  /// Notes that a host entry has lost a permission, a bit or its frame.
  @inline(__always) func weaken<R>(_ state: StateView<R>) {
    if tracksWeakening { state[weakened] = true }
  }

  /// `kvm->mmu_notifier_seq++`: whoever holds an older sample is told.
  @inline(__always) func bump<R>(_ state: StateView<R>) {
    state[seq] += 1
    if tracksWeakening { state[weakened] = false }
  }

  /// `kvmhv_flush_lpid`: drops everything that any core has cached for one LPID.
  @inline(__always) package func flush<R>(_ state: StateView<R>, lpid: Int) {
    for (index, slot) in tlbSlots.enumerated() where slot.lpid == lpid {
      state[tlb, index] = .absent
    }
  }

  /// One turn of `for_each_nest_rmap_safe`: the entry at `word`, and the word after it.
  ///
  /// Nil at the end of the list, and at a node whose entry is 0: the kernel's loop ends there too.
  /// In a word the same entry is tagged, so it is not 0. Reading a freed node breaks
  /// ``useAfterFree``.
  @inline(__always) package func next<R>(_ state: StateView<R>, at word: RmapWord) -> (
    RmapEntry, RmapWord
  )? {
    if word.isEmpty { return nil }
    if word.isSingle { return (word.entry, .empty) }
    let node = word.nodeIndex
    if !state[nodeInUse, node] { state.fail(useAfterFree) }
    let (entry, rest) = (state[nodeEntry, node], state[nodeNext, node])
    return value(of: entry) == 0 ? nil : (entry, rest)
  }

  /// An entry as the kernel stores it; that of a node that was freed is 0.
  @inline(__always) func value(of entry: RmapEntry) -> UInt64 {
    entry == .none ? 0 : entryValues[entry.index]
  }
}
