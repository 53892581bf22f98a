package import Scheduler

/// `kvmppc_unmap_pte` for a host entry: clears it, with all that was made from it.
///
/// Kernel: arch/powerpc/kvm/book3s_64_mmu_radix.c, `kvmppc_unmap_pte`, read at 6.1.192. Runs under
/// `mmu_lock`. A caller that passes no slot has it looked up behind the flush, by the guest frame;
/// where there is none, nothing else is done. The dirty bitmap is set last. That of a large leaf
/// is set from the guest frame on that the caller names, for as many pages as the leaf has: those
/// before it get no bit, and what would lie behind the slot is left out here. In C the bits begin
/// at a byte's start, which is finer than this model. Knobs: `bm-first` sets the bitmap before the
/// entry is cleared; `unmap-flush` leaves the flushes out, or leaves them to a caller that
/// unlocks; `rmap-range=first` empties the rmap list of a leaf's first page only.
package final class UnmapPTE: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case clearHost, tlbieHost, removeRmap, setBitmap

    package var function: String? { "kvmppc_unmap_pte" }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// The entry before it was cleared.
    let old: Cell<PTE>
    let isLeaf: Cell<Bool>
    /// The page whose rmap list is being emptied.
    let listed: Cell<PageRef>
    /// unmap-flush=after-unlock: what was unmapped has not been flushed.
    let owesFlush: Cell<Bool>
    let remove: RemoveNestRmap.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      old = layout.cell("\(name).old", bits: kvm.widths.hostPTE, role: role)
      isLeaf = layout.cell("\(name).is_leaf", bits: kvm.widths.isLeaf, role: role)
      listed = layout.cell("\(name).listed", bits: kvm.widths.page, role: role)
      owesFlush = layout.cells(areNeeded: UnmapPTE.owesFlush(kvm)) {
        $0.cell("\(name).owes_flush", bits: 1, role: role)
      }
      remove = RemoveNestRmap.Cells(&layout, "\(name).remove", thread, kvm)
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let cells: Cells
  /// The page to unmap, and the slot that the caller passes.
  private let page: Cell<PageRef>
  private let memslot: Cell<MemslotRef>
  private let removeRmap: RemoveNestRmap
  /// bm-late: the caller sets the bitmap after its unlock.
  private let setsBitmapLater: Bool
  private let isBitmapFirst: Bool
  private let flush: Knob.FlushPlace
  /// rmap-range=first.
  private let isFirstListOnly: Bool
  /// The caller passes NULL for the slot.
  private let looksUpSlot: Bool

  /// `flushesLater` says that the caller asks ``owesFlush(_:)`` after its unlock, and
  /// `looksUpSlot` that it passes no slot: `memslot` is then this machine's to set, and the
  /// caller's to clear.
  init(
    _ kvm: KVM, _ radix: RadixTables, _ cells: Cells, page: Cell<PageRef>,
    memslot: Cell<MemslotRef>,
    mayLog: Bool = true, setsBitmapLater: Bool = false, flushesLater: Bool = false,
    looksUpSlot: Bool = false
  ) {
    self.radix = radix
    self.looksUpSlot = looksUpSlot
    self.setsBitmapLater = setsBitmapLater
    let knobs = kvm.knobs(for: UnmapPTE.self)
    isBitmapFirst = mayLog && knobs.bitmapFirst == .on
    isFirstListOnly = knobs.rmapRange == .first
    flush =
      knobs.unmapFlush == .afterUnlock && !flushesLater ? .inSection : knobs.unmapFlush
    (self.kvm, self.cells, self.page, self.memslot) = (kvm, cells, page, memslot)
    removeRmap = RemoveNestRmap(
      kvm, radix, cells.remove, page: cells.listed, memslot: memslot, old: cells.old,
      isLeaf: cells.isLeaf, flushes: flush == .inSection)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let page = state[page].index
    let gfn = kvm.geometry.pages[page].gfn
    switch state[point] {
    case .clearHost:  // kvmppc_radix_update_pte takes all
      let (entry, isLeaf) = radix.host.find(state, page)
      let old = state[entry]
      let noted = PTE(old.bits.intersection(.changed), frame: old.frame)
      if isBitmapFirst, noted.has(.changed), state[cells.old] != noted,
        let slot = slotThatLogs(state, gfn)
      {
        // bm-first: a step of its own, before the entry changes.
        setDirty(state, slot, isLeaf: isLeaf)
        state[cells.old] = noted
        return .advanced
      }
      state[cells.old] = noted
      state[cells.isLeaf] = isLeaf
      state[entry] = .absent
      kvm.ghosts.weaken(state)
      if flush == .afterUnlock { state[cells.owesFlush] = true }
      state[cells.listed] = PageRef(isLeaf ? kvm.geometry.slotStart(page) : page)
      if flush != .inSection { return findSlot(state, gfn) }
      state[point] = .tlbieHost
    case .tlbieHost:  // kvmppc_radix_tlbie_page, with L1's LPID
      radix.tlb.tlbie(
        state, lpid: kvm.machine.lpid,
        address: kvm.geometry.pages[state[cells.listed].index].gfn,
        shift: state[cells.isLeaf] ? HostTable.leafShift : KVM.pageShift)
      return findSlot(state, gfn)
    case .removeRmap:  // kvmhv_remove_nest_rmap_range
      let outcome = removeRmap.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      let slot = state[memslot]
      let next = state[cells.listed].index &+ 1
      if state[cells.isLeaf], !isFirstListOnly,
        kvm.geometry.offset(next - 1) + 1 < kvm.geometry.slotSizes[slot.slot]
      {
        state[cells.listed] = PageRef(next)
        return .advanced
      }
      kvm.memslots.touch(state, slot)
      if state[cells.old].has(.changed), kvm.memslots.flags(slot).contains(.logDirty),
        !isBitmapFirst
      {
        if setsBitmapLater {
          // bm-late: `old` stays, for the caller to see what it still owes.
          state[cells.listed] = .none
          state[point] = .clearHost
          return .completed
        }
        state[point] = .setBitmap
      } else {
        return complete(state)
      }
    case .setBitmap:  // kvmppc_update_dirty_map
      setDirty(state, state[memslot], isLeaf: state[cells.isLeaf])
      return complete(state)
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    state[point] == .removeRmap
      ? removeRmap.location(in: state)
      : Location(label: state[point].label, function: state[point].function)
  }

  /// Whether there is anything to unmap: `find_kvm_secondary_pte` and `pte_present`.
  func isMapped<R>(_ state: StateView<R>) -> Bool {
    state[radix.host.find(state, state[page].index).entry].isPresent
  }

  /// bm-late: whether the caller still has to set the bitmap.
  func owesBitmap<R>(_ state: StateView<R>) -> Bool { state[cells.old].has(.changed) }

  /// bm-late: sets the bitmap behind the caller's unlock.
  func setBitmapLate<R>(_ state: StateView<R>) {
    setDirty(state, state[memslot], isLeaf: state[cells.isLeaf])
    state[cells.old] = .absent
    state[cells.isLeaf] = false
  }

  /// unmap-flush=after-unlock: whether the caller still has to flush.
  func owesFlush<R>(_ state: StateView<R>) -> Bool { state[cells.owesFlush] }

  /// unmap-flush=after-unlock: the caller has unlocked, and flushes all that the cores have
  /// cached.
  func flushLate<R>(_ state: StateView<R>) {
    radix.tlb.flushAll(state)
    state[cells.owesFlush] = false
  }

  /// Whether there is a flush to be owed; a hashed table's guest has these cells, too.
  private static func owesFlush(_ kvm: KVM) -> Bool {
    kvm.tables.kind == .radix && kvm.knobs(for: UnmapPTE.self).unmapFlush == .afterUnlock
  }

  /// gfn_to_memslot, if the caller has passed NULL: without a slot that is all.
  private func findSlot<R>(_ state: StateView<R>, _ gfn: Int) -> Outcome {
    if looksUpSlot {
      state[memslot] = kvm.memslots.find(state, gfn: gfn)
      if state[memslot] == .null { return complete(state) }
    }
    state[point] = .removeRmap
    return .advanced
  }

  /// bm-first: the slot whose dirty bitmap is to be set, if there is one.
  private func slotThatLogs<R>(_ state: StateView<R>, _ gfn: Int) -> MemslotRef? {
    let slot = looksUpSlot ? kvm.memslots.find(state, gfn: gfn) : state[memslot]
    return slot != .null && kvm.memslots.flags(slot).contains(.logDirty) ? slot : nil
  }

  /// Sets the bits of as many pages as the mapping has, from the caller's page on.
  private func setDirty<R>(_ state: StateView<R>, _ slot: MemslotRef, isLeaf: Bool) {
    let first = kvm.memslots.backing(slot, gfn: kvm.geometry.pages[state[page].index].gfn)
    let end = isLeaf ? kvm.geometry.backings(ofSlot: slot.slot).upperBound : first + 1
    for backing in first..<end { kvm.memslots.updateDirtyMap(state, slot, backing) }
  }

  private func complete<R>(_ state: StateView<R>) -> Outcome {
    state[cells.old] = .absent
    state[cells.isLeaf] = false
    state[cells.listed] = .none
    state[point] = .clearHost
    return .completed
  }
}
