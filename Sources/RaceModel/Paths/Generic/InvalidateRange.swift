package import Scheduler

/// The MMU notifier around a change of one page, or of all of a slot's memory:
/// `invalidate_range_start`, the change, `_end`.
///
/// Kernel: virt/kvm/kvm_main.c, `kvm_mmu_notifier_invalidate_range_start` and `_end`,
/// `__kvm_handle_hva_range`, `kvm_mmu_invalidate_begin` and `_end`; `kvm_unmap_radix` of
/// arch/powerpc/kvm/book3s_64_mmu_radix.c, or `kvm_unmap_rmapp` for a hashed table; read at
/// 6.1.192. Between start and end the VMM's page gets a new frame and the old one is freed, as in
/// copy-on-write, migration and reclaim with refault. Left out: pfn caches and the wake-up of a
/// slot update. Knob `mn-active=off` lets a slot be updated between start and end, as before
/// 52ac8b358b0c.
package final class InvalidateRange: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case startLockMn, startCountMn, startUnlockMn, startSrcuReadLock, startFindMemslot
    case startLockMmu, countUp
    case testRadix, testRmap, readHost, unmapHost, startUnlockMmu, lateFlush, lateBitmap
    case startSrcuReadUnlock
    case changePage
    case endSrcuReadLock, endFindMemslot, endLockMmu, bumpSeq, countDown, endUnlockMmu,
      endSrcuReadUnlock
    case endLockMn, endCountMn, endUnlockMn

    /// The page is unmapped, and the end has not been announced.
    var isUnmapped: Bool {
      switch self {
      case .lateFlush, .lateBitmap, .startSrcuReadUnlock, .changePage, .endSrcuReadLock,
        .endFindMemslot, .endLockMmu, .bumpSeq:
        true
      default: false
      }
    }

    /// The count has been raised, and not lowered.
    var isCounted: Bool {
      switch self {
      case .testRadix, .testRmap, .readHost, .unmapHost, .startUnlockMmu, .countDown: true
      default: isUnmapped
      }
    }

    package var function: String? {
      switch self {
      case .startLockMn, .startCountMn, .startUnlockMn:
        "kvm_mmu_notifier_invalidate_range_start"
      case .endLockMn, .endCountMn, .endUnlockMn: "kvm_mmu_notifier_invalidate_range_end"
      case .startSrcuReadLock, .startFindMemslot, .endFindMemslot, .startLockMmu, .startUnlockMmu,
        .startSrcuReadUnlock,
        .endSrcuReadLock, .endLockMmu, .endUnlockMmu, .endSrcuReadUnlock:
        "__kvm_handle_hva_range"
      case .countUp: "kvm_mmu_invalidate_begin"
      case .bumpSeq, .countDown: "kvm_mmu_invalidate_end"
      case .testRadix: "kvm_unmap_gfn_range_hv"
      case .testRmap: "kvm_unmap_rmapp"
      case .readHost, .unmapHost, .lateFlush, .lateBitmap: "kvm_unmap_radix"
      case .changePage: nil
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// The page, for properties, while it runs; of several the one that was unmapped last.
    let page: Cell<PageRef>
    /// The slot that was found; NULL when there is none.
    let memslot: Cell<MemslotRef>
    let unmap: ByTable<(RadixTables, UnmapPTE.Cells), (HPT, UnmapRmapp.Cells, Backing)>

    /// Where the page is kept as a backing.
    typealias Backing = Cell<UInt16>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      point = layout.cell("\(name).point", bits: Point.bits, role: .local(thread))
      page = layout.cell("\(name).page", bits: kvm.widths.page, role: .local(thread))
      memslot = layout.cell("\(name).memslot", bits: kvm.widths.memslot, role: .local(thread))
      let radixCells = UnmapPTE.Cells(&layout, "\(name).unmap", thread, kvm)
      switch kvm.tables {
      case .radix(let radix): unmap = .radix((radix, radixCells))
      case .hashed(let hpt):
        let own = UnmapRmapp.Cells(&layout, "\(name).unmap-hpt", thread, hpt)
        let backing: Backing = layout.cell(
          "\(name).backing", bits: kvm.widths.page, role: .local(thread))
        unmap = .hashed((hpt, own, backing))
      }
    }

    /// The cells of the unmapping of a chain; nil for a radix guest.
    var unmapHPT: UnmapRmapp.Cells? { unmap.hashed?.1 }
  }

  private let kvm: KVM
  private let thread: ThreadID
  private let cells: Cells
  /// The pages of the range.
  private let backings: Range<Int>
  private let backing: Int
  /// How many of them are unmapped.
  private let unmappedCount: Int
  /// The frame that the VMM's page gets; 0 for none.
  private let newFrame: Int
  private let unmap: ByTable<UnmapPTE, UnmapRmapp>
  /// Where a hashed table's unmapping looks for the page.
  private let unmapBacking: Cells.Backing?
  /// Whether the end lowers `mmu_notifier_count`.
  private let countsDown: Bool
  /// mn-active=off: a slot update does not wait for the end.
  private let isActive: Bool

  init(_ kvm: KVM, _ thread: ThreadID, _ cells: Cells, backings: Range<Int>, newFrame: Int) {
    (self.kvm, self.thread, self.cells) = (kvm, thread, cells)
    (self.backings, self.newFrame) = (backings, newFrame)
    backing = backings.lowerBound
    let knobs = kvm.knobs(for: InvalidateRange.self)
    countsDown = knobs.countDown == .on
    isActive = knobs.mnActive == .on
    // Of a single page there is nothing to choose; a late bitmap is that of a single page.
    let isRange = backings.count > 1
    unmappedCount = isRange && knobs.notifierRange == .first ? 1 : backings.count
    switch cells.unmap {
    case .radix((let radix, let own)):
      unmap = .radix(
        UnmapPTE(
          kvm, radix, own, page: cells.page, memslot: cells.memslot,
          setsBitmapLater: !isRange && knobs.bitmapLate == .on, flushesLater: true))
      unmapBacking = nil
    case .hashed((let hpt, let own, let backing)):
      unmap = .hashed(
        UnmapRmapp(kvm, hpt, thread, own, backing: backing, memslot: cells.memslot))
      unmapBacking = backing
    }
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .startLockMn where !isActive:  // mn-active=off: nobody is told
      kvm.srcu.readLock(state, by: thread)
      state[point] = .startFindMemslot
    case .startLockMn: return lock(kvm.locks.mnInvalidate, state, by: thread, then: .startCountMn)
    case .startCountMn:  // mn_active_invalidate_count goes up
      state[kvm.notifier.active] += 1
      state[point] = .startUnlockMn
    case .startUnlockMn:
      return unlock(kvm.locks.mnInvalidate, state, by: thread, then: .startSrcuReadLock)
    case .startSrcuReadLock:
      kvm.srcu.readLock(state, by: thread)
      state[point] = .startFindMemslot
    case .startFindMemslot:  // kvm_for_each_memslot_in_hva_range; none: no count either
      let memslot = kvm.memslots.find(state, slot: kvm.geometry.pages[backing].slot)
      guard memslot != .null, let page = page(memslot) else {
        state[point] = .startSrcuReadUnlock
        break
      }
      state[cells.memslot] = memslot
      state[cells.page] = PageRef(page)
      state[point] = .startLockMmu
    case .startLockMmu: return lock(kvm.locks.mmu, state, by: thread, then: .countUp)
    case .countUp:  // mmu_invalidate_in_progress goes up
      state[kvm.notifier.count] += 1
      if let unmapBacking {
        state[unmapBacking] = UInt16(truncatingIfNeeded: backing)
        state[point] = .unmapHost
      } else {
        state[point] = kvm.mode.canChange ? .testRadix : .readHost
      }
    case .testRadix:  // kvm_is_radix
      state[point] = state[kvm.mode.isRadix] ? .readHost : .testRmap
    case .testRmap:  // no longer radix: the word under its lock bit, and no chain
      kvm.findNoChain(state, backing: kvm.geometry.pages[state[cells.page].index].backing)
      nextPage(state, with: .testRmap)
    case .readHost:  // find_kvm_secondary_pte; pte_present: absent, and nothing at all is done
      guard case .radix(let unmapPTE) = unmap else { break }
      if unmapPTE.isMapped(state) {
        state[point] = .unmapHost
      } else {
        nextPage(state)
      }
    case .unmapHost:  // kvmppc_unmap_pte; hashed: kvm_unmap_rmapp
      let outcome = unmap.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      nextPage(state)
    case .startUnlockMmu:
      return unlock(kvm.locks.mmu, state, by: thread, then: afterUnlock(state))
    case .lateFlush:  // unmap-flush=after-unlock: the section is over
      guard case .radix(let unmapPTE) = unmap else { break }
      unmapPTE.flushLate(state)
      state[point] = afterUnlock(state)
    case .lateBitmap:  // bm-late=on: the section is over
      guard case .radix(let unmapPTE) = unmap else { break }
      unmapPTE.setBitmapLate(state)
      state[point] = .startSrcuReadUnlock
    case .startSrcuReadUnlock:
      kvm.srcu.readUnlock(state, by: thread)
      state[point] = .changePage
    case .changePage:  // mm: a page gets another frame, or none, and the old one is free for reuse
      for backing in backings { kvm.change(state, backing: backing, to: newFrame) }
      state[point] = .endSrcuReadLock
    case .endSrcuReadLock:
      kvm.srcu.readLock(state, by: thread)
      state[point] = .endFindMemslot
    case .endFindMemslot:  // the same slot, for mn_active_invalidate_count is raised
      let isThere = kvm.memslots.find(state, slot: kvm.geometry.pages[backing].slot) != .null
      state.require(
        !isActive || isThere == (state[cells.memslot] != .null),
        saying: "the memslot has changed while the notifier was under way")
      state[point] = isThere ? .endLockMmu : .endSrcuReadUnlock
    case .endLockMmu: return lock(kvm.locks.mmu, state, by: thread, then: .bumpSeq)
    case .bumpSeq:  // the sequence moves; smp_wmb
      kvm.bump(state)
      state[point] = .countDown
    case .countDown:  // mmu_invalidate_in_progress goes down
      if countsDown { state[kvm.notifier.count] -= 1 }
      state[point] = .endUnlockMmu
    case .endUnlockMmu: return unlock(kvm.locks.mmu, state, by: thread, then: .endSrcuReadUnlock)
    case .endSrcuReadUnlock:
      kvm.srcu.readUnlock(state, by: thread)
      if !isActive {
        (state[cells.page], state[cells.memslot]) = (.none, .null)
        state[point] = .startLockMn
        return .completed
      }
      state[point] = .endLockMn
    case .endLockMn: return lock(kvm.locks.mnInvalidate, state, by: thread, then: .endCountMn)
    case .endCountMn:  // mn_active_invalidate_count goes down
      state[kvm.notifier.active] -= 1
      state[cells.page] = .none
      state[cells.memslot] = .null
      state[point] = .endUnlockMn
    case .endUnlockMn:
      kvm.locks.mnInvalidate.release(state, by: thread)
      state[point] = .startLockMn
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch state[point] {
    case .unmapHost: unmap.location(in: state)
    case .startLockMn where !isActive:
      Location(
        label: Point.startSrcuReadLock.label, function: Point.startSrcuReadLock.function)
    case let point: Location(label: point.label, function: point.function)
    }
  }

  /// The loop of `kvm_unmap_gfn_range_hv`.
  private func nextPage<R>(_ state: StateView<R>, with again: Point = .readHost) {
    if let unmapBacking {
      let next = Int(state[unmapBacking]) &+ 1
      let goesOn = next < backing + unmappedCount
      state[unmapBacking] = goesOn ? UInt16(truncatingIfNeeded: next) : 0
      if goesOn { state[cells.page] = PageRef(next) }
      state[point] = goesOn ? .unmapHost : .startUnlockMmu
    } else {
      let next = state[cells.page].index &+ 1
      let goesOn = kvm.geometry.offset(next &- 1) &+ 1 < unmappedOffset
      if goesOn { state[cells.page] = PageRef(next) }
      state[point] = goesOn ? again : .startUnlockMmu
    }
  }

  /// How far behind the slot's first page the unmapping ends.
  private var unmappedOffset: Int {
    backing + unmappedCount - kvm.geometry.firstBacking[kvm.geometry.pages[backing].slot]
  }

  /// What a variant has left for after the unlock.
  private func afterUnlock<R>(_ state: StateView<R>) -> Point {
    guard case .radix(let unmapPTE) = unmap else { return .startSrcuReadUnlock }
    if unmapPTE.owesFlush(state) { return .lateFlush }
    return unmapPTE.owesBitmap(state) ? .lateBitmap : .startSrcuReadUnlock
  }

  /// The page in the host table; a hashed one has none, and the backing tells the page.
  private func page(_ memslot: MemslotRef) -> Int? {
    switch unmap {
    case .radix: kvm.geometry.page(ofGFN: kvm.memslots.gfn(memslot, backing: backing))
    case .hashed: backing
    }
  }
}

