internal import Scheduler

// What cores have cached, against the entries in memory.
extension PropertySpec {
  package static let tlbSubset = PropertySpec(
    "tlb-subset", fact: "I9",
    "A cached translation is no stronger than the shadow entry in memory.",
    radix: { world, radix in
      let kvm = world.kvm
      return .nowhere(.quiet) {
        radix.staleTLB($0, kvm)
      } explain: { _, slot in
        radix.staleTLBText(kvm, slot)
      }
    })

  package static let l1TLBSubset = PropertySpec(
    "l1-tlb-subset", fact: "I9'",
    "A cached translation of L1 is no stronger than the host entry in memory, R apart.",
    radix: { world, radix in
      let kvm = world.kvm
      return .nowhere(.quiet) { state in
        // A guest that is switched to a hashed table has no vCPU in it that could use the TLB.
        state[kvm.mode.isRadix] ? radix.staleL1TLB(state, kvm) : nil
      } explain: { _, slot in
        radix.staleTLBText(kvm, slot)
      }
    })
}

extension RadixTables {
  /// A cached translation of L2 that is stronger than its shadow entry.
  func staleTLB(_ state: State, _ kvm: KVM) -> Int? {
    tlb.slots.indices.first { slot in
      guard case .l2(let page, let object) = tlb.slots[slot].target else { return false }
      return nested.isLive(state, object)
        && isStronger(
          state[tlb.entries, slot], than: state[nested.shadow, nested.shadowIndex(object, page)])
    }
  }

  /// A cached translation of L1 that is stronger than its host entry.
  fileprivate func staleL1TLB(_ state: State, _ kvm: KVM) -> Int? {
    tlb.slots.indices.first { slot in
      let cached = state[tlb.entries, slot].clearing(.referenced)
      switch tlb.slots[slot].target {
      case .l2: return false
      case .l1Leaf(let slot):
        guard let leaf = host.leaf(ofSlot: slot) else { return false }
        return isStronger(cached, than: state[leaf])
      case .l1(let page):
        // A small translation may outlive its entry only as part of a large one that maps the
        // same.
        let (cell, isLeaf) = host.entry(state, page)
        let entry = state[cell]
        let frame = isLeaf ? entry.frame + kvm.geometry.offset(page) : entry.frame
        return isStronger(cached, than: entry.isPresent ? PTE(entry.bits, frame: frame) : .absent)
      }
    }
  }

  private func isStronger(_ cached: PTE, than entry: PTE) -> Bool {
    cached.isPresent
      && (cached.frame != entry.frame || !entry.bits.isSuperset(of: cached.bits))
  }

  fileprivate func staleTLBText(_ kvm: KVM, _ slot: Int) -> String {
    let place = tlb.slots[slot]
    let entry =
      switch place.target {
      case .l1(let page): "host[\(kvm.geometry.pages[page].gfn.hex)]"
      case .l1Leaf(let slot): "leaf[\(kvm.machine.slots[slot].baseGFN.hex)]"
      case .l2(let page, let object): shadowName(nested.shadowIndex(object, page))
      }
    return
      "tlb[\(kvm.machine.vcpus[place.core].name),\(place.lpid):\(place.address.hex)] is stronger"
      + " than \(entry)"
  }
}
