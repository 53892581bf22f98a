package import Scheduler

/// `kvmhv_update_ptbl_cache`: rereads L1's partition entry and writes the hardware's own.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_update_ptbl_cache`, `kvmhv_set_nested_ptbl`
/// and `kvmhv_set_ptbl_entry`, with `mmu_partition_table_set_entry` of mm/book3s64/pgtable.c, read
/// at 6.1.192. Callers hold the object's `tlb_lock`, but `kvmhv_enter_nested_guest` looks at the
/// root without it. The hardware's entry names the shadow table even when L1's root is zero. Left
/// out: the process table, and the section of SRCU around the read, for L1's tables lie in no
/// slot. Knob `root-store=last` stores the root behind the flush.
package final class UpdatePtblCache: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case readPartition, storeRoot, setEntry, flushPartition

    package var function: String? {
      switch self {
      case .readPartition, .storeRoot: "kvmhv_update_ptbl_cache"
      case .setEntry, .flushPartition: "mmu_partition_table_set_entry"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// Whether the `patb0` that was read is a root.
    let isSet: Cell<Bool>

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID) {
      point = layout.cell("\(name).point", bits: Point.bits, role: .local(thread))
      isSet = layout.cell("\(name).patb0", bits: 1, role: .local(thread))
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  private let object: NestedGuests.ObjectRef
  /// Whether the root is stored before the hardware's entry.
  private let storesRootFirst: Bool

  init(
    _ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells,
    of object: NestedGuests.ObjectRef
  ) {
    (self.kvm, self.radix, self.thread) = (kvm, radix, thread)
    (self.cells, self.object) = (cells, object)
    storesRootFirst = kvm.knobs(for: UpdatePtblCache.self).rootStore == .first
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let gp = radix.nested.object(state, object)
    radix.nested.touch(state, gp)
    switch state[point] {
    case .readPartition:  // kvm_read_guest, which may sleep
      Lock.maySleep(state, by: thread, spinlock: kvm.locks.mmu)
      state[cells.isSet] = state[radix.nested.l1Root, radix.nested.objects[gp].guest]
      state[point] = storesRootFirst ? .storeRoot : .setEntry
    case .storeRoot:  // gp->l1_gr_to_hr: who looks at it without the lock goes on from here
      state[radix.nested.root, gp] = state[cells.isSet]
      if !storesRootFirst { return complete(state) }
      state[point] = .setEntry
    case .setEntry:  // partition_tb[gp->shadow_lpid]
      radix.nested.setEntry(state, gp, true)
      state[point] = .flushPartition
    case .flushPartition:  // flush_partition: translations and the cached entry
      radix.tlb.flush(state, lpid: radix.nested.objects[gp].shadowLPID)
      if storesRootFirst { return complete(state) }
      state[point] = .storeRoot
    }
    return .advanced
  }

  private func complete<R>(_ state: StateView<R>) -> Outcome {
    state[cells.isSet] = false
    state[point] = .readPartition
    return .completed
  }
}
