internal import Scheduler

/// The properties of the nested radix MMU, as the engine checks them.
///
/// Those about tables are checked while `mmu_lock` is free: inside a section they are broken for a
/// moment by design, such as between the clearing of C in the host entry and in its shadows.
extension PropertyName {
  /// The id in the fact sheet that the paths are restated from.
  package var factID: String {
    switch self {
    case .cSubset: "I1"
    case .rSubset: "I2"
    case .coverage: "I3"
    case .rmapUnique: "I4"
    case .rmapShape: "I5"
    case .authority: "I6"
    case .tlbSubset: "I9"
    case .dirtyLog: "D1"
    case .noEarlyReuse: "I7"
    case .l1TLBSubset: "I9'"
    case .finalHarvest: "D2"
    case .l1Coherence: "I8"
    case .l1Subset: "I2"
    case .slotFlushed: "I3"
    case .entrySucceeds: "P1n"
    }
  }

  /// What must be true, in one sentence.
  package var sentence: String {
    switch self {
    case .cSubset:
      "A shadow entry on a page's rmap list has C only if the page's host entry has it."
    case .rSubset:
      "A shadow entry on a page's rmap list has R only if the page's host entry has it."
    case .coverage:
      "Every present shadow entry maps the frame of a present host entry and is on its rmap list."
    case .rmapUnique: "No rmap list holds two equal entries."
    case .rmapShape:
      "An rmap word is 0, a tagged entry, or a chain of live nodes that ends in a tagged entry."
    case .authority:
      "A shadow entry permits no more than the host entry and L1's entry do."
    case .tlbSubset: "A cached translation is no stronger than the shadow entry in memory."
    case .dirtyLog: "Every guest store is reported by a harvest, or the next one will report it."
    case .noEarlyReuse:
      "While a notifier is between unmapping a page and its end, no entry maps the page."
    case .l1TLBSubset:
      "A cached translation of L1 is no stronger than the host entry in memory, R apart."
    case .finalHarvest: "When all is done, every store has been reported by a harvest."
    case .l1Coherence:
      "After L1's invalidation of a page has returned, its shadow entry agrees with L1's entry."
    case .l1Subset: "A shadow entry has R and C only if L1's entry has them."
    case .slotFlushed:
      "When all is done, no host entry maps a guest frame that no memory slot holds."
    case .entrySucceeds: "When all is done, no entry of a valid guest has been refused."
    }
  }

  /// The property over the cells of `kvm`.
  func property(of kvm: KVM, _ paths: PathBuilder) -> Property {
    switch self {
    case .cSubset: subset(.changed, "C", kvm)
    case .rSubset: subset(.referenced, "R", kvm)
    case .coverage:
      quiet(kvm) {
        kvm.uncovered($0)
      } explain: { kvm, index in
        "\(kvm.shadowName(index)) is present, but no page with its frame has it on its rmap list"
      }
    case .rmapUnique:
      quiet(kvm) {
        kvm.duplicate($0)
      } explain: { kvm, page in
        "\(kvm.rmapName(page)) holds an entry twice"
      }
    case .rmapShape:
      quiet(kvm) {
        kvm.misshapen($0)
      } explain: { kvm, page in
        "\(kvm.rmapName(page)) does not end in a tagged entry, a node on it is not live, or an entry"
          + " of it is 0, which ends the kernel's walk early"
      }
    case .authority:
      quiet(kvm) {
        kvm.overpermitted($0)
      } explain: { kvm, index in
        "\(kvm.shadowName(index)) permits what the host entry or L1's entry does not"
      }
    case .tlbSubset:
      quiet(kvm) {
        kvm.staleTLB($0)
      } explain: { kvm, slot in
        kvm.staleTLBText(slot)
      }
    case .noEarlyReuse: noEarlyReuse(kvm, paths.notifiers)
    case .l1TLBSubset:
      quiet(kvm) {
        kvm.staleL1TLB($0)
      } explain: { kvm, slot in
        kvm.staleTLBText(slot)
      }
    case .finalHarvest: finalHarvest(kvm)
    case .l1Coherence:
      quiet(kvm) {
        kvm.incoherent($0)
      } explain: { kvm, place in
        "\(kvm.shadowName(place)) was made from an entry that L1 had invalidated"
      }
    case .l1Subset:
      quiet(kvm) {
        kvm.beyondL1($0)
      } explain: { kvm, place in
        "\(kvm.shadowName(place)) has R or C, and L1's entry has not"
      }
    case .slotFlushed:
      Property(
        rawValue, sentence, .atEnd { kvm.orphaned($0) == nil },
        explain: { state in
          kvm.orphaned(state).map {
            "host[\(kvm.pages[$0].gfn.hex)] is present, but no memory slot holds that frame"
          }
        })
    case .entrySucceeds:
      Property(
        rawValue, sentence,
        .atEnd { state in !kvm.machine.vcpus.indices.contains { state[kvm.refused, $0] } })
    case .dirtyLog:
      Property(
        rawValue, sentence, .atEnd { kvm.lostStore($0) == nil },
        explain: { state in
          kvm.lostStore(state).map {
            "page \(kvm.pages[$0].gfn.hex) was stored to, but no harvest that returned reported the"
              + " store,"
              + " and host[\(kvm.pages[$0].gfn.hex)] has C clear and the dirty bitmap has no bit:"
              + " the next harvest will not report it either"
          }
        })
    }
  }

