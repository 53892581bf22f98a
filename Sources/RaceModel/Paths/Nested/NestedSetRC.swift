package import Scheduler

/// `kvmhv_handle_nested_set_rc`: sets R, and C for a store, in the host entry and the shadow
/// entry.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_handle_nested_set_rc`, and
/// `kvmppc_hv_handle_set_rc` of book3s_64_mmu_radix.c, read at 6.1.192. The caller has compared
/// with L1's bits, which is local work. Knobs: `setrc-order=shadow-first` swaps the two updates;
/// `setrc-one-section=off` drops `mmu_lock` between them; `setrc-lpid=shadow` looks for the shadow
/// entry of the guest that L1 calls by the number of this one's shadow LPID.
package final class NestedSetRC: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockMmu, setHost, unlockBetween, relockBetween, setShadow, unlockMmu

    package var function: String? {
      switch self {
      case .setHost, .setShadow: "kvmppc_hv_handle_set_rc"
      case .lockMmu, .unlockBetween, .relockBetween, .unlockMmu: "kvmhv_handle_nested_set_rc"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// -EINVAL: no suitable entry; the caller clears it.
    let failed: Cell<Bool>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID) {
      point = layout.cell("\(name).point", bits: Point.bits, role: .local(thread))
      failed = layout.cell("\(name).einval", bits: 1, role: .local(thread))
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  private let l2Page: Int
  private let access: Access
  /// Where `gpte.raddr` is kept.
  private let gpte: Cell<PTE>
  private let isHostFirst: Bool
  /// Whether `mmu_lock` is kept between the two updates.
  private let isOneSection: Bool
  private let core: Int
  /// `setrc-lpid=shadow`: the L2 page that is found, by object; nil when none is, and for `l1`.
  private let strangers: [Int?]?

  init(
    _ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, core: Int, l2Page: Int,
    access: Access, gpte: Cell<PTE>
  ) {
    self.radix = radix
    (self.kvm, self.thread, self.cells) = (kvm, thread, cells)
    (self.core, self.l2Page, self.access, self.gpte) = (core, l2Page, access, gpte)
    let knobs = kvm.knobs(for: NestedSetRC.self)
    isHostFirst = knobs.setRCOrder == .hostFirst
    isOneSection = knobs.setRCOneSection == .on
    let pages = radix.nested.l2Pages
    strangers =
      switch knobs.setRCLPID {
      case .l1: nil
      case .shadow:
        radix.nested.objects.map { gp in
          pages.firstIndex { $0.l1LPID == gp.shadowLPID && $0.n == pages[l2Page].n }
        }
      }
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lockMmu:  // spin_lock
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[point] = isHostFirst ? .setHost : .setShadow
    case .setHost:  // kvmppc_hv_handle_set_rc, not nested: by the address that L1's entry names
      guard let page = kvm.geometry.page(ofGFN: state[gpte].frame) else { return fail(state) }
      return update(
        radix.host.find(state, page).entry, state, then: .setShadow, isFirst: isHostFirst)
    case .unlockBetween:
      kvm.locks.mmu.release(state, by: thread)
      state[point] = .relockBetween
    case .relockBetween:
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[point] = isHostFirst ? .setShadow : .setHost
    case .setShadow:  // kvmppc_hv_handle_set_rc, nested: by L1's lpid
      let page = strangers.map { $0[radix.nested.current(state, core: core)] } ?? l2Page
      guard let page, let shadow = radix.nested.findShadow(state, page) else { return fail(state) }
      return update(shadow, state, then: .setHost, isFirst: !isHostFirst)
    case .unlockMmu:  // spin_unlock
      kvm.locks.mmu.release(state, by: thread)
      state[point] = .lockMmu
      return .completed
    }
    return .advanced
  }

  /// Sets the bits in one entry that is present and allows the access.
  private func update<R>(
    _ entry: Cell<PTE>, _ state: StateView<R>, then other: Point, isFirst: Bool
  ) -> Outcome {
    let pte = state[entry]
    guard pte.isPresent, access == .load || pte.has(.write) else { return fail(state) }
    state[entry] = pte.setting(access.referenceAndChange)
    if !isFirst {
      state[point] = .unlockMmu
    } else {
      state[point] = isOneSection ? other : .unlockBetween
    }
    return .advanced
  }

  private func fail<R>(_ state: StateView<R>) -> Outcome {
    state[cells.failed] = true
    state[point] = .unlockMmu
    return .advanced
  }
}
