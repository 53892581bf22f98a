internal import Scheduler

// The chains of hashed entries, and the C that entries hand on when they go away.
extension PropertySpec {
  package static let hpteChained = PropertySpec(
    "hpte-chained", fact: "J1",
    "A VALID hashed entry is on the chain of the page that it maps, in the slot that holds it now.",
    hashed: { world, hpt in
      let kvm = world.kvm
      return .nowhere(.always) {
        hpt.unchained($0, kvm)
      } explain: { state, index in
        hpt.unchainedText(state, kvm, index)
      }
    })

  package static let chainConsistent = PropertySpec(
    "chain-consistent", fact: "J2",
    "The chain of a page is a ring of hashed entries that map that page.",
    hashed: { world, hpt in
      let kvm = world.kvm
      return .nowhere(.always) {
        hpt.inconsistent($0, kvm)
      } explain: { state, backing in
        hpt.chainText(state, kvm, backing)
      }
    })

  package static let cTransferred = PropertySpec(
    "c-transferred", fact: "J3",
    "When a hashed entry is VALID no more, the C of its stores has gone to the rmap word or"
      + " bitmap.",
    hashed: { _, hpt in
      .nowhere(.always) {
        hpt.forgotten($0)
      } explain: { state, index in
        "hpte[\(index)] is VALID no more, and the C of a store through it, to guest frame"
          + " \(state[hpt.guestRPTE, index].frame.hex), went nowhere"
      }
    })
}

// Each search returns the first place where the property is broken, or nil.
extension HPT {
  typealias State = Property.State

  /// A VALID entry that is not on the chain of its page.
  ///
  /// Looked at only while neither its lock nor its page's is held.
  fileprivate func unchained(_ state: State, _ kvm: KVM) -> Int? {
    (0..<count).first { index in
      guard state[first, index].contains(.valid), hpteLocks[index].isFree(state) else {
        return false
      }
      guard let backing = kvm.backing(state, ofGFN: state[guestRPTE, index].frame) else {
        return true
      }
      return rmapLocks[backing].isFree(state) && !walk(state, backing) { $0 == index }
    }
  }

  /// A page, as a backing, whose chain is no ring of entries that map it.
  ///
  /// An entry that is locked may be about to change the page that it maps.
  fileprivate func inconsistent(_ state: State, _ kvm: KVM) -> Int? {
    kvm.geometry.backings.first { backing in
      rmapLocks[backing].isFree(state)
        && walk(state, backing) { index in
          let neighbour = next(state, index)
          return Int(state[back, neighbour]) != index
            || hpteLocks[index].isFree(state)
              && kvm.backing(state, ofGFN: state[guestRPTE, index].frame) != backing
        }
    }
  }

  /// An entry that is not VALID any more, and has taken the C of a store with it.
  fileprivate func forgotten(_ state: State) -> Int? {
    (0..<count).first { index in
      hpteLocks[index].isFree(state) && !state[first, index].contains(.valid)
        && state[carriesC, index]
    }
  }

  fileprivate func unchainedText(_ state: State, _ kvm: KVM, _ index: Int) -> String {
    let gfn = state[guestRPTE, index].frame
    guard let backing = kvm.backing(state, ofGFN: gfn) else {
      return "hpte[\(index)] is VALID, but no memory slot holds guest frame \(gfn.hex) that it maps"
    }
    return "hpte[\(index)] is VALID and maps guest frame \(gfn.hex), but"
      + " rmap[\(kvm.pageName(backing))] does not lead to it"
  }

  /// The chain as it is walked from the rmap word.
  fileprivate func chainText(_ state: State, _ kvm: KVM, _ backing: Int) -> String {
    var links: [String] = []
    _ = walk(state, backing) { index in
      links.append(
        "hpte \(index) (frame \(state[guestRPTE, index].frame.hex), back"
          + " \(state[back, index]), forw \(state[forw, index]))")
      return false
    }
    return "rmap[\(kvm.pageName(backing))] leads to " + links.joined(separator: ", ")
      + ": no ring of entries that map that page"
  }
}

extension KVM {
  /// The page in the rmap array of the slot that holds a guest frame now; nil when none does.
  func backing(_ state: Property.State, ofGFN gfn: Int) -> Int? {
    let memslot = memslots.find(state, gfn: gfn)
    return memslot == .null ? nil : memslots.backing(memslot, gfn: gfn)
  }
}
