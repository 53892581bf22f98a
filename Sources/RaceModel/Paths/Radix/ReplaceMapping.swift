package import Scheduler

/// What `kvmppc_create_pte` does when the host table maps the place with another page size.
///
/// Kernel: arch/powerpc/kvm/book3s_64_mmu_radix.c, the parts of `kvmppc_create_pte` that remove a
/// large leaf or a table of small entries, and `kvmppc_unmap_free_pte`, read at 6.1.192. Runs
/// under `mmu_lock`. A large leaf is unmapped properly, but the sequence is not bumped. The small
/// entries are unmapped with the address of their host frame in the place of their guest address:
/// the flush, the slot lookup, the rmap and the dirty bitmap are all of the wrong guest page.
/// Knobs: `bump-leaf`; `child-address=guest` passes the guest address of each; `unmap-flush=none`.
/// Left out: the flush of the page-walk cache, and the freed table page.
package final class ReplaceMapping: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case look, unmapLeaf, tlbieChild, removeChildRmap, setChildBitmap, bumpSeq

    package var function: String? {
      switch self {
      case .look, .unmapLeaf, .bumpSeq: "kvmppc_create_pte"
      case .tlbieChild, .removeChildRmap, .setChildBitmap: "kvmppc_unmap_free_pte"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// The page, and the slot, that the unmapping works on.
    let page: Cell<PageRef>
    let memslot: Cell<MemslotRef>
    /// The small entry before it was cleared.
    let old: Cell<PTE>
    let isLeaf: Cell<Bool>
    let unmap: UnmapPTE.Cells
    let remove: RemoveNestRmap.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      page = layout.cell("\(name).page", bits: kvm.widths.page, role: role)
      memslot = layout.cell("\(name).memslot", bits: kvm.widths.memslot, role: role)
      old = layout.cell("\(name).old", bits: kvm.widths.hostPTE, role: role)
      isLeaf = layout.cell("\(name).is_leaf", bits: 1, role: role)
      unmap = UnmapPTE.Cells(&layout, "\(name).unmap", thread, kvm)
      remove = RemoveNestRmap.Cells(&layout, "\(name).remove", thread, kvm)
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let cells: Cells
  /// Where the guest frame is kept that is being mapped, and whether with a large leaf.
  private let gpte: Cell<PTE>
  private let wantsLeaf: Cell<Bool>
  private let unmapLeaf: UnmapPTE
  private let removeRmap: RemoveNestRmap
  /// bump-leaf=on.
  private let bumps: Bool
  /// child-address=guest.
  private let passesGuestAddress: Bool
  private let flushes: Bool

  init(_ kvm: KVM, _ radix: RadixTables, _ cells: Cells, gpte: Cell<PTE>, wantsLeaf: Cell<Bool>) {
    self.radix = radix
    (self.kvm, self.cells, self.gpte, self.wantsLeaf) = (kvm, cells, gpte, wantsLeaf)
    let knobs = kvm.knobs(for: ReplaceMapping.self)
    bumps = knobs.bumpLeaf == .on
    passesGuestAddress = knobs.childAddress == .guest
    flushes = knobs.unmapFlush != .none
    unmapLeaf = UnmapPTE(
      kvm, radix, cells.unmap, page: cells.page, memslot: cells.memslot, looksUpSlot: true)
    removeRmap = RemoveNestRmap(
      kvm, radix, cells.remove, page: cells.page, memslot: cells.memslot, old: cells.old,
      isLeaf: cells.isLeaf, flushes: flushes)
  }

  package var point: Cell<Point> { cells.point }

  /// Whether another page size is in the way.
  func isNeeded<R>(_ state: StateView<R>, page: Int, wantsLeaf: Bool) -> Bool {
    wantsLeaf
      ? child(state, slot: kvm.geometry.pages[page].slot) != nil
      : radix.host.entry(state, page).isLeaf
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .look:
      guard let page = kvm.geometry.page(ofGFN: state[gpte].frame) else { return complete(state) }
      if !state[wantsLeaf] {
        state[cells.page] = PageRef(kvm.geometry.slotStart(page))
        state[point] = .unmapLeaf
        return self.step(state, choice: choice)
      }
      guard let child = child(state, slot: kvm.geometry.pages[page].slot) else {
        return complete(state)
      }
      // kvmppc_unmap_pte(pte, pte_pfn << PAGE_SHIFT, ...): the entry goes
      let old = state[radix.host.entries, child]
      state[cells.old] = PTE(old.bits.intersection(.changed), frame: old.frame)
      if passesGuestAddress { state[cells.page] = PageRef(child) }
      state[radix.host.entries, child] = .absent
      kvm.ghosts.weaken(state)
      state[point] = .tlbieChild
    case .unmapLeaf:  // kvmppc_unmap_pte of the large leaf
      let outcome = unmapLeaf.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      return finish(state)
    case .tlbieChild:  // at the host frame's address; gfn_to_memslot of that
      let gfn =
        passesGuestAddress
        ? kvm.geometry.pages[state[cells.page].index].gfn : state[cells.old].frame
      if flushes { radix.tlb.tlbie(state, lpid: kvm.machine.lpid, address: gfn) }
      state[cells.memslot] = kvm.memslots.find(state, gfn: gfn)
      if let page = kvm.geometry.page(ofGFN: gfn), state[cells.memslot] != .null {
        state[cells.page] = PageRef(page)
        state[point] = .removeChildRmap
      } else {
        return nextChild(state)
      }
    case .removeChildRmap:  // the list of a page that has, in 6.1, nothing to do with it
      let outcome = removeRmap.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      if !(state[cells.old].has(.changed) && kvm.memslots.hasBitmap(state, state[cells.memslot])) {
        return nextChild(state)
      }
      state[point] = .setChildBitmap
    case .setChildBitmap:
      let memslot = state[cells.memslot]
      let gfn = kvm.geometry.pages[state[cells.page].index].gfn
      kvm.memslots.updateDirtyMap(state, memslot, kvm.memslots.backing(memslot, gfn: gfn))
      return nextChild(state)
    case .bumpSeq:  // bump-leaf=on
      kvm.bump(state)
      return complete(state)
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch state[point] {
    case .look where !state[wantsLeaf], .unmapLeaf: unmapLeaf.location(in: state)
    case .look: Location(label: "clear-child", function: Point.tlbieChild.function)
    case .removeChildRmap: removeRmap.location(in: state)
    case let point: Location(label: point.label, function: point.function)
    }
  }

  /// The first small entry of a slot that is there.
  private func child<R>(_ state: StateView<R>, slot: Int) -> Int? {
    kvm.geometry.pages.indices.first {
      kvm.geometry.pages[$0].slot == slot && state[radix.host.entries, $0].isPresent
    }
  }

  private func nextChild<R>(_ state: StateView<R>) -> Outcome {
    state[cells.old] = .absent
    state[cells.page] = .none
    state[cells.memslot] = .null
    guard let page = kvm.geometry.page(ofGFN: state[gpte].frame),
      child(state, slot: kvm.geometry.pages[page].slot) != nil
    else { return finish(state) }
    state[point] = .look
    return .advanced
  }

  private func finish<R>(_ state: StateView<R>) -> Outcome {
    state[cells.page] = .none
    state[cells.memslot] = .null
    if !bumps { return complete(state) }
    state[point] = .bumpSeq
    return .advanced
  }

  private func complete<R>(_ state: StateView<R>) -> Outcome {
    state[point] = .look
    return .completed
  }
}
