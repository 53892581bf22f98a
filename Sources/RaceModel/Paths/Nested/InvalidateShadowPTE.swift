package import Scheduler

/// `kvmhv_invalidate_shadow_pte`: removes one shadow entry, so that the access faults again.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_invalidate_shadow_pte`, with the part of
/// `kvmppc_unmap_pte` that shadow entries reach, read at 6.1.192. The rmap entry stays behind. The
/// entry is looked up by L1's lpid, the flush goes to the LPID of the caller's `gp`: they can be
/// of two different objects. Knobs: `unmap-flush` leaves the flush out, or does it behind the
/// unlock; `flush-lpid=none` leaves it out, too; with `stack-init=zero` the size that nobody sets
/// is 0, which stands for a base page.
package final class InvalidateShadowPTE: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockMmu, findShadow, clearShadow, tlbieShadow, unlockMmu, unlockToFlush

    package var function: String? {
      switch self {
      case .lockMmu, .findShadow, .unlockMmu, .unlockToFlush: "kvmhv_invalidate_shadow_pte"
      case .clearShadow, .tlbieShadow: "kvmppc_unmap_pte"
      }
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  package let point: Cell<Point>
  private let l2Page: Int
  private let caller: Caller
  private let flush: Knob.FlushPlace
  /// Whether the size that is returned can be what lay on the stack.
  private let usesShift: Bool

  /// Who calls: it has the `gp` whose LPID is flushed, and may want the size of the entry.
  enum Caller {
    /// The nested fault of a core; it does not ask for the size.
    case fault(core: Int)
    /// The emulation of a page's tlbie, with the object, plus one, that it found.
    case tlbie(object: Cell<UInt8>)
  }

  init(
    _ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ point: Cell<Point>, l2Page: Int,
    for caller: Caller
  ) {
    self.radix = radix
    (self.kvm, self.thread, self.point) = (kvm, thread, point)
    (self.l2Page, self.caller) = (l2Page, caller)
    let knobs = kvm.knobs(for: InvalidateShadowPTE.self)
    flush = knobs.flushLPID == .none ? .none : knobs.unmapFlush
    usesShift =
      switch caller {
      case .fault: false
      case .tlbie: kvm.knobs(for: InvalidateShadowPTE.self).stackInit == .none
      }
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lockMmu:  // spin_lock
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[point] = .findShadow
    case .findShadow:  // find_kvm_nested_guest_pte; pte_present?
      if let shadow = radix.nested.findShadow(state, l2Page) {
        state[point] = state[shadow].isPresent ? .clearShadow : .unlockMmu
      } else {
        // The object has left the idr: the size is returned as it happens to lie on the stack.
        if usesShift {
          state.fail(
            kvm.checks.uninitialized,
            saying:
              "shift is used, and find_kvm_nested_guest_pte() has not set it: no object of lpid "
              + "\(radix.nested.l2Pages[l2Page].l1LPID) is in the idr")
        }
        state[point] = .unlockMmu
      }
    case .clearShadow:  // kvmppc_radix_update_pte takes all: old R and C are dropped
      if let shadow = radix.nested.findShadow(state, l2Page) { state[shadow] = .absent }
      state[point] =
        switch flush {
        case .inSection: .tlbieShadow
        case .afterUnlock: .unlockToFlush
        case .none: .unlockMmu
        }
    case .unlockToFlush:  // unmap-flush=after-unlock
      kvm.locks.mmu.release(state, by: thread)
      state[point] = .tlbieShadow
    case .tlbieShadow:  // kvmppc_radix_tlbie_page, with the shadow LPID
      let object =
        switch caller {
        case .fault(let core): radix.nested.current(state, core: core)
        case .tlbie(let object): Int(state[object]) &- 1
        }
      radix.tlb.tlbie(
        state, lpid: radix.nested.objects[object].shadowLPID,
        address: radix.nested.l2Pages[l2Page].n)
      if flush == .afterUnlock { return complete(state) }
      state[point] = .unlockMmu
    case .unlockMmu:  // spin_unlock
      kvm.locks.mmu.release(state, by: thread)
      return complete(state)
    }
    return .advanced
  }

  private func complete<R>(_ state: StateView<R>) -> Outcome {
    state[point] = .lockMmu
    return .completed
  }
}
