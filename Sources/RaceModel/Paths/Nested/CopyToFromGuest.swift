package import Scheduler

/// H_COPY_TOFROM_GUEST for one page: L0 accesses L2's memory on behalf of L1.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_copy_tofrom_guest_nested`, and
/// `__kvmhv_copy_tofrom_guest_radix` of book3s_64_mmu_radix.c, read at 6.1.192. The access goes
/// through the quadrants with the shadow LPID, with faults disabled: whatever is missing makes it
/// fail, and L1 gets H_NOT_FOUND. L1's own buffer is left out.
package final class CopyToFromGuest: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case getNested, lockTlb, lookUpTlb, walkShadow, unlockTlb, putNested

    package var function: String? {
      switch self {
      case .getNested, .lockTlb, .unlockTlb, .putNested: "kvmhv_copy_tofrom_guest_nested"
      case .lookUpTlb, .walkShadow: "__kvmhv_copy_tofrom_guest_radix"
      }
    }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    let object: Cell<UInt8>
    let get: Cell<GetNested.Point>
    let put: PutNested.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      object = layout.cell("\(name).gp", bits: kvm.widths.object, role: role)
      get = layout.cell("\(name).get", bits: GetNested.Point.bits, role: role)
      put = PutNested.Cells(&layout, "\(name).put", thread)
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  private let core: Int
  private let l2Page: Int
  private let access: Access
  private let get: GetNested
  private let put: PutNested

  init(
    _ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, core: Int, l2Page: Int,
    access: Access
  ) {
    self.radix = radix
    (self.kvm, self.thread, self.cells) = (kvm, thread, cells)
    (self.core, self.l2Page, self.access) = (core, l2Page, access)
    get = GetNested(
      kvm, radix, thread, cells.get, guest: radix.nested.l2Pages[l2Page].guest, object: cells.object
    )
    put = PutNested(kvm, radix, thread, cells.put, object: cells.object)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let gp = Int(state[cells.object]) &- 1
    switch state[point] {
    case .getNested:  // no such guest: H_PARAMETER
      let outcome = get.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      if state[cells.object] == 0 {
        state[point] = .getNested
        return .completed
      }
      state[point] = .lockTlb
    case .lockTlb:
      radix.nested.touch(state, gp)
      guard radix.nested.tlbLocks[gp].acquire(state, by: thread) else { return .blocked }
      state[point] = .lookUpTlb
    case .lookUpTlb:
      let pte = state[radix.tlb.entries, radix.tlb.slot(core: core, .l2(l2Page, object: gp))]
      if access.isPermitted(by: pte), pte.has(access.referenceAndChange) {
        kvm.complete(state, access, through: pte)
        state[point] = .unlockTlb
      } else {
        state[point] = .walkShadow
      }
    case .walkShadow:  // faults are disabled: anything missing is H_NOT_FOUND
      radix.nested.requireEntry(state, gp, kvm.checks.partitionEntryZero)
      let pte = state[radix.nested.shadow, radix.nested.shadowIndex(gp, l2Page)]
      if access.isPermitted(by: pte), pte.has(access.referenceAndChange) {
        state[radix.tlb.entries, radix.tlb.slot(core: core, .l2(l2Page, object: gp))] = pte
        kvm.complete(state, access, through: pte)
      }
      state[point] = .unlockTlb
    case .unlockTlb:
      radix.nested.touch(state, gp)
      radix.nested.tlbLocks[gp].release(state, by: thread)
      state[point] = .putNested
    case .putNested:
      let outcome = put.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = .getNested
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch state[point] {
    case .getNested: get.location(in: state)
    case .putNested: put.location(in: state)
    case let point: Location(label: point.label, function: point.function)
    }
  }
}

extension CopyToFromGuest {
  package static let load = path(
    .load, "copy-from-guest", "H_COPY_TOFROM_GUEST: a load from L2's memory on behalf of L1",
    identity: .init("copyFromGuest"))

  package static let store = path(
    .store, "copy-to-guest", "H_COPY_TOFROM_GUEST: a store to L2's memory on behalf of L1",
    identity: .init("copyToGuest"))

  private static func path(
    _ access: Access, _ id: String, _ summary: String, identity: PathSpec.Identity
  ) -> PathSpec {
    PathSpec(
      id, summary, functions: ["kvmhv_copy_tofrom_guest_nested"],
      arguments: [Argument.vcpu, Argument.page], identity: identity,
      radix: { call, radix, site in
        let core = call[Argument.vcpu]
        let page = radix.nested.l2Page(
          call[Argument.page], ofGuest: site.kvm.machine.vcpus[core].guest)
        return CopyToFromGuest(
          site.kvm, radix, site.thread, site.cells("copy", Cells.init), core: core, l2Page: page,
          access: access)
      })
  }
}
