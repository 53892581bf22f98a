package import Scheduler

/// One load or store of L1 or L2, from the TLB through as many faults as it takes.
///
/// Hardware: POWER9, partition-scoped radix; L1 runs on the host table, L2 on its shadow table. A
/// cached translation with the needed permission, R and C lets the access through with no look at
/// memory; any other sends the core to the entry in memory. Hardware sets neither R nor C: it
/// raises a hypervisor data storage interrupt (HDSI), and the fault path runs. Translation and
/// access are one step, as `tlbie` waits for accesses in flight. Knob `hw-rc=atomic-set` lets the
/// core set R and C in the shadow entry by itself.
///
/// A fault of L2 that ends in L1, or in the VMM, ends `kvmhv_enter_nested_guest`: the vCPU drops
/// its guest and its reference. The next access of L2 begins with H_ENTER_NESTED, which looks the
/// lpid up anew; a vCPU that was refused stays in L1.
package final class GuestAccess: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case lookUpTlb, walkTable, fault
    /// H_ENTER_NESTED: its way back, and the next one.
    case exitNested, enterNested

    package var function: String? { nil }
  }

  /// Who accesses, what, and which fault path serves it; indirect, for it is large and looked at
  /// in each step.
  indirect enum Target: Sendable {
    /// L1, a page, on the host table.
    case l1(page: Int, L1PageFault, L1PageFault.Cells)
    /// L2, an L2 page, on the shadow table.
    case l2(page: Int, NestedPageFault, NestedPageFault.Cells, Hypercall)
  }

  /// H_ENTER_NESTED, around the time in L2.
  typealias Hypercall = (enter: EnterNested, exit: ExitNested)

  private let kvm: KVM
  private let radix: RadixTables
  package let point: Cell<Point>
  private let access: Access
  private let target: Target
  private let core: Int
  /// By object that the core runs, for L1 one: where the core may have the translation.
  private let places: [TLBPlaces]
  /// hw-rc=atomic-set: the core sets R and C by itself.
  private let setsRC: Bool

  /// Places in a core's TLB, by page size.
  private struct TLBPlaces {
    let small: Int
    let leaf: Int?
  }

  init(
    _ kvm: KVM, _ radix: RadixTables, _ point: Cell<Point>, core: Int, target: Target,
    access: Access
  ) {
    self.radix = radix
    (self.kvm, self.point, self.access) = (kvm, point, access)
    (self.core, self.target) = (core, target)
    setsRC = kvm.knobs(for: GuestAccess.self).hardwareRC == .atomicSet
    places =
      switch target {
      case .l1(let page, _, _):
        [
          TLBPlaces(
            small: radix.tlb.slot(core: core, .l1(page)),
            leaf: radix.host.leafIndex[kvm.geometry.pages[page].slot].map { _ in
              radix.tlb.slot(core: core, .l1Leaf(slot: kvm.geometry.pages[page].slot))
            })
        ]
      case .l2(let page, _, _, _):
        radix.nested.objects.enumerated().map { object, place in
          // A core runs objects of its own guest only.
          TLBPlaces(
            small: place.guest == radix.nested.l2Pages[page].guest
              ? radix.tlb.slot(core: core, .l2(page, object: object)) : -1, leaf: nil)
        }
      }
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .lookUpTlb:
      if case .l2(_, _, _, let hypercall) = target, state[radix.nested.ofVCPU, core] == 0 {
        return enter(state, hypercall, choice: choice)
      }
      let cached = cached(state)
      let small = state[radix.tlb.entries, cached.small]
      if isEnough(small) { return complete(state, small, size: KVM.pageShift) }
      if let slot = cached.leaf {
        let leaf = state[radix.tlb.entries, slot]
        if isEnough(leaf) { return complete(state, leaf, size: HostTable.leafShift) }
      }
      state[point] = .walkTable
      return .advanced
    case .walkTable:
      return walk(state)
    case .fault:
      let outcome: Outcome
      let resultCell: Cell<NestedPageFault.Result>
      switch target {
      case .l1(_, let fault, let cells):
        (outcome, resultCell) = (fault.step(state, choice: choice), cells.result)
      case .l2(_, let fault, let cells, _):
        (outcome, resultCell) = (fault.step(state, choice: choice), cells.result)
      }
      guard outcome.isCompleted else { return outcome }
      let result = state[resultCell]
      state[resultCell] = .resumeGuest
      state[point] = .lookUpTlb
      // Whoever gets the fault instead, this access is not made.
      if result == .resumeGuest { return .advanced }
      guard case .l2 = target, result != .dataStorage else { return .completed }
      state[point] = .exitNested
      return .advanced
    case .enterNested:
      guard case .l2(_, _, _, let hypercall) = target else { return .completed }
      return enter(state, hypercall, choice: choice)
    case .exitNested:
      guard case .l2(_, _, _, let hypercall) = target else { return .completed }
      let outcome = hypercall.exit.step(state, choice: choice)
      guard outcome.isCompleted else { return outcome }
      state[point] = .lookUpTlb
      return .completed
    }
  }

  /// Goes on with H_ENTER_NESTED up to the guest.
  private func enter<R: AccessRecorder>(
    _ state: StateView<R>, _ hypercall: Hypercall, choice: Int
  ) -> Outcome {
    // L1 takes H_PARAMETER for an answer.
    if state[kvm.ghosts.refused, core] {
      state[point] = .lookUpTlb
      return .completed
    }
    let outcome = hypercall.enter.step(state, choice: choice)
    if outcome.isBlocked { return outcome }
    state[point] = outcome.isCompleted ? .lookUpTlb : .enterNested
    return .advanced
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch (state[point], target) {
    case (.fault, .l1(_, let fault, _)): fault.location(in: state)
    case (.fault, .l2(_, let fault, _, _)): fault.location(in: state)
    case (.enterNested, .l2(_, _, _, let hypercall)): hypercall.enter.location(in: state)
    case (.exitNested, .l2(_, _, _, let hypercall)): hypercall.exit.location(in: state)
    case (.lookUpTlb, .l2(_, _, _, let hypercall))
    where state[radix.nested.ofVCPU, core] == 0 && !state[kvm.ghosts.refused, core]:
      hypercall.enter.location(in: state)
    case (.enterNested, .l1), (.exitNested, .l1): Location(label: state[point].label)
    case (.walkTable, .l1): Location(label: "walk-host")
    case (.walkTable, .l2): Location(label: "walk-shadow")
    case (.lookUpTlb, .l1): Location(label: access == .store ? "l1-store" : "l1-load")
    case (.lookUpTlb, .l2): Location(label: access == .store ? "l2-store" : "l2-load")
    }
  }

  /// The entry in memory that hardware walks to, and the size of its page.
  private func entry<R>(_ state: StateView<R>) -> (Cell<PTE>, shift: Int) {
    switch target {
    case .l1(let page, _, _):
      let (entry, isLeaf) = radix.host.find(state, page)
      return (entry, isLeaf ? HostTable.leafShift : KVM.pageShift)
    case .l2(let page, _, _, _):
      let object = radix.nested.current(state, core: core)
      // What a core does then no architecture says: the entry is that of a hashed table at 0.
      radix.nested.requireEntry(state, object, kvm.checks.partitionEntryZero)
      let index = radix.nested.shadowIndex(object, page)
      return (radix.nested.shadow[index], KVM.pageShift)
    }
  }

  /// Where the core may have the translation: under the LPID that it runs with.
  private func cached<R>(_ state: StateView<R>) -> TLBPlaces {
    switch target {
    case .l1: places[0]
    case .l2: places[radix.nested.current(state, core: core)]
    }
  }

  /// Whether a translation lets the access through.
  private func isEnough(_ pte: PTE) -> Bool {
    access.isPermitted(by: pte) && pte.has(access.referenceAndChange)
  }

  /// Reads the entry: one 8-byte load.
  private func walk<R>(_ state: StateView<R>) -> Outcome {
    let (entry, shift) = entry(state)
    var pte = state[entry]
    let isPermitted = access.isPermitted(by: pte)
    if isPermitted, !pte.has(access.referenceAndChange), setsRC {
      pte = pte.setting(access.referenceAndChange)
      state[entry] = pte
    }
    if !pte.isPresent {
      return fault(state, .noHPTE)
    } else if !isPermitted {
      return fault(state, .protFault)
    } else if !pte.has(access.referenceAndChange) {
      return fault(state, .setRC)
    }
    let cached = cached(state)
    if let slot = shift == HostTable.leafShift ? cached.leaf : cached.small {
      state[radix.tlb.entries, slot] = pte
    }
    return complete(state, pte, size: shift)
  }

  private func fault<R>(_ state: StateView<R>, _ cause: NestedPageFault.Cause) -> Outcome {
    switch target {
    case .l1(_, _, let cells): state[cells.cause] = cause
    case .l2(_, _, let cells, _): state[cells.cause] = cause
    }
    state[point] = .fault
    return .advanced
  }

  /// The access is made through `pte`.
  private func complete<R>(_ state: StateView<R>, _ pte: PTE, size shift: Int) -> Outcome {
    var pte = pte
    if case .l1(let page, _, _) = target, shift == HostTable.leafShift {
      pte = PTE(pte.bits, frame: pte.frame + kvm.geometry.offset(page))
    }
    kvm.complete(state, access, through: pte)
    state[point] = .lookUpTlb
    return .completed
  }
}

