package import Scheduler

/// `kvm_radix_test_clear_dirty`: tells whether a page is dirty and makes it clean.
///
/// Kernel: arch/powerpc/kvm/book3s_64_mmu_radix.c, `kvm_radix_test_clear_dirty`, read at 6.1.192;
/// the bump is patch 02/23 of 2019-08-26. The recheck under the lock is written as what it amounts
/// to: present and dirty still. Left out: the unlocked walk of the upper levels, secure guests.
/// Knobs: `bump-dirty` (the patch is `in`; `before` and `after` are outside the lock), `recheck`,
/// `harvest-lock` (no unlocked look), `harvest-flush` (no flush of L1's translation, or one behind
/// the unlock).
package final class TestClearDirty: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case readHost, bumpBefore, lockMmu, recheckHost, clearHost, tlbieHost, updateRmap, bumpSeq
    case unlockMmu, unlockClean, bumpAfter

    package var function: String? { "kvm_radix_test_clear_dirty" }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// The host entry before it was cleared.
    let old: Cell<PTE>
    /// The result; the caller clears it.
    let isDirty: Cell<Bool>
    let update: UpdateNestRmapRC.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      old = layout.cell("\(name).old", bits: kvm.widths.hostPTE, role: role)
      isDirty = layout.cell("\(name).ret", bits: 1, role: role)
      update = UpdateNestRmapRC.Cells(&layout, "\(name).update", thread, kvm)
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  /// The backing to test.
  private let page: Cell<PageRef>
  private let slot: Int
  private let updateRmap: UpdateNestRmapRC
  private let bumpDirty: Knob.BumpDirty
  private let rechecks: Bool
  /// harvest-lock=on: there is no look without `mmu_lock`.
  private let locksFirst: Bool
  private let flush: Knob.FlushPlace

  init(
    _ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, slot: Int,
    page: Cell<PageRef>
  ) {
    self.radix = radix
    (self.kvm, self.thread, self.cells) = (kvm, thread, cells)
    (self.slot, self.page) = (slot, page)
    let knobs = kvm.knobs(for: TestClearDirty.self)
    (bumpDirty, rechecks) = (knobs.bumpDirty, knobs.recheck == .on)
    (locksFirst, flush) = (knobs.harvestLock == .on, knobs.harvestFlush)
    updateRmap = UpdateNestRmapRC(
      kvm, radix, cells.update, page: page, old: cells.old, clear: .changed)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    // slots_lock keeps the slot as it is
    let gfn = kvm.memslots.gfn(kvm.memslots.find(state, slot: slot), backing: state[page].index)
    guard let number = kvm.geometry.page(ofGFN: gfn) else {
      preconditionFailure("no entry for gfn \(gfn.hex)")
    }
    let (host, isLeaf) = radix.host.entry(state, number)
    // VM_BUG_ON(shift): a slot that logs has no large leaves.
    if state[point] == .clearHost {
      state.require(
        !isLeaf, saying: "gfn \(gfn.hex) is mapped by a large leaf while its slot is logged")
    }
    // The walk's pointer into the table is used at every access to the entry.
    if [.readHost, .recheckHost, .clearHost].contains(state[point]) { radix.host.touch(state) }
    switch state[point] {
    case .readHost:  // READ_ONCE of the entry, no lock held
      if locksFirst {
        guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
        state[point] = .recheckHost
        return .advanced
      }
      if !state[host].has([.present, .changed]) { return complete(state) }
      state[point] = bumpDirty == .before ? .bumpBefore : .lockMmu
    case .bumpBefore:  // bump-dirty=before: outside the lock
      kvm.bump(state)
      state[point] = .lockMmu
    case .lockMmu:  // spin_lock
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[point] = rechecks ? .recheckHost : .clearHost
    case .recheckHost:  // present and dirty still?
      state[point] = state[host].has([.present, .changed]) ? .clearHost : .unlockClean
    case .clearHost:  // kvmppc_radix_update_pte takes C away
      let old = state[host]
      state[cells.old] = PTE([], frame: old.frame)
      state[host] = old.clearing(.changed)
      kvm.ghosts.weaken(state)
      state[point] = flush == .inSection ? .tlbieHost : .updateRmap
    case .tlbieHost:  // kvmppc_radix_tlbie_page, with L1's LPID
      radix.tlb.tlbie(state, lpid: kvm.machine.lpid, address: gfn)
      if flush == .afterUnlock { return finishDirty(state) }
      state[point] = .updateRmap
    case .updateRmap:  // kvmhv_update_nest_rmap_rc_list
      let outcome = updateRmap.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[cells.old] = .absent
      state[point] = bumpDirty == .in ? .bumpSeq : .unlockMmu
    case .bumpSeq:  // the patch
      kvm.bump(state)
      state[point] = .unlockMmu
    case .unlockMmu:  // spin_unlock; dirty
      kvm.locks.mmu.release(state, by: thread)
      state[cells.isDirty] = true
      if flush != .afterUnlock { return finishDirty(state) }
      state[point] = .tlbieHost
    case .unlockClean:  // spin_unlock; clean
      kvm.locks.mmu.release(state, by: thread)
      return complete(state)
    case .bumpAfter:  // bump-dirty=after: outside the lock
      kvm.bump(state)
      return complete(state)
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch state[point] {
    case .updateRmap: return updateRmap.location(in: state)
    case let point:
      // harvest-lock=on: the first look is under the lock.
      let isLock = point == .readHost && locksFirst
      return Location(label: (isLock ? .lockMmu : point).label, function: point.function)
    }
  }

  /// The lock is free, and the page was dirty.
  private func finishDirty<R>(_ state: StateView<R>) -> Outcome {
    if bumpDirty != .after { return complete(state) }
    state[point] = .bumpAfter
    return .advanced
  }

  private func complete<R>(_ state: StateView<R>) -> Outcome {
    state[point] = .readHost
    return .completed
  }
}
