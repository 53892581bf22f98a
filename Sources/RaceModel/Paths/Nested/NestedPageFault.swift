package import Scheduler

/// `kvmhv_nested_page_fault`: finds or makes a shadow entry for an L2 access that hardware
/// refused.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_nested_page_fault` and
/// `__kvmhv_nested_page_fault`, and the SRCU section of `kvmppc_handle_nested_exit` in
/// book3s_hv.c, read at 6.1.192. Between `unlockMmu` and the sequence check of `kvmppc_create_pte`
/// the copied host entry can go stale: that is the window of the race. Local work rides with the
/// step before it. `kvmppc_book3s_instantiate_page` can return 0 without setting `level`, which is
/// used all the same; with knob `stack-init=zero` it is 0. Left out: instruction faults, larger
/// pages, failing allocations. Knobs: `tlb-lock`, `outer-sample`, `srcu=off` (no read section).
package final class NestedPageFault: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case srcuReadLock, lockTlb, checkRoot, updateCache, walkGpte, setRc, findMemslot, sampleSeq
    case lockMmu, readHost, unlockMmu, lateSample, instantiate, allocNode, createPte, freeNode
    case invalidate, unlockTlb, srcuReadUnlock

    package var function: String? {
      switch self {
      case .srcuReadLock, .srcuReadUnlock: "kvmppc_handle_nested_exit"
      case .lockTlb, .unlockTlb: "kvmhv_nested_page_fault"
      case .walkGpte: "kvmhv_translate_addr_nested"
      case .checkRoot, .updateCache, .setRc, .findMemslot, .sampleSeq, .lockMmu, .readHost,
        .unlockMmu,
        .lateSample, .instantiate, .allocNode, .createPte, .freeNode, .invalidate:
        "__kvmhv_nested_page_fault"
      }
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  private let core: Int
  private let l2Page: Int
  private let access: Access
  private let updateCache: UpdatePtblCache
  private let nestedSetRC: NestedSetRC
  private let instantiatePage: InstantiatePage
  private let createPTE: CreatePTE
  private let invalidateShadow: InvalidateShadowPTE
  /// Whether it runs inside `kvm->srcu`.
  private let entersSRCU: Bool
  private let hasTLBLock: Bool
  private let outerSample: Knob.OuterSample
  private let zeroesLocals: Bool

  init(
    _ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, core: Int, l2Page: Int,
    access: Access
  ) {
    self.radix = radix
    (self.kvm, self.thread, self.cells) = (kvm, thread, cells)
    (self.core, self.l2Page, self.access) = (core, l2Page, access)
    let knobs = kvm.knobs(for: NestedPageFault.self)
    (entersSRCU, hasTLBLock) = (knobs.srcu == .on, knobs.tlbLock == .on)
    (outerSample, zeroesLocals) = (knobs.outerSample, knobs.stackInit == .zero)
    updateCache = UpdatePtblCache(kvm, radix, thread, cells.update, of: .running(core: core))
    nestedSetRC = NestedSetRC(
      kvm, radix, thread, cells.setRC, core: core, l2Page: l2Page, access: access, gpte: cells.gpte)
    instantiatePage = InstantiatePage(
      kvm, radix, thread, cells.instantiate, access: access, gpte: cells.gpte,
      memslot: cells.memslot)
    let insert = InsertNestRmap(
      kvm, radix, cells.insert, entry: radix.nested.l2Pages[l2Page].entry, node: cells.node,
      gpte: cells.gpte,
      memslot: cells.memslot)
    createPTE = CreatePTE(
      kvm, radix, thread, cells.create, into: .shadow(core: core, l2Page: l2Page, insert: insert),
      pte: cells.pte,
      sample: cells.sample)
    invalidateShadow = InvalidateShadowPTE(
      kvm, radix, thread, cells.invalidate, l2Page: l2Page, for: .fault(core: core))
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .srcuReadLock:  // srcu_read_lock(&kvm->srcu)
      if entersSRCU { kvm.srcu.readLock(state, by: thread) }
      state[point] = hasTLBLock ? .lockTlb : .checkRoot
    case .lockTlb:  // mutex_lock(&gp->tlb_lock)
      let gp = radix.nested.current(state, core: core)
      radix.nested.touch(state, gp)
      guard radix.nested.tlbLocks[gp].acquire(state, by: thread) else { return .blocked }
      state[point] = .checkRoot
    case .checkRoot:  // is the root known?
      let gp = radix.nested.current(state, core: core)
      radix.nested.touch(state, gp)
      state[point] = state[radix.nested.root, gp] ? .walkGpte : .updateCache
    case .updateCache:  // kvmhv_update_ptbl_cache; is there a root now?
      let outcome = updateCache.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      if state[radix.nested.root, radix.nested.current(state, core: core)] {
        state[point] = .walkGpte
      } else {
        leave(state, .resumeHost)
      }
    case .walkGpte:  // kvmhv_translate_addr_nested; then what the DSISR asks for
      Lock.maySleep(state, by: thread, spinlock: kvm.locks.mmu)
      translate(state)
    case .setRc:  // kvmhv_handle_nested_set_rc
      let outcome = nestedSetRC.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      let failed = state[cells.setRC.failed]
      state[cells.setRC.failed] = false
      state[cells.gpte] = .absent
      if failed {
        state[point] = .invalidate
      } else {
        leave(state, .resumeGuest)
      }
    case .findMemslot:  // gfn_to_memslot; KVM_MEMSLOT_INVALID; KVM_MEM_READONLY
      findMemslot(state)
    case .sampleSeq:  // the sample; smp_rmb
      state[cells.sample] = state[kvm.notifier.seq]
      state[point] = .lockMmu
    case .lockMmu:  // spin_lock
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[point] = .readHost
    case .readHost:  // find_kvm_secondary_pte, and the copy
      if let page = kvm.geometry.page(ofGFN: state[cells.gpte].frame) {
        let found = radix.host.find(state, page)
        state[cells.pte] = state[found.entry]
        state[cells.isLeaf] = found.isLeaf
      }
      state[point] = .unlockMmu
    case .unlockMmu:  // spin_unlock: from here on the copy can go stale
      kvm.locks.mmu.release(state, by: thread)
      if outerSample == .after {
        state[point] = .lateSample
      } else {
        useCopy(state)
      }
    case .lateSample:  // outer-sample=after or inner: the sample is younger than the copy
      state[cells.sample] = state[kvm.notifier.seq]
      if outerSample == .after {
        useCopy(state)
      } else {
        computeShadow(state)
      }
    case .instantiate:  // kvmppc_book3s_instantiate_page
      return instantiate(state, choice)
    case .allocNode:  // kzalloc, which may sleep; the place in memslot->arch.rmap
      Lock.maySleep(state, by: thread, spinlock: kvm.locks.mmu)
      kvm.memslots.touch(state, state[cells.memslot])
      guard
        let node = (0..<radix.rmap.nodeInUse.count).first(where: {
          !state[radix.rmap.nodeInUse, $0]
        })
      else {
        state.fail(kvm.checks.poolExhausted, saying: "the model has no rmap node left")
        return .advanced
      }
      state[radix.rmap.nodeInUse, node] = true
      state[radix.rmap.nodeEntry, node] = radix.nested.l2Pages[l2Page].entry
      state[cells.node] = UInt16(truncatingIfNeeded: node &+ 1)
      state[point] = .createPte
    case .createPte:  // kvmppc_create_pte; -EAGAIN resumes the guest like success does
      let outcome = createPTE.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[cells.create.mustRetry] = false
      state[cells.pte] = .absent
      state[cells.sample] = 0
      state[cells.gpte] = .absent
      state[cells.memslot] = .null
      if state[cells.node] == 0 {
        leave(state, .resumeGuest)
      } else {
        state[point] = .freeNode
      }
    case .freeNode:  // kfree: the insert did not use it
      let node = Int(state[cells.node]) &- 1
      state[radix.rmap.nodeInUse, node] = false
      state[radix.rmap.nodeEntry, node] = .none
      state[cells.node] = 0
      leave(state, .resumeGuest)
    case .invalidate:  // kvmhv_invalidate_shadow_pte
      let outcome = invalidateShadow.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      leave(state, .resumeGuest)
    case .unlockTlb:  // mutex_unlock(&gp->tlb_lock)
      let gp = radix.nested.current(state, core: core)
      radix.nested.touch(state, gp)
      radix.nested.tlbLocks[gp].release(state, by: thread)
      state[point] = .srcuReadUnlock
    case .srcuReadUnlock:  // srcu_read_unlock(&kvm->srcu)
      if entersSRCU { kvm.srcu.readUnlock(state, by: thread) }
      state[cells.cause] = .none
      state[point] = .srcuReadLock
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch state[point] {
    case .updateCache: updateCache.location(in: state)
    case .setRc: nestedSetRC.location(in: state)
    case .instantiate: instantiatePage.location(in: state)
    case .createPte: createPTE.location(in: state)
    case .invalidate: invalidateShadow.location(in: state)
    case let point: Location(label: point.label, function: point.function)
    }
  }

  /// `kvmhv_translate_addr_nested` and the branches on DSISR behind it.
  private func translate<R>(_ state: StateView<R>) {
    let gpte = state[radix.nested.gpte, l2Page]
    guard access.isPermitted(by: gpte) else {
      if state[cells.cause] == .protFault {
        state[point] = .invalidate
      } else {
        leave(state, .resumeHost)
      }
      return
    }
    guard state[cells.cause] == .setRC else {
      state[cells.gpte] = gpte
      state[point] = .findMemslot
      return
    }
    guard gpte.has(access.referenceAndChange) else { return leave(state, .resumeHost) }
    // Only the frame is looked at from here on.
    state[cells.gpte] = PTE([], frame: gpte.frame)
    state[point] = .setRc
  }

  private func findMemslot<R>(_ state: StateView<R>) {
    let memslot = kvm.memslots.find(state, gfn: state[cells.gpte].frame)
    let flags = memslot == .null ? .invalid : kvm.memslots.flags(memslot)
    if flags.contains(.invalid) || (flags.contains(.readOnly) && access == .store) {
      state[cells.gpte] = .absent
      leave(state, flags.contains(.invalid) ? .mmio : .dataStorage)
    } else {
      state[cells.memslot] = memslot
      state[point] = outerSample == .before ? .sampleSeq : .lockMmu
    }
  }

  /// The copy does when it is present and, for a store, writable; else the page is instantiated.
  private func useCopy<R>(_ state: StateView<R>) {
    let pte = state[cells.pte]
    if !pte.isPresent || (access == .store && !pte.has(.write)) {
      state[point] = .instantiate
    } else if outerSample == .inner {
      state[point] = .lateSample
    } else {
      computeShadow(state)
    }
  }

  private func instantiate<R: AccessRecorder>(_ state: StateView<R>, _ choice: Int) -> Outcome {
    let inner = state[cells.instantiate.sample]
    let outcome = instantiatePage.step(state, choice: choice)
    guard outcome.isCompleted else { return outcome }
    let result = state[cells.instantiate.result]
    state[cells.instantiate.result] = .done
    switch result {
    case .done, .nothing:
      if result == .done {
        state[cells.pte] = state[cells.instantiate.pte]
      } else if !zeroesLocals {
        state.fail(
          kvm.checks.uninitialized,
          saying:
            "level is used, and kvmppc_book3s_instantiate_page() returned 0 without setting it "
            + "(with stack-init=zero it would be 0)")
      }
      // A level of 0 is a base page, whatever the size of the entry that was copied before.
      state[cells.isLeaf] = state[cells.instantiate.isLeaf]
      if outerSample == .inner { state[cells.sample] = inner }
      computeShadow(state)
    case .again, .fault:
      state[cells.gpte] = .absent
      state[cells.memslot] = .null
      state[cells.pte] = .absent
      state[cells.isLeaf] = false
      state[cells.sample] = 0
      leave(state, result == .again ? .resumeGuest : .resumeHost)
    }
    state[cells.instantiate.pte] = .absent
    state[cells.instantiate.isLeaf] = false
    return .advanced
  }

  /// The entry to insert: what the host entry allows, less what L1's entry does not.
  ///
  /// C is kept for a store only, so that a load never makes an entry that can be stored through
  /// unnoticed.
  private func computeShadow<R>(_ state: StateView<R>) {
    let gpte = state[cells.gpte]
    var remove = PTE.Bits.permissions.union(.referenced).subtracting(gpte.bits)
    if !(gpte.has(.changed) && access == .store) { remove.insert(.changed) }
    var pte = state[cells.pte].clearing(remove)
    var gfn = gpte.frame
    if state[cells.isLeaf], let page = kvm.geometry.page(ofGFN: gfn) {
      // Split to the size of L1's page; the rmap entry goes on the list of the leaf's first frame.
      pte = PTE(pte.bits, frame: pte.frame + kvm.geometry.offset(page))
      gfn = kvm.geometry.pages[kvm.geometry.slotStart(page)].gfn
      state[cells.isLeaf] = false
    }
    state[cells.pte] = pte
    // Only the frame is needed from here on, for the rmap.
    state[cells.gpte] = PTE([], frame: gfn)
    state[point] = .allocNode
  }

  private func leave<R>(_ state: StateView<R>, _ result: Result) {
    state[cells.result] = result
    state[point] = hasTLBLock ? .unlockTlb : .srcuReadUnlock
  }
}

