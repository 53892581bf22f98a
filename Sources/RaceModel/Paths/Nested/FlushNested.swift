package import Scheduler

/// What a tlbie of a whole lpid does to one object, by RIC.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_emulate_tlbie_lpid`, `kvmhv_flush_nested`
/// and `kvmhv_remove_nested`, read at 6.1.192. RIC 0 empties the shadow table and flushes in one
/// `mmu_lock` section. RIC 2 empties it, flushes after the unlock, rereads L1's partition entry,
/// and takes the object out of the idr when L1 has zeroed that. Rmap entries stay behind.
package final class FlushNested: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockTlb, lockMmu, freeTable, flushInside, unlockMmu
    case flushAfter, updateCache, removeLockMmu, removeNested, removeUnlockMmu
    case release, unlockTlb

    package var function: String? {
      switch self {
      case .lockTlb, .unlockTlb, .flushInside: "kvmhv_emulate_tlbie_lpid"
      case .lockMmu, .freeTable, .unlockMmu, .flushAfter, .updateCache: "kvmhv_flush_nested"
      case .removeLockMmu, .removeNested, .removeUnlockMmu, .release: "kvmhv_remove_nested"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    let isLast: Cell<Bool>
    let update: UpdatePtblCache.Cells
    let release: Cell<ReleaseNested.Point>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, isAll: Bool) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      // Only RIC 2 rereads the root, and removes what has none.
      (isLast, update, release) = layout.cells(areNeeded: isAll) { layout in
        (
          layout.cell("\(name).last", bits: 1, role: role),
          UpdatePtblCache.Cells(&layout, "\(name).update", thread),
          layout.cell("\(name).release", bits: ReleaseNested.Point.bits, role: role)
        )
      }
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  private let object: Cell<UInt8>
  private let ric: RIC
  private let update: UpdatePtblCache
  private let release: ReleaseNested

  init(
    _ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, object: Cell<UInt8>,
    ric: RIC
  ) {
    self.radix = radix
    (self.kvm, self.thread, self.cells) = (kvm, thread, cells)
    (self.object, self.ric) = (object, ric)
    update = UpdatePtblCache(kvm, radix, thread, cells.update, of: .held(object))
    release = ReleaseNested(radix, cells.release, object: object)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let gp = Int(state[object]) &- 1
    let lpid = radix.nested.objects[gp].shadowLPID
    switch state[point] {
    case .lockTlb:  // mutex_lock(&gp->tlb_lock)
      radix.nested.touch(state, gp)
      guard radix.nested.tlbLocks[gp].acquire(state, by: thread) else { return .blocked }
      // RIC 1: the page-walk cache of L1 is not cached here.
      state[point] = ric == .pwc ? .unlockTlb : .lockMmu
    case .lockMmu: return lock(kvm.locks.mmu, state, by: thread, then: .freeTable)
    case .freeTable:  // kvmppc_free_pgtable_radix: the entries go before the flush
      radix.nested.touch(state, gp)
      radix.nested.freeTable(state, gp)
      state[point] = ric == .tlb ? .flushInside : .unlockMmu
    case .flushInside:  // RIC 0: kvmhv_flush_lpid under mmu_lock
      radix.tlb.flush(state, lpid: lpid)
      state[point] = .unlockMmu
    case .unlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      state[point] = ric == .tlb ? .unlockTlb : .flushAfter
    case .flushAfter:  // RIC 2: kvmhv_flush_lpid
      radix.tlb.flush(state, lpid: lpid)
      state[point] = .updateCache
    case .updateCache:  // kvmhv_update_ptbl_cache; has L1 zeroed the root?
      let outcome = update.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = state[radix.nested.root, gp] ? .unlockTlb : .removeLockMmu
    case .removeLockMmu: return lock(kvm.locks.mmu, state, by: thread, then: .removeNested)
    case .removeNested:  // __find_nested: still this one? idr_remove, and its reference
      radix.nested.touch(state, gp)
      if radix.nested.find(state, guest: radix.nested.objects[gp].guest) == gp {
        state[radix.nested.idr, radix.nested.objects[gp].guest] = .free
        state[radix.nested.refcnt, gp] -= 1
      }
      state[cells.isLast] = state[radix.nested.refcnt, gp] == 0
      state[point] = .removeUnlockMmu
    case .removeUnlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      state[point] = state[cells.isLast] ? .release : .unlockTlb
      state[cells.isLast] = false
    case .release:  // kvmhv_release_nested, although its tlb_lock is held
      let outcome = release.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = .unlockTlb
    case .unlockTlb:
      radix.nested.touch(state, gp)
      radix.nested.tlbLocks[gp].release(state, by: thread)
      state[point] = .lockTlb
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    let point = state[point]
    switch point {
    case .updateCache: return update.location(in: state)
    case .release: return release.location(in: state)
    default: break
    }
    // RIC 0 does in place what RIC 2 calls kvmhv_flush_nested for.
    let isShared = [.lockMmu, .freeTable, .unlockMmu].contains(point)
    return Location(
      label: point.label,
      function: isShared && ric == .tlb ? Point.lockTlb.function : point.function)
  }
}

/// The RIC field of a tlbie: what besides translations is invalidated.
package enum RIC: Int, CaseIterable, Hashable, Sendable {
  /// `RIC_FLUSH_TLB`: translations.
  case tlb = 0
  /// `RIC_FLUSH_PWC`: the page-walk cache.
  case pwc = 1
  /// `RIC_FLUSH_ALL`: translations, the page-walk cache, cached partition-table entries.
  case all = 2
}
