package import Scheduler

/// A vCPU leaves KVM_RUN: user space has stopped it, as migration does before its last harvest.
///
/// Kernel: arch/powerpc/kvm/book3s_hv.c, the end of `kvmppc_vcpu_run_hv`, read at 6.1.192. The
/// core keeps its cached translations, and owes what it owes.
package final class StopVCPU: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case countDown

    package var function: String? { "kvmppc_vcpu_run_hv" }
  }

  package let point: Cell<Point>
  private let hpt: HPT

  init(_ hpt: HPT, _ point: Cell<Point>) { (self.hpt, self.point) = (hpt, point) }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    state[hpt.vcpusRunning] -= 1
    return .completed
  }
}

extension StopVCPU {
  package static let path = PathSpec(
    "stop-vcpu", "user space stops a vCPU of a guest with a hashed table",
    functions: ["kvmppc_vcpu_run_hv"], arguments: [Argument.vcpu], identity: .init("stopVCPU"),
    hashed: { _, hpt, site in StopVCPU(hpt, site.point("stop")) })
}
