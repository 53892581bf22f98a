package import Scheduler

/// Hardware drops one cached translation of a core, or lets the chance pass.
///
/// A TLB may lose any entry at any time, so a result that must hold has to hold with evictions too.
package final class EvictTLB: StepMachine {
  package enum Point: UInt8, ProgramPoint {
    case evict
  }

  package let point: Cell<Point>
  private let kvm: KVM
  private let slots: [Int]

  init(_ kvm: KVM, _ point: Cell<Point>, core: Int) {
    (self.kvm, self.point) = (kvm, point)
    slots = kvm.tlbSlots.indices.filter { kvm.tlbSlots[$0].core == core }
  }

  package func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    // Choice 0 evicts nothing; choice k evicts the k-th entry that is cached.
    var cached = 0
    for slot in slots where state[kvm.tlb, slot].isPresent {
      cached += 1
      if cached == choice { state[kvm.tlb, slot] = .absent }
    }
    return choice < cached ? .completed.withMoreChoices : .completed
  }
}
