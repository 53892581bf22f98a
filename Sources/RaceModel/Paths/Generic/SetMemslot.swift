package import Scheduler

/// `kvm_set_memslot`: deletes or moves a slot, or changes whether it logs.
///
/// Kernel: virt/kvm/kvm_main.c, `kvm_set_memslot`, `kvm_invalidate_memslot`,
/// `kvm_swap_active_memslots` and `kvm_commit_memory_region`; arch/powerpc/kvm/book3s_hv.c,
/// `kvmppc_core_commit_memory_region_hv`; read at 6.1.192. Deleting and moving publish an INVALID
/// copy first, wait for a grace period, and flush by the old base; a change of flags publishes at
/// once and flushes in its commit. A publication waits until no notifier is between start and end.
/// The flush is `kvmppc_core_flush_memslot_hv`'s for the table that the guest has, and asks for it
/// with no `mmu_lock`. In the end the structs that are no longer found are freed, the bitmap of a
/// slot that logs no more, and the rmap array of one that is deleted; a move keeps both. Left out:
/// failures, and the second address space. Knob `move-flush`, for a hashed table: what a move of
/// 2012 could do, without an INVALID copy: unmap before the publication by the old base
/// (`prepare`), behind it by the base that is then visible (`after-publish`) or by the old one
/// (`after-publish-old`), or not at all (`none`). Knob `commit-clears-log`: the commit of 3.7 to
/// 4.14, which tested every page of a slot that was changed for C, and forgot what it found.
package final class SetMemslot: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockSlots, lockArch
    case invalidateLockMn, publishInvalid, invalidateUnlockMn, invalidateUnlockArch
    case invalidateSynchronize, invalidateWait, testRadix, testRmap, flushOld, relockArch
    case finalLockMn, publishFinal, finalUnlockMn, finalUnlockArch
    case finalSynchronize, finalWait, freeInvalid, testRadixInCommit, flushInCommit, clearDirty
    case freeBitmap, freeRmap, freeOld, unlockSlots

    package var function: String? {
      switch self {
      case .lockSlots, .unlockSlots: "kvm_set_memory_region"
      case .lockArch, .freeInvalid: "kvm_set_memslot"
      case .invalidateLockMn, .publishInvalid, .invalidateUnlockMn, .invalidateUnlockArch,
        .invalidateSynchronize, .invalidateWait, .finalLockMn, .publishFinal, .finalUnlockMn,
        .finalUnlockArch, .finalSynchronize, .finalWait:
        "kvm_swap_active_memslots"
      case .flushOld, .relockArch: "kvm_invalidate_memslot"
      case .testRadix, .testRmap: "kvmppc_core_flush_memslot_hv"
      case .testRadixInCommit, .flushInCommit, .clearDirty: "kvmppc_core_commit_memory_region_hv"
      case .freeBitmap, .freeRmap, .freeOld: "kvm_commit_memory_region"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// `old`.
    let memslot: Cell<MemslotRef>
    let flush: ByTable<(RadixTables, FlushMemslot.Cells), (HPT, FlushMemslotHPT.Cells)>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      memslot = layout.cell("\(name).old", bits: kvm.widths.memslot, role: role)
      let radixCells = FlushMemslot.Cells(&layout, "\(name).flush", thread, kvm)
      flush =
        switch kvm.tables {
        case .radix(let radix): .radix((radix, radixCells))
        case .hashed(let hpt):
          .hashed((hpt, FlushMemslotHPT.Cells(&layout, "\(name).flush-hpt", thread, kvm, hpt)))
        }
    }
  }

  /// What the commit of 3.7 to 4.14 works with: the page, and the test of its chain.
  struct ClearCells: Sendable {
    let page: Cell<PageRef>
    let test: TestClearDirtyHPT.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM, _ hpt: HPT) {
      page = layout.cell("\(name).page", bits: kvm.widths.page, role: .local(thread))
      test = TestClearDirtyHPT.Cells(&layout, "\(name).test", thread, hpt)
    }
  }

  private let kvm: KVM
  private let thread: ThreadID
  private let cells: Cells
  private let slot: Int
  private let update: SlotUpdate
  /// `kvmppc_core_flush_memslot_hv`; a change of flags makes none for a hashed table.
  private let flush: ByTable<FlushMemslot, FlushMemslotHPT>?
  /// Deleting and moving go through an INVALID copy.
  private let invalidates: Bool
  /// move-flush=prepare, after-publish and after-publish-old; after-publish alone.
  private let flushesInPrepare, flushesBehindMove, flushesByNewBase: Bool
  /// commit-clears-log=on: what the commit tests, and forgets.
  private let clear: ClearCells?
  private let clearDirty: TestClearDirtyHPT?

  init(
    _ kvm: KVM, _ thread: ThreadID, _ cells: Cells, slot: Int, _ update: SlotUpdate,
    clear: ClearCells? = nil
  ) {
    (self.kvm, self.thread, self.cells) = (kvm, thread, cells)
    (self.slot, self.update) = (slot, update)
    let moveFlush: Knob.MoveFlush? =
      if case .move = update {
        Memslots.moveFlush(kvm.machine, kvm.knobs(for: SetMemslot.self))
      } else {
        nil
      }
    invalidates = update == .delete || moveFlush == .invalidStep
    flushesInPrepare = moveFlush == .prepare
    flushesBehindMove = moveFlush == .afterPublish || moveFlush == .afterPublishOld
    flushesByNewBase = moveFlush == .afterPublish
    if case .hashed((let hpt, _)) = cells.flush, let clear {
      clearDirty = TestClearDirtyHPT(kvm, hpt, thread, clear.test, page: clear.page)
    } else {
      clearDirty = nil
    }
    self.clear = clear
    flush =
      switch cells.flush {
      case .radix((let radix, let own)):
        .radix(
          FlushMemslot(
            kvm, radix, thread, own, slot: slot, memslot: cells.memslot,
            mayLog: update != .setLogging(true)))
      case .hashed((let hpt, let own)):
        update.keepsSlot
          ? nil
          : .hashed(FlushMemslotHPT(kvm, hpt, thread, own, slot: slot, memslot: cells.memslot))
      }
  }

  package var point: Cell<Point> { cells.point }

  /// The flush, at the points that run it.
  private var memslotFlush: ByTable<FlushMemslot, FlushMemslotHPT> {
    guard let flush else { preconditionFailure("\(update) flushes nothing here") }
    return flush
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lockSlots:
      guard kvm.locks.slots.acquire(state, by: thread) else { return .blocked }
      if update == .setLogging(false) { giveUpLog(state) }
      state[point] = .lockArch
    case .lockArch:
      guard kvm.locks.slotsArch.acquire(state, by: thread) else { return .blocked }
      state[cells.memslot] = kvm.memslots.find(state, slot: slot)
      state[point] = flushesInPrepare ? .flushOld : afterLockArch
    case .invalidateLockMn: return lockToPublish(state, then: .publishInvalid)
    case .publishInvalid:  // rcu_assign_pointer: the INVALID copy
      state[kvm.memslots.published, slot] += 1
      state[point] = .invalidateUnlockMn
    case .invalidateUnlockMn:
      return unlock(kvm.locks.mnInvalidate, state, by: thread, then: .invalidateUnlockArch)
    case .invalidateUnlockArch:
      return unlock(kvm.locks.slotsArch, state, by: thread, then: .invalidateSynchronize)
    case .invalidateSynchronize:  // synchronize_srcu_expedited
      kvm.srcu.flip(state)
      state[point] = .invalidateWait
    case .invalidateWait:
      guard kvm.srcu.isQuiescent(state) else { return .blocked }
      state[point] = kvm.mode.canChange ? .testRadix : .flushOld
    case .testRadix:  // kvm_is_radix, with no mmu_lock
      state[point] = state[kvm.mode.isRadix] ? .flushOld : .testRmap
    case .testRmap:  // no longer radix: every word is looked at without a lock, and has no chain
      for page in kvm.geometry.backings(ofSlot: slot) { kvm.findNoChain(state, backing: page) }
      state[point] = .relockArch
    case .flushOld:  // kvm_arch_flush_shadow_memslot(old); move-flush=prepare: in the prepare hook
      let outcome = memslotFlush.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = flushesInPrepare ? .finalLockMn : .relockArch
    case .relockArch: return lock(kvm.locks.slotsArch, state, by: thread, then: .finalLockMn)
    case .finalLockMn: return lockToPublish(state, then: .publishFinal)
    case .publishFinal:  // rcu_assign_pointer
      state[kvm.memslots.published, slot] += 1
      state[point] = .finalUnlockMn
    case .finalUnlockMn:
      return unlock(kvm.locks.mnInvalidate, state, by: thread, then: .finalUnlockArch)
    case .finalUnlockArch:
      return unlock(kvm.locks.slotsArch, state, by: thread, then: .finalSynchronize)
    case .finalSynchronize:
      kvm.srcu.flip(state)
      state[point] = .finalWait
    case .finalWait:
      guard kvm.srcu.isQuiescent(state) else { return .blocked }
      state[point] = invalidates ? .freeInvalid : afterSwap(state)
    case .freeInvalid:  // kfree of the INVALID copy
      kvm.memslots.free(state, MemslotRef(slot: slot, version: 1))
      state[point] = afterSwap(state)
    case .testRadixInCommit:  // kvm_is_radix, with no mmu_lock
      state[point] = state[kvm.mode.isRadix] ? .flushInCommit : afterCommit
    case .flushInCommit:  // KVM_MEM_LOG_DIRTY_PAGES has changed: kvmppc_radix_flush_memslot(old)
      let outcome = memslotFlush.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = afterFlush(state)
    case .clearDirty:  // commit-clears-log=on: kvmppc_hv_get_dirty_log with no map
      guard let clear, let clearDirty else { break }
      let outcome = clearDirty.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[clear.test.isDirty] = false
      let next = state[clear.page].index + 1
      let isDone = next == kvm.geometry.backings(ofSlot: slot).upperBound
      state[clear.page] = isDone ? .none : PageRef(next)
      if isDone { state[point] = afterCommit }
    case .freeBitmap:  // kvm_destroy_dirty_bitmap: the log goes
      state[kvm.memslots.bitmapFreed, slot] = true
      if update == .delete { state[kvm.memslots.logged, slot] = false }
      endLog(state, isGivenUp: update != .delete)
      for backing in kvm.geometry.backings(ofSlot: slot) {
        state[kvm.memslots.bitmap, backing] = false
      }
      state[point] = update == .delete ? .freeRmap : .freeOld
    case .freeRmap:  // kvmppc_core_free_memslot: the rmap array goes
      state[kvm.memslots.rmapFreed, slot] = true
      state[point] = .freeOld
    case .freeOld:  // kfree
      kvm.memslots.free(state, MemslotRef(slot: slot, version: 0))
      state[point] = .unlockSlots
    case .unlockSlots:
      kvm.locks.slots.release(state, by: thread)
      // From the return on, user space counts on the log.
      if update == .setLogging(true) { state[kvm.memslots.logged, slot] = true }
      state[cells.memslot] = .null
      state[point] = .lockSlots
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch state[point] {
    case .flushOld, .flushInCommit: memslotFlush.location(in: state)
    case .clearDirty: clearDirty?.location(in: state) ?? Location(label: state[point].label)
    case let point: Location(label: point.label, function: point.function)
    }
  }

  private var afterLockArch: Point { invalidates ? .invalidateLockMn : .finalLockMn }

  /// Where the commit begins, once nobody is left who could find what was visible before.
  private func afterSwap<R>(_ state: StateView<R>) -> Point {
    switch (update, flush) {
    case (.move, _) where flushesBehindMove:
      // The commit hook of 2012 was given the new slot: the one that lookups find now.
      if flushesByNewBase { state[cells.memslot] = kvm.memslots.find(state, slot: slot) }
      return .flushInCommit
    case (.setLogging, .radix?): return kvm.mode.canChange ? .testRadixInCommit : .flushInCommit
    case (.setLogging, _), (.move, _), (.delete, _): return afterFlush(state)
    }
  }

  /// What follows the flush of a commit, if there is one.
  private func afterFlush<R>(_ state: StateView<R>) -> Point {
    guard let clear else { return afterCommit }
    state[clear.page] = PageRef(kvm.geometry.backings(ofSlot: slot).lowerBound)
    return .clearDirty
  }

  /// What the commit ends with: the bitmap of a slot that logs no more, then the old struct.
  private var afterCommit: Point {
    if kvm.memslots.versions[slot].endsLog { return .freeBitmap }
    return update == .delete ? .freeRmap : .freeOld
  }

  /// Who stops the logging cannot know, from its call on, whether a harvest would find the log or
  /// -ENOENT: what it has not been told by then it does without.
  private func giveUpLog<R>(_ state: StateView<R>) {
    state[kvm.memslots.logged, slot] = false
    endLog(state, isGivenUp: true)
  }

  private func endLog<R>(_ state: StateView<R>, isGivenUp: Bool) {
    let backings = kvm.geometry.backings(ofSlot: slot)
    kvm.ghosts.endLog(state, ofBackings: backings, isGivenUp: isGivenUp) {
      kvm.hasLostDirty(state, backing: $0)
    }
  }

  /// `mn_invalidate_lock`, but not while a notifier is active.
  private func lockToPublish<R>(_ state: StateView<R>, then next: Point) -> Outcome {
    guard state[kvm.notifier.active] == 0 else { return .blocked }
    return lock(kvm.locks.mnInvalidate, state, by: thread, then: next)
  }
}