extension KVM {
  /// Makes an access through a translation.
  @inline(__always) func complete<R>(_ state: StateView<R>, _ access: Access, through pte: PTE) {
    complete(state, access, at: pte.frame)
  }

  /// Makes an access to a host page: a store is noted, and must hit a frame of the guest.
  @inline(__always) func complete<R>(_ state: StateView<R>, _ access: Access, at rpn: Int) {
    guard access == .store else { return }
    guard let frame = geometry.frames.firstIndex(where: { $0.rpn == rpn }),
      state[ghosts.backs, frame]
    else { return state.fail(checks.wildStore, saying: wildStore(at: rpn)) }
    let backing = geometry.frames[frame].backing
    if state[memslots.logged, geometry.pages[backing].slot] {
      ghosts.store(state, toBacking: backing)
    }
  }

  /// What is found when a store has reached a host page that it must not reach.
  private func wildStore(at rpn: Int) -> String {
    guard let frame = geometry.frames.first(where: { $0.rpn == rpn }) else {
      return "a store reached host page \(rpn.hex), which never backed a page of the guest"
    }
    return "a store reached host page \(rpn.hex), which does not back gfn "
      + "\(geometry.backingGFNs[frame.backing].hex) now and can be anybody's"
  }
}

extension GuestAccess {
  package static let l2Load = l2(
    .load, "l2-load",
    "an L2 load: TLB, walk of the shadow table, HDSI and nested fault until it is done",
    identity: .init("l2Load"))

