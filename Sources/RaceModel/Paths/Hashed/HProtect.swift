package import Scheduler

/// H_PROTECT: the guest changes the permission of an entry of its hashed table.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_rm_mmu.c, `kvmppc_h_protect`, read at 6.1.192. An entry that
/// changes is ABSENT while it is flushed, and keeps the R and C that hardware has set by then. It
/// never becomes writable here: the fault path sees to that. Left out: no-execute, keys, the match
/// flags.
package final class HProtect: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case srcuReadLock, lockHpte, setGuestRpte, setAbsent, tlbieHpte, storeSecond, storeFirst
    case unlockHpte, srcuReadUnlock

    package var function: String? {
      switch self {
      case .srcuReadLock, .srcuReadUnlock: "kvmppc_run_core"
      case .lockHpte, .setGuestRpte, .setAbsent, .tlbieHpte, .storeSecond, .storeFirst,
        .unlockHpte:
        "kvmppc_h_protect"
      }
    }
  }

  private let kvm: KVM
  private let hpt: HPT
  private let thread: ThreadID
  package let point: Cell<Point>
  private let index: Int
  private let mayWrite: Bool
  /// Whether it runs inside `kvm->srcu`.
  private let entersSRCU: Bool

  init(
    _ kvm: KVM, _ hpt: HPT, _ thread: ThreadID, _ point: Cell<Point>, index: Int, mayWrite: Bool
  ) {
    (self.kvm, self.hpt, self.thread, self.point) = (kvm, hpt, thread, point)
    (self.index, self.mayWrite) = (index, mayWrite)
    entersSRCU = kvm.knobs(for: HProtect.self).srcu == .on
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .srcuReadLock:
      if entersSRCU { kvm.srcu.readLock(state, by: thread) }
      state[point] = .lockHpte
    case .lockHpte:  // try_lock_hpte until it is had; neither VALID nor ABSENT: H_NOT_FOUND
      guard hpt.hpteLocks[index].acquire(state, by: thread) else { return .blocked }
      if state[hpt.first, index].isEmpty {
        hpt.hpteLocks[index].release(state, by: thread)
        state[point] = .srcuReadUnlock
      } else {
        state[point] = .setGuestRpte
      }
    case .setGuestRpte:  // rev->guest_rpte; a VALID entry that loses W changes too
      let view = state[hpt.guestRPTE, index]
      state[hpt.guestRPTE, index] = mayWrite ? view.setting(.write) : view.clearing(.write)
      let changes = !mayWrite && state[hpt.second, index].has(.write)
      state[point] =
        state[hpt.first, index].contains(.valid) && changes ? .setAbsent : .unlockHpte
    case .setAbsent:  // not VALID, ABSENT
      state[hpt.first, index] = .absent
      state[point] = .tlbieHpte
    case .tlbieHpte:  // do_tlbies
      hpt.tlbie(state, index: index)
      state[point] = .storeSecond
    case .storeSecond:  // hpte[1], with the R and C that it has now
      state[hpt.second, index] = state[hpt.second, index].clearing(.write)
      state[point] = .storeFirst
    case .storeFirst:  // unlock_hpte, VALID again
      state[hpt.first, index] = .valid
      hpt.hpteLocks[index].release(state, by: thread)
      state[point] = .srcuReadUnlock
    case .unlockHpte:  // unlock_hpte, as it was
      hpt.hpteLocks[index].release(state, by: thread)
      state[point] = .srcuReadUnlock
    case .srcuReadUnlock:
      if entersSRCU { kvm.srcu.readUnlock(state, by: thread) }
      state[point] = .srcuReadLock
      return .completed
    }
    return .advanced
  }
}

extension HProtect {
  package static let path = PathSpec(
    "h-protect", "H_PROTECT: the guest changes the permission of a hashed entry",
    functions: ["kvmppc_h_protect"],
    arguments: [Argument.vcpu, Argument.index, Argument.protection],
    identity: .init("hProtect"),
    hashed: { call, hpt, site in
      HProtect(
        site.kvm, hpt, site.thread, site.point("h-protect"), index: call[Argument.index],
        mayWrite: call[Argument.protection])
    })
}
