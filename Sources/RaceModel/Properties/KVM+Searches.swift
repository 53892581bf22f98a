internal import Scheduler

// Each search returns the first place where the property is broken, or nil.
extension RadixTables {
  typealias State = Property.State

  /// A page that an entry maps although its slot is gone, or has moved away.
  func orphaned(_ state: State, _ kvm: KVM) -> Int? {
    kvm.geometry.pages.indices.first { page in
      guard state[host.entry(state, page).entry].isPresent else { return false }
      let memslot = kvm.memslots.find(state, gfn: kvm.geometry.pages[page].gfn)
      return memslot == .null
        || kvm.memslots.backing(memslot, gfn: kvm.geometry.pages[page].gfn)
          != kvm.geometry.pages[page].backing
    }
  }

  /// Calls `visit` with each entry of a page's rmap list until it returns true.
  ///
  /// Ends after as many words as there can be, so that a list that loops is survived.
  func walk(_ state: State, _ backing: Int, until visit: (RmapEntry) -> Bool) -> Bool {
    var word = state[rmap.heads, backing]
    var left = rmap.nodeInUse.count + 1
    while !word.isEmpty && left > 0 {
      if visit(word.isSingle ? word.entry : state[rmap.nodeEntry, word.nodeIndex]) { return true }
      if word.isSingle { return false }
      word = state[rmap.nodeNext, word.nodeIndex]
      left -= 1
    }
    return false
  }

  /// A shadow entry that has `bit` though the host entry of the page that lists it lacks it.
  func stronger(_ state: State, _ kvm: KVM, _ bit: PTE.Bits) -> Int? {
    for page in kvm.geometry.pages.indices {
      let (cell, isLeaf) = host.entry(state, page)
      let mapping = state[cell]
      if !mapping.isPresent || mapping.has(bit) { continue }
      let found = nested.shadowPlaces.indices.first { index in
        let entry = state[nested.shadow, index]
        return entry.has(.present.union(bit))
          && host.covers(mapping, isLeaf: isLeaf, slot: kvm.geometry.pages[page].slot, entry.frame)
          && isListed(
            state, nested.shadowPlaces[index].l2Page,
            on: kvm.geometry.pages[isLeaf ? kvm.geometry.slotStart(page) : page].backing)
      }
      if let found { return found }
    }
    return nil
  }

  func isListed(_ state: State, _ l2Page: Int, on backing: Int) -> Bool {
    walk(state, backing) { $0 == nested.l2Pages[l2Page].entry }
  }

  func uncovered(_ state: State, _ kvm: KVM) -> Int? {
    nested.shadowPlaces.indices.first { index in
      let entry = state[nested.shadow, index]
      if !entry.isPresent { return false }
      let place = nested.shadowPlaces[index]
      return nested.find(state, guest: nested.objects[place.object].guest) != place.object
        || !kvm.geometry.pages.indices.contains { page in
          let (cell, isLeaf) = host.entry(state, page)
          return state[cell].isPresent
            && host.covers(
              state[cell], isLeaf: isLeaf, slot: kvm.geometry.pages[page].slot, entry.frame)
            && isListed(
              state, place.l2Page,
              on: kvm.geometry.pages[isLeaf ? kvm.geometry.slotStart(page) : page].backing)
        }
    }
  }

  func duplicate(_ state: State, _ kvm: KVM) -> Int? {
    kvm.geometry.backings.first { page in
      if state[rmap.heads, page].isEmpty || state[rmap.heads, page].isSingle { return false }
      return walk(state, page) { entry in
        var equal = 0
        return walk(state, page) { other in
          if other == entry { equal += 1 }
          return equal > 1
        }
      }
    }
  }

  func misshapen(_ state: State, _ kvm: KVM) -> Int? {
    kvm.geometry.backings.first { page in
      var word = state[rmap.heads, page]
      if word.isEmpty { return false }
      var left = rmap.nodeInUse.count
      while !word.isSingle {
        if word.isEmpty || left == 0 || !state[rmap.nodeInUse, word.nodeIndex] { return true }
        if rmap.value(of: state[rmap.nodeEntry, word.nodeIndex]) == 0 { return true }
        word = state[rmap.nodeNext, word.nodeIndex]
        left -= 1
      }
      return rmap.value(of: word.entry) == 0
    }
  }

  func overpermitted(_ state: State, _ kvm: KVM) -> Int? {
    nested.shadowPlaces.indices.first { index in
      let entry = state[nested.shadow, index]
      if !entry.isPresent { return false }
      let l1 = state[nested.gpte, nested.shadowPlaces[index].l2Page]
      if !l1.bits.isSuperset(of: entry.bits.intersection(.permissions)) { return true }
      guard entry.has(.write), let backing = kvm.geometry.backing(ofFrame: entry.frame) else {
        return false
      }
      return kvm.geometry.pages.indices.contains { page in
        let mapping = state[host.entry(state, page).entry]
        return kvm.geometry.pages[page].backing == backing && mapping.isPresent
          && !mapping.has(.write)
      }
    }
  }

