package import Scheduler

/// `kvmppc_book3s_instantiate_page`: gives L1 a host entry for a page that the VMM has backed.
///
/// Kernel: arch/powerpc/kvm/book3s_64_mmu_radix.c, `kvmppc_book3s_instantiate_page`, and
/// `find_kvm_host_pte`, read at 6.1.192. A large leaf is offered when the Linux entry, as it is
/// read under the lock, maps the slot's memory with one huge page (``HugePages``) and the slot
/// does not log; which of the two lookups found the page does not matter. Left out: the page
/// reference and `set_page_dirty_lock`, which no property looks at, and that the slow path can
/// make a page present or break copy-on-write: an absent or read-only VMM page fails here. L1's
/// own fault has no sample but the one here: with knob `outer-sample=after` it is taken when the
/// Linux entry has been read, so that there is nothing yet to check that read with.
package final class InstantiatePage: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case sampleSeq, fastGup, slowGup, lockMmu, checkCount, checkSeq, readVmm, unlockMmu
    case lateSample, createPte

    package var function: String? {
      switch self {
      case .checkCount, .checkSeq: "find_kvm_host_pte"
      case .sampleSeq, .fastGup, .slowGup, .lockMmu, .readVmm, .unlockMmu, .lateSample,
        .createPte:
        "kvmppc_book3s_instantiate_page"
      }
    }
  }

  /// What the caller is told; it clears the cell.
  package enum Result: UInt8, CellValue, CaseIterable {
    /// 0, with the entry offered in ``Cells/pte``.
    case done
    /// 0 although nothing was found: `RESUME_GUEST` happens to be 0, and the caller's entry is
    /// left as it was.
    case nothing
    case again
    case fault
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    let sample: Cell<UInt16>
    /// The VMM may write: `upgrade_write`.
    let upgrade: Cell<Bool>
    /// The Linux entry, then the one to install; the caller clears it.
    let pte: Cell<PTE>
    /// `shift`, then `level`: the entry is a large leaf; the caller clears it.
    let isLeaf: Cell<Bool>
    let result: Cell<Result>
    let create: CreatePTE.Cells
    let replace: ReplaceMapping.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      sample = layout.cell("\(name).mmu_seq", bits: kvm.widths.seq, role: role)
      upgrade = layout.cell("\(name).upgrade_write", bits: 1, role: role)
      pte = layout.cell("\(name).pte", bits: kvm.widths.hostPTE, role: role)
      isLeaf = layout.cell("\(name).level", bits: kvm.widths.isLeaf, role: role)
      result = layout.cell("\(name).ret", bits: 2, role: role)
      create = CreatePTE.Cells(&layout, "\(name).create", thread)
      replace = layout.cells(areNeeded: kvm.widths.isLeaf.bits > 0) {
        ReplaceMapping.Cells(&$0, "\(name).replace", thread, kvm)
      }
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  private let access: Access
  private let gpte: Cell<PTE>
  private let memslot: Cell<MemslotRef>
  private let createPTE: CreatePTE
  private let samplesLate: Bool

  /// `samplesLate` takes the sample behind the read of the Linux entry.
  init(
    _ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, access: Access,
    gpte: Cell<PTE>,
    memslot: Cell<MemslotRef>, samplesLate: Bool = false
  ) {
    self.radix = radix
    (self.kvm, self.thread, self.cells) = (kvm, thread, cells)
    (self.access, self.gpte, self.memslot) = (access, gpte, memslot)
    self.samplesLate = samplesLate
    let replace = ReplaceMapping(kvm, radix, cells.replace, gpte: gpte, wantsLeaf: cells.isLeaf)
    createPTE = CreatePTE(
      kvm, radix, thread, cells.create,
      into: .host(gpte: gpte, wantsLeaf: cells.isLeaf, replace: replace), pte: cells.pte,
      sample: cells.sample)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let slot = state[memslot]
    // gfn_to_hva_memslot, by the version of the slot that the caller looked up
    let backing = kvm.memslots.backing(slot, gfn: state[gpte].frame)
    let isReadOnly = kvm.memslots.flags(slot).contains(.readOnly)
    switch state[point] {
    case .sampleSeq:  // the sample; smp_rmb
      state[point] = isReadOnly ? .slowGup : .fastGup
      if samplesLate { return self.step(state, choice: choice) }
      state[cells.sample] = state[kvm.notifier.seq]
    case .fastGup:  // gfn_to_hva_memslot; get_user_page_fast_only, for writing
      kvm.memslots.touch(state, slot)
      if state[kvm.vmm, backing].has([.present, .write]) {
        state[cells.upgrade] = true
        state[point] = .lockMmu
      } else {
        state[point] = .slowGup
      }
    case .slowGup:  // __gfn_to_pfn_memslot
      Lock.maySleep(state, by: thread, spinlock: kvm.locks.mmu)
      kvm.memslots.touch(state, slot)
      let pte = state[kvm.vmm, backing]
      guard pte.isPresent, access == .load || pte.has(.write) else {
        return complete(state, .fault)
      }
      state[cells.upgrade] = pte.has(.write) && !isReadOnly
      state[point] = .lockMmu
    case .lockMmu:  // spin_lock
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[point] = samplesLate ? .readVmm : .checkCount
    case .checkCount:  // mmu_invalidate_retry: in progress?
      state[point] = state[kvm.notifier.count] == 0 ? .checkSeq : .unlockMmu
    case .checkSeq:  // mmu_invalidate_retry: has the sequence moved?
      state[point] = state[kvm.notifier.seq] == state[cells.sample] ? .readVmm : .unlockMmu
    case .readVmm:  // READ_ONCE of the Linux entry; its shift
      state[cells.pte] = state[kvm.vmm, backing]
      state[cells.isLeaf] = kvm.hugePages.isHuge(state, slot: slot.slot)
      state[point] = .unlockMmu
    case .unlockMmu:  // spin_unlock; the bits of the entry to offer
      kvm.locks.mmu.release(state, by: thread)
      let pte = state[cells.pte]
      guard pte.isPresent else { return complete(state, .nothing) }
      var offered = pte.setting([.execute, .referenced])
      if access == .store || state[cells.upgrade] {
        if offered.has(.write) { offered = offered.setting(.changed) }
      } else {
        offered = offered.clearing([.write, .changed])
      }
      kvm.memslots.touch(state, slot)
      if kvm.memslots.flags(slot).contains(.logDirty) {
        state[cells.isLeaf] = false  // large_enable
      } else if state[cells.isLeaf] {
        offered = PTE(
          offered.bits, frame: offered.frame - (backing - kvm.geometry.firstBacking[slot.slot]))
      }
      state[cells.pte] = offered
      state[cells.upgrade] = false
      state[point] = samplesLate ? .lateSample : .createPte
    case .lateSample:  // the sample is younger than what was read
      state[cells.sample] = state[kvm.notifier.seq]
      state[point] = .createPte
    case .createPte:
      let outcome = createPTE.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      let mustRetry = state[cells.create.mustRetry]
      state[cells.create.mustRetry] = false
      return complete(state, mustRetry ? .again : .done)
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch state[point] {
    case .createPte: return createPTE.location(in: state)
    case .sampleSeq where samplesLate:
      let isReadOnly = kvm.memslots.flags(state[memslot]).contains(.readOnly)
      let first: Point = isReadOnly ? .slowGup : .fastGup
      return Location(label: first.label, function: first.function)
    case let point: return Location(label: point.label, function: point.function)
    }
  }

  private func complete<R>(_ state: StateView<R>, _ result: Result) -> Outcome {
    state[cells.sample] = 0
    state[cells.upgrade] = false
    if result != .done {
      state[cells.pte] = .absent
      state[cells.isLeaf] = false
    }
    state[cells.result] = result
    state[point] = .sampleSeq
    return .completed
  }
}