extension SetMemslot {
  package static let delete = path(
    "delete-memslot", "KVM_SET_USER_MEMORY_REGION: the slot is deleted",
    identity: .init("setMemslot", "RaceModel.SlotUpdate.delete")
  ) { _ in .delete }

  package static let move = path(
    "move-memslot", "KVM_SET_USER_MEMORY_REGION: the slot moves to other guest frames",
    arguments: [Argument.slot, Argument.base], identity: .init("setMemslot")
  ) { .move(base: $0[Argument.base]) }

  package static let startLogging = path(
    "start-logging", "KVM_SET_USER_MEMORY_REGION: dirty logging is switched on",
    identity: .init("setMemslot", "RaceModel.SlotUpdate.setLogging(true)")
  ) { _ in .setLogging(true) }

  package static let stopLogging = path(
    "stop-logging", "KVM_SET_USER_MEMORY_REGION: dirty logging is switched off",
    identity: .init("setMemslot", "RaceModel.SlotUpdate.setLogging(false)")
  ) { _ in .setLogging(false) }

  private static func path(
    _ id: String, _ summary: String, arguments: [any PathParameter] = [Argument.slot],
    identity: PathSpec.Identity, update: @escaping @Sendable (PathCall) -> SlotUpdate
  ) -> PathSpec {
    PathSpec(
      id, summary,
      functions: [
        "kvm_set_memslot", "kvm_swap_active_memslots", "kvmppc_radix_flush_memslot",
        "kvmppc_core_flush_memslot_hv", "kvm_unmap_rmapp", "kvmppc_core_commit_memory_region_hv",
      ],
      arguments: arguments, identity: identity,
      use: { call, _, use in
        use.bumps += 1
        use.updates[call[Argument.slot]] = update(call)
        use.walkedSlots.insert(call[Argument.slot])
      },
      eitherTable: { call, _, site in
        let (update, cells) = (update(call), site.cells("memslot", Cells.init))
        var clear: ClearCells?
        if update != .delete, case .hashed(let hpt) = site.kvm.tables,
          site.kvm.knobs(for: SetMemslot.self).commitClearsLog == .on
        {
          clear = site.cells("clear", hpt, ClearCells.init)
        }
        return SetMemslot(
          site.kvm, site.thread, cells, slot: call[Argument.slot], update, clear: clear)
      })
  }
}
