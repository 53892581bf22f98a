package import Scheduler

/// H_ENTER_NESTED up to the guest: finds or creates its object, and runs it on this vCPU.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_enter_nested_guest`, `kvmhv_get_nested`
/// with `create`, `kvmhv_alloc_nested` and `__prealloc_nested`, read at 6.1.192. `idr_alloc` runs
/// without a lock and fails when the slot is taken; the caller then gets H_PARAMETER. What two of
/// them at once can do to the idr's own tree is not modelled.
package final class EnterNested: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lockMmu, findNested, unlockMmu, allocNested, preallocNested, releaseRefused
    case relockMmu, addNested, reunlockMmu, releaseUnused
    case checkRoot, lockTlb, updateCache, unlockTlb, runNested

    package var function: String? {
      switch self {
      case .lockMmu, .findNested, .unlockMmu, .relockMmu, .addNested, .reunlockMmu:
        "kvmhv_get_nested"
      case .allocNested: "kvmhv_alloc_nested"
      case .preallocNested: "__prealloc_nested"
      case .releaseRefused, .releaseUnused: "kvmhv_release_nested"
      case .checkRoot, .lockTlb, .updateCache, .unlockTlb, .runNested: "kvmhv_enter_nested_guest"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    /// `gp`, plus one.
    let object: Cell<UInt8>
    /// `newgp`, plus one.
    let new: Cell<UInt8>
    let update: UpdatePtblCache.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      let use = kvm.nestedUse
      (point, object, new, update) = layout.cells(areNeeded: use.enters) { layout in
        (
          layout.cell("\(name).point", bits: Point.bits, role: role),
          layout.cell("\(name).gp", bits: kvm.widths.object, role: role),
          layout.cell("\(name).newgp", bits: kvm.widths.object, role: role),
          layout.cells(areNeeded: use.rereadsRoots) {
            UpdatePtblCache.Cells(&$0, "\(name).update", thread)
          }
        )
      }
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  private let core: Int
  private let guest: Int
  private let update: UpdatePtblCache

  init(_ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, core: Int) {
    self.radix = radix
    (self.kvm, self.thread, self.cells, self.core) = (kvm, thread, cells, core)
    guest = kvm.machine.vcpus[core].guest
    update = UpdatePtblCache(kvm, radix, thread, cells.update, of: .held(cells.object))
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lockMmu:
      // A vCPU that runs L2 makes no hypercall of L1's.
      if state[radix.nested.ofVCPU, core] != 0 { return .completed }
      return lock(kvm.locks.mmu, state, by: thread, then: .findNested)
    case .findNested:  // __find_nested; a reference if there is one
      if let gp = radix.nested.find(state, guest: guest) { take(state, gp) }
      state[point] = .unlockMmu
    case .unlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      state[point] = state[cells.object] == 0 ? .allocNested : .checkRoot
    case .allocNested:  // kzalloc, pgd_alloc, kvmppc_alloc_lpid
      Lock.maySleep(state, by: thread, spinlock: kvm.locks.mmu)
      guard
        let new = radix.nested.objects.indices.first(where: {
          radix.nested.objects[$0].guest == guest && !state[radix.nested.inUse, $0]
        })
      else {
        state.fail(
          kvm.checks.poolExhausted,
          saying: "the model has no object left for the guest with lpid "
            + "\(kvm.machine.guests[guest].l1LPID)")
        return .advanced
      }
      state[radix.nested.inUse, new] = true
      state[cells.new] = UInt8(truncatingIfNeeded: new &+ 1)
      state[point] = .preallocNested
    case .preallocNested:  // idr_alloc(NULL): no lock held; taken is H_PARAMETER
      if state[radix.nested.idr, guest] == .free {
        state[radix.nested.idr, guest] = .reserved
        state[point] = .relockMmu
      } else {
        state[point] = .releaseRefused
      }
    case .releaseRefused:  // kvmhv_release_nested of the new one; H_PARAMETER
      release(state)
      state[kvm.ghosts.refused, core] = true
      state[point] = .lockMmu
      return .completed
    case .relockMmu: return lock(kvm.locks.mmu, state, by: thread, then: .addNested)
    case .addNested:  // __find_nested again; __add_nested when still none; the references
      if let gp = radix.nested.find(state, guest: guest) {
        take(state, gp)
      } else {
        let new = Int(state[cells.new]) &- 1
        state[radix.nested.idr, guest] = IDRSlot(instance: radix.nested.objects[new].instance)
        state[radix.nested.refcnt, new] = 1
        take(state, new)
        state[cells.new] = 0
      }
      state[point] = .reunlockMmu
    case .reunlockMmu:
      kvm.locks.mmu.release(state, by: thread)
      state[point] = state[cells.new] == 0 ? .checkRoot : .releaseUnused
    case .releaseUnused:  // kvmhv_release_nested of the new one
      release(state)
      state[point] = .checkRoot
    case .checkRoot:  // is the root known? no lock is held
      let gp = Int(state[cells.object]) &- 1
      radix.nested.touch(state, gp)
      state[point] = state[radix.nested.root, gp] ? .runNested : .lockTlb
    case .lockTlb:
      guard radix.nested.tlbLocks[Int(state[cells.object]) &- 1].acquire(state, by: thread) else {
        return .blocked
      }
      state[point] = .updateCache
    case .updateCache:  // kvmhv_update_ptbl_cache
      let outcome = update.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = .unlockTlb
    case .unlockTlb:
      radix.nested.tlbLocks[Int(state[cells.object]) &- 1].release(state, by: thread)
      state[point] = .runNested
    case .runNested:  // the vCPU is the guest's from here on
      state[radix.nested.ofVCPU, core] = state[cells.object]
      state[cells.object] = 0
      state[point] = .lockMmu
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    state[point] == .updateCache
      ? update.location(in: state)
      : Location(label: state[point].label, function: state[point].function)
  }

  private func take<R>(_ state: StateView<R>, _ gp: Int) {
    radix.nested.touch(state, gp)
    state[radix.nested.refcnt, gp] += 1
    state[cells.object] = UInt8(truncatingIfNeeded: gp &+ 1)
  }

  /// Frees `newgp`, which nobody has seen.
  private func release<R>(_ state: StateView<R>) {
    state[radix.nested.inUse, Int(state[cells.new]) &- 1] = false
    state[cells.new] = 0
  }
}

extension EnterNested {
  package static let path = PathSpec(
    "enter-nested", "H_ENTER_NESTED: finds or creates the guest's object and runs it",
    functions: [
      "kvmhv_enter_nested_guest", "kvmhv_get_nested", "kvmhv_alloc_nested", "__prealloc_nested",
    ],
    arguments: [Argument.vcpu], identity: .init("enterNested"),
    use: { call, machine, use in
      use.entries[machine.vcpus[call[Argument.vcpu]].guest, default: 0] += 1
      use.nested.enter(core: call[Argument.vcpu])
    },
    radix: { call, radix, site in
      EnterNested(
        site.kvm, radix, site.thread, site.cells("enter", Cells.init), core: call[Argument.vcpu])
    })
}
