internal import Scheduler

// What cores have cached, against the entries in memory.
extension PropertySpec {
  package static let tlbSubset = PropertySpec(
    "tlb-subset", fact: "I9",
    "A cached translation is no stronger than the shadow entry in memory.",
    radix: { world in
      let kvm = world.kvm
      return .nowhere(.quiet) {
        kvm.staleTLB($0)
      } explain: { _, slot in
        kvm.staleTLBText(slot)
      }
    })

  package static let l1TLBSubset = PropertySpec(
    "l1-tlb-subset", fact: "I9'",
    "A cached translation of L1 is no stronger than the host entry in memory, R apart.",
    radix: { world in
      let kvm = world.kvm
      return .nowhere(.quiet) {
        kvm.staleL1TLB($0)
      } explain: { _, slot in
        kvm.staleTLBText(slot)
      }
    })
}

extension KVM {
  /// A cached translation of L2 that is stronger than its shadow entry.
  func staleTLB(_ state: State) -> Int? {
    tlbSlots.indices.first { slot in
      guard case .l2(let page, let object) = tlbSlots[slot].target else { return false }
      return isStronger(state[tlb, slot], than: state[shadow, shadowIndex(object, page)])
    }
  }

  /// A cached translation of L1 that is stronger than its host entry.
  fileprivate func staleL1TLB(_ state: State) -> Int? {
    tlbSlots.indices.first { slot in
      let cached = state[tlb, slot].clearing(.referenced)
      switch tlbSlots[slot].target {
      case .l2: return false
      case .l1Leaf(let slot):
        guard let leaf = leaf(ofSlot: slot) else { return false }
        return isStronger(cached, than: state[leaf])
      case .l1(let page):
        // A small translation may outlive its entry only as part of a large one that maps the same.
        let (cell, isLeaf) = hostEntry(state, page)
        let entry = state[cell]
        let frame = isLeaf ? entry.frame + offset(page) : entry.frame
        return isStronger(cached, than: entry.isPresent ? PTE(entry.bits, frame: frame) : .absent)
      }
    }
  }

  private func isStronger(_ cached: PTE, than entry: PTE) -> Bool {
    cached.isPresent
      && (cached.frame != entry.frame || !entry.bits.isSuperset(of: cached.bits))
  }

  fileprivate func staleTLBText(_ slot: Int) -> String {
    let place = tlbSlots[slot]
    let entry =
      switch place.target {
      case .l1(let page): "host[\(pages[page].gfn.hex)]"
      case .l1Leaf(let slot): "leaf[\(machine.slots[slot].baseGFN.hex)]"
      case .l2(let page, let object): shadowName(shadowIndex(object, page))
      }
    return "tlb[\(machine.vcpus[place.core].name),\(place.lpid):\(place.address.hex)] is stronger"
      + " than \(entry)"
  }
}
