internal import Scheduler

// Each search returns the first place where the property is broken, or nil.
extension KVM {
  typealias State = Property.State

  /// The pages of the VMM's memory.
  var backings: Range<Int> { 0..<bitmap.count }

  /// A page that an entry maps although its slot is gone, or has moved away.
  func orphaned(_ state: State) -> Int? {
    pages.indices.first { page in
      guard state[hostEntry(state, page).entry].isPresent else { return false }
      let memslot = memslot(state, ofGFN: pages[page].gfn)
      return memslot == .null || backing(memslot, gfn: pages[page].gfn) != pages[page].backing
    }
  }

  /// Calls `visit` with each entry of a page's rmap list until it returns true.
  ///
  /// Ends after as many words as there can be, so that a list that loops is survived.
  func walk(_ state: State, _ backing: Int, until visit: (RmapEntry) -> Bool) -> Bool {
    var word = state[rmap, backing]
    var left = nodeInUse.count + 1
    while !word.isEmpty && left > 0 {
      if visit(word.isSingle ? word.entry : state[nodeEntry, word.nodeIndex]) { return true }
      if word.isSingle { return false }
      word = state[nodeNext, word.nodeIndex]
      left -= 1
    }
    return false
  }

  /// A shadow entry that has `bit` though the host entry of the page that lists it lacks it.
  func stronger(_ state: State, _ bit: PTE.Bits) -> Int? {
    for page in pages.indices {
      let (cell, isLeaf) = hostEntry(state, page)
      let mapping = state[cell]
      if !mapping.isPresent || mapping.has(bit) { continue }
      let found = shadowPlaces.indices.first { index in
        let entry = state[shadow, index]
        return entry.has(.present.union(bit))
          && covers(mapping, isLeaf: isLeaf, slot: pages[page].slot, entry.frame)
          && isListed(
            state, shadowPlaces[index].l2Page,
            on: pages[isLeaf ? leafStart(page) : page].backing)
      }
      if let found { return found }
    }
    return nil
  }

  func isListed(_ state: State, _ l2Page: Int, on backing: Int) -> Bool {
    walk(state, backing) { $0 == l2Pages[l2Page].entry }
  }

  func uncovered(_ state: State) -> Int? {
    shadowPlaces.indices.first { index in
      let entry = state[shadow, index]
      if !entry.isPresent { return false }
      let place = shadowPlaces[index]
      return find(state, guest: objects[place.object].guest) != place.object
        || !pages.indices.contains { page in
          let (cell, isLeaf) = hostEntry(state, page)
          return state[cell].isPresent
            && covers(state[cell], isLeaf: isLeaf, slot: pages[page].slot, entry.frame)
            && isListed(
              state, place.l2Page, on: pages[isLeaf ? leafStart(page) : page].backing)
        }
    }
  }

  func duplicate(_ state: State) -> Int? {
    backings.first { page in
      if state[rmap, page].isEmpty || state[rmap, page].isSingle { return false }
      return walk(state, page) { entry in
        var equal = 0
        return walk(state, page) { other in
          if other == entry { equal += 1 }
          return equal > 1
        }
      }
    }
  }

  func misshapen(_ state: State) -> Int? {
    backings.first { page in
      var word = state[rmap, page]
      if word.isEmpty { return false }
      var left = nodeInUse.count
      while !word.isSingle {
        if word.isEmpty || left == 0 || !state[nodeInUse, word.nodeIndex] { return true }
        if value(of: state[nodeEntry, word.nodeIndex]) == 0 { return true }
        word = state[nodeNext, word.nodeIndex]
        left -= 1
      }
      return value(of: word.entry) == 0
    }
  }

  func overpermitted(_ state: State) -> Int? {
    shadowPlaces.indices.first { index in
      let entry = state[shadow, index]
      if !entry.isPresent { return false }
      let l1 = state[gpte, shadowPlaces[index].l2Page]
      if !l1.bits.isSuperset(of: entry.bits.intersection(.permissions)) { return true }
      guard entry.has(.write), let backing = backing(ofFrame: entry.frame) else { return false }
      return pages.indices.contains { page in
        let mapping = state[hostEntry(state, page).entry]
        return pages[page].backing == backing && mapping.isPresent && !mapping.has(.write)
      }
    }
  }

  /// A shadow entry with R or C that L1's entry lacks.
  func beyondL1(_ state: State) -> Int? {
    shadowPlaces.indices.first { index in
      let entry = state[shadow, index]
      let rc = entry.bits.intersection([.referenced, .changed])
      return entry.isPresent && !state[gpte, shadowPlaces[index].l2Page].bits.isSuperset(of: rc)
    }
  }

  /// A shadow entry that L1's entry, since invalidated, does not allow.
  func incoherent(_ state: State) -> Int? {
    shadowPlaces.indices.first { index in
      let (entry, l2Page) = (state[shadow, index], shadowPlaces[index].l2Page)
      if !entry.isPresent || !state[coherent, l2Page] { return false }
      let l1 = state[gpte, l2Page]
      return !l1.bits.isSuperset(of: entry.bits)
        || backing(ofFrame: entry.frame) != page(ofGFN: l1.frame).map { pages[$0].backing }
    }
  }

  func staleTLB(_ state: State) -> Int? {
    tlbSlots.indices.first { slot in
      guard case .l2(let page, let object) = tlbSlots[slot].target else { return false }
      return isStronger(state[tlb, slot], than: state[shadow, shadowIndex(object, page)])
    }
  }

  func staleL1TLB(_ state: State) -> Int? {
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

  func unreported(_ state: State) -> Int? {
    backings.first { state[written, $0] }
  }

  /// A page that some entry maps although a notifier is between its two sections for it.
  func reused(_ state: State, _ notifiers: [InvalidateRange.Cells]) -> Int? {
    for index in notifiers.indices where state[notifiers[index].point].isUnmapped {
      let page = state[notifiers[index].page].index
      if page < 0 { continue }
      if let hpt {
        if hpt.maps(state, self, backing: pages[page].backing) { return page }
        continue
      }
      if state[hostEntry(state, page).entry].isPresent { return page }
      for index in shadowPlaces.indices
      where state[shadow, index].isPresent
        && backing(ofFrame: state[shadow, index].frame) == pages[page].backing
      {
        return page
      }
    }
    return nil
  }

  func lostStore(_ state: State) -> Int? {
    backings.first { backing in
      guard state[written, backing], !state[bitmap, backing] else { return false }
      if let hpt { return !hpt.willReport(state, self, backing: backing) }
      return !pages.indices.contains {
        pages[$0].backing == backing
          && state[hostEntry(state, $0).entry].has([.present, .changed])
      }
    }
  }

  func shadowName(_ place: Int) -> String {
    let place = shadowPlaces[place]
    return "shadow[\(Self.name(of: objects[place.object], machine)):\(l2Pages[place.l2Page].n.hex)]"
  }

  func rmapName(_ page: Int) -> String { "rmap[\(pages[page].gfn.hex)]" }

  func staleTLBText(_ slot: Int) -> String {
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
