package import Scheduler

/// `kvm_test_clear_dirty_npages`: tells whether a page of a guest with a hashed table is dirty,
/// and makes it clean.
///
/// Kernel: arch/powerpc/kvm/book3s_64_mmu_hv.c, `kvm_test_clear_dirty_npages`, read at 6.1.192.
/// Each entry of the chain whose C may be set, or owed by a core, is made ABSENT, flushed, and
/// made VALID again without C. Left out: huge pages. Knobs: `harvest-tlbie=off` skips an entry
/// without C even when no vCPU runs, as before 6c576e74fd91; `rmap-dirty=rmap` looks at the C of
/// the rmap word too, as before 4.15; `hpte-lock`.
package final class TestClearDirtyHPT: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockRmap, testRmap, readSecond, tryLockHpte, backOff, waitForHpte
    case setAbsent, tlbieHpte, clearC, storeFirst, unlockHpte, unlockRmap

    package var function: String? { "kvm_test_clear_dirty_npages" }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// `i`: the entry at hand.
    let index: Cell<UInt8>
    /// `head`.
    let head: Cell<UInt8>
    /// The result; the caller clears it.
    let isDirty: Cell<Bool>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ hpt: HPT) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      index = layout.cell("\(name).i", bits: hpt.widths.index, role: role)
      head = layout.cell("\(name).head", bits: hpt.widths.index, role: role)
      isDirty = layout.cell("\(name).npages_dirty", bits: 1, role: role)
    }
  }

  private let kvm: KVM
  private let hpt: HPT
  private let thread: ThreadID
  private let cells: Cells
  /// The backing to test.
  private let page: Cell<PageRef>
  private let hpteLock: Knob.HPTELock
  private let rmapDirty: Knob.RmapDirty
  /// harvest-tlbie=off: an entry without C is passed over even when no vCPU runs.
  private let skipsClean: Bool

  init(_ kvm: KVM, _ hpt: HPT, _ thread: ThreadID, _ cells: Cells, page: Cell<PageRef>) {
    (self.kvm, self.hpt, self.thread, self.cells, self.page) = (kvm, hpt, thread, cells, page)
    let knobs = kvm.knobs(for: TestClearDirtyHPT.self)
    (hpteLock, rmapDirty) = (knobs.hpteLock, knobs.rmapDirty)
    skipsClean = knobs.harvestTlbie == .off
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let place = state[page].index
    let (lock, rmap) = (hpt.rmapLocks[place], hpt.rmap[place])
    let i = Int(state[cells.index])
    switch state[point] {
    case .lockRmap:  // lock_rmap
      kvm.memslots.touchRmap(state, backing: place)
      guard lock.acquire(state, by: thread) else { return .blocked }
      state[point] = .testRmap
    case .testRmap:  // rmap-dirty=rmap: KVMPPC_RMAP_CHANGED; then KVMPPC_RMAP_PRESENT
      if rmapDirty == .rmap, state[rmap].saved.contains(.changed) {
        state[rmap] = state[rmap].saving(state[rmap].saved.subtracting(.changed))
        state[cells.isDirty] = true
      }
      if let head = state[rmap].head {
        state[cells.index] = UInt8(truncatingIfNeeded: head)
        state[cells.head] = UInt8(truncatingIfNeeded: head)
        state[point] = .readSecond
      } else {
        state[point] = .unlockRmap
      }
    case .readSecond:  // hptep[1], with the entry unlocked, and vcpus_running
      let second = state[hpt.second, i]
      let maySkip =
        !second.has(.write) || skipsClean || state[hpt.vcpusRunning] != 0
      if !second.has(.changed) && maySkip {
        nextEntry(state)
      } else {
        state[point] = .tryLockHpte
      }
    case .tryLockHpte:  // try_lock_hpte; an entry that is not VALID is passed over
      if hpt.hpteLocks[i].acquire(state, by: thread) {
        state[point] = state[hpt.first, i].contains(.valid) ? .setAbsent : .unlockHpte
      } else {
        if hpteLock == .blocking { return .blocked }
        state[point] = .backOff
      }
    case .backOff:  // unlock_rmap
      lock.release(state, by: thread)
      state[cells.head] = 0
      state[point] = .waitForHpte
    case .waitForHpte:  // until HPTE_V_HVLOCK is clear; then from the head again
      guard hpt.hpteLocks[i].isFree(state) else { return .blocked }
      state[cells.index] = 0
      state[point] = .lockRmap
    case .setAbsent:  // ABSENT, and in kvmppc_invalidate_hpte not VALID
      state[hpt.first, i] = .absent
      state[point] = .tlbieHpte
    case .tlbieHpte:  // kvmppc_invalidate_hpte
      hpt.tlbie(state, index: i)
      state[point] = .clearC
    case .clearC:  // C is final: it goes to the guest's view and the result
      let second = state[hpt.second, i]
      if second.has(.changed) {
        state[hpt.second, i] = second.clearing(.changed)
        state[hpt.guestRPTE, i] = state[hpt.guestRPTE, i].setting(.changed)
        hpt.handOn(state, .changed, of: i)
        state[cells.isDirty] = true
      }
      state[point] = .storeFirst
    case .storeFirst:  // __unlock_hpte, VALID again
      state[hpt.first, i] = .valid
      hpt.hpteLocks[i].release(state, by: thread)
      nextEntry(state)
    case .unlockHpte:  // __unlock_hpte, as it was
      hpt.hpteLocks[i].release(state, by: thread)
      nextEntry(state)
    case .unlockRmap:  // unlock_rmap
      lock.release(state, by: thread)
      state[point] = .lockRmap
      return .completed
    }
    return .advanced
  }

  /// `rev[i].forw`, which the rmap word's lock keeps; back at the head the chain is done.
  private func nextEntry<R>(_ state: StateView<R>) {
    let next = hpt.next(state, Int(state[cells.index]))
    if next == Int(state[cells.head]) {
      (state[cells.index], state[cells.head]) = (0, 0)
      state[point] = .unlockRmap
    } else {
      state[cells.index] = UInt8(truncatingIfNeeded: next)
      state[point] = .readSecond
    }
  }
}
