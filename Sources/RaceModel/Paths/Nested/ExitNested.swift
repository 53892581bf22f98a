package import Scheduler

/// The way back from H_ENTER_NESTED: this vCPU leaves the guest and gives its reference back.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_enter_nested_guest` after the run loop,
/// read at 6.1.192.
package final class ExitNested: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case leaveNested, putNested

    package var function: String? { "kvmhv_enter_nested_guest" }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    let object: Cell<UInt8>
    let put: PutNested.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      (point, object, put) = layout.cells(areNeeded: kvm.nestedUse.leaves) { layout in
        (
          layout.cell("\(name).point", bits: Point.bits, role: role),
          layout.cell("\(name).gp", bits: kvm.widths.object, role: role),
          PutNested.Cells(&layout, "\(name).put", thread)
        )
      }
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let cells: Cells
  private let core: Int
  private let putNested: PutNested

  init(_ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, core: Int) {
    self.radix = radix
    (self.kvm, self.cells, self.core) = (kvm, cells, core)
    putNested = PutNested(kvm, radix, thread, cells.put, object: cells.object)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .leaveNested:  // the vCPU is L1's again
      // A vCPU that was refused has nothing to leave.
      if state[radix.nested.ofVCPU, core] == 0 { return .completed }
      state[cells.object] = state[radix.nested.ofVCPU, core]
      state[radix.nested.ofVCPU, core] = 0
      state[point] = .putNested
      return .advanced
    case .putNested:
      let outcome = putNested.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = .leaveNested
      return .completed
    }
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    state[point] == .putNested
      ? putNested.location(in: state)
      : Location(label: state[point].label, function: state[point].function)
  }
}

extension ExitNested {
  package static let path = PathSpec(
    "exit-nested", "the way back from H_ENTER_NESTED: the reference is given back",
    functions: ["kvmhv_enter_nested_guest", "kvmhv_put_nested", "kvmhv_release_nested"],
    arguments: [Argument.vcpu], identity: .init("exitNested"),
    use: { call, _, use in use.nested.exit(core: call[Argument.vcpu]) },
    radix: { call, radix, site in
      ExitNested(
        site.kvm, radix, site.thread, site.cells("exit", Cells.init), core: call[Argument.vcpu])
    })
}
