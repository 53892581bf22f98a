package import Scheduler

extension KVM {
  /// The locks of every guest; those of nested guests and hashed entries are kept beside what they
  /// guard.
  package struct Locks: Sendable {
    // Outermost first (kernel-map: locking order).
    /// `kvm->slots_lock`.
    package let slots: Lock
    /// `kvm->slots_arch_lock`.
    package let slotsArch: Lock
    /// `kvm->arch.mmu_setup_lock`.
    package let mmuSetup: Lock
    /// `kvm->mn_invalidate_lock`.
    package let mnInvalidate: Lock
    /// `kvm->mmu_lock`.
    package let mmu: Lock
  }

  /// What a machine breaks by a step that must not happen, as the kernel's own checks would tell.
  package struct Checks: Sendable {
    /// A store reached a host page that backs no page of the guest, or no longer does.
    package let wildStore: Check
    /// A freed object was touched.
    package let useAfterFree: Check
    /// A variable was used that nothing had been assigned to.
    package let uninitialized: Check
    /// A core walked for an LPID whose partition-table entry is 0.
    package let partitionEntryZero: Check
    /// The pool of rmap nodes is too small for the scenario.
    package let poolExhausted: Check

    init(in builder: inout SystemBuilder) {
      wildStore = builder.check(.wildStore)
      useAfterFree = builder.check(.useAfterFree)
      uninitialized = builder.check(.uninitialized)
      partitionEntryZero = builder.check(.partitionEntryZero)
      poolExhausted = builder.check(.rmapPool)
    }
  }

  /// Every lock of the machine, declared in one go: their order says which may be taken inside
  /// which.
  struct AllLocks {
    let common: Locks
    /// By guest object.
    let tlb: [Lock]
    /// Those of the hashed table's entries, then those of its rmap words.
    let hashed: ArraySlice<Lock>

    init(
      objects: [NestedGuests.GuestObject], hashed: [Lock.Declaration],
      in builder: inout SystemBuilder
    ) {
      let locks = builder.locks(
        [
          Lock.Declaration("slots_lock", kind: .mutex, rank: 0),
          Lock.Declaration("slots_arch_lock", kind: .mutex, rank: 1),
          Lock.Declaration("mmu_setup_lock", kind: .mutex, rank: 1),
        ]
          + objects.map { .init("tlb_lock[\($0.name)]", kind: .mutex, rank: 2) }
          + [
            .init("mn_invalidate_lock", kind: .spin, rank: 3),
            .init("mmu_lock", kind: .spin, rank: 3),
          ]
          + hashed)
      let behind = 3 + objects.count
      tlb = Array(locks[3..<behind])
      common = Locks(
        slots: locks[0], slotsArch: locks[1], mmuSetup: locks[2], mnInvalidate: locks[behind],
        mmu: locks[behind + 1])
      self.hashed = locks[(behind + 2)...]
    }
  }
}

extension StepMachine {
  /// Takes `lock` and goes on at `next`; blocked while another thread holds it.
  @inline(__always) func lock<R>(
    _ lock: Lock, _ state: StateView<R>, by thread: ThreadID, then next: Point
  ) -> Outcome {
    guard lock.acquire(state, by: thread) else { return .blocked }
    state[point] = next
    return .advanced
  }

  /// Releases `lock` and goes on at `next`.
  @inline(__always) func unlock<R>(
    _ lock: Lock, _ state: StateView<R>, by thread: ThreadID, then next: Point
  ) -> Outcome {
    lock.release(state, by: thread)
    state[point] = next
    return .advanced
  }
}
