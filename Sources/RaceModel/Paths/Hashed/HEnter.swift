package import Scheduler

/// H_ENTER: the guest makes an entry of its hashed table.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_rm_mmu.c, `kvmppc_do_h_enter`, with H_EXACT, read at
/// 6.1.192. A frame that no slot holds, or an INVALID one, is emulated MMIO; a page that the VMM
/// does not map now makes an ABSENT entry. The sequence is checked once more under the rmap word's
/// lock, and nothing else stops an entry for a page that has gone meanwhile. On POWER9 it runs
/// behind the guest's exit, outside `kvm->srcu`: the slot that it has found can be deleted under
/// it (POWER8: ``RunCore``). Left out: page sizes, storage attributes, the search for a free entry
/// of the group, and the guest frame that an MMIO entry keeps in its second doubleword, which
/// nobody reads. Knobs: `seq-check` chooses the halves of that check; `hpte-order=first-first`
/// makes the entry VALID while its second doubleword is what the last entry left; `rmap-link`.
package final class HEnter: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case sampleSeq, findMemslot, readMemslot, lockMmu, readVmm, unlockMmu
    case lockHpte, setGuestRpte, lockRmap, checkCount, checkSeq, addChain, unlockRmap, keepRc
    case unlockRmapToRetry, storeSecond, storeFirst

    package var function: String? {
      switch self {
      case .readVmm: "find_kvm_host_pte"
      case .sampleSeq, .findMemslot, .readMemslot, .lockMmu, .unlockMmu, .lockHpte, .setGuestRpte,
        .lockRmap, .checkCount, .checkSeq, .addChain, .unlockRmap, .keepRc, .unlockRmapToRetry,
        .storeSecond, .storeFirst:
        "kvmppc_do_h_enter"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    let sample: Cell<UInt16>
    /// `pteh`: VALID or ABSENT, once it is known which.
    let first: Cell<HPTEFirst>
    /// `ptel`.
    let second: Cell<HPTESecond>
    /// The slot that was found, until its fields have been read.
    let memslot: Cell<MemslotRef>
    /// The page in the rmap array of the slot that was found, as a backing.
    let backing: Cell<UInt16>
    let add: Cell<AddRevmapChain.Point>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM, _ hpt: HPT) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      sample = layout.cell("\(name).mmu_seq", bits: kvm.widths.seq, role: role)
      first = layout.cell("\(name).pteh", bits: HPTEFirst.bits, role: role)
      second = layout.cell("\(name).ptel", bits: hpt.widths.second, role: role)
      memslot = layout.cell("\(name).memslot", bits: kvm.widths.memslot, role: role)
      backing = layout.cell("\(name).rmap", bits: kvm.widths.page, role: role)
      add = layout.cell("\(name).add", bits: AddRevmapChain.Point.bits, role: role)
    }
  }

  private let kvm: KVM
  private let hpt: HPT
  private let thread: ThreadID
  private let cells: Cells
  private let index: Int
  /// The guest's second doubleword.
  private let guest: HPTESecond
  private let addChain: AddRevmapChain
  private let seqCheck: Knob.SeqCheck
  private let hpteOrder: Knob.HPTEOrder

  init(
    _ kvm: KVM, _ hpt: HPT, _ thread: ThreadID, _ cells: Cells, index: Int, guest: HPTESecond
  ) {
    (self.kvm, self.hpt, self.thread, self.cells) = (kvm, hpt, thread, cells)
    (self.index, self.guest) = (index, guest)
    let knobs = kvm.knobs(for: HEnter.self)
    (seqCheck, hpteOrder) = (knobs.seqCheck, knobs.hpteOrder)
    addChain = AddRevmapChain(kvm, hpt, cells.add, index: index, backing: cells.backing)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .sampleSeq:  // the sample; smp_rmb
      state[cells.sample] = state[kvm.notifier.seq]
      state[point] = .findMemslot
    case .findMemslot:  // __gfn_to_memslot; none or KVM_MEMSLOT_INVALID: MMIO, with key 31
      findMemslot(state)
    case .readMemslot:  // slot_is_aligned, base_gfn, arch.rmap, userspace_addr
      let memslot = state[cells.memslot]
      kvm.memslots.touch(state, memslot)
      let backing = kvm.memslots.backing(memslot, gfn: guest.frame)
      state[cells.backing] = UInt16(truncatingIfNeeded: backing)
      state[cells.memslot] = .null
      state[point] = .lockMmu
    case .lockMmu:
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[point] = .readVmm
    case .readVmm:  // count and sequence stand still under the lock; then the Linux entry
      let isStale = state[kvm.notifier.count] != 0 || state[kvm.notifier.seq] != state[cells.sample]
      let linux = state[kvm.vmm, Int(state[cells.backing])]
      if isStale || linux.frame == 0 {
        state[cells.first] = .absent
        state[cells.second] = HPTESecond(guest.bits, frame: 0)
      } else {
        let bits = linux.has(.write) ? guest.bits : guest.bits.subtracting(.write)
        state[cells.first] = .valid
        state[cells.second] = HPTESecond(bits, frame: linux.frame)
      }
      state[point] = .unlockMmu
    case .unlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      state[point] = .lockHpte
    case .lockHpte:  // try_lock_hpte until it is had; an entry in use: H_PTEG_FULL
      guard hpt.hpteLocks[index].acquire(state, by: thread) else { return .blocked }
      if state[hpt.first, index].isEmpty {
        state[point] = .setGuestRpte
      } else {
        hpt.hpteLocks[index].release(state, by: thread)
        return leave(state)
      }
    case .setGuestRpte:  // rev->guest_rpte
      state[hpt.guestRPTE, index] = guest
      state[point] = state[cells.first].contains(.valid) ? .lockRmap : firstStore
    case .lockRmap:  // lock_rmap
      let backing = Int(state[cells.backing])
      kvm.memslots.touchRmap(state, backing: backing)
      guard hpt.rmapLocks[backing].acquire(state, by: thread) else { return .blocked }
      state[point] = firstCheck
    case .checkCount:  // mmu_invalidate_retry, with no mmu_lock: in progress? smp_rmb
      if state[kvm.notifier.count] != 0 {
        state[point] = .unlockRmapToRetry
      } else {
        state[point] = seqCheck == .count ? .addChain : .checkSeq
      }
    case .checkSeq:  // has the sequence moved?
      state[point] = state[kvm.notifier.seq] == state[cells.sample] ? .addChain : .unlockRmapToRetry
    case .unlockRmapToRetry:  // an invalidation is under way: an ABSENT entry, on no chain
      state[cells.first] = .absent
      unlockRmap(state)
      (state[cells.backing], state[cells.sample]) = (0, 0)
      state[point] = firstStore
    case .addChain:  // kvmppc_add_revmap_chain
      kvm.memslots.touchRmap(state, backing: Int(state[cells.backing]))
      let outcome = addChain.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = .unlockRmap
    case .unlockRmap:  // at the end of kvmppc_add_revmap_chain
      unlockRmap(state)
      state[point] = .keepRc
    case .keepRc:  // R and C only as far as the rmap word has them, read without its lock
      let backing = Int(state[cells.backing])
      kvm.memslots.touchRmap(state, backing: backing)
      let saved = state[hpt.rmap, backing].saved
      let extra = state[cells.second].referenceAndChange.subtracting(saved)
      state[cells.second] = state[cells.second].clearing(extra)
      (state[cells.backing], state[cells.sample]) = (0, 0)
      state[point] = firstStore
    case .storeSecond:  // hpte[1]; eieio
      state[hpt.second, index] = state[cells.second]
      if hpteOrder == .firstFirst { return leave(state) }
      state[point] = .storeFirst
    case .storeFirst:  // __unlock_hpte: hpte[0] makes it valid; ptesync
      state[hpt.first, index] = state[cells.first]
      hpt.hpteLocks[index].release(state, by: thread)
      if hpteOrder == .secondFirst { return leave(state) }
      state[point] = .storeSecond
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    state[point] == .addChain
      ? addChain.location(in: state)
      : Location(label: state[point].label, function: state[point].function)
  }

  private var firstStore: Point { hpteOrder == .secondFirst ? .storeSecond : .storeFirst }

  private var firstCheck: Point {
    switch seqCheck {
    case .both, .count: .checkCount
    case .seq: .checkSeq
    case .none: .addChain
    }
  }

  private func findMemslot<R>(_ state: StateView<R>) {
    let memslot = kvm.memslots.find(state, gfn: guest.frame)
    if memslot == .null || kvm.memslots.flags(memslot).contains(.invalid) {
      state[cells.sample] = 0
      state[cells.first] = .absent
      state[cells.second] = HPTESecond(guest.bits.union(.key31), frame: 0)
      state[point] = .lockHpte
    } else {
      state[cells.memslot] = memslot
      state[point] = .readMemslot
    }
  }

  private func unlockRmap<R>(_ state: StateView<R>) {
    hpt.rmapLocks[Int(state[cells.backing])].release(state, by: thread)
  }

  private func leave<R>(_ state: StateView<R>) -> Outcome {
    (state[cells.first], state[cells.second]) = ([], .zero)
    (state[cells.backing], state[cells.sample]) = (0, 0)
    state[point] = .sampleSeq
    return .completed
  }
}

extension HEnter {
  package static let path = PathSpec(
    "h-enter", "H_ENTER: the guest makes an entry of its hashed table",
    functions: ["kvmppc_do_h_enter", "kvmppc_add_revmap_chain"],
    arguments: [Argument.vcpu, Argument.index, Argument.anyGFN, Argument.bits],
    identity: .init("hEnter"),
    use: { call, _, use in use.enteredGFNs.append(call[Argument.anyGFN]) },
    hashed: { call, hpt, site in
      let machine = HEnter(
        site.kvm, hpt, site.thread, site.cells("h-enter", hpt, Cells.init),
        index: call[Argument.index],
        guest: HPTESecond(call[Argument.bits], frame: call[Argument.anyGFN]))
      return site.machine(of: .enter(machine))
    })
}
