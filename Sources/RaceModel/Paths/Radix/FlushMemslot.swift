package import Scheduler

/// `kvmppc_radix_flush_memslot`: unmaps every page of one version of a slot in one section.
///
/// Kernel: arch/powerpc/kvm/book3s_64_mmu_radix.c, `kvmppc_radix_flush_memslot`, read at 6.1.192.
/// The bump at its end is commit 11362b1befea of 2020; knob `flush-bump=off` leaves it out.
package final class FlushMemslot: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockMmu, readHost, unmapHost, bumpSeq, unlockMmu, lateFlush

    package var function: String? { "kvmppc_radix_flush_memslot" }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// The page in the host table.
    let page: Cell<PageRef>
    let unmap: UnmapPTE.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      page = layout.cell("\(name).page", bits: kvm.widths.page, role: role)
      unmap = UnmapPTE.Cells(&layout, "\(name).unmap", thread, kvm)
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  /// `memslot`: the old version.
  private let memslot: Cell<MemslotRef>
  private let pages: [Int]
  private let unmapPTE: UnmapPTE
  private let bumps: Bool

  /// `mayLog` says whether the old version can have a dirty bitmap.
  init(
    _ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, slot: Int,
    memslot: Cell<MemslotRef>, mayLog: Bool
  ) {
    self.radix = radix
    (self.kvm, self.thread, self.cells, self.memslot) = (kvm, thread, cells, memslot)
    let first = kvm.geometry.firstBacking[slot]
    pages = Array(first..<first + kvm.geometry.slotSizes[slot])
    bumps = kvm.knobs(for: FlushMemslot.self).flushBump == .on
    unmapPTE = UnmapPTE(
      kvm, radix, cells.unmap, page: cells.page, memslot: memslot, mayLog: mayLog,
      flushesLater: true)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lockMmu:
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[cells.page] = PageRef(pages[0])
      state[point] = .readHost
    case .readHost:  // find_kvm_secondary_pte; pte_present
      if state[radix.host.find(state, state[cells.page].index).entry].isPresent {
        state[point] = .unmapHost
      } else {
        nextPage(state)
      }
    case .unmapHost:  // kvmppc_unmap_pte
      let outcome = unmapPTE.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      nextPage(state)
    case .bumpSeq:  // the sequence moves
      kvm.bump(state)
      state[point] = .unlockMmu
    case .unlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      if unmapPTE.owesFlush(state) {
        state[point] = .lateFlush
        break
      }
      state[point] = .lockMmu
      return .completed
    case .lateFlush:  // unmap-flush=after-unlock
      unmapPTE.flushLate(state)
      state[point] = .lockMmu
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    state[point] == .unmapHost
      ? unmapPTE.location(in: state)
      : Location(label: state[point].label, function: state[point].function)
  }

  private func nextPage<R>(_ state: StateView<R>) {
    let next = state[cells.page].index &+ 1
    if next <= pages[pages.count - 1] {
      state[cells.page] = PageRef(next)
      state[point] = .readHost
    } else {
      state[cells.page] = .none
      state[point] = bumps ? .bumpSeq : .unlockMmu
    }
  }
}
