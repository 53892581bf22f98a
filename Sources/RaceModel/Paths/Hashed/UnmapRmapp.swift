package import Scheduler

/// `kvm_unmap_rmapp`: takes every entry off a page's chain, and makes those that map it ABSENT.
///
/// Kernel: arch/powerpc/kvm/book3s_64_mmu_hv.c, `kvm_unmap_rmapp` and `kvmppc_unmap_hpte`, read at
/// 6.1.192. Hypercalls lock the entry first and the rmap word second, so here, with the rmap word
/// locked, the entry is only tried for, and on failure the rmap word is let go. An entry whose
/// guest's view names another frame is unlinked and stays VALID. R and C are read after the tlbie.
/// The entry's own links are stored behind the rmap word, the kernel's before it: both locks are
/// held. Knobs: `hpte-lock=blocking` spins on the entry with the rmap word locked;
/// `rmap-dirty=rmap` keeps C in the rmap word only.
package final class UnmapRmapp: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockRmap, tryLockHpte, backOff, waitForHpte
    case unlinkPrev, unlinkNext, unlinkSelf, storeRmap
    case setAbsent, tlbieHpte, harvestRc, setBitmap, unlockRmap, unlockHpte, unlockEmpty

    package var function: String? {
      switch self {
      case .lockRmap, .tryLockHpte, .backOff, .waitForHpte, .unlockRmap, .unlockHpte, .unlockEmpty:
        "kvm_unmap_rmapp"
      case .unlinkPrev, .unlinkNext, .unlinkSelf, .storeRmap, .setAbsent, .tlbieHpte, .harvestRc,
        .setBitmap:
        "kvmppc_unmap_hpte"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// `i`: the entry at hand.
    let index: Cell<UInt8>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ hpt: HPT) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      index = layout.cell("\(name).i", bits: hpt.widths.index, role: role)
    }
  }

  private let kvm: KVM
  private let hpt: HPT
  private let thread: ThreadID
  private let cells: Cells
  /// The place in the rmap array, as a backing.
  private let backing: Cell<UInt16>
  /// The slot that the caller has, which says what frame the place stands for.
  private let memslot: Cell<MemslotRef>
  private let hpteLock: Knob.HPTELock
  private let rmapDirty: Knob.RmapDirty

  init(
    _ kvm: KVM, _ hpt: HPT, _ thread: ThreadID, _ cells: Cells, backing: Cell<UInt16>,
    memslot: Cell<MemslotRef>
  ) {
    (self.kvm, self.hpt, self.thread, self.cells) = (kvm, hpt, thread, cells)
    (self.backing, self.memslot) = (backing, memslot)
    let knobs = kvm.knobs(for: UnmapRmapp.self)
    (hpteLock, rmapDirty) = (knobs.hpteLock, knobs.rmapDirty)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let place = Int(state[backing])
    let (lock, rmap) = (hpt.rmapLocks[place], hpt.rmap[place])
    let i = Int(state[cells.index])
    let gfn = kvm.memslots.gfn(state[memslot], backing: place)
    switch state[point] {
    case .lockRmap:  // lock_rmap; KVMPPC_RMAP_PRESENT
      kvm.memslots.touch(state, state[memslot])
      kvm.memslots.touchRmap(state, backing: place)
      guard lock.acquire(state, by: thread) else { return .blocked }
      state[point] = state[rmap].isPresent ? .tryLockHpte : .unlockEmpty
    case .tryLockHpte:  // try_lock_hpte of the chain's head
      let head = state[rmap].index
      if hpt.hpteLocks[head].acquire(state, by: thread) {
        state[point] = hpt.next(state, head) == head ? .storeRmap : .unlinkPrev
      } else {
        if hpteLock == .blocking { return .blocked }
        state[point] = .backOff
      }
      state[cells.index] = UInt8(truncatingIfNeeded: head)
    case .backOff:  // unlock_rmap
      lock.release(state, by: thread)
      state[point] = .waitForHpte
    case .waitForHpte:  // until HPTE_V_HVLOCK is clear; then again
      guard hpt.hpteLocks[i].isFree(state) else { return .blocked }
      state[cells.index] = 0
      state[point] = .lockRmap
    case .unlinkPrev:  // rev[h].forw
      hpt.set(state, forw: Int(state[hpt.back, i]), to: hpt.next(state, i))
      state[point] = .unlinkNext
    case .unlinkNext:  // rev[j].back
      hpt.set(state, back: hpt.next(state, i), to: Int(state[hpt.back, i]))
      state[point] = .storeRmap
    case .storeRmap:  // the head moves on, or the chain is empty
      let next = hpt.next(state, i)
      state[rmap] = state[rmap].heading(next == i ? nil : next)
      state[point] = next == i ? checked(state, i, gfn) : .unlinkSelf
    case .unlinkSelf:  // rev[i].forw and rev[i].back
      hpt.set(state, forw: i, to: i)
      hpt.set(state, back: i, to: i)
      state[point] = checked(state, i, gfn)
    case .setAbsent:  // ABSENT, and in kvmppc_invalidate_hpte not VALID
      state[hpt.first, i] = .absent
      state[point] = .tlbieHpte
    case .tlbieHpte:  // kvmppc_invalidate_hpte
      hpt.tlbie(state, index: i)
      state[point] = .harvestRc
    case .harvestRc:  // R and C to the rmap word and the guest's view
      let bits = state[hpt.second, i].referenceAndChange
      state[rmap] = state[rmap].saving(state[rmap].saved.union(bits))
      state[hpt.guestRPTE, i] = state[hpt.guestRPTE, i].setting(bits)
      if rmapDirty == .bitmap, bits.contains(.changed) {
        state[point] = .setBitmap
      } else {
        hpt.handOn(state, bits, of: i)
        state[point] = .unlockRmap
      }
    case .setBitmap:  // kvmppc_update_dirty_map
      kvm.memslots.updateDirtyMap(state, state[memslot], place)
      hpt.handOn(state, .changed, of: i)
      state[point] = .unlockRmap
    case .unlockRmap:
      lock.release(state, by: thread)
      state[point] = .unlockHpte
    case .unlockHpte:  // __unlock_hpte; the next entry
      hpt.hpteLocks[i].release(state, by: thread)
      state[cells.index] = 0
      state[point] = .lockRmap
    case .unlockEmpty:  // nothing left on the chain
      lock.release(state, by: thread)
      state[point] = .lockRmap
      return .completed
    }
    return .advanced
  }

  /// Only a VALID entry whose guest's view names the page is made ABSENT.
  private func checked<R>(_ state: StateView<R>, _ i: Int, _ gfn: Int) -> Point {
    state[hpt.first, i].contains(.valid) && state[hpt.guestRPTE, i].frame == gfn
      ? .setAbsent : .unlockRmap
  }
}
