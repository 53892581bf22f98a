package import Scheduler

/// The shared state of one virtual machine, as cells, and the constants of its machine.
///
/// Indices: a *page* is an L1 page, numbered over all slots; an *L2 page* is numbered over all nested
/// guests; a *core* is a vCPU's. Cells that no path of the scenario writes stay what they were.
package struct KVM: Sendable {
  package let machine: Scenario.Machine
  package let knobs: Knobs

  // Locks, outermost first (kernel-map: locking order).
  /// `kvm->slots_lock`.
  package let slotsLock: Lock
  /// `gp->tlb_lock`, by guest.
  package let tlbLocks: [Lock]
  /// `kvm->mmu_lock`.
  package let mmuLock: Lock

  /// `kvm->mmu_notifier_seq`; `mmu_invalidate_seq` since 6.0.
  package let seq: Cell<UInt16>
  /// `kvm->mmu_notifier_count`; `mmu_invalidate_in_progress` since 6.0.
  package let count: Cell<UInt8>
  /// Readers inside `kvm->srcu`.
  package let srcuReaders: Cell<UInt8>
  /// `kvm->arch.radix`.
  package let radix: Cell<Bool>

  /// `kvm->arch.pgtable`, L1 real to host real, by page.
  package let host: CellRow<PTE>
  /// The VMM's Linux page table, by page.
  package let vmm: CellRow<PTE>
  /// L1's partition-scoped table, L2 real to L1 real, by L2 page; in L1's memory.
  package let gpte: CellRow<PTE>
  /// `gp->shadow_pgtable`, L2 real to host real, by L2 page.
  package let shadow: CellRow<PTE>
  /// Whether `gp->l1_gr_to_hr` is set, by guest.
  package let root: CellRow<Bool>

  /// `memslot->arch.rmap[]`, by page.
  package let rmap: CellRow<RmapWord>
  /// `struct rmap_nested`, a pool: the list link, the entry, and whether kzalloc has given it out.
  package let nodeNext: CellRow<RmapWord>
  package let nodeEntry: CellRow<RmapEntry>
  package let nodeInUse: CellRow<Bool>

  /// `memslot->flags`, by slot.
  package let slotFlags: CellRow<SlotFlags>
  /// First half of `memslot->dirty_bitmap`, by page.
  package let bitmap: CellRow<Bool>
  /// Second half, the scratch buffer of the harvest, by page.
  package let scratch: CellRow<Bool>

  /// Cached translations, by place in ``tlbSlots``.
  package let tlb: CellRow<PTE>

  /// Ghost, by page: a guest has stored to it since a harvest that reported it returned.
  package let written: CellRow<Bool>

  /// A store reached a host page that backs no page of the guest.
  package let wildStore: Check
  /// A freed object was touched.
  package let useAfterFree: Check
  /// The pool of rmap nodes is too small for the scenario.
  package let poolExhausted: Check

  /// The bits of the cells that machines keep copies of.
  package let widths: Widths
  package let pages: [Page]
  package let l2Pages: [L2Page]
  package let tlbSlots: [TLBSlot]
  /// The rmap words' entries as the kernel stores them, without the tag; distinct.
  package let entryValues: [UInt64]
  /// By entry: the L2 page that `find_kvm_nested_guest_pte` finds for it.
  package let pageOfEntry: [Int]

  /// Cell widths that follow from the machine's numbers.
  package struct Widths: Hashable, Sendable {
    package let hostPTE: Int
    package let guestPTE: Int
    package let seq: Int
    package let page: Int
    package let node: Int
    package let rmapWord: Int
    package let rmapEntry: Int
  }

  /// An L1 page.
  package struct Page: Hashable, Sendable {
    package let gfn: Int
    package let slot: Int
    /// The host frame behind it; 0 for a page that the VMM has not backed.
    package let rpn: Int
    package let isLogged: Bool
  }

  /// An L2 page.
  package struct L2Page: Hashable, Sendable {
    package let guest: Int
    package let n: Int
    package let l1LPID: Int
    package let shadowLPID: Int
    package let entry: RmapEntry
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
    /// The L2 page it caches.
    package let l2Page: Int
  }

  /// `PAGE_SHIFT`: pages of 64 KiB.
  package static let pageShift = 16

  /// `gfn_to_memslot` and the index in its rmap: the page of a guest frame, or nil outside slots.
  package func page(ofGFN gfn: Int) -> Int? {
    var first = 0
    for slot in machine.slots {
      if gfn >= slot.baseGFN && gfn < slot.baseGFN + slot.npages {
        return first + gfn - slot.baseGFN
      }
      first += slot.npages
    }
    return nil
  }

  /// The page whose frame is `rpn`, or nil when none is.
  package func page(ofFrame rpn: Int) -> Int? {
    for (index, page) in pages.enumerated() where page.rpn == rpn && rpn != 0 { return index }
    return nil
  }

  /// `kvmppc_radix_tlbie_page`: drops what any core has cached for one page of one LPID.
  ///
  /// Entries of another page size stay.
  package func tlbie<R>(
    _ state: StateView<R>, lpid: Int, address: Int, shift: Int = KVM.pageShift
  ) {
    for (index, slot) in tlbSlots.enumerated()
    where slot.lpid == lpid && slot.address == address && slot.shift == shift {
      state[tlb, index] = .absent
    }
  }

  /// One turn of `for_each_nest_rmap_safe`: the entry at `word`, and the word after it.
  ///
  /// Nil at the end of the list, and at a node whose entry is 0: the kernel's loop ends there too.
  /// In a word the same entry is tagged, so it is not 0. Reading a freed node breaks
  /// ``useAfterFree``.
  package func next<R>(_ state: StateView<R>, at word: RmapWord) -> (RmapEntry, RmapWord)? {
    if word.isEmpty { return nil }
    if word.isSingle { return (word.entry, .empty) }
    let node = word.nodeIndex
    if !state[nodeInUse, node] { state.fail(useAfterFree) }
    let (entry, rest) = (state[nodeEntry, node], state[nodeNext, node])
    return entryValues[entry.index] == 0 ? nil : (entry, rest)
  }
}
