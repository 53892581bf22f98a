package import Scheduler

/// Hardware drops one cached translation of a core, or lets the chance pass; or drops them all.
///
/// A TLB may lose any entry at any time, so a result that must hold has to hold with evictions
/// too. It loses all when its vCPU has moved: `need_tlb_flush` makes L0 flush the core it comes
/// to.
package final class EvictTLB: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case evict
  }

  package let point: Cell<Point>
  private let tlb: RadixTLB
  private let slots: [Int]
  private let extent: Extent

  enum Extent { case anyEntry, allEntries }

  init(_ tlb: RadixTLB, _ point: Cell<Point>, core: Int, _ extent: Extent) {
    (self.tlb, self.point, self.extent) = (tlb, point, extent)
    slots = tlb.slots.indices.filter { tlb.slots[$0].core == core }
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    if extent == .allEntries {
      for slot in slots { state[tlb.entries, slot] = .absent }
      return .completed
    }
    // Choice 0 evicts nothing; choice k evicts the k-th entry that is cached.
    var cached = 0
    for slot in slots where state[tlb.entries, slot].isPresent {
      cached += 1
      if cached == choice { state[tlb.entries, slot] = .absent }
    }
    return choice < cached ? .completed.withMoreChoices : .completed
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    Location(label: extent == .anyEntry ? "evict" : "flush-tlb")
  }
}

extension EvictTLB {
  package static let all = PathSpec(
    "tlb-flush", "a core loses all its cached translations, as when its vCPU moves to another",
    functions: [], arguments: [Argument.core], identity: .init("flushTLB"),
    radix: { call, radix, site in
      EvictTLB(radix.tlb, site.point("evict"), core: call[Argument.core], .allEntries)
    })

  package static let any = PathSpec(
    "tlb-evict",
    "hardware drops cached translations of one core, when and as often as it likes",
    functions: [], arguments: [Argument.core, Argument.times], identity: .init("evictTLB"),
    radix: { call, radix, site in
      EvictTLB(radix.tlb, site.point("evict"), core: call[Argument.core], .anyEntry)
    })
}