extension InvalidateRange {
  package static let path = PathSpec(
    "invalidate-range",
    "the MMU notifier around a change of one page: start, another frame or none, end",
    functions: [
      "kvm_mmu_notifier_invalidate_range_start", "kvm_unmap_radix", "kvmppc_unmap_pte",
      "kvmhv_remove_nest_rmap_range", "kvm_unmap_rmapp", "kvm_mmu_notifier_invalidate_range_end",
    ],
    arguments: [Argument.gfn, Argument.rpn], identity: .init("invalidateRange"),
    use: { call, machine, use in
      use.bumps += 1
      use.countThread(as: .notifier)
      if let slot = machine.slot(ofGFN: call[Argument.gfn]) { use.changedSlots.insert(slot) }
      let rpn = call[Argument.rpn]
      if rpn == 0 { use.losesFrames = true }
      if rpn != 0, let page = machine.pageNumber(ofGFN: call[Argument.gfn]) {
        use.newFrames.append(Geometry.Frame(rpn: rpn, backing: page))
      }
    },
    eitherTable: { call, _, site in
      let page = site.kvm.page(at: call[Argument.gfn])
      let backing = site.kvm.geometry.pages[page].backing
      return InvalidateRange(
        site.kvm, site.thread, site.cells("notifier", Cells.init),
        backings: backing..<backing + 1, newFrame: call[Argument.rpn])
    })

  package static let slotPath = PathSpec(
    "invalidate-slot",
    "the MMU notifier around the loss of all of a slot's memory: start, no frames, end",
    functions: [
      "kvm_mmu_notifier_invalidate_range_start", "kvm_unmap_gfn_range_hv", "kvm_unmap_radix",
      "kvmppc_unmap_pte", "kvmhv_remove_nest_rmap_range", "kvm_unmap_rmapp",
      "kvm_mmu_notifier_invalidate_range_end",
    ],
    arguments: [Argument.slot], identity: .init("invalidateSlot"),
    use: { call, _, use in
      use.bumps += 1
      use.countThread(as: .notifier)
      use.losesFrames = true
      use.changedSlots.insert(call[Argument.slot])
      use.walkedSlots.insert(call[Argument.slot])
    },
    eitherTable: { call, _, site in
      InvalidateRange(
        site.kvm, site.thread, site.cells("notifier", Cells.init),
        backings: site.kvm.geometry.backings(ofSlot: call[Argument.slot]), newFrame: 0)
    })
}
