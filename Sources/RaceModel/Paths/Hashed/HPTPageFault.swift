package import Scheduler

/// `kvmppc_book3s_hv_page_fault`: puts a real page behind an ABSENT entry, or makes a VALID one
/// writable.
///
/// Kernel: arch/powerpc/kvm/book3s_64_mmu_hv.c, `kvmppc_book3s_hv_page_fault`, with the checks of
/// `kvmppc_hpte_hv_fault` in book3s_hv_rm_mmu.c, read at 6.1.192. The entry is copied under its
/// lock, and taken up again only if it is still the same; the sequence is checked under the rmap
/// word's lock. Left out: the second copy, with which the handler in the host begins and is sent
/// back if anything has changed; that a protection fault on an entry that has become writable
/// rewrites it; `get_user_pages` (the page is what the VMM's table says), the MMIO cache, resizing
/// the table. Knobs: `seq-check` chooses the halves of the check under the rmap word's lock;
/// `outer-sample=after` samples behind the section that reads the Linux entry, `inner` in it;
/// `hpte-order=first-first` makes the entry VALID, and unlocks it, with its old second doubleword;
/// `srcu`.
package final class HPTPageFault: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case srcuReadLock, lockHpte, copyHpte, findMemslot, sampleSeq, lockMmu, readVmm, unlockMmu
    case relockHpte, lockRmap, checkCount, checkSeq, addChain, unlockRmap
    case unlockRmapOfValid, setAbsent, tlbieHpte, storeSecond, storeFirst
    case unlockRmapToRetry, unlockToRetry, srcuReadUnlock

    package var function: String? {
      switch self {
      case .srcuReadLock, .srcuReadUnlock: "kvmppc_vcpu_run_hv"
      case .readVmm: "find_kvm_host_pte"
      case .lockHpte, .copyHpte, .findMemslot, .sampleSeq, .lockMmu, .unlockMmu, .relockHpte,
        .lockRmap, .checkCount, .checkSeq, .addChain, .unlockRmap, .unlockRmapOfValid, .setAbsent,
        .tlbieHpte, .storeSecond, .storeFirst, .unlockRmapToRetry, .unlockToRetry:
        "kvmppc_book3s_hv_page_fault"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    let result: Cell<NestedPageFault.Result>
    /// `hpte[0]`, `hpte[1]` and `hpte[2]`: the entry and the guest's view, as copied.
    let first: Cell<HPTEFirst>
    let second: Cell<HPTESecond>
    let guest: Cell<HPTESecond>
    /// The page in the rmap array of the slot that was found, as a backing.
    let backing: Cell<UInt16>
    /// srcu=off: the slot itself, which can have been freed when its array is asked for.
    let memslot: Cell<MemslotRef>
    let sample: Cell<UInt16>
    /// `r`: the new second doubleword.
    let new: Cell<HPTESecond>
    let add: Cell<AddRevmapChain.Point>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM, _ hpt: HPT) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      result = layout.cell("\(name).ret", bits: 2, role: role)
      first = layout.cell("\(name).hpte0", bits: HPTEFirst.bits, role: role)
      second = layout.cell("\(name).hpte1", bits: hpt.widths.second, role: role)
      guest = layout.cell("\(name).hpte2", bits: hpt.widths.second, role: role)
      backing = layout.cell("\(name).rmap", bits: kvm.widths.page, role: role)
      let isNeeded = kvm.knobs(for: HPTPageFault.self).srcu == .off
      memslot = layout.cells(areNeeded: isNeeded) {
        $0.cell("\(name).memslot", bits: kvm.widths.memslot, role: role)
      }
      sample = layout.cell("\(name).mmu_seq", bits: kvm.widths.seq, role: role)
      new = layout.cell("\(name).r", bits: hpt.widths.second, role: role)
      add = layout.cell("\(name).add", bits: AddRevmapChain.Point.bits, role: role)
    }
  }

  private let kvm: KVM
  private let hpt: HPT
  private let thread: ThreadID
  private let cells: Cells
  private let index: Int
  private let access: Access
  private let addChain: AddRevmapChain
  /// Whether it runs inside `kvm->srcu`.
  private let entersSRCU: Bool
  private let seqCheck: Knob.SeqCheck
  private let outerSample: Knob.OuterSample
  private let hpteOrder: Knob.HPTEOrder

  init(
    _ kvm: KVM, _ hpt: HPT, _ thread: ThreadID, _ cells: Cells, index: Int, access: Access
  ) {
    (self.kvm, self.hpt, self.thread, self.cells) = (kvm, hpt, thread, cells)
    (self.index, self.access) = (index, access)
    let knobs = kvm.knobs(for: HPTPageFault.self)
    (entersSRCU, seqCheck) = (knobs.srcu == .on, knobs.seqCheck)
    (outerSample, hpteOrder) = (knobs.outerSample, knobs.hpteOrder)
    addChain = AddRevmapChain(kvm, hpt, cells.add, index: index, backing: cells.backing)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let lock = hpt.hpteLocks[index]
    switch state[point] {
    case .srcuReadLock:
      if entersSRCU { kvm.srcu.readLock(state, by: thread) }
      state[point] = .lockHpte
    case .lockHpte:  // try_lock_hpte until it is had
      guard lock.acquire(state, by: thread) else { return .blocked }
      state[point] = .copyHpte
    case .copyHpte:  // the copy; unlock_hpte; then what kvmppc_hpte_hv_fault asks
      copy(state)
      lock.release(state, by: thread)
    case .findMemslot:  // gfn_to_memslot; none or KVM_MEMSLOT_INVALID: MMIO
      let memslot = kvm.memslots.find(state, gfn: state[cells.guest].frame)
      if memslot == .null || kvm.memslots.flags(memslot).contains(.invalid) {
        return leave(state, .mmio)
      }
      let backing = kvm.memslots.backing(memslot, gfn: state[cells.guest].frame)
      state[cells.backing] = UInt16(truncatingIfNeeded: backing)
      if !entersSRCU { state[cells.memslot] = memslot }
      state[point] = outerSample == .before ? .sampleSeq : .lockMmu
    case .sampleSeq:  // the sample; smp_rmb
      state[cells.sample] = state[kvm.notifier.seq]
      state[point] = outerSample == .before ? .lockMmu : .relockHpte
    case .lockMmu:
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      // gfn_to_hva_memslot and __gfn_to_pfn_memslot have read the slot's struct just before.
      if !entersSRCU { kvm.memslots.touch(state, state[cells.memslot]) }
      state[point] = .readVmm
    case .readVmm:  // count and sequence stand still under the lock; then the Linux entry
      let isStale = readsStale(state)
      let linux = state[kvm.vmm, Int(state[cells.backing])]
      if !isStale, linux.frame == 0 || access == .store && !linux.has(.write) {
        state[cells.result] = .dataStorage
      } else if !isStale {
        let bits = state[cells.guest].bits
        state[cells.new] = HPTESecond(
          linux.has(.write) ? bits : bits.subtracting(.write), frame: linux.frame)
      }
      state[point] = .unlockMmu
    case .unlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      if state[cells.new] == .zero { return leave(state, state[cells.result]) }
      state[point] = outerSample == .after ? .sampleSeq : .relockHpte
    case .relockHpte:  // is it still what was copied?
      guard lock.acquire(state, by: thread) else { return .blocked }
      let isSame =
        state[hpt.first, index] == state[cells.first]
        && state[hpt.second, index] == state[cells.second]
        && state[hpt.guestRPTE, index] == state[cells.guest]
      state[point] = isSame ? .lockRmap : .unlockToRetry
    case .lockRmap:  // lock_rmap
      let backing = Int(state[cells.backing])
      if !entersSRCU { kvm.memslots.touch(state, state[cells.memslot]) }
      kvm.memslots.touchRmap(state, backing: backing)
      guard hpt.rmapLocks[backing].acquire(state, by: thread) else { return .blocked }
      switch seqCheck {
      case .both, .count: state[point] = .checkCount
      case .seq: state[point] = .checkSeq
      case .none: link(state)
      }
    case .checkCount:  // mmu_invalidate_retry, with no mmu_lock: in progress? smp_rmb
      if state[kvm.notifier.count] != 0 {
        state[point] = .unlockRmapToRetry
      } else if seqCheck == .count {
        link(state)
      } else {
        state[point] = .checkSeq
      }
    case .checkSeq:  // has the sequence moved?
      if state[kvm.notifier.seq] == state[cells.sample] {
        link(state)
      } else {
        state[point] = .unlockRmapToRetry
      }
    case .addChain:  // kvmppc_add_revmap_chain
      kvm.memslots.touchRmap(state, backing: Int(state[cells.backing]))
      let outcome = addChain.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = .unlockRmap
    case .unlockRmap: unlockRmap(state, then: firstStore)
    case .unlockRmapOfValid: unlockRmap(state, then: .setAbsent)
    case .setAbsent:  // it was VALID, and on its chain: ABSENT, not VALID
      state[hpt.first, index] = .absent
      state[point] = .tlbieHpte
    case .tlbieHpte:  // kvmppc_invalidate_hpte; R and C as they are now
      hpt.tlbie(state, index: index)
      state[cells.new] = state[cells.new].setting(state[hpt.second, index].referenceAndChange)
      state[point] = firstStore
    case .storeSecond:  // hptep[1]; eieio
      state[hpt.second, index] = state[cells.new]
      if hpteOrder == .firstFirst { return leave(state, .resumeGuest) }
      state[point] = .storeFirst
    case .storeFirst:  // __unlock_hpte: VALID; ptesync
      state[hpt.first, index] = .valid
      lock.release(state, by: thread)
      if hpteOrder == .secondFirst { return leave(state, .resumeGuest) }
      state[point] = .storeSecond
    case .unlockRmapToRetry: unlockRmap(state, then: .unlockToRetry)
    case .unlockToRetry:  // __unlock_hpte, as it is: the guest tries again
      lock.release(state, by: thread)
      return leave(state, .resumeGuest)
    case .srcuReadUnlock:
      if entersSRCU { kvm.srcu.readUnlock(state, by: thread) }
      state[point] = .srcuReadLock
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    state[point] == .addChain
      ? addChain.location(in: state)
      : Location(label: state[point].label, function: state[point].function)
  }

  /// No entry, or no permission in the guest's view: the guest's own fault.
  private func copy<R>(_ state: StateView<R>) {
    let (first, second) = (state[hpt.first, index], state[hpt.second, index])
    let guest = state[hpt.guestRPTE, index]
    if first.isEmpty {
      _ = leave(state, .dataStorage)
    } else if first.contains(.valid), access == .load || second.has(.write) {
      _ = leave(state, .resumeGuest)
    } else if access == .store, !guest.has(.write) {
      _ = leave(state, .dataStorage)
    } else if first.contains(.absent), second.has(.key31) {
      _ = leave(state, .mmio)
    } else {
      (state[cells.first], state[cells.second], state[cells.guest]) = (first, second, guest)
      state[point] = .findMemslot
    }
  }

  /// `find_kvm_host_pte`: count and sequence tell whether the Linux entry may be looked at.
  ///
  /// With outer-sample=after there is no sample to ask yet; with `inner` it is taken here.
  private func readsStale<R>(_ state: StateView<R>) -> Bool {
    switch outerSample {
    case .after: return false
    case .before: break
    case .inner: state[cells.sample] = state[kvm.notifier.seq]
    }
    return state[kvm.notifier.count] != 0 || state[kvm.notifier.seq] != state[cells.sample]
  }

  /// The page is still the guest's: R and C only as far as the rmap word has them, then the chain.
  private func link<R>(_ state: StateView<R>) {
    let saved = state[hpt.rmap, Int(state[cells.backing])].saved
    let extra = state[cells.new].referenceAndChange.subtracting(saved)
    state[cells.new] = state[cells.new].clearing(extra)
    state[point] = state[cells.first].contains(.valid) ? .unlockRmapOfValid : .addChain
  }

  private var firstStore: Point { hpteOrder == .secondFirst ? .storeSecond : .storeFirst }

  private func unlockRmap<R>(_ state: StateView<R>, then next: Point) {
    hpt.rmapLocks[Int(state[cells.backing])].release(state, by: thread)
    state[point] = next
  }

  private func leave<R>(_ state: StateView<R>, _ result: NestedPageFault.Result) -> Outcome {
    state[cells.result] = result
    (state[cells.first], state[cells.second]) = ([], .zero)
    (state[cells.guest], state[cells.new]) = (.zero, .zero)
    (state[cells.backing], state[cells.sample]) = (0, 0)
    if !entersSRCU { state[cells.memslot] = .null }
    state[point] = .srcuReadUnlock
    return .advanced
  }
}
