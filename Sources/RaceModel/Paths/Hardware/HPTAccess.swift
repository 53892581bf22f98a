package import Scheduler

/// One load or store by way of an entry of the hashed table, from the TLB through as many faults
/// as it takes.
///
/// Hardware: POWER7 to POWER9, hashed translation. Hardware sets R in the entry when it walks, and
/// C when it stores, in the same step or late: then the core owes C until a tlbie makes it write
/// it. A late C is the second choice of a store. The entry's index stands for the address, so the
/// search of the group is left out; so is what the guest does about a fault of its own, which ends
/// the access.
package final class HPTAccess: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lookUpTlb, walkTable, fault

    package var function: String? { nil }
  }

  private let kvm: KVM
  private let hpt: HPT
  package let point: Cell<Point>
  private let access: Access
  private let index: Int
  /// Where the core keeps the translation.
  private let place: Int
  private let fault: HPTPageFault
  private let cells: HPTPageFault.Cells

  init(
    _ kvm: KVM, _ hpt: HPT, _ point: Cell<Point>, core: Int, index: Int, access: Access,
    _ fault: HPTPageFault, _ cells: HPTPageFault.Cells
  ) {
    (self.kvm, self.hpt, self.point) = (kvm, hpt, point)
    (self.access, self.index, self.fault, self.cells) = (access, index, fault, cells)
    place = hpt.tlbSlot(core: core, index: index)
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lookUpTlb:
      let cached = state[hpt.tlb, place]
      if cached.isPresent, access == .load || cached.isWritable {
        return complete(state, cached, choice: choice)
      }
      state[point] = .walkTable
    case .walkTable:  // both doublewords; R is set at once
      let second = state[hpt.second, index]
      guard state[hpt.first, index].contains(.valid), access == .load || second.has(.write)
      else {
        state[point] = .fault
        return .advanced
      }
      state[hpt.second, index] = second.setting(.referenced)
      return complete(state, HPTTranslation(second), choice: choice)
    case .fault:
      let outcome = fault.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      let result = state[cells.result]
      state[cells.result] = .resumeGuest
      state[point] = .lookUpTlb
      // Whoever gets the fault instead, this access is not made.
      return result == .resumeGuest ? .advanced : .completed
    }
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch state[point] {
    case .fault: fault.location(in: state)
    case .walkTable: Location(label: "walk-hpt")
    case .lookUpTlb: Location(label: access == .store ? "hpt-store" : "hpt-load")
    }
  }

  /// The access is made through `translation`; the first store sets C, now or later.
  private func complete<R>(
    _ state: StateView<R>, _ translation: HPTTranslation, choice: Int
  ) -> Outcome {
    state[point] = .lookUpTlb
    kvm.complete(state, access, at: translation.frame)
    guard access == .store else {
      state[hpt.tlb, place] = translation
      return .completed
    }
    state[hpt.carriesC, index] = true
    if translation.isChanged {
      state[hpt.tlb, place] = translation
      return .completed
    }
    state[hpt.tlb, place] = translation.stored(owing: choice == 1)
    if choice == 1 { return .completed }
    state[hpt.second, index] = state[hpt.second, index].setting(.changed)
    return .completed.withMoreChoices
  }
}

extension HPTAccess {
  package static let load = path(
    .load, "hpt-load",
    "a load by way of a hashed entry: TLB, walk, HDSI and fault until it is done",
    identity: .init("hptLoad"))

  package static let store = path(
    .store, "hpt-store",
    "a store by way of a hashed entry: TLB, walk, HDSI and fault until it is done; C may be late",
    identity: .init("hptStore"))

  private static func path(
    _ access: Access, _ id: String, _ summary: String, identity: PathSpec.Identity
  ) -> PathSpec {
    PathSpec(
      id, summary,
      functions: [
        "kvmppc_hpte_hv_fault", "kvmppc_book3s_hv_page_fault", "kvmppc_add_revmap_chain",
      ],
      arguments: [Argument.vcpu, Argument.index], identity: identity,
      use: { call, _, use in
        let slot = HPT.TLBSlot(core: call[Argument.vcpu], index: call[Argument.index])
        if !use.hptAccesses.contains(slot) { use.hptAccesses.append(slot) }
      },
      hashed: { call, hpt, site in
        let index = call[Argument.index]
        let point: Cell<Point> = site.point("hpt-access")
        let cells = site.cells("hpt-fault", hpt, HPTPageFault.Cells.init)
        let fault = HPTPageFault(
          site.kvm, hpt, site.thread, cells, index: index, access: access)
        return HPTAccess(
          site.kvm, hpt, point, core: call[Argument.vcpu], index: index, access: access, fault,
          cells)
      })
  }
}
