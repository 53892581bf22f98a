package import Scheduler

/// H_REMOVE: the guest removes an entry of its hashed table.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_rm_mmu.c, `kvmppc_do_h_remove`, read at 6.1.192. Hardware
/// may set R and C until the tlbie is done, so they are read after it. An ABSENT entry is on no
/// chain. On POWER9 it runs behind the guest's exit, outside `kvm->srcu`, and looks its slot up
/// all the same (POWER8: ``RunCore``). Left out: the match flags (they match), the MMIO cache.
/// Knobs: `rc-read=before` is the mistake of 6f22bd3265fb, mended by 1e5bf454f587; `hpte-order`
/// (with `second-first` nobody reads the second doubleword of a free entry, and it is cleared).
package final class HRemove: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockHpte, clearValid, tlbieHpte, readRc, removeChain, freeHpte

    package var function: String? { "kvmppc_do_h_remove" }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// R and C as read.
    let rcbits: Cell<HPTESecond>
    let remove: RemoveRevmapChain.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM, _ hpt: HPT) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      rcbits = layout.cell("\(name).rcbits", bits: hpt.widths.second, role: role)
      remove = RemoveRevmapChain.Cells(&layout, "\(name).remove", thread, kvm)
    }
  }

  private let kvm: KVM
  private let hpt: HPT
  private let thread: ThreadID
  private let cells: Cells
  private let index: Int
  private let removeChain: RemoveRevmapChain
  private let rcRead: Knob.RCRead
  private let hpteOrder: Knob.HPTEOrder

  init(_ kvm: KVM, _ hpt: HPT, _ thread: ThreadID, _ cells: Cells, index: Int) {
    (self.kvm, self.hpt, self.thread, self.cells) = (kvm, hpt, thread, cells)
    self.index = index
    let knobs = kvm.knobs(for: HRemove.self)
    (rcRead, hpteOrder) = (knobs.rcRead, knobs.hpteOrder)
    removeChain = RemoveRevmapChain(
      kvm, hpt, thread, cells.remove, index: index, rcbits: cells.rcbits)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lockHpte:  // try_lock_hpte until it is had; neither VALID nor ABSENT: H_NOT_FOUND
      guard hpt.hpteLocks[index].acquire(state, by: thread) else { return .blocked }
      let first = state[hpt.first, index]
      if first.isEmpty {
        hpt.hpteLocks[index].release(state, by: thread)
        return .completed
      } else {
        // rc-read=before: the doubleword read with the first one is used.
        if first.contains(.valid), rcRead == .before { readRC(state) }
        state[point] = first.contains(.valid) ? .clearValid : .freeHpte
      }
    case .clearValid:
      state[hpt.first, index] = state[hpt.first, index].subtracting(.valid)
      state[point] = .tlbieHpte
    case .tlbieHpte:  // do_tlbies
      hpt.tlbie(state, index: index)
      state[point] = rcRead == .after ? .readRc : .removeChain
    case .readRc:  // the second doubleword again: R and C are final now
      readRC(state)
      state[point] = .removeChain
    case .removeChain:  // remove_revmap_chain
      let outcome = removeChain.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[cells.rcbits] = .zero
      state[point] = .freeHpte
    case .freeHpte:  // unlock_hpte with 0; the second doubleword stays
      state[hpt.first, index] = []
      if hpteOrder == .secondFirst { state[hpt.second, index] = .zero }
      hpt.hpteLocks[index].release(state, by: thread)
      state[point] = .lockHpte
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    state[point] == .removeChain
      ? removeChain.location(in: state)
      : Location(label: state[point].label, function: state[point].function)
  }

  private func readRC<R>(_ state: StateView<R>) {
    state[cells.rcbits] = HPTESecond(state[hpt.second, index].referenceAndChange, frame: 0)
  }
}

extension HRemove {
  package static let path = PathSpec(
    "h-remove", "H_REMOVE: the guest removes an entry of its hashed table",
    functions: ["kvmppc_do_h_remove", "remove_revmap_chain"],
    arguments: [Argument.vcpu, Argument.index], identity: .init("hRemove"),
    hashed: { call, hpt, site in
      let machine = HRemove(
        site.kvm, hpt, site.thread, site.cells("h-remove", hpt, Cells.init),
        index: call[Argument.index])
      return site.machine(of: .remove(machine))
    })
}
