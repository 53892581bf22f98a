internal import Scheduler

// What must be gone with a memory slot.
extension PropertySpec {
  package static let slotFlushed = PropertySpec(
    "slot-flushed", fact: "I3",
    "When all is done, no entry maps a guest frame that no memory slot holds.",
    radix: { world, radix in
      let kvm = world.kvm
      return .nowhere(.atEnd) {
        radix.orphaned($0, kvm)
      } explain: { _, page in
        "host[\(kvm.geometry.pages[page].gfn.hex)] is present, but no memory slot holds that frame"
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

extension RadixTables {
  /// A page that an entry maps although its slot is gone, or has moved away.
  fileprivate func orphaned(_ state: State, _ kvm: KVM) -> Int? {
    kvm.geometry.pages.indices.first { page in
      guard state[host.entry(state, page).entry].isPresent else { return false }
      let memslot = kvm.memslots.find(state, gfn: kvm.geometry.pages[page].gfn)
      return memslot == .null
        || kvm.memslots.backing(memslot, gfn: kvm.geometry.pages[page].gfn)
          != kvm.geometry.pages[page].backing
    }
  }
}

extension HPT {
  /// A VALID entry of a frame that no slot holds, or that its slot has taken elsewhere.
  fileprivate func orphaned(_ state: State, _ kvm: KVM) -> Int? {
    (0..<count).first { index in
      guard state[first, index].contains(.valid) else { return false }
      let backing = kvm.backing(state, ofGFN: state[guestRPTE, index].frame)
      return backing == nil || backing != kvm.geometry.backing(ofFrame: state[second, index].frame)
    }
  }
}