  /// A shadow entry with R or C that L1's entry lacks.
  func beyondL1(_ state: State, _ kvm: KVM) -> Int? {
    nested.shadowPlaces.indices.first { index in
      let entry = state[nested.shadow, index]
      let rc = entry.bits.intersection([.referenced, .changed])
      return entry.isPresent
        && !state[nested.gpte, nested.shadowPlaces[index].l2Page].bits.isSuperset(of: rc)
    }
  }

  /// A shadow entry that L1's entry, since invalidated, does not allow.
  func incoherent(_ state: State, _ kvm: KVM) -> Int? {
    nested.shadowPlaces.indices.first { index in
      let (entry, l2Page) = (state[nested.shadow, index], nested.shadowPlaces[index].l2Page)
      if !entry.isPresent || !state[kvm.ghosts.coherent, l2Page] { return false }
      let l1 = state[nested.gpte, l2Page]
      return !l1.bits.isSuperset(of: entry.bits)
        || kvm.geometry.backing(ofFrame: entry.frame)
          != kvm.geometry.page(ofGFN: l1.frame).map { kvm.geometry.pages[$0].backing }
    }
  }

  func staleTLB(_ state: State, _ kvm: KVM) -> Int? {
    tlb.slots.indices.first { slot in
      guard case .l2(let page, let object) = tlb.slots[slot].target else { return false }
      return isStronger(
        state[tlb.entries, slot], than: state[nested.shadow, nested.shadowIndex(object, page)])
    }
  }

  func staleL1TLB(_ state: State, _ kvm: KVM) -> Int? {
    tlb.slots.indices.first { slot in
      let cached = state[tlb.entries, slot].clearing(.referenced)
      switch tlb.slots[slot].target {
      case .l2: return false
      case .l1Leaf(let slot):
        guard let leaf = host.leaf(ofSlot: slot) else { return false }
        return isStronger(cached, than: state[leaf])
      case .l1(let page):
        // A small translation may outlive its entry only as part of a large one that maps the same.
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

  func shadowName(_ place: Int) -> String {
    let place = nested.shadowPlaces[place]
    return "shadow[\(nested.objects[place.object].name):\(nested.l2Pages[place.l2Page].n.hex)]"
  }

  func rmapName(_ kvm: KVM, _ page: Int) -> String { "rmap[\(kvm.geometry.pages[page].gfn.hex)]" }

  func staleTLBText(_ kvm: KVM, _ slot: Int) -> String {
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

extension RadixTables {
  /// A page that some entry maps although a notifier is between its two sections for it.
  func maps(_ state: State, _ kvm: KVM, page: Int) -> Bool {
    state[host.entry(state, page).entry].isPresent
      || nested.shadowPlaces.indices.contains { index in
        let entry = state[nested.shadow, index]
        return entry.isPresent
          && kvm.geometry.backing(ofFrame: entry.frame) == kvm.geometry.pages[page].backing
      }
  }

  /// Whether a harvest to come will find a page dirty.
  func willReport(_ state: State, _ kvm: KVM, backing: Int) -> Bool {
    kvm.geometry.pages.indices.contains {
      kvm.geometry.pages[$0].backing == backing
        && state[host.entry(state, $0).entry].has([.present, .changed])
    }
  }
}

extension KVM {
  typealias State = Property.State

  func unreported(_ state: State) -> Int? {
    geometry.backings.first { state[ghosts.written, $0] }
  }

  /// A page that some entry maps although a notifier is between its two sections for it.
  func reused(_ state: State, _ notifiers: [InvalidateRange.Cells]) -> Int? {
    for index in notifiers.indices where state[notifiers[index].point].isUnmapped {
      let page = state[notifiers[index].page].index
      if page < 0 { continue }
      switch tables {
      case .radix(let radix): if radix.maps(state, self, page: page) { return page }
      case .hashed(let hpt):
        if hpt.maps(state, self, backing: geometry.pages[page].backing) { return page }
      }
    }
    return nil
  }

  func lostStore(_ state: State) -> Int? {
    geometry.backings.first { backing in
      guard state[ghosts.written, backing], !state[memslots.bitmap, backing] else { return false }
      return switch tables {
      case .radix(let radix): !radix.willReport(state, self, backing: backing)
      case .hashed(let hpt): !hpt.willReport(state, self, backing: backing)
      }
    }
  }
}