  private func finalHarvest(_ kvm: KVM) -> Property {
    Property(
      rawValue, sentence, .atEnd { kvm.unreported($0) == nil },
      explain: { state in
        kvm.unreported(state).map {
          "page \(kvm.pages[$0].gfn.hex) was stored to, and no harvest has reported it"
        }
      })
  }

  private func noEarlyReuse(_ kvm: KVM, _ notifiers: [InvalidateRange.Cells]) -> Property {
    Property(
      rawValue, sentence, .always { kvm.reused($0, notifiers) == nil },
      explain: { state in
        kvm.reused(state, notifiers).map {
          "an entry maps page \(kvm.pages[$0].gfn.hex) while its frame is being changed"
        }
      })
  }

  private func subset(_ bit: PTE.Bits, _ letter: String, _ kvm: KVM) -> Property {
    quiet(kvm) {
      kvm.stronger($0, bit)
    } explain: { kvm, index in
      "\(kvm.shadowName(index)) has \(letter) set, but the host entry of its page has it clear"
    }
  }

  /// A quiet-state property that holds while `find` finds nothing.
  private func quiet(
    _ kvm: KVM, _ find: @escaping @Sendable (Property.State) -> Int?,
    explain: @escaping @Sendable (KVM, Int) -> String
  ) -> Property {
    Property(
      rawValue, sentence, .quiet { find($0) == nil },
      explain: { state in find(state).map { explain(kvm, $0) } })
  }
}

// Each search returns the first place where the property is broken, or nil.
extension KVM {
  typealias State = Property.State

  /// The pages of the VMM's memory.
  var backings: Range<Int> { 0..<rmap.count }

  /// A page that an entry maps although its slot is gone, or has moved away.
  func orphaned(_ state: State) -> Int? {
    pages.indices.first { page in
      guard state[host, page].isPresent else { return false }
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

  /// The L2 page of an rmap entry whose shadow has `bit` and the host entry's frame, though the host
  /// entry lacks it.
  /// A shadow entry that has `bit` though the host entry of the page that lists it lacks it.
  func stronger(_ state: State, _ bit: PTE.Bits) -> Int? {
    for page in pages.indices {
      let hostEntry = state[host, page]
      if !hostEntry.isPresent || hostEntry.has(bit) { continue }
      let found = shadowPlaces.indices.first { index in
        let entry = state[shadow, index]
        return entry.has(.present.union(bit)) && entry.frame == hostEntry.frame
          && isListed(state, shadowPlaces[index].l2Page, on: pages[page].backing)
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
          let hostEntry = state[host, page]
          return hostEntry.isPresent && hostEntry.frame == entry.frame
            && isListed(state, place.l2Page, on: pages[page].backing)
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
        if entryValues[state[nodeEntry, word.nodeIndex].index] == 0 { return true }
        word = state[nodeNext, word.nodeIndex]
        left -= 1
      }
      return entryValues[word.entry.index] == 0
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
        let hostEntry = state[host, page]
        return pages[page].backing == backing && hostEntry.isPresent && !hostEntry.has(.write)
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
      guard case .l1(let page) = tlbSlots[slot].target else { return false }
      return isStronger(state[tlb, slot].clearing(.referenced), than: state[host, page])
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
    for cells in notifiers where InvalidateRange.Point.unmapped.contains(state[cells.point]) {
      let page = Int(state[cells.page])
      if state[host, page].isPresent { return page }
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
      state[written, backing] && !state[bitmap, backing]
        && !pages.indices.contains {
          pages[$0].backing == backing && state[host, $0].has([.present, .changed])
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
      case .l2(let page, let object): shadowName(shadowIndex(object, page))
      }
    return "tlb[\(machine.vcpus[place.core].name),\(place.lpid):\(place.address.hex)] is stronger"
      + " than \(entry)"
  }
}
