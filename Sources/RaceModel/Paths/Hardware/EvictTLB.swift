package import Scheduler

/// Hardware drops one cached translation of a core, or lets the chance pass; or drops them all.
///
/// A TLB may lose any entry at any time, so a result that must hold has to hold with evictions too. It
/// loses all when its vCPU has moved: `need_tlb_flush` makes L0 flush the core it comes to.
package final class EvictTLB: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case evict
  }

  package let point: Cell<Point>
  private let kvm: KVM
  private let radix: RadixTables
  private let slots: [Int]
  private let extent: Extent

  enum Extent { case anyEntry, allEntries }

  init(_ kvm: KVM, _ radix: RadixTables, _ point: Cell<Point>, core: Int, _ extent: Extent) {
    self.radix = radix
    (self.kvm, self.point, self.extent) = (kvm, point, extent)
    slots = radix.tlb.slots.indices.filter { radix.tlb.slots[$0].core == core }
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    if extent == .allEntries {
      for slot in slots { state[radix.tlb.entries, slot] = .absent }
      return .completed
    }
    // Choice 0 evicts nothing; choice k evicts the k-th entry that is cached.
    var cached = 0
    for slot in slots where state[radix.tlb.entries, slot].isPresent {
      cached += 1
      if cached == choice { state[radix.tlb.entries, slot] = .absent }
    }
    return choice < cached ? .completed.withMoreChoices : .completed
  }

  package func location(in state: StateView<NoRecorder>) -> Location {
    Location(label: extent == .anyEntry ? "evict" : "flush-tlb")
  }
}
