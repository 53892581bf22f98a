package import Scheduler

/// `kvmhv_put_nested`: gives a reference back, and releases the object with the last one.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_put_nested`, read at 6.1.192.
package final class PutNested: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockMmu, dropReference, unlockMmu, release

    package var function: String? { "kvmhv_put_nested" }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// `ref == 0`.
    let isLast: Cell<Bool>
    let release: Cell<ReleaseNested.Point>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID) {
      point = layout.cell("\(name).point", bits: Point.bits, role: .local(thread))
      isLast = layout.cell("\(name).last", bits: 1, role: .local(thread))
      release = layout.cell(
        "\(name).release", bits: ReleaseNested.Point.bits, role: .local(thread))
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  /// `gp`: the object, plus one; cleared at the end.
  private let object: Cell<UInt8>
  private let release: ReleaseNested

  init(_ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, object: Cell<UInt8>) {
    self.radix = radix
    (self.kvm, self.thread, self.cells, self.object) = (kvm, thread, cells, object)
    release = ReleaseNested(radix, cells.release, object: object)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let gp = Int(state[object]) &- 1
    switch state[point] {
    case .lockMmu:
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[point] = .dropReference
    case .dropReference:  // one reference less
      radix.nested.touch(state, gp)
      let count = state[radix.nested.refcnt, gp]
      state.require(
        count > 0, saying: "gp[\(radix.nested.objects[gp].name)] has no reference to drop")
      state[radix.nested.refcnt, gp] = count &- 1
      state[cells.isLast] = count == 1
      state[point] = .unlockMmu
    case .unlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      guard state[cells.isLast] else { return complete(state) }
      state[point] = .release
    case .release:  // kvmhv_release_nested
      let outcome = release.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      return complete(state)
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    state[point] == .release
      ? release.location(in: state)
      : Location(label: state[point].label, function: state[point].function)
  }

  private func complete<R>(_ state: StateView<R>) -> Outcome {
    state[cells.isLast] = false
    state[object] = 0
    state[point] = .lockMmu
    return .completed
  }
}
