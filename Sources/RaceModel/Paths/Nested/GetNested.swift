package import Scheduler

/// `kvmhv_get_nested` without creating: finds a guest's object and takes a reference.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_get_nested`, read at 6.1.192.
package final class GetNested: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockMmu, findNested, unlockMmu

    package var function: String? { "kvmhv_get_nested" }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  package let point: Cell<Point>
  private let guest: Int
  /// The result: the object, plus one, or 0 for NULL.
  private let object: Cell<UInt8>

  init(
    _ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ point: Cell<Point>, guest: Int,
    object: Cell<UInt8>
  ) {
    self.radix = radix
    (self.kvm, self.thread, self.point) = (kvm, thread, point)
    (self.guest, self.object) = (guest, object)
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lockMmu:
      guard kvm.locks.mmu.acquire(state, by: thread) else { return .blocked }
      state[point] = .findNested
    case .findNested:  // __find_nested; a reference if there is one
      if let gp = radix.nested.find(state, guest: guest) {
        radix.nested.touch(state, gp)
        state[radix.nested.refcnt, gp] += 1
        state[object] = UInt8(truncatingIfNeeded: gp &+ 1)
      }
      state[point] = .unlockMmu
    case .unlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      state[point] = .lockMmu
      return .completed
    }
    return .advanced
  }
}
