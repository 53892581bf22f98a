package import Scheduler

/// The hashed page table of a guest, as cells: entries, reverse-map entries, rmap words and TLBs.
///
/// An *index* is an entry's place in the table, which stands for the virtual page it maps too. Memory
/// slots, SRCU, the dirty bitmap, the notifier's counters and the other locks are ``KVM``'s.
package struct HPT: Sendable {
  /// First doubleword, by index.
  package let first: CellRow<HPTEFirst>
  /// Second doubleword, by index.
  package let second: CellRow<HPTESecond>
  /// `rev[].guest_rpte`, by index.
  package let guestRPTE: CellRow<HPTESecond>
  /// `rev[].forw` and `rev[].back`, by index: the ring of all entries that map one page.
  package let forw: CellRow<UInt8>
  package let back: CellRow<UInt8>
  /// `memslot->arch.rmap[]`, by backing: the versions of a slot share the array.
  package let rmap: CellRow<HPTRmapWord>
  /// Cached translations, by place in ``tlbSlots``.
  package let tlb: CellRow<HPTTranslation>
  /// `kvm->arch.vcpus_running`.
  package let vcpusRunning: Cell<UInt8>
  /// Ghost, by index: a store was made through the entry, and its C has not been handed on since.
  package let carriesC: CellRow<Bool>

  /// The lock bit of an entry, `HPTE_V_HVLOCK`, by index.
  package let hpteLocks: [Lock]
  /// The lock bit of an rmap word, by backing.
  package let rmapLocks: [Lock]

  package let tlbSlots: [TLBSlot]
  package let widths: Widths

  /// Where a core keeps the translation of an entry.
  package struct TLBSlot: Hashable, Sendable {
    package let core: Int
    package let index: Int
  }

  /// Cell widths that follow from the machine's numbers.
  package struct Widths: Hashable, Sendable {
    package let second: Int
    package let index: Int
  }

  /// How many entries there are.
  package var count: Int { first.count }

  /// `tlbie` of one entry's virtual page: every core drops its translation, and writes C if it owes it.
  ///
  /// It returns when accesses in flight are done, so it is one step.
  package func tlbie<R>(_ state: StateView<R>, index: Int) {
    for (place, slot) in tlbSlots.enumerated() where slot.index == index {
      if state[tlb, place].owesC { state[second, index] = state[second, index].setting(.changed) }
      state[tlb, place] = .none
    }
  }

  /// The place of a core's translation of an entry that it accesses.
  func tlbSlot(core: Int, index: Int) -> Int {
    guard let place = tlbSlots.firstIndex(of: TLBSlot(core: core, index: index)) else {
      preconditionFailure("core \(core) has no translation of entry \(index)")
    }
    return place
  }

  /// The next entry on a chain.
  func next<R>(_ state: StateView<R>, _ index: Int) -> Int { Int(state[forw, index]) }

  func set<R>(_ state: StateView<R>, forw index: Int, to other: Int) {
    state[forw, index] = UInt8(truncatingIfNeeded: other)
  }

  func set<R>(_ state: StateView<R>, back index: Int, to other: Int) {
    state[back, index] = UInt8(truncatingIfNeeded: other)
  }

  /// Notes that the C of a store through an entry has reached the rmap word, the bitmap or a harvest.
  func handOn<R>(_ state: StateView<R>, _ bits: HPTESecond.Bits, of index: Int) {
    if bits.contains(.changed) { state[carriesC, index] = false }
  }
}

extension KVM {
  /// `&memslot->arch.rmap[gfn - memslot->base_gfn]`, when the array is touched: a deleted slot's is freed.
  func touchRmap<R>(_ state: StateView<R>, _ backing: Int) {
    if !state[rmapInUse, pages[backing].slot] { state.fail(useAfterFree) }
  }
}
