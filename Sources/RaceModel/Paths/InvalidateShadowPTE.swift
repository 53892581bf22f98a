package import Scheduler

/// `kvmhv_invalidate_shadow_pte`: removes one shadow entry, so that the access faults again.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_invalidate_shadow_pte`, with the part of
/// `kvmppc_unmap_pte` that shadow entries reach, read at 6.1.192. The rmap entry stays behind.
package final class InvalidateShadowPTE: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockMmu, findShadow, clearShadow, tlbieShadow, unlockMmu

    package var function: String? {
      switch self {
      case .lockMmu, .findShadow, .unlockMmu: "kvmhv_invalidate_shadow_pte"
      case .clearShadow, .tlbieShadow: "kvmppc_unmap_pte"
      }
    }
  }

  private let kvm: KVM
  private let thread: ThreadID
  package let point: Cell<Point>
  private let l2Page: Int

  init(_ kvm: KVM, _ thread: ThreadID, _ point: Cell<Point>, l2Page: Int) {
    (self.kvm, self.thread, self.point, self.l2Page) = (kvm, thread, point, l2Page)
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lockMmu:  // spin_lock
      guard kvm.mmuLock.acquire(state, by: thread) else { return .blocked }
      state[point] = .findShadow
    case .findShadow:  // find_kvm_nested_guest_pte; pte_present?
      state[point] = state[kvm.shadow, l2Page].isPresent ? .clearShadow : .unlockMmu
    case .clearShadow:  // kvmppc_radix_update_pte(ptep, ~0, 0): old R and C are dropped
      state[kvm.shadow, l2Page] = .absent
      state[point] = .tlbieShadow
    case .tlbieShadow:  // kvmppc_radix_tlbie_page(gp->shadow_lpid)
      let page = kvm.l2Pages[l2Page]
      kvm.tlbie(state, lpid: page.shadowLPID, address: page.n)
      state[point] = .unlockMmu
    case .unlockMmu:  // spin_unlock
      kvm.mmuLock.release(state, by: thread)
      state[point] = .lockMmu
      return .completed
    }
    return .advanced
  }
}
