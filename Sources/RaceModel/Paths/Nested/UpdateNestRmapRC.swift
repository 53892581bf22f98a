package import Scheduler

/// `kvmhv_update_nest_rmap_rc_list`: clears C in every shadow entry that a page's rmap leads to.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_update_nest_rmap_rc_list` and
/// `kvmhv_update_nest_rmap_rc`, read at 6.1.192. Runs under `mmu_lock`. Entries stay on the list.
/// The compare of frames is masked to the size of the host entry; the one list is the caller's
/// choice. Knob `flush-lpid` names the LPID of the flush: 6.1 passes the number that L1 chose
/// (`l1`), which is not the one that the hardware's translations are tagged with.
package final class UpdateNestRmapRC: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case readRmap, findShadow, clearShadow, tlbieShadow

    package var function: String? {
      switch self {
      case .readRmap: "kvmhv_update_nest_rmap_rc_list"
      case .findShadow, .clearShadow, .tlbieShadow: "kvmhv_update_nest_rmap_rc"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// The words of the list not yet looked at.
    let cursor: Cell<RmapWord>
    /// The entry being updated.
    let entry: Cell<RmapEntry>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      point = layout.cell("\(name).point", bits: Point.bits, role: .local(thread))
      cursor = layout.cell(
        "\(name).cursor", bits: kvm.widths.rmapWord, role: .local(thread))
      entry = layout.cell(
        "\(name).entry", bits: kvm.widths.rmapEntry,
        role: .local(thread))
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let cells: Cells
  /// The backing whose list is walked.
  private let page: Cell<PageRef>
  /// `hpa`: an entry whose frame is the one to match.
  private let old: Cell<PTE>
  /// `nbytes`: whether that entry is a large leaf; nil where it never is.
  private let isLeaf: Cell<Bool>?
  private let clear: PTE.Bits
  private let flushLPID: Knob.FlushLPID

  init(
    _ kvm: KVM, _ radix: RadixTables, _ cells: Cells, page: Cell<PageRef>, old: Cell<PTE>,
    isLeaf: Cell<Bool>? = nil, clear: PTE.Bits
  ) {
    self.radix = radix
    (self.kvm, self.cells, self.page, self.old) = (kvm, cells, page, old)
    (self.isLeaf, self.clear) = (isLeaf, clear)
    flushLPID = kvm.knobs(for: UpdateNestRmapRC.self).flushLPID
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .readRmap:  // the head of the list
      kvm.memslots.touchRmap(state, backing: state[page].index)
      state[cells.cursor] = state[radix.rmap.heads, state[page].index]
      return walkOn(state)
    case .findShadow:  // find_kvm_nested_guest_pte; present, and of the same frame?
      guard let (entry, rest) = radix.rmap.next(state, at: state[cells.cursor]) else {
        state[cells.cursor] = .empty
        return walkOn(state)
      }
      state[cells.cursor] = rest
      guard let shadow = radix.nested.findShadow(state, radix.rmap.pageOfEntry[entry.index]),
        state[shadow].isPresent,
        radix.host.covers(
          state[old], isLeaf: isLeaf.map { state[$0] } ?? false,
          slot: kvm.geometry.pages[state[page].index].slot, state[shadow].frame)
      else { return walkOn(state) }
      state[cells.entry] = entry
      state[point] = .clearShadow
      return .advanced
    case .clearShadow:  // __radix_pte_update takes the bits away
      if let shadow = radix.nested.findShadow(
        state, radix.rmap.pageOfEntry[state[cells.entry].index])
      {
        state[shadow] = state[shadow].clearing(clear)
      }
      if flushLPID == .none { return walkOn(state) }
      state[point] = .tlbieShadow
      return .advanced
    case .tlbieShadow:  // kvmppc_radix_tlbie_page, with the lpid of the rmap entry
      let target = radix.nested.l2Pages[radix.rmap.pageOfEntry[state[cells.entry].index]]
      var lpid = target.l1LPID
      if flushLPID == .shadow, let object = radix.nested.find(state, guest: target.guest) {
        lpid = radix.nested.objects[object].shadowLPID
      }
      radix.tlb.tlbie(state, lpid: lpid, address: target.n)
      return walkOn(state)
    }
  }

  /// Goes to the next entry of the list, or ends behind the last.
  private func walkOn<R>(_ state: StateView<R>) -> Outcome {
    state[cells.entry] = .none
    if state[cells.cursor].isEmpty {
      state[point] = .readRmap
      return .completed
    }
    state[point] = .findShadow
    return .advanced
  }
}
