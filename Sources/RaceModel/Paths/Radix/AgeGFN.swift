package import Scheduler

/// Aging of one page: `kvm_age_radix` inside the generic notifier walk.
///
/// Kernel: arch/powerpc/kvm/book3s_64_mmu_radix.c, `kvm_age_radix`; `__kvm_handle_hva_range` of
/// virt/kvm/kvm_main.c; read at 6.1.192. The notifier neither raises the count nor bumps the
/// sequence, and R is cleared without a flush of L1's translation. Of a large leaf it takes R for
/// all pages, and goes through the rmap list of the guest frame that it was called for only,
/// whether or not that is the leaf's first: callers such as DAMON name any address. Left out: the
/// accumulated result, and `kvm_flush_remote_tlbs`, which only kicks vCPUs here. Knob `bump-age`
/// is the missing bump.
package final class AgeGFN: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case srcuReadLock, lockMmu, testRadix, testRmap, readHost, clearHost, updateRmap, bumpSeq
    case unlockMmu, srcuReadUnlock

    package var function: String? {
      switch self {
      case .srcuReadLock, .lockMmu, .unlockMmu, .srcuReadUnlock: "__kvm_handle_hva_range"
      case .testRadix: "kvm_age_gfn_hv"
      case .testRmap: "kvm_age_rmapp"
      case .readHost, .clearHost, .updateRmap, .bumpSeq: "kvm_age_radix"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    let page: Cell<PageRef>
    let old: Cell<PTE>
    let isLeaf: Cell<Bool>
    let update: UpdateNestRmapRC.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      page = layout.cell("\(name).page", bits: kvm.widths.page, role: role)
      old = layout.cell("\(name).old", bits: kvm.widths.hostPTE, role: role)
      isLeaf = layout.cell("\(name).is_leaf", bits: kvm.widths.isLeaf, role: role)
      update = UpdateNestRmapRC.Cells(&layout, "\(name).update", thread, kvm)
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  private let page: Int
  private let updateRmap: UpdateNestRmapRC
  private let bumps: Bool

  init(_ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, page: Int) {
    self.radix = radix
    (self.kvm, self.thread, self.cells, self.page) = (kvm, thread, cells, page)
    bumps = kvm.knobs(for: AgeGFN.self).bumpAge == .on
    updateRmap = UpdateNestRmapRC(
      kvm, radix, cells.update, page: cells.page, old: cells.old, isLeaf: cells.isLeaf,
      clear: .referenced)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .srcuReadLock:  // and kvm_for_each_memslot_in_hva_range: none, and nothing is done
      kvm.srcu.readLock(state, by: thread)
      let isThere = kvm.memslots.find(state, slot: kvm.geometry.pages[page].slot) != .null
      state[point] = isThere ? .lockMmu : .srcuReadUnlock
    case .lockMmu:  // KVM_MMU_LOCK; on_lock does nothing
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[point] = kvm.mode.canChange ? .testRadix : .readHost
    case .testRadix:  // kvm_is_radix
      state[point] = state[kvm.mode.isRadix] ? .readHost : .testRmap
    case .testRmap:  // no longer radix: the word under its lock bit, and no chain
      kvm.findNoChain(state, backing: kvm.geometry.pages[page].backing)
      state[point] = .unlockMmu
    case .readHost:  // present and young?
      let isYoung = state[radix.host.find(state, page).entry].has([.present, .referenced])
      state[point] = isYoung ? .clearHost : .unlockMmu
    case .clearHost:  // kvmppc_radix_update_pte takes R away: no flush
      let (entry, isLeaf) = radix.host.find(state, page)
      let old = state[entry]
      state[entry] = old.clearing(.referenced)
      kvm.ghosts.weaken(state)
      state[cells.old] = PTE([], frame: old.frame)
      state[cells.isLeaf] = isLeaf
      state[cells.page] = PageRef(kvm.geometry.pages[page].backing)
      state[point] = .updateRmap
    case .updateRmap:  // kvmhv_update_nest_rmap_rc_list
      let outcome = updateRmap.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[cells.old] = .absent
      state[cells.isLeaf] = false
      state[cells.page] = .none
      state[point] = bumps ? .bumpSeq : .unlockMmu
    case .bumpSeq:  // bump-age=on
      kvm.bump(state)
      state[point] = .unlockMmu
    case .unlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      state[point] = .srcuReadUnlock
    case .srcuReadUnlock:
      kvm.srcu.readUnlock(state, by: thread)
      state[point] = .srcuReadLock
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    state[point] == .updateRmap
      ? updateRmap.location(in: state)
      : Location(label: state[point].label, function: state[point].function)
  }
}

extension AgeGFN {
  package static let path = PathSpec(
    "age-gfn", "aging of one page by the MMU notifier",
    functions: ["kvm_age_radix", "kvmhv_update_nest_rmap_rc_list"],
    arguments: [Argument.gfn], identity: .init("ageGFN"),
    use: { _, _, use in use.bumps += 1 },
    radix: { call, radix, site in
      AgeGFN(
        site.kvm, radix, site.thread, site.cells("age", Cells.init),
        page: site.kvm.page(at: call[Argument.gfn]))
    })
}
