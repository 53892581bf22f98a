package import Scheduler

/// L1 writes to a table in its own memory: one store, no lock, and L0 is not told.
///
/// What L1 should do besides, such as the hypercall that invalidates, is another path of its
/// script; a hostile L1 leaves it out.
package final class L1Write: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case write

    package var function: String? { nil }
  }

  /// What is written.
  enum Target: Sendable {
    /// L1's entry for an L2 page.
    case gpte(l2Page: Int, PTE)
    /// The root in L1's partition table, set or zeroed.
    case partition(guest: Int, isSet: Bool)
  }

  private let kvm: KVM
  private let radix: RadixTables
  package let point: Cell<Point>
  private let target: Target

  init(_ kvm: KVM, _ radix: RadixTables, _ point: Cell<Point>, _ target: Target) {
    self.radix = radix
    (self.kvm, self.point, self.target) = (kvm, point, target)
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch target {
    case .gpte(let l2Page, let entry):
      state[radix.nested.gpte, l2Page] = entry
      state[kvm.ghosts.coherent, l2Page] = false
    case .partition(let guest, let isSet):
      state[radix.nested.l1Root, guest] = isSet
    }
    return .completed
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    switch target {
    case .gpte: Location(label: "l1-set-gpte")
    case .partition: Location(label: "l1-set-partition")
    }
  }
}

extension L1Write {
  package static let setGpte = PathSpec(
    "l1-set-gpte", "L1 writes its entry for an L2 page; L0 is not told", functions: [],
    arguments: [Argument.guest, Argument.pageOfGuest, Argument.gpte],
    identity: .init("l1SetGpte"), use: { _, _, use in use.nested.changeEntry() },
    radix: { call, radix, site in
      let page = radix.nested.l2Page(
        call[Argument.pageOfGuest], ofGuest: call[Argument.guest])
      let entry = call[Argument.gpte].map { PTE($0.bits, frame: $0.gfn) } ?? .absent
      return L1Write(
        site.kvm, radix, site.point("l1-write"), .gpte(l2Page: page, entry))
    })

  package static let setPartition = PathSpec(
    "l1-set-partition", "L1 sets or zeroes a guest's root in its partition table; L0 is not told",
    functions: [], arguments: [Argument.guest, Argument.root], identity: .init("l1SetPartition"),
    use: { call, _, use in
      use.nested.writeRoot(ofGuest: call[Argument.guest], isSet: call[Argument.root])
    },
    radix: { call, radix, site in
      L1Write(
        site.kvm, radix, site.point("l1-write"),
        .partition(guest: call[Argument.guest], isSet: call[Argument.root]))
    })
}
