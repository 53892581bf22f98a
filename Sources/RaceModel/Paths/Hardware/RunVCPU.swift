package import Scheduler

/// KVM_RUN around one access or hypercall of L1 or L2, where the guest's page table may be
/// switched meanwhile.
///
/// Kernel: arch/powerpc/kvm/book3s_hv.c, `kvmppc_vcpu_run_hv`, `kvmhv_run_single_vcpu` and
/// `kvmhv_setup_mmu`, read at 6.1.192. A vCPU that runs L2 is inside already, and leaves when it
/// no longer does. What the guest does with a hashed table is left out: its access is not made. So
/// is the look at `mmu_ready` at each further entry of the guest, at which a vCPU only waits for
/// the switch that it keeps away.
package final class RunVCPU<Inside: StepMachine>: StepMachine {
  package typealias Point = RunVCPUPoint

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  package let point: Cell<Point>
  /// The vCPU's core; nil for a hypercall of some vCPU that the scenario does not name.
  private let core: Int?
  private let inside: Inside

  init(
    _ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ point: Cell<Point>, core: Int?,
    _ inside: Inside
  ) {
    self.radix = radix
    (self.kvm, self.thread, self.point) = (kvm, thread, point)
    (self.core, self.inside) = (core, inside)
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let mode = kvm.mode
    switch state[point] {
    case .countUp:  // vcpus_running goes up; smp_mb
      if isNested(state) { return run(state, choice) }
      state[mode.vcpusRunning] += 1
      state[point] = .testReady
    case .testReady:  // mmu_ready?
      state[point] = state[mode.isUnready] ? .lockSetup : .retestReady
    case .lockSetup: return lock(kvm.locks.mmuSetup, state, by: thread, then: .setReady)
    case .setReady:  // for a hashed table kvmppc_hv_setup_htab_rma; mmu_ready
      state[mode.isUnready] = false
      state[point] = .unlockSetup
    case .unlockSetup:
      return unlock(kvm.locks.mmuSetup, state, by: thread, then: .retestReady)
    case .retestReady:  // mmu_ready, with interrupts off: round again, or into the guest
      // No switch gets by a vCPU that is counted and has found the MMU ready.
      if state[mode.isUnready] {
        state[point] = .testReady
      } else {
        state[point] = state[mode.isRadix] ? .inGuest : .countDown
      }
    case .inGuest: return run(state, choice)
    case .countDown:  // vcpus_running goes down
      state[mode.vcpusRunning] -= 1
      state[point] = .countUp
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch state[point] {
    case .countUp where isNested(state), .inGuest: inside.location(in: state)
    case let point: Location(label: point.label, function: point.function)
    }
  }

  /// Whether the vCPU runs L2: it is inside KVM_RUN then.
  private func isNested<R>(_ state: StateView<R>) -> Bool {
    core.map { state[radix.nested.ofVCPU, $0] != 0 } ?? false
  }

  private func run<R: AccessRecorder>(_ state: StateView<R>, _ choice: Int) -> Outcome {
    let outcome = inside.step(state, choice: choice)
    guard outcome.isCompleted else {
      if !outcome.isBlocked { state[point] = .inGuest }
      return outcome
    }
    if isNested(state) {
      state[point] = .countUp
      return outcome
    }
    state[point] = .countDown
    return .advanced
  }
}

/// The program points of ``RunVCPU``, whatever runs inside.
package enum RunVCPUPoint: UInt8, ProgramPoint {
  case countUp, testReady, lockSetup, setReady, unlockSetup, retestReady, inGuest, countDown

  package var function: String? {
    switch self {
    case .countUp, .countDown: "kvmppc_vcpu_run_hv"
    case .testReady, .retestReady, .inGuest: "kvmhv_run_single_vcpu"
    case .lockSetup, .setReady, .unlockSetup: "kvmhv_setup_mmu"
    }
  }
}

extension PathCall {
  /// Whether a vCPU makes the call, which it does inside KVM_RUN.
  var isMadeByVCPU: Bool {
    runningVCPU != nil
      || [TlbiePage.path, TlbieLPID.path, TlbieLPID.allPath, L1Write.setGpte, L1Write.setPartition]
        .contains(path)
  }
}

extension CallSite {
  /// `machine` inside KVM_RUN, where something could switch the guest's page table.
  mutating func insideKVMRun(
    _ machine: any StepMachine, for call: PathCall
  ) -> any StepMachine {
    guard kvm.mode.canChange, call.isMadeByVCPU, case .radix(let radix) = kvm.tables else {
      return machine
    }
    return run(machine, radix, core: call.runningVCPU)
  }

  private mutating func run(
    _ machine: some StepMachine, _ radix: RadixTables, core: Int?
  ) -> any StepMachine {
    RunVCPU(kvm, radix, thread, point("run"), core: core, machine)
  }
}
