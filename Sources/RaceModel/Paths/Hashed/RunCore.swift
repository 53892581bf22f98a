package import Scheduler

/// `kvmppc_run_core`: the SRCU section of POWER8 around a guest, and so around its hypercalls.
///
/// Kernel: arch/powerpc/kvm/book3s_hv.c, `kvmppc_run_core`, read at 6.1.192. The section is that
/// of the core's primary vcore. There H_ENTER, H_REMOVE and H_PROTECT are handled in real mode,
/// before the guest has left; here each has a section of its own. On POWER9
/// `kvmhv_run_single_vcpu` leaves SRCU with the guest and the hypercalls come after it, so that
/// they are run without this machine: knob `hcall-srcu`.
package final class RunCore: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case srcuReadLock, hypercall, srcuReadUnlock

    package var function: String? { "kvmppc_run_core" }
  }

  /// What the guest calls.
  enum Hypercall: Sendable {
    case enter(HEnter)
    case remove(HRemove)
    case protect(HProtect)
  }

  private let kvm: KVM
  private let thread: ThreadID
  package let point: Cell<Point>
  private let hypercall: Hypercall

  fileprivate init(
    _ kvm: KVM, _ thread: ThreadID, _ point: Cell<Point>, _ hypercall: Hypercall
  ) {
    (self.kvm, self.thread, self.point, self.hypercall) = (kvm, thread, point, hypercall)
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .srcuReadLock:  // before the guest is entered
      kvm.srcu.readLock(state, by: thread)
      state[point] = .hypercall
    case .hypercall:
      let outcome =
        switch hypercall {
        case .enter(let callee): callee.step(state, choice: choice)
        case .remove(let callee): callee.step(state, choice: choice)
        case .protect(let callee): callee.step(state, choice: choice)
        }
      guard outcome.isCompleted else { return outcome }
      state[point] = .srcuReadUnlock
    case .srcuReadUnlock:  // the guest has left
      kvm.srcu.readUnlock(state, by: thread)
      state[point] = .srcuReadLock
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    guard state[point] == .hypercall else {
      return Location(label: state[point].label, function: state[point].function)
    }
    return switch hypercall {
    case .enter(let callee): callee.location(in: state)
    case .remove(let callee): callee.location(in: state)
    case .protect(let callee): callee.location(in: state)
    }
  }
}

extension CallSite {
  /// The machine of a hypercall: by itself, or with hcall-srcu=on in the section around the guest.
  mutating func machine(of hypercall: RunCore.Hypercall) -> any StepMachine {
    if kvm.knobs(for: RunCore.self).hcallSRCU == .on {
      return RunCore(kvm, thread, point("run-core"), hypercall)
    }
    return switch hypercall {
    case .enter(let machine): machine
    case .remove(let machine): machine
    case .protect(let machine): machine
    }
  }
}
