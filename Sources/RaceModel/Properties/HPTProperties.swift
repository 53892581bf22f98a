internal import Scheduler

// The properties of a hashed table.
//
// They speak of entries and pages whose own lock bits are free, so they are asked in every state and
// pass over what is locked.
extension PropertyName {
  func hashed(_ kvm: KVM, _ hpt: HPT) -> Property {
    switch self {
    case .hpteChained:
      return Property(
        rawValue, sentence, .always { hpt.unchained($0, kvm) == nil },
        explain: { state in
          hpt.unchained(state, kvm).map { kvm.unchainedText(state, hpt, $0) }
        })
    case .chainConsistent:
      return Property(
        rawValue, sentence, .always { hpt.inconsistent($0, kvm) == nil },
        explain: { state in
          hpt.inconsistent(state, kvm).map { kvm.chainText(state, hpt, $0) }
        })
    case .cTransferred:
      return Property(
        rawValue, sentence, .always { hpt.forgotten($0) == nil },
        explain: { state in
          hpt.forgotten(state).map {
            "hpte[\($0)] is VALID no more, and the C of a store through it, to guest frame"
              + " \(state[hpt.guestRPTE, $0].frame.hex), went nowhere"
          }
        })
    case .slotFlushed:
      return Property(
        rawValue, sentence, .atEnd { hpt.orphaned($0, kvm) == nil },
        explain: { state in
          hpt.orphaned(state, kvm).map {
            "hpte[\($0)] is VALID, but no memory slot holds guest frame"
              + " \(state[hpt.guestRPTE, $0].frame.hex)"
          }
        })
    case .cSubset, .rSubset, .coverage, .rmapUnique, .rmapShape, .authority, .tlbSubset, .dirtyLog,
      .noEarlyReuse, .l1TLBSubset, .finalHarvest, .l1Coherence, .l1Subset, .seqBump,
      .notifierCount, .unmapLogged, .entrySucceeds, .progress, .progressUnfairLocks:
      preconditionFailure("\(rawValue) is no property of hashed tables alone")
    }
  }
}
