internal import Scheduler

// Searches over a hashed table: each returns the first place where a property is broken, or nil.
extension HPT {
  typealias State = Property.State

  /// Calls `visit` with the indices of a page's chain until it returns true; whether one did.
  ///
  /// Ends after as many entries as there are, so that a chain that is no ring is survived.
  func walk(_ state: State, _ backing: Int, until visit: (Int) -> Bool) -> Bool {
    guard let head = state[rmap, backing].head else { return false }
    var index = head
    for _ in 0..<count {
      if visit(index) { return true }
      index = next(state, index)
      if index == head { return false }
    }
    return false
  }

  /// A VALID entry that is not on the chain of its page.
  ///
  /// Looked at only while neither its lock nor its page's is held.
  func unchained(_ state: State, _ kvm: KVM) -> Int? {
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
  func inconsistent(_ state: State, _ kvm: KVM) -> Int? {
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
  func forgotten(_ state: State) -> Int? {
    (0..<count).first { index in
      hpteLocks[index].isFree(state) && !state[first, index].contains(.valid)
        && state[carriesC, index]
    }
  }

  /// A VALID entry of a frame that no slot holds, or that its slot has taken elsewhere.
  func orphaned(_ state: State, _ kvm: KVM) -> Int? {
    (0..<count).first { index in
      guard state[first, index].contains(.valid) else { return false }
      let backing = kvm.backing(state, ofGFN: state[guestRPTE, index].frame)
      return backing == nil || backing != kvm.geometry.backing(ofFrame: state[second, index].frame)
    }
  }

  /// Whether some VALID entry maps a frame of a page.
  func maps(_ state: State, _ kvm: KVM, backing: Int) -> Bool {
    (0..<count).contains { index in
      state[first, index].contains(.valid)
        && kvm.geometry.backing(ofFrame: state[second, index].frame) == backing
    }
  }

  /// Whether a harvest to come will find a page dirty: in its chain, or in its rmap word.
  func willReport(_ state: State, _ kvm: KVM, backing: Int) -> Bool {
    if kvm.knobs.rmapDirty == .rmap, state[rmap, backing].saved.contains(.changed) { return true }
    return walk(state, backing) { index in
      state[first, index].contains(.valid)
        && (state[second, index].has(.changed)
          || tlbSlots.indices.contains {
            tlbSlots[$0].index == index && state[tlb, $0].owesC
          })
    }
  }
}

extension KVM {
  /// The page in the rmap array of the slot that holds a guest frame now; nil when none does.
  func backing(_ state: State, ofGFN gfn: Int) -> Int? {
    let memslot = memslots.find(state, gfn: gfn)
    return memslot == .null ? nil : memslots.backing(memslot, gfn: gfn)
  }

  /// The page's guest frame, as files and rmap words name it.
  func pageName(_ backing: Int) -> String { geometry.pages[backing].gfn.hex }

  func unchainedText(_ state: State, _ hpt: HPT, _ index: Int) -> String {
    let gfn = state[hpt.guestRPTE, index].frame
    guard let backing = backing(state, ofGFN: gfn) else {
      return "hpte[\(index)] is VALID, but no memory slot holds guest frame \(gfn.hex) that it maps"
    }
    return "hpte[\(index)] is VALID and maps guest frame \(gfn.hex), but"
      + " rmap[\(pageName(backing))] does not lead to it"
  }

  /// The chain as it is walked from the rmap word.
  func chainText(_ state: State, _ hpt: HPT, _ backing: Int) -> String {
    var links: [String] = []
    _ = hpt.walk(state, backing) { index in
      links.append(
        "hpte \(index) (frame \(state[hpt.guestRPTE, index].frame.hex), back"
          + " \(state[hpt.back, index]), forw \(state[hpt.forw, index]))")
      return false
    }
    return "rmap[\(pageName(backing))] leads to " + links.joined(separator: ", ")
      + ": no ring of entries that map that page"
  }
}
