package import Scheduler

/// One load or store of L2, from the TLB through as many faults as it takes.
///
/// Hardware: POWER9, partition-scoped radix. A cached translation with the needed permission, R and C
/// lets the access through with no look at memory; any other sends the core to the entry in memory.
/// Hardware sets neither R nor C: it raises a hypervisor data storage interrupt (HDSI), and the fault
/// path runs. Translation and access are one step, as `tlbie` waits for accesses in flight.
/// Knob `hw-rc=atomic-set` lets the core set R and C in the shadow entry by itself.
package final class L2Access: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lookUpTlb, walkShadow, fault

    package var function: String? { nil }
  }

  package struct Cells: Sendable {
    let point: Cell<Point>
    let fault: NestedPageFault.Cells

    init(_ layout: inout Layout, _ name: String, _ thread: ThreadID, _ kvm: KVM) {
      point = layout.cell("\(name).point", bits: Point.bits, role: .local(thread))
      fault = NestedPageFault.Cells(&layout, "\(name).fault", thread, kvm)
    }
  }

  private let kvm: KVM
  private let cells: Cells
  private let access: Access
  private let l2Page: Int
  private let cached: Cell<PTE>
  private let nestedPageFault: NestedPageFault

  init(
    _ kvm: KVM, _ thread: ThreadID, _ cells: Cells, core: Int, l2Page: Int, access: Access
  ) {
    (self.kvm, self.cells, self.access, self.l2Page) = (kvm, cells, access, l2Page)
    guard
      let slot = kvm.tlbSlots.firstIndex(where: { $0.core == core && $0.l2Page == l2Page })
    else { preconditionFailure("core \(core) cannot cache L2 page \(l2Page)") }
    cached = kvm.tlb[slot]
    nestedPageFault = NestedPageFault(kvm, thread, cells.fault, l2Page: l2Page, access: access)
  }

  package var point: Cell<Point> { cells.point }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lookUpTlb:
      let pte = state[cached]
      if access.isPermitted(by: pte), pte.has(access.referenceAndChange) {
        return complete(state, pte)
      }
      state[point] = .walkShadow
      return .advanced
    case .walkShadow:
      return walk(state)
    case .fault:
      let outcome = nestedPageFault.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      let result = state[cells.fault.result]
      state[cells.fault.result] = .resumeGuest
      state[point] = .lookUpTlb
      // Whoever gets the fault instead, this access is not made.
      return result == .resumeGuest ? .advanced : .completed
    }
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch state[point] {
    case .fault: nestedPageFault.location(in: state)
    case .lookUpTlb: Location(label: access == .store ? "l2-store" : "l2-load")
    case .walkShadow: Location(label: "walk-shadow")
    }
  }

  /// Reads the shadow entry: one 8-byte load.
  private func walk<R>(_ state: StateView<R>) -> Outcome {
    var pte = state[kvm.shadow, l2Page]
    let isPermitted = access.isPermitted(by: pte)
    if isPermitted, !pte.has(access.referenceAndChange), kvm.knobs.hardwareRC == .atomicSet {
      pte = pte.setting(access.referenceAndChange)
      state[kvm.shadow, l2Page] = pte
    }
    if !pte.isPresent {
      return fault(state, .noHPTE)
    } else if !isPermitted {
      return fault(state, .protFault)
    } else if !pte.has(access.referenceAndChange) {
      return fault(state, .setRC)
    }
    state[cached] = pte
    return complete(state, pte)
  }

  private func fault<R>(_ state: StateView<R>, _ cause: NestedPageFault.Cause) -> Outcome {
    state[cells.fault.cause] = cause
    state[point] = .fault
    return .advanced
  }

  /// The access is made through `pte`.
  private func complete<R>(_ state: StateView<R>, _ pte: PTE) -> Outcome {
    if access == .store {
      if let page = kvm.page(ofFrame: pte.frame) {
        if kvm.pages[page].isLogged { state[kvm.written, page] = true }
      } else {
        state.fail(kvm.wildStore)
      }
    }
    state[point] = .lookUpTlb
    return .completed
  }
}
