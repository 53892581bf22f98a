package import Scheduler

/// KVM_PPC_CONFIGURE_V3_MMU from radix to hash: the host table is freed.
///
/// Kernel: arch/powerpc/kvm/book3s_hv.c, `kvmhv_configure_mmu` and `kvmppc_switch_mmu_to_hpt`, and
/// `kvmppc_free_radix` of book3s_64_mmu_radix.c, read at 6.1.192. It runs with no vCPU in the
/// guest, under `mmu_setup_lock`; `radix` is cleared under `mmu_lock`, the tables are freed after.
/// Left out: the release of the nested guests, `kvmppc_rmap_reset`, and the hashed table that comes
/// instead; notifiers and faults go on as if the guest were radix, so a scenario runs neither
/// beside it.
package final class SwitchToHPT: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockSetup, lockMmu, clearRadix, unlockMmu, freeTable, unlockSetup

    package var function: String? {
      switch self {
      case .lockSetup, .unlockSetup: "kvmhv_configure_mmu"
      case .lockMmu, .clearRadix, .unlockMmu: "kvmppc_switch_mmu_to_hpt"
      case .freeTable: "kvmppc_free_radix"
      }
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  package let point: Cell<Point>

  init(_ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ point: Cell<Point>) {
    self.radix = radix
    (self.kvm, self.thread, self.point) = (kvm, thread, point)
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lockSetup:
      guard kvm.locks.mmuSetup.acquire(state, by: thread) else { return .blocked }
      state[point] = .lockMmu
    case .lockMmu:
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[point] = .clearRadix
    case .clearRadix:  // no longer radix
      state[kvm.isRadix] = false
      state[point] = .unlockMmu
    case .unlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      state[point] = .freeTable
    case .freeTable:  // kvmppc_free_radix: no mmu_lock
      for page in kvm.geometry.pages.indices { state[radix.host.entries, page] = .absent }
      for leaf in 0..<radix.host.leaves.count { state[radix.host.leaves, leaf] = .absent }
      state[radix.host.inUse] = false
      state[point] = .unlockSetup
    case .unlockSetup:
      kvm.locks.mmuSetup.release(state, by: thread)
      state[point] = .lockSetup
      return .completed
    }
    return .advanced
  }
}

extension SwitchToHPT {
  package static let path = PathSpec(
    "switch-to-hpt", "KVM_PPC_CONFIGURE_V3_MMU: the radix tables are freed",
    functions: ["kvmhv_configure_mmu", "kvmppc_switch_mmu_to_hpt", "kvmppc_free_radix"],
    identity: .init("switchToHPT"),
    radix: { _, radix, site in
      SwitchToHPT(site.kvm, radix, site.thread, site.point("configure"))
    })
}
