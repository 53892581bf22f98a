package import Scheduler

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
    }
  }

  /// The property over the cells of `kvm`.
  package func property(of kvm: KVM) -> Property {
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

  /// Calls `visit` with each entry of a page's rmap list until it returns true.
  ///
  /// Ends after as many words as there can be, so that a list that loops is survived.
  func walk(_ state: State, _ page: Int, until visit: (RmapEntry) -> Bool) -> Bool {
    var word = state[rmap, page]
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
  func stronger(_ state: State, _ bit: PTE.Bits) -> Int? {
    for page in pages.indices {
      let hostEntry = state[host, page]
      if !hostEntry.isPresent || hostEntry.has(bit) { continue }
      let found = l2Pages.indices.first { index in
        let entry = state[shadow, index]
        return entry.has(.present.union(bit)) && entry.frame == hostEntry.frame
          && isListed(state, index, on: page)
      }
      if let found { return found }
    }
    return nil
  }

  func isListed(_ state: State, _ l2Page: Int, on page: Int) -> Bool {
    walk(state, page) { $0 == l2Pages[l2Page].entry }
  }

  func uncovered(_ state: State) -> Int? {
    l2Pages.indices.first { index in
      let entry = state[shadow, index]
      return entry.isPresent
        && !pages.indices.contains { page in
          let hostEntry = state[host, page]
          return hostEntry.isPresent && hostEntry.frame == entry.frame
            && isListed(state, index, on: page)
        }
    }
  }

  func duplicate(_ state: State) -> Int? {
    pages.indices.first { page in
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
    pages.indices.first { page in
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
    l2Pages.indices.first { index in
      let entry = state[shadow, index]
      if !entry.isPresent { return false }
      let l1 = state[gpte, index]
      if !l1.bits.isSuperset(of: entry.bits.intersection(.permissions)) { return true }
      guard entry.has(.write), let page = page(ofFrame: entry.frame) else { return false }
      let hostEntry = state[host, page]
      return hostEntry.isPresent && !hostEntry.has(.write)
    }
  }

  func staleTLB(_ state: State) -> Int? {
    tlbSlots.indices.first { slot in
      let cached = state[tlb, slot]
      if !cached.isPresent { return false }
      let entry = state[shadow, tlbSlots[slot].l2Page]
      return cached.frame != entry.frame || !entry.bits.isSuperset(of: cached.bits)
    }
  }

  func lostStore(_ state: State) -> Int? {
    pages.indices.first { page in
      pages[page].isLogged && state[written, page]
        && !state[host, page].has([.present, .changed]) && !state[bitmap, page]
    }
  }

  func shadowName(_ l2Page: Int) -> String {
    "shadow[\(l2Pages[l2Page].l1LPID):\(l2Pages[l2Page].n.hex)]"
  }

  func rmapName(_ page: Int) -> String { "rmap[\(pages[page].gfn.hex)]" }

  func staleTLBText(_ slot: Int) -> String {
    let place = tlbSlots[slot]
    return "tlb[\(machine.vcpus[place.core].name),\(place.lpid):\(place.address.hex)] is stronger"
      + " than \(shadowName(place.l2Page))"
  }
}
