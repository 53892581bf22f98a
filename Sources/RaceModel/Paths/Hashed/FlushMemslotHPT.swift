package import Scheduler

/// `kvmppc_core_flush_memslot_hv` of a guest with a hashed table: unmaps every page of a slot that
/// has a chain.
///
/// Kernel: arch/powerpc/kvm/book3s_64_mmu_hv.c, `kvmppc_core_flush_memslot_hv`, read at 6.1.192.
/// The PRESENT bit is tested without a lock: once the slot is INVALID and its readers are gone no
/// chain can begin. There is no `mmu_lock` and no bump. Knob `flush-scope=all` is the hook that
/// there was before, `kvm_arch_flush_shadow`, which was told no slot: it unmaps every page of all.
package final class FlushMemslotHPT: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case testRmap, unmapRmapp

    package var function: String? { "kvmppc_core_flush_memslot_hv" }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// How many pages have been looked at.
    let done: Cell<UInt16>
    /// The page at hand, as a backing.
    let backing: Cell<UInt16>
    /// flush-scope=all: the slot of the page at hand.
    let memslot: Cell<MemslotRef>
    let unmap: UnmapRmapp.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM, _ hpt: HPT) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      done = layout.cell("\(name).done", bits: kvm.widths.page, role: role)
      backing = layout.cell("\(name).backing", bits: kvm.widths.page, role: role)
      let isNeeded = kvm.knobsForCells.flushScope == .all
      memslot = layout.cells(areNeeded: isNeeded) {
        $0.cell("\(name).memslot", bits: kvm.widths.memslot, role: role)
      }
      unmap = UnmapRmapp.Cells(&layout, "\(name).unmap", thread, hpt)
    }
  }

  private let kvm: KVM
  private let hpt: HPT
  private let cells: Cells
  private let pages: [Int]
  private let slot: Int
  /// The version of the slot that changes.
  private let changing: Cell<MemslotRef>
  private let scope: Knob.FlushScope
  private let unmapRmapp: UnmapRmapp

  init(
    _ kvm: KVM, _ hpt: HPT, _ thread: ThreadID, _ cells: Cells, slot: Int,
    memslot: Cell<MemslotRef>
  ) {
    (self.kvm, self.hpt, self.cells) = (kvm, hpt, cells)
    (self.slot, changing) = (slot, memslot)
    scope = kvm.knobs(for: FlushMemslotHPT.self).flushScope
    let first = kvm.geometry.firstBacking[slot]
    let backings = Array(kvm.geometry.backings)
    pages = scope == .all ? backings : Array(first..<first + kvm.geometry.slotSizes[slot])
    unmapRmapp = UnmapRmapp(
      kvm, hpt, thread, cells.unmap, backing: cells.backing,
      memslot: scope == .all ? cells.memslot : memslot)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .testRmap:  // KVMPPC_RMAP_PRESENT, no lock held
      let page = pages[Int(state[cells.done])]
      kvm.memslots.touchRmap(state, backing: page)
      guard state[hpt.rmap, page].isPresent else { return nextPage(state) }
      state[cells.backing] = UInt16(truncatingIfNeeded: page)
      if scope == .all {
        let slot = kvm.geometry.pages[page].slot
        state[cells.memslot] =
          slot == self.slot ? state[changing] : kvm.memslots.find(state, slot: slot)
      }
      state[point] = .unmapRmapp
    case .unmapRmapp:  // kvm_unmap_rmapp
      let outcome = unmapRmapp.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[cells.backing] = 0
      if scope == .all { state[cells.memslot] = .null }
      return nextPage(state)
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    state[point] == .unmapRmapp
      ? unmapRmapp.location(in: state)
      : Location(label: state[point].label, function: state[point].function)
  }

  private func nextPage<R>(_ state: StateView<R>) -> Outcome {
    let done = Int(state[cells.done]) + 1
    state[point] = .testRmap
    state[cells.done] = done < pages.count ? UInt16(truncatingIfNeeded: done) : 0
    return done < pages.count ? .advanced : .completed
  }
}
