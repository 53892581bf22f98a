package import Scheduler

/// The question whether one page is young: `kvm_test_age_radix` inside the generic notifier walk.
///
/// Kernel: arch/powerpc/kvm/book3s_64_mmu_radix.c, `kvm_test_age_radix`; `__kvm_handle_hva_range`
/// of virt/kvm/kvm_main.c; read at 6.1.192. It looks at the host entry under `mmu_lock` and changes
/// nothing. Left out: the answer, which goes to reclaim.
package final class TestAgeGFN: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case srcuReadLock, lockMmu, readHost, unlockMmu, srcuReadUnlock

    package var function: String? {
      self == .readHost ? "kvm_test_age_radix" : "__kvm_handle_hva_range"
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  package let point: Cell<Point>
  private let page: Int

  init(_ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ point: Cell<Point>, page: Int) {
    (self.kvm, self.radix, self.thread) = (kvm, radix, thread)
    (self.point, self.page) = (point, page)
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .srcuReadLock:
      kvm.srcu.readLock(state, by: thread)
      state[point] = .lockMmu
    case .lockMmu:  // KVM_MMU_LOCK
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[point] = .readHost
    case .readHost:  // present and young? Nothing is done with the answer here
      _ = state[radix.host.entry(state, page).entry].has([.present, .referenced])
      state[point] = .unlockMmu
    case .unlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      state[point] = .srcuReadUnlock
    case .srcuReadUnlock:
      kvm.srcu.readUnlock(state, by: thread)
      state[point] = .srcuReadLock
      return .completed
    }
    return .advanced
  }
}

extension TestAgeGFN {
  package static let path = PathSpec(
    "test-age-gfn", "the question of the MMU notifier whether one page is young",
    functions: ["kvm_test_age_radix"], arguments: [Argument.gfn], identity: .init("testAgeGFN"),
    radix: { call, radix, site in
      TestAgeGFN(
        site.kvm, radix, site.thread, site.point("test_age"),
        page: site.kvm.page(at: call[Argument.gfn]))
    })
}
