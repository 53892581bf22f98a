package import Scheduler

/// KVM_PPC_CONFIGURE_V3_MMU from radix to hash: the nested guests, the rmap and the host table go.
///
/// Kernel: arch/powerpc/kvm/book3s_hv.c, `kvmhv_configure_mmu` and `kvmppc_switch_mmu_to_hpt`;
/// `kvmhv_release_all_nested` and `kvmhv_free_memslot_nest_rmap` of book3s_hv_nested.c;
/// `kvmppc_rmap_reset` of book3s_64_mmu_hv.c; `kvmppc_free_radix` of book3s_64_mmu_radix.c; read
/// at 6.1.192. It runs under `mmu_setup_lock` and is refused while a vCPU runs. Rmap nodes are
/// freed with no lock but SRCU, the words reset under `mmu_lock`, `radix` is cleared under it, and
/// the table freed behind it. The hashed table is not there before a vCPU runs, so every chain is
/// empty. Knob `switch-order=table-first` is the order before 234ff0b729ad. Left out: the LPCR,
/// and a guest that was never ready.
package final class SwitchToHPT: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockSetup, clearReady, testRunning, restoreReady
    case removeLockMmu, removeNested, removeUnlockMmu, releaseNested
    case nodesReadLock, detachRmap, freeNode, nodesReadUnlock
    case resetReadLock, resetLockMmu, resetRmap, resetUnlockMmu, resetReadUnlock
    case lockMmu, clearRadix, unlockMmu, freeTable, setPartition, unlockSetup

    package var function: String? {
      switch self {
      case .lockSetup, .clearReady, .testRunning, .restoreReady, .unlockSetup:
        "kvmhv_configure_mmu"
      case .removeLockMmu, .removeNested, .removeUnlockMmu, .releaseNested, .nodesReadLock,
        .nodesReadUnlock:
        "kvmhv_release_all_nested"
      case .detachRmap, .freeNode: "kvmhv_free_memslot_nest_rmap"
      case .resetReadLock, .resetLockMmu, .resetRmap, .resetUnlockMmu, .resetReadUnlock:
        "kvmppc_rmap_reset"
      case .lockMmu, .clearRadix, .unlockMmu: "kvmppc_switch_mmu_to_hpt"
      case .freeTable: "kvmppc_free_radix"
      case .setPartition: "kvmppc_setup_partition_table"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// The object that is being released, plus one.
    let object: Cell<UInt8>
    let release: Cell<ReleaseNested.Point>
    /// The page whose nodes are freed, then the first of the slot whose words are reset.
    let page: Cell<PageRef>
    /// The nodes of a list that are still to be freed.
    let cursor: Cell<RmapWord>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      object = layout.cell("\(name).gp", bits: kvm.widths.object, role: role)
      release = layout.cell("\(name).release", bits: ReleaseNested.Point.bits, role: role)
      page = layout.cell("\(name).page", bits: kvm.widths.page, role: role)
      cursor = layout.cell("\(name).cursor", bits: kvm.widths.rmapWord, role: role)
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  private let release: ReleaseNested
  /// switch-order=table-first: the table goes first, and no `mmu_lock` is taken.
  private let freesFirst: Bool

  init(_ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells) {
    self.radix = radix
    (self.kvm, self.thread, self.cells) = (kvm, thread, cells)
    release = ReleaseNested(radix, cells.release, object: cells.object)
    freesFirst = kvm.knobs(for: SwitchToHPT.self).switchOrder == .tableFirst
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lockSetup: return lock(kvm.locks.mmuSetup, state, by: thread, then: .clearReady)
    case .clearReady:  // not radix: nothing to do; mmu_ready goes, smp_mb
      let isReady = !state[kvm.mode.isUnready]
      if !state[kvm.mode.isRadix] {
        state[point] = .unlockSetup
      } else if isReady {
        state[kvm.mode.isUnready] = true
        state[point] = .testRunning
      } else {
        state[point] = .removeLockMmu
      }
    case .testRunning:  // vcpus_running?
      state[point] = state[kvm.mode.vcpusRunning] == 0 ? .removeLockMmu : .restoreReady
    case .restoreReady:  // -EBUSY
      state[kvm.mode.isUnready] = false
      state[point] = .unlockSetup
    case .removeLockMmu: return lock(kvm.locks.mmu, state, by: thread, then: .removeNested)
    case .removeNested:  // every guest leaves the idr, and gives up its own reference
      for guest in kvm.machine.guests.indices {
        guard let object = radix.nested.find(state, guest: guest) else { continue }
        state[radix.nested.idr, guest] = .free
        state[radix.nested.refcnt, object] -= 1
      }
      state[point] = .removeUnlockMmu
    case .removeUnlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      nextObject(state)
    case .releaseNested:  // kvmhv_release_nested: nobody can find the object
      let outcome = release.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      nextObject(state)
    case .nodesReadLock:
      kvm.srcu.readLock(state, by: thread)
      state[point] = goOn(state, from: 0)
    case .detachRmap:  // llist_del_all, with no lock
      let page = state[cells.page].index
      kvm.memslots.touchRmap(state, backing: page)
      state[cells.cursor] = state[radix.rmap.heads, page]
      state[radix.rmap.heads, page] = .empty
      nextNode(state)
    case .freeNode:  // kfree of the node
      radix.rmap.free(state, at: cells.cursor)
      nextNode(state)
    case .nodesReadUnlock:
      kvm.srcu.readUnlock(state, by: thread)
      state[point] = freesFirst ? .freeTable : .resetReadLock
    case .resetReadLock:
      kvm.srcu.readLock(state, by: thread)
      state[cells.page] = PageRef(0)
      state[point] = freesFirst ? .resetRmap : .resetLockMmu
    case .resetLockMmu: return lock(kvm.locks.mmu, state, by: thread, then: .resetRmap)
    case .resetRmap:  // memset of the slot's array
      let slot = kvm.geometry.pages[state[cells.page].index].slot
      for page in kvm.geometry.backings(ofSlot: slot) where isThere(state, page) {
        kvm.memslots.touchRmap(state, backing: page)
        state[radix.rmap.heads, page] = .empty
      }
      if freesFirst {
        nextSlot(state)
      } else {
        state[point] = .resetUnlockMmu
      }
    case .resetUnlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      nextSlot(state)
    case .resetReadUnlock:
      kvm.srcu.readUnlock(state, by: thread)
      state[point] = freesFirst ? .clearRadix : .lockMmu
    case .lockMmu: return lock(kvm.locks.mmu, state, by: thread, then: .clearRadix)
    case .clearRadix:  // no longer radix
      state[kvm.mode.isRadix] = false
      state[point] = freesFirst ? .setPartition : .unlockMmu
    case .unlockMmu: return unlock(kvm.locks.mmu, state, by: thread, then: .freeTable)
    case .freeTable:  // no mmu_lock
      for page in kvm.geometry.pages.indices { state[radix.host.entries, page] = .absent }
      for leaf in 0..<radix.host.leaves.count { state[radix.host.leaves, leaf] = .absent }
      state[radix.host.inUse] = false
      state[point] = freesFirst ? .resetReadLock : .setPartition
    case .setPartition:  // the hardware's entry names the hashed table; the LPID is flushed
      radix.tlb.flush(state, lpid: kvm.machine.lpid)
      state[point] = .unlockSetup
    case .unlockSetup:
      kvm.locks.mmuSetup.release(state, by: thread)
      state[point] = .lockSetup
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    state[point] == .releaseNested
      ? release.location(in: state)
      : Location(label: state[point].label, function: state[point].function)
  }

  /// The next object without a reference: those that have left the idr and that no vCPU runs.
  private func nextObject<R>(_ state: StateView<R>) {
    let next = radix.nested.objects.indices.first {
      state[radix.nested.inUse, $0] && state[radix.nested.refcnt, $0] == 0
    }
    state[cells.object] = UInt8(truncatingIfNeeded: next.map { $0 + 1 } ?? 0)
    state[point] = next == nil ? .nodesReadLock : .releaseNested
  }

  /// Whether the loop over the visible slots comes to a page.
  private func isThere<R>(_ state: StateView<R>, _ page: Int) -> Bool {
    kvm.memslots.find(state, slot: kvm.geometry.pages[page].slot) != .null
  }

  /// The next page whose list is to be freed, from `page` on.
  private func goOn<R>(_ state: StateView<R>, from page: Int) -> Point {
    let next = kvm.geometry.backings.first { $0 >= page && isThere(state, $0) }
    state[cells.page] = next.map(PageRef.init) ?? .none
    return next == nil ? .nodesReadUnlock : .detachRmap
  }

  /// The next node of the list at hand, or the next page: `for_each_nest_rmap_safe`.
  private func nextNode<R>(_ state: StateView<R>) {
    let word = state[cells.cursor]
    if !word.isSingle, radix.rmap.next(state, at: word) != nil {
      state[point] = .freeNode
    } else {
      state[cells.cursor] = .empty
      state[point] = goOn(state, from: state[cells.page].index + 1)
    }
  }

  private func nextSlot<R>(_ state: StateView<R>) {
    let slot = kvm.geometry.pages[state[cells.page].index].slot
    let next = kvm.geometry.backings(ofSlot: slot).upperBound
    if next < kvm.geometry.backings.upperBound {
      state[cells.page] = PageRef(next)
      state[point] = freesFirst ? .resetRmap : .resetLockMmu
    } else {
      state[cells.page] = .none
      state[point] = .resetReadUnlock
    }
  }
}

extension SwitchToHPT {
  package static let path = PathSpec(
    "switch-to-hpt", "KVM_PPC_CONFIGURE_V3_MMU: the guest gets a hashed table, its radix tables go",
    functions: [
      "kvmhv_configure_mmu", "kvmppc_switch_mmu_to_hpt", "kvmhv_release_all_nested",
      "kvmppc_rmap_reset", "kvmppc_free_radix",
    ],
    identity: .init("switchToHPT"), use: { _, _, use in use.switchesMMU = true },
    radix: { _, radix, site in
      SwitchToHPT(site.kvm, radix, site.thread, site.cells("configure", Cells.init))
    })
}
