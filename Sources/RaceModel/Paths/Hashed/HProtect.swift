package import Scheduler

/// H_PROTECT: the guest changes the permission of an entry of its hashed table.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_rm_mmu.c, `kvmppc_h_protect`, read at 6.1.192. An entry that
/// changes is ABSENT while it is flushed, and keeps the R and C that hardware has set by then. It
/// never becomes writable here: the fault path sees to that. It looks no slot up. On POWER9 it
/// runs outside `kvm->srcu` (POWER8: ``RunCore``). Left out: no-execute, keys, the match flags.
/// Knob `rc-read=before` stores the doubleword that was read before the tlbie, as before
/// f064a0de1579.
package final class HProtect: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockHpte, setGuestRpte, setAbsent, tlbieHpte, storeSecond, storeFirst, unlockHpte

    package var function: String? { "kvmppc_h_protect" }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// `r` of rc-read=before: the second doubleword as it was before the tlbie, without W.
    let second: Cell<HPTESecond>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM, _ hpt: HPT) {
      let role = Layout.Role.local(thread)
      let isNeeded = kvm.knobsForCells.rcRead == .before
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      second = layout.cell("\(name).r", bits: isNeeded ? hpt.widths.second : 0, role: role)
    }
  }

  private let kvm: KVM
  private let hpt: HPT
  private let thread: ThreadID
  private let cells: Cells
  private let index: Int
  private let mayWrite: Bool
  private let rcRead: Knob.RCRead

  init(
    _ kvm: KVM, _ hpt: HPT, _ thread: ThreadID, _ cells: Cells, index: Int, mayWrite: Bool
  ) {
    (self.kvm, self.hpt, self.thread, self.cells) = (kvm, hpt, thread, cells)
    (self.index, self.mayWrite) = (index, mayWrite)
    rcRead = kvm.knobs(for: HProtect.self).rcRead
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lockHpte:  // try_lock_hpte until it is had; neither VALID nor ABSENT: H_NOT_FOUND
      guard hpt.hpteLocks[index].acquire(state, by: thread) else { return .blocked }
      if state[hpt.first, index].isEmpty {
        hpt.hpteLocks[index].release(state, by: thread)
        return .completed
      } else {
        state[point] = .setGuestRpte
      }
    case .setGuestRpte:  // rev->guest_rpte; a VALID entry that loses W changes too
      let view = state[hpt.guestRPTE, index]
      state[hpt.guestRPTE, index] = mayWrite ? view.setting(.write) : view.clearing(.write)
      let second = state[hpt.second, index]
      let changes =
        state[hpt.first, index].contains(.valid) && !mayWrite && second.has(.write)
      if changes, rcRead == .before { state[cells.second] = second.clearing(.write) }
      state[point] = changes ? .setAbsent : .unlockHpte
    case .setAbsent:  // not VALID, ABSENT
      state[hpt.first, index] = .absent
      state[point] = .tlbieHpte
    case .tlbieHpte:  // do_tlbies
      hpt.tlbie(state, index: index)
      state[point] = .storeSecond
    case .storeSecond:  // hpte[1], with the R and C that it has now
      state[hpt.second, index] =
        rcRead == .after ? state[hpt.second, index].clearing(.write) : state[cells.second]
      state[cells.second] = .zero
      state[point] = .storeFirst
    case .storeFirst:  // unlock_hpte, VALID again
      state[hpt.first, index] = .valid
      hpt.hpteLocks[index].release(state, by: thread)
      return complete(state)
    case .unlockHpte:  // unlock_hpte, as it was
      hpt.hpteLocks[index].release(state, by: thread)
      return complete(state)
    }
    return .advanced
  }

  private func complete<R>(_ state: StateView<R>) -> Outcome {
    state[point] = .lockHpte
    return .completed
  }
}

extension HProtect {
  package static let path = PathSpec(
    "h-protect", "H_PROTECT: the guest changes the permission of a hashed entry",
    functions: ["kvmppc_h_protect"],
    arguments: [Argument.vcpu, Argument.index, Argument.protection],
    identity: .init("hProtect"),
    hashed: { call, hpt, site in
      let machine = HProtect(
        site.kvm, hpt, site.thread, site.cells("h-protect", hpt, Cells.init),
        index: call[Argument.index], mayWrite: call[Argument.protection])
      return site.machine(of: .protect(machine))
    })
}
