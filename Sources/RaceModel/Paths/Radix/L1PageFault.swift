package import Scheduler

/// `kvmppc_book3s_radix_page_fault`: L1's own fault on its partition-scoped entry.
///
/// Kernel: arch/powerpc/kvm/book3s_64_mmu_radix.c, `kvmppc_book3s_radix_page_fault`, and the SRCU
/// section of `kvmppc_vcpu_run_hv` in book3s_hv.c, read at 6.1.192. It raises R and C in the host
/// entry and never looks at shadow entries. Left out: secure guests, faults on L1's process table.
/// Knobs: `srcu=off`; `outer-sample=after` (the sample of ``InstantiatePage``).
package final class L1PageFault: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case srcuReadLock, findMemslot, lockMmu, setHost, unlockMmu, instantiate, srcuReadUnlock

    package var function: String? {
      switch self {
      case .srcuReadLock, .srcuReadUnlock: "kvmppc_vcpu_run_hv"
      case .setHost: "kvmppc_hv_handle_set_rc"
      case .findMemslot, .lockMmu, .unlockMmu, .instantiate: "kvmppc_book3s_radix_page_fault"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    let cause: Cell<NestedPageFault.Cause>
    let result: Cell<NestedPageFault.Result>
    /// The page's guest frame, while the fault runs.
    let address: Cell<PTE>
    let memslot: Cell<MemslotRef>
    let instantiate: InstantiatePage.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      cause = layout.cell("\(name).dsisr", bits: 2, role: role)
      result = layout.cell("\(name).ret", bits: 2, role: role)
      address = layout.cell("\(name).gpa", bits: kvm.widths.guestPTE, role: role)
      memslot = layout.cell("\(name).memslot", bits: kvm.widths.memslot, role: role)
      instantiate = InstantiatePage.Cells(&layout, "\(name).instantiate", thread, kvm)
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  private let page: Int
  private let access: Access
  private let instantiatePage: InstantiatePage
  /// Whether it runs inside `kvm->srcu`.
  private let entersSRCU: Bool

  init(
    _ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, page: Int, access: Access
  ) {
    self.radix = radix
    (self.kvm, self.thread, self.cells) = (kvm, thread, cells)
    (self.page, self.access) = (page, access)
    let knobs = kvm.knobs(for: L1PageFault.self)
    entersSRCU = knobs.srcu == .on
    instantiatePage = InstantiatePage(
      kvm, radix, thread, cells.instantiate, access: access, gpte: cells.address,
      memslot: cells.memslot, samplesLate: knobs.outerSample == .after)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .srcuReadLock:
      if entersSRCU { kvm.srcu.readLock(state, by: thread) }
      state[point] = .findMemslot
    case .findMemslot:  // gfn_to_memslot; KVM_MEMSLOT_INVALID; KVM_MEM_READONLY
      let memslot = kvm.memslots.find(state, gfn: kvm.geometry.pages[page].gfn)
      let flags = memslot == .null ? .invalid : kvm.memslots.flags(memslot)
      if flags.contains(.invalid) {
        leave(state, state[cells.cause] == .setRC ? .dataStorage : .mmio)
      } else if flags.contains(.readOnly) && access == .store {
        leave(state, .dataStorage)
      } else {
        state[cells.address] = PTE([], frame: kvm.geometry.pages[page].gfn)
        state[cells.memslot] = memslot
        state[point] = state[cells.cause] == .setRC ? .lockMmu : .instantiate
      }
    case .lockMmu:
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[point] = .setHost
    case .setHost:  // kvmppc_hv_handle_set_rc, not nested
      let entry = radix.host.find(state, page).entry
      let pte = state[entry]
      if pte.isPresent, access == .load || pte.has(.write) {
        state[entry] = pte.setting(access.referenceAndChange)
        // dsisr &= ~DSISR_SET_RC
        state[cells.cause] = .none
      }
      state[point] = .unlockMmu
    case .unlockMmu:  // nothing left in the DSISR: done; else it falls through
      kvm.locks.mmu.release(state, by: thread)
      if state[cells.cause] == .none {
        leave(state, .resumeGuest)
      } else {
        state[point] = .instantiate
      }
    case .instantiate:  // kvmppc_book3s_instantiate_page: 0 and -EAGAIN resume the guest
      let outcome = instantiatePage.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      let isFault = state[cells.instantiate.result] == .fault
      state[cells.instantiate.result] = .done
      state[cells.instantiate.pte] = .absent
      state[cells.instantiate.isLeaf] = false
      leave(state, isFault ? .resumeHost : .resumeGuest)
    case .srcuReadUnlock:
      if entersSRCU { kvm.srcu.readUnlock(state, by: thread) }
      state[cells.cause] = .none
      state[point] = .srcuReadLock
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    state[point] == .instantiate
      ? instantiatePage.location(in: state)
      : Location(label: state[point].label, function: state[point].function)
  }

  private func leave<R>(_ state: StateView<R>, _ result: NestedPageFault.Result) {
    state[cells.address] = .absent
    state[cells.memslot] = .null
    state[cells.result] = result
    state[point] = .srcuReadUnlock
  }
}