extension NestedPageFault {
  /// The bit of HDSISR that says why hardware refused; `DSISR_ISSTORE` is the access's own.
  package enum Cause: UInt8, CellValue, CaseIterable {
    /// Not faulting.
    case none
    /// `DSISR_NOHPTE`.
    case noHPTE
    /// `DSISR_PROTFAULT`.
    case protFault
    /// `DSISR_SET_RC`.
    case setRC
  }

  /// What the caller is told; it clears the cell.
  package enum Result: UInt8, CellValue, CaseIterable {
    /// `RESUME_GUEST`: the access is tried again.
    case resumeGuest
    /// `RESUME_HOST`: L1 gets the fault.
    case resumeHost
    /// L1 or the VMM emulates the access: no memory slot is there.
    case mmio
    /// L2 gets a data storage interrupt: the slot is read-only.
    case dataStorage
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    let cause: Cell<Cause>
    let result: Cell<Result>
    /// `gpte`; its frame is kept until the rmap insert.
    let gpte: Cell<PTE>
    /// `memslot`, as it was looked up.
    let memslot: Cell<MemslotRef>
    /// `pte`: the copy of the host entry, then the shadow entry made from it.
    let pte: Cell<PTE>
    /// The copied host entry is a large leaf.
    let isLeaf: Cell<Bool>
    let sample: Cell<UInt16>
    /// `n_rmap`: the allocated node, plus one.
    let node: Cell<UInt16>
    let update: UpdatePtblCache.Cells
    let setRC: NestedSetRC.Cells
    let instantiate: InstantiatePage.Cells
    let create: CreatePTE.Cells
    let insert: InsertNestRmap.Cells
    let invalidate: Cell<InvalidateShadowPTE.Point>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      cause = layout.cell("\(name).dsisr", bits: 2, role: role)
      result = layout.cell("\(name).ret", bits: 2, role: role)
      gpte = layout.cell("\(name).gpte", bits: kvm.widths.guestPTE, role: role)
      memslot = layout.cell("\(name).memslot", bits: kvm.widths.memslot, role: role)
      pte = layout.cell("\(name).pte", bits: kvm.widths.hostPTE, role: role)
      isLeaf = layout.cell("\(name).is_leaf", bits: kvm.widths.isLeaf, role: role)
      sample = layout.cell("\(name).mmu_seq", bits: kvm.widths.seq, role: role)
      node = layout.cell("\(name).n_rmap", bits: kvm.widths.node, role: role)
      update = layout.cells(areNeeded: !kvm.nestedUse.zeroedRoots.isEmpty) {
        UpdatePtblCache.Cells(&$0, "\(name).update", thread)
      }
      setRC = NestedSetRC.Cells(&layout, "\(name).setrc", thread)
      instantiate = InstantiatePage.Cells(&layout, "\(name).instantiate", thread, kvm)
      create = CreatePTE.Cells(&layout, "\(name).create", thread)
      insert = InsertNestRmap.Cells(&layout, "\(name).insert", thread, kvm)
      invalidate = layout.cell(
        "\(name).invalidate", bits: InvalidateShadowPTE.Point.bits, role: role)
    }
  }
}