  package static let l2Store = l2(
    .store, "l2-store",
    "an L2 store: TLB, walk of the shadow table, HDSI and nested fault until it is done",
    identity: .init("l2Store"))

  package static let l1Load = l1(
    .load, "l1-load", "an L1 load: TLB, walk of the host table, HDSI and fault until it is done",
    identity: .init("l1Load"))

  package static let l1Store = l1(
    .store, "l1-store", "an L1 store: TLB, walk of the host table, HDSI and fault until it is done",
    identity: .init("l1Store"))

  private static func l2(
    _ access: Access, _ id: String, _ summary: String, identity: PathSpec.Identity
  ) -> PathSpec {
    PathSpec(
      id, summary,
      functions: [
        "kvmppc_handle_nested_exit", "kvmhv_nested_page_fault", "kvmhv_handle_nested_set_rc",
        "kvmppc_book3s_instantiate_page", "kvmppc_create_pte", "kvmhv_insert_nest_rmap",
      ],
      arguments: [Argument.vcpu, Argument.page], identity: identity,
      use: { call, machine, use in
        use.countThread(as: .nestedFaulter)
        use.nested.access(
          access, core: call[Argument.vcpu], page: call[Argument.page], on: machine)
      },
      radix: { call, radix, site in
        let (kvm, core) = (site.kvm, call[Argument.vcpu])
        let page = radix.nested.l2Page(
          call[Argument.page], ofGuest: kvm.machine.vcpus[core].guest)
        let point: Cell<Point> = site.point("access")
        let cells = site.cells("nested-fault", NestedPageFault.Cells.init)
        let fault = NestedPageFault(
          kvm, radix, site.thread, cells, core: core, l2Page: page, access: access)
        let (enter, exit) = (
          site.cells("enter", EnterNested.Cells.init), site.cells("exit", ExitNested.Cells.init)
        )
        let hypercall = (
          enter: EnterNested(kvm, radix, site.thread, enter, core: core),
          exit: ExitNested(kvm, radix, site.thread, exit, core: core)
        )
        return GuestAccess(
          kvm, radix, point, core: core, target: .l2(page: page, fault, cells, hypercall),
          access: access)
      })
  }

  private static func l1(
    _ access: Access, _ id: String, _ summary: String, identity: PathSpec.Identity
  ) -> PathSpec {
    PathSpec(
      id, summary,
      functions: [
        "kvmppc_vcpu_run_hv", "kvmppc_book3s_radix_page_fault", "kvmppc_book3s_instantiate_page",
        "kvmppc_create_pte",
      ],
      arguments: [Argument.vcpu, Argument.gfn], identity: identity,
      use: { call, machine, use in
        guard let page = machine.pageNumber(ofGFN: call[Argument.gfn]) else { return }
        use.l1Accesses.append((call[Argument.vcpu], page))
      },
      radix: { call, radix, site in
        let (kvm, page) = (site.kvm, site.kvm.page(at: call[Argument.gfn]))
        let point: Cell<Point> = site.point("access")
        let cells = site.cells("l1-fault", L1PageFault.Cells.init)
        let fault = L1PageFault(kvm, radix, site.thread, cells, page: page, access: access)
        return GuestAccess(
          kvm, radix, point, core: call[Argument.vcpu], target: .l1(page: page, fault, cells),
          access: access)
      })
  }
}
