package import Scheduler

/// `kvm_vm_ioctl_get_dirty_log_hv`: the whole KVM_GET_DIRTY_LOG ioctl for one slot.
///
/// Kernel: arch/powerpc/kvm/book3s_hv.c, `kvm_vm_ioctl_get_dirty_log_hv`, and
/// `kvmppc_hv_get_dirty_log_radix` of book3s_64_mmu_radix.c or `_hpt` of book3s_64_mmu_hv.c, read
/// at 6.1.192. A page counts as reported when the bitmap reaches user space. Left out: the dirty
/// flags of VPAs and DTLs; a slot of at most 64 pages is one bitmap word, so one xchg. Knob
/// `harvest-order=bitmap-first` takes the bitmap before it looks at the entries.
package final class GetDirtyLog: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockSlots, findMemslot, zeroScratch, testRadix, testRmap, testClearDirty, setScratch
    case xchgBitmap, copyToUser, unlockSlots

    package var function: String? {
      switch self {
      case .testClearDirty, .setScratch: "kvmppc_hv_get_dirty_log_radix"
      case .testRmap: "kvm_test_clear_dirty_npages"
      case .lockSlots, .findMemslot, .zeroScratch, .testRadix, .xchgBitmap, .copyToUser,
        .unlockSlots:
        "kvm_vm_ioctl_get_dirty_log_hv"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// The page being tested.
    let page: Cell<PageRef>
    let test: ByTable<(RadixTables, TestClearDirty.Cells), (HPT, TestClearDirtyHPT.Cells)>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      page = layout.cell("\(name).page", bits: kvm.widths.page, role: role)
      let radixCells = TestClearDirty.Cells(&layout, "\(name).test", thread, kvm)
      test =
        switch kvm.tables {
        case .radix(let radix): .radix((radix, radixCells))
        case .hashed(let hpt):
          .hashed((hpt, TestClearDirtyHPT.Cells(&layout, "\(name).test-hpt", thread, hpt)))
        }
    }

    /// The cells of the test of a hashed table's chains; nil for a radix guest.
    var testHPT: TestClearDirtyHPT.Cells? { test.hashed?.1 }
  }

  private let kvm: KVM
  private let thread: ThreadID
  private let cells: Cells
  private let slot: Int
  private let pages: Range<Int>
  /// harvest-order=bitmap-first: the bitmap is taken before the entries are looked at.
  private let takesBitmapFirst: Bool
  private let test: ByTable<TestClearDirty, TestClearDirtyHPT>
  /// Where the test leaves its result.
  private let isDirty: Cell<Bool>

  init(_ kvm: KVM, _ thread: ThreadID, _ cells: Cells, slot: Int) {
    (self.kvm, self.thread, self.cells) = (kvm, thread, cells)
    self.slot = slot
    pages = kvm.geometry.backings(ofSlot: slot)
    takesBitmapFirst = kvm.knobs(for: GetDirtyLog.self).harvestOrder == .bitmapFirst
    switch cells.test {
    case .radix((let radix, let own)):
      test = .radix(TestClearDirty(kvm, radix, thread, own, slot: slot, page: cells.page))
      isDirty = own.isDirty
    case .hashed((let hpt, let own)):
      test = .hashed(TestClearDirtyHPT(kvm, hpt, thread, own, page: cells.page))
      isDirty = own.isDirty
    }
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lockSlots:  // mutex_lock(&kvm->slots_lock)
      guard kvm.locks.slots.acquire(state, by: thread) else { return .blocked }
      kvm.ghosts.beginHarvest(state, ofBackings: pages) { kvm.isDirtyVisible(state, backing: $0) }
      state[point] = .findMemslot
    case .findMemslot:  // id_to_memslot; no dirty_bitmap: -ENOENT
      // slots_lock keeps the slot's struct, and its bitmap, as they are.
      let logs = kvm.memslots.findLogging(state, slot: slot) != nil
      state[point] = logs ? .zeroScratch : .unlockSlots
    case .zeroScratch:  // memset of the second half
      kvm.memslots.touchBitmap(state, slot: slot)
      for page in pages { state[kvm.memslots.scratch, page] = false }
      state[point] = takesBitmapFirst ? .xchgBitmap : .testRadix
    case .testRadix:  // kvm_is_radix, once, with no mmu_lock
      state[cells.page] = PageRef(pages.lowerBound)
      state[point] = test.radix != nil && !state[kvm.mode.isRadix] ? .testRmap : .testClearDirty
    case .testRmap:  // no longer radix: the word under its lock bit, and no chain
      kvm.findNoChain(state, backing: state[cells.page].index)
      nextPage(state, at: .testRmap)
    case .testClearDirty:  // kvm_radix_test_clear_dirty; hashed: kvm_test_clear_dirty_npages
      let outcome = test.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      if state[isDirty] {
        state[isDirty] = false
        state[point] = .setScratch
      } else {
        nextPage(state, at: .testClearDirty)
      }
    case .setScratch:  // set_dirty_bits
      kvm.memslots.touchBitmap(state, slot: slot)
      state[kvm.memslots.scratch, state[cells.page].index] = true
      nextPage(state, at: .testClearDirty)
    case .xchgBitmap:  // xchg takes the first half, word by word, into the second
      kvm.memslots.touchBitmap(state, slot: slot)
      for page in pages where state[kvm.memslots.bitmap, page] {
        state[kvm.memslots.scratch, page] = true
        state[kvm.memslots.bitmap, page] = false
      }
      state[point] = takesBitmapFirst ? .testRadix : .copyToUser
    case .copyToUser:  // copy_to_user: what was written before is now reported
      kvm.memslots.touchBitmap(state, slot: slot)
      kvm.ghosts.endHarvest(state, ofBackings: pages) { state[kvm.memslots.scratch, $0] }
      state[point] = .unlockSlots
    case .unlockSlots:  // mutex_unlock(&kvm->slots_lock)
      kvm.locks.slots.release(state, by: thread)
      kvm.ghosts.forgetHarvest(state, ofBackings: pages)
      // The scratch half is dead until the next harvest zeroes it.
      for page in pages { state[kvm.memslots.scratch, page] = false }
      state[point] = .lockSlots
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch (state[point], test) {
    case (.testClearDirty, _): test.location(in: state)
    case (.setScratch, .hashed):
      Location(label: Point.setScratch.label, function: "kvmppc_hv_get_dirty_log_hpt")
    case (let point, _): Location(label: point.label, function: point.function)
    }
  }

  private func nextPage<R>(_ state: StateView<R>, at test: Point) {
    let next = state[cells.page].index &+ 1
    state[cells.page] = next < pages.upperBound ? PageRef(next) : .none
    if next < pages.upperBound {
      state[point] = test
    } else {
      state[point] = takesBitmapFirst ? .copyToUser : .xchgBitmap
    }
  }
}

extension GetDirtyLog {
  package static let path = PathSpec(
    "get-dirty-log", "the KVM_GET_DIRTY_LOG ioctl over one slot, as migration calls it",
    functions: [
      "kvm_vm_ioctl_get_dirty_log_hv", "kvm_radix_test_clear_dirty",
      "kvmhv_update_nest_rmap_rc_list", "kvm_test_clear_dirty_npages",
    ],
    arguments: [Argument.slot], identity: .init("getDirtyLog"),
    use: { call, machine, use in
      // Once a page, if every one is dirty.
      use.bumps += machine.slots[call[Argument.slot]].npages
      use.harvestedSlots.insert(call[Argument.slot])
      use.walkedSlots.insert(call[Argument.slot])
    },
    eitherTable: { call, _, site in
      GetDirtyLog(
        site.kvm, site.thread, site.cells("dirty-log", Cells.init), slot: call[Argument.slot])
    })
}
