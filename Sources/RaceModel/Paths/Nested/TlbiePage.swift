package import Scheduler

/// H_TLB_INVALIDATE or H_RPT_INVALIDATE of one page of a nested guest.
///
/// Kernel: arch/powerpc/kvm/book3s_hv_nested.c, `kvmhv_emulate_tlbie_tlb_addr` as
/// `kvmhv_do_nested_tlbie` and `do_tlb_invalidate_nested_tlb` call it, read at 6.1.192. With base
/// pages the loop runs once. When it returns, L1 may trust that no translation made from its older
/// entry is left.
package final class TlbiePage: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case getNested, lockTlb, invalidate, unlockTlb, putNested, returnToL1

    package var function: String? { "kvmhv_emulate_tlbie_tlb_addr" }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    let object: Cell<UInt8>
    let get: Cell<GetNested.Point>
    let invalidate: Cell<InvalidateShadowPTE.Point>
    let put: PutNested.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      let role = Layout.Role.local(thread)
      point = layout.cell("\(name).point", bits: Point.bits, role: role)
      object = layout.cell("\(name).gp", bits: kvm.widths.object, role: role)
      get = layout.cell("\(name).get", bits: GetNested.Point.bits, role: role)
      invalidate = layout.cell(
        "\(name).invalidate", bits: InvalidateShadowPTE.Point.bits, role: role)
      put = PutNested.Cells(&layout, "\(name).put", thread)
    }
  }

  private let kvm: KVM
  private let radix: RadixTables
  private let thread: ThreadID
  private let cells: Cells
  private let l2Page: Int
  private let get: GetNested
  private let invalidate: InvalidateShadowPTE
  private let put: PutNested
  private let hasTLBLock: Bool

  init(_ kvm: KVM, _ radix: RadixTables, _ thread: ThreadID, _ cells: Cells, l2Page: Int) {
    self.radix = radix
    (self.kvm, self.thread, self.cells, self.l2Page) = (kvm, thread, cells, l2Page)
    hasTLBLock = kvm.knobs(for: TlbiePage.self).tlbLock == .on
    get = GetNested(
      kvm, radix, thread, cells.get, guest: radix.nested.l2Pages[l2Page].guest, object: cells.object
    )
    invalidate = InvalidateShadowPTE(
      kvm, radix, thread, cells.invalidate, l2Page: l2Page, for: .tlbie(object: cells.object))
    put = PutNested(kvm, radix, thread, cells.put, object: cells.object)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let gp = Int(state[cells.object]) &- 1
    switch state[point] {
    case .getNested:  // no such guest: nothing to do
      let outcome = get.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      let next: Point = hasTLBLock ? .lockTlb : .invalidate
      state[point] = state[cells.object] == 0 ? .returnToL1 : next
    case .lockTlb:
      radix.nested.touch(state, gp)
      guard radix.nested.tlbLocks[gp].acquire(state, by: thread) else { return .blocked }
      state[point] = .invalidate
    case .invalidate:  // kvmhv_invalidate_shadow_pte
      let outcome = invalidate.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = hasTLBLock ? .unlockTlb : .putNested
    case .unlockTlb:
      radix.nested.touch(state, gp)
      radix.nested.tlbLocks[gp].release(state, by: thread)
      state[point] = .putNested
    case .putNested:
      let outcome = put.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = .returnToL1
    case .returnToL1:  // H_SUCCESS
      state[kvm.ghosts.coherent, l2Page] = true
      state[point] = .getNested
      return .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch state[point] {
    case .getNested: get.location(in: state)
    case .invalidate: invalidate.location(in: state)
    case .putNested: put.location(in: state)
    case let point: Location(label: point.label, function: point.function)
    }
  }
}

extension TlbiePage {
  package static let path = PathSpec(
    "tlbie-page", "H_TLB_INVALIDATE or H_RPT_INVALIDATE of one L2 page by L1",
    functions: [
      "kvmhv_emulate_tlbie_tlb_addr", "kvmhv_get_nested", "kvmhv_invalidate_shadow_pte",
    ],
    arguments: [Argument.guest, Argument.pageOfGuest], identity: .init("tlbiePage"),
    radix: { call, radix, site in
      let page = radix.nested.l2Page(
        call[Argument.pageOfGuest], ofGuest: call[Argument.guest])
      return TlbiePage(
        site.kvm, radix, site.thread, site.cells("tlbie-page", Cells.init), l2Page: page)
    })
}
