package import Scheduler

/// `kvmhv_remove_nest_rmap_range`: removes every shadow entry that a page's rmap leads to.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_remove_nest_rmap_range`,
/// `kvmhv_remove_nest_rmap_list` and `kvmhv_remove_nest_rmap`, with the part of `kvmppc_unmap_pte`
/// that shadow entries reach, read at 6.1.192. Runs under `mmu_lock`. The list is detached whole,
/// and its nodes are freed whether or not their shadow still maps the frame. The caller goes on
/// with the next list of a leaf, and says whether shadow entries are flushed (knob `unmap-flush`).
/// Knob `flush-lpid=none` leaves that flush out, too; 6.1 names the right LPID in it.
package final class RemoveNestRmap: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case detachRmap, findShadow, clearShadow, tlbieShadow, freeNode

    package var function: String? {
      switch self {
      case .detachRmap, .freeNode: "kvmhv_remove_nest_rmap_list"
      case .findShadow: "kvmhv_remove_nest_rmap"
      case .clearShadow, .tlbieShadow: "kvmppc_unmap_pte"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// The word being looked at.
    let cursor: Cell<RmapWord>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      point = layout.cell("\(name).point", bits: Point.bits, role: .local(thread))
      cursor = layout.cell("\(name).cursor", bits: kvm.widths.rmapWord, role: .local(thread))
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let cells: Cells
  /// The guest frame's page in the host table, and the slot that it lies in.
  private let page: Cell<PageRef>
  private let memslot: Cell<MemslotRef>
  /// `hpa`: an entry whose frame is the one to match.
  private let old: Cell<PTE>
  /// `nbytes`: whether that entry is a large leaf.
  private let isLeaf: Cell<Bool>
  private let flushes: Bool

  init(
    _ kvm: KVM, _ radix: RadixTables, _ cells: Cells, page: Cell<PageRef>,
    memslot: Cell<MemslotRef>, old: Cell<PTE>,
    isLeaf: Cell<Bool>, flushes: Bool
  ) {
    self.radix = radix
    (self.kvm, self.cells) = (kvm, cells)
    (self.page, self.memslot) = (page, memslot)
    (self.old, self.isLeaf) = (old, isLeaf)
    self.flushes = kvm.knobs(for: RemoveNestRmap.self).flushLPID != .none && flushes
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .detachRmap:  // llist_del_all
      let slot = state[memslot]
      let gfn = kvm.geometry.pages[state[page].index].gfn
      kvm.memslots.touch(state, slot)
      kvm.memslots.touchRmap(state, slot: slot.slot)
      let rmapp = radix.rmap.heads[kvm.memslots.backing(slot, gfn: gfn)]
      state[cells.cursor] = state[rmapp]
      state[rmapp] = .empty
      return goOn(state)
    case .findShadow:  // __find_nested; find_kvm_nested_guest_pte; of the same frame?
      guard let (entry, _) = radix.rmap.next(state, at: state[cells.cursor]) else {
        state[cells.cursor] = .empty
        return goOn(state)
      }
      guard let shadow = radix.nested.findShadow(state, radix.rmap.pageOfEntry[entry.index]),
        state[shadow].isPresent,
        radix.host.covers(
          state[old], isLeaf: state[isLeaf], slot: state[memslot].slot, state[shadow].frame)
      else { return leaveEntry(state) }
      state[point] = .clearShadow
      return .advanced
    case .clearShadow:  // kvmppc_radix_update_pte takes all: old R and C are dropped
      if let shadow = radix.nested.findShadow(state, l2Page(state)) { state[shadow] = .absent }
      if !flushes { return leaveEntry(state) }
      state[point] = .tlbieShadow
      return .advanced
    case .tlbieShadow:  // kvmppc_radix_tlbie_page, with the shadow LPID
      let target = radix.nested.l2Pages[l2Page(state)]
      if let object = radix.nested.find(state, guest: target.guest) {
        radix.tlb.tlbie(state, lpid: radix.nested.objects[object].shadowLPID, address: target.n)
      }
      return leaveEntry(state)
    case .freeNode:  // kfree of the node
      radix.rmap.free(state, at: cells.cursor)
      return goOn(state)
    }
  }

  private func l2Page<R>(_ state: StateView<R>) -> Int {
    guard let (entry, _) = radix.rmap.next(state, at: state[cells.cursor]) else { return 0 }
    return radix.rmap.pageOfEntry[entry.index]
  }

  /// A node has to be freed; an entry in a word itself was the last.
  private func leaveEntry<R>(_ state: StateView<R>) -> Outcome {
    if !state[cells.cursor].isSingle {
      state[point] = .freeNode
      return .advanced
    }
    state[cells.cursor] = .empty
    return goOn(state)
  }

  private func goOn<R>(_ state: StateView<R>) -> Outcome {
    if state[cells.cursor].isEmpty {
      state[point] = .detachRmap
      return .completed
    }
    state[point] = .findShadow
    return .advanced
  }
}
