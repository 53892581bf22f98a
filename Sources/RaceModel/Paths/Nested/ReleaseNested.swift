package import Scheduler

/// `kvmhv_release_nested`: frees an object that nobody can find any more.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_release_nested`, read at 6.1.192. It takes
/// no lock. A later entry of the guest may get the object again, with its LPID, so a pointer kept
/// across both is not seen as stale.
package final class ReleaseNested: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case freeTable, clearEntry, flushPartition, free

    package var function: String? {
      switch self {
      case .freeTable, .free: "kvmhv_release_nested"
      case .clearEntry, .flushPartition: "mmu_partition_table_set_entry"
      }
    }
  }

  private let radix: RadixTables
  package let point: Cell<Point>
  /// `gp`: the object, plus one; the caller clears it.
  private let object: Cell<UInt8>

  init(_ radix: RadixTables, _ point: Cell<Point>, object: Cell<UInt8>) {
    (self.radix, self.point, self.object) = (radix, point, object)
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let gp = Int(state[object]) &- 1
    radix.nested.touch(state, gp)
    switch state[point] {
    case .freeTable:  // kvmppc_free_pgtable_radix
      radix.nested.freeTable(state, gp)
      state[point] = .clearEntry
    case .clearEntry:  // partition_tb[gp->shadow_lpid] = 0
      radix.nested.setEntry(state, gp, false)
      state[point] = .flushPartition
    case .flushPartition:  // flush_partition
      radix.tlb.flush(state, lpid: radix.nested.objects[gp].shadowLPID)
      state[point] = .free
    case .free:  // kfree
      state[radix.nested.inUse, gp] = false
      state[radix.nested.root, gp] = false
      state[point] = .freeTable
      return .completed
    }
    return .advanced
  }
}
