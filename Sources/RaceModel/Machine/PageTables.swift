internal import Scheduler

/// The page tables of a guest, with all that only a guest of that kind has.
///
/// A machine of one kind is given its payload when it is made; one of both kinds asks here. Slots,
/// SRCU, the dirty bitmap, the notifier and their locks are the same for both: see ``KVM``.
/// A guest that changes from one kind to the other would be a case of its own, with both payloads.
package enum PageTables: Sendable {
  case radix(RadixTables)
  case hashed(HPT)

  package var kind: TableKind {
    switch self {
    case .radix: .radix
    case .hashed: .hashed
    }
  }
}

/// The kind of page table that a guest has: what paths, properties and landmarks are about.
package enum TableKind: String, CaseIterable, Sendable { case radix, hashed }

extension Scenario.Machine {
  package var table: TableKind { hpt == nil ? .radix : .hashed }
}

/// The radix tables of a guest and of those that run nested in it.
package struct RadixTables: Sendable {
  package let host: HostTable
  package let nested: NestedGuests
  package let rmap: RmapLists
  package let tlb: RadixTLB
}

/// One thing for a guest with radix tables, another for one with a hashed table.
///
/// Machines of both kinds keep the cells and the callee of theirs in it: which it is was decided
/// when the machine was made.
package enum ByTable<Radix, Hashed> {
  case radix(Radix)
  case hashed(Hashed)

  /// What there is for a guest with a hashed table; nil for others.
  package var hashed: Hashed? {
    switch self {
    case .radix: nil
    case .hashed(let hashed): hashed
    }
  }

  /// What there is for a guest with radix tables; nil for others.
  package var radix: Radix? {
    switch self {
    case .radix(let radix): radix
    case .hashed: nil
    }
  }
}

extension ByTable: Sendable where Radix: Sendable, Hashed: Sendable {}

extension ByTable where Radix: StepMachine, Hashed: StepMachine {
  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch self {
    case .radix(let machine): machine.step(state, choice: choice)
    case .hashed(let machine): machine.step(state, choice: choice)
    }
  }

  func location(in state: StateView<NoRecorder>) -> Location {
    switch self {
    case .radix(let machine): machine.location(in: state)
    case .hashed(let machine): machine.location(in: state)
    }
  }
}
