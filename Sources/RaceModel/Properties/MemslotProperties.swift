internal import Scheduler

// What must be gone with a memory slot.
extension PropertySpec {
  package static let slotFlushed = PropertySpec(
    "slot-flushed", fact: "I3",
    "When all is done, no entry maps a guest frame that no memory slot holds.",
    radix: { world in
      let kvm = world.kvm
      return .nowhere(.atEnd) {
        kvm.orphaned($0)
      } explain: { _, page in
        "host[\(kvm.pages[page].gfn.hex)] is present, but no memory slot holds that frame"
      }
    },
    hashed: { world, hpt in
      let kvm = world.kvm
      return .nowhere(.atEnd) {
        hpt.orphaned($0, kvm)
      } explain: { state, index in
        "hpte[\(index)] is VALID, but no memory slot holds guest frame"
          + " \(state[hpt.guestRPTE, index].frame.hex)"
      }
    })
}

extension KVM {
  /// A page that an entry maps although its slot is gone, or has moved away.
  fileprivate func orphaned(_ state: State) -> Int? {
    pages.indices.first { page in
      guard state[hostEntry(state, page).entry].isPresent else { return false }
      let memslot = memslot(state, ofGFN: pages[page].gfn)
      return memslot == .null || backing(memslot, gfn: pages[page].gfn) != pages[page].backing
    }
  }
}

extension HPT {
  /// A VALID entry of a frame that no slot holds, or that its slot has taken elsewhere.
  fileprivate func orphaned(_ state: State, _ kvm: KVM) -> Int? {
    (0..<count).first { index in
      guard state[first, index].contains(.valid) else { return false }
      let backing = kvm.backing(state, ofGFN: state[guestRPTE, index].frame)
      return backing == nil || backing != kvm.backing(ofFrame: state[second, index].frame)
    }
  }
}
