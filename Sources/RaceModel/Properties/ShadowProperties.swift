internal import Scheduler

// What the shadow entries of nested guests must agree with: the host table, L1's table, the rmap.
extension PropertySpec {
  package static let cSubset = PropertySpec(
    "c-subset", fact: "I1",
    "A shadow entry on a page's rmap list has C only if the page's host entry has it.",
    radix: { subset(.changed, "C", $0.kvm, $1) })

  package static let rSubset = PropertySpec(
    "r-subset", fact: "I2",
    "A shadow entry on a page's rmap list has R only if the page's host entry has it.",
    radix: { subset(.referenced, "R", $0.kvm, $1) })

  package static let l1Subset = PropertySpec(
    "l1-subset", fact: "I2", "A shadow entry has R and C only if L1's entry has them.",
    radix: { world, radix in
      let kvm = world.kvm
      return .nowhere(.quiet) {
        radix.beyondL1($0, kvm)
      } explain: { _, place in
        "\(radix.shadowName(place)) has R or C, and L1's entry has not"
      }
    })

  package static let coverage = PropertySpec(
    "coverage", fact: "I3",
    "Every present shadow entry maps a frame of a present host entry and is on its rmap lists.",
    radix: { world, radix in
      let kvm = world.kvm
      return .nowhere(.quiet) {
        radix.uncovered($0, kvm)
      } explain: { _, place in
        "\(radix.shadowName(place)) is present, but no page with its frame has it on its rmap list"
      }
    })

  package static let authority = PropertySpec(
    "authority", fact: "I6",
    "A shadow entry permits no more than the host entry and L1's entry do.",
    radix: { world, radix in
      let kvm = world.kvm
      return .nowhere(.quiet) {
        radix.overpermitted($0, kvm)
      } explain: { _, place in
        "\(radix.shadowName(place)) permits what the host entry or L1's entry does not"
      }
    })

  package static let l1Coherence = PropertySpec(
    "l1-coherence", fact: "I8",
    "After L1's invalidation of a page has returned, its shadow entry agrees with L1's entry.",
    radix: { world, radix in
      let kvm = world.kvm
      return .nowhere(.quiet) {
        radix.incoherent($0, kvm)
      } explain: { _, place in
        "\(radix.shadowName(place)) was made from an entry that L1 had invalidated"
      }
    })

  private static func subset(
    _ bit: PTE.Bits, _ letter: String, _ kvm: KVM, _ radix: RadixTables
  ) -> Statement {
    .nowhere(.quiet) {
      radix.stronger($0, kvm, bit)
    } explain: { _, place in
      "\(radix.shadowName(place)) has \(letter) set, but the host entry of its page has it clear"
    }
  }
}

extension NestedGuests {
  /// Whether somebody has a reference to a guest's object.
  ///
  /// Otherwise nobody can find it, no vCPU is in the guest, and its table is being freed: nobody
  /// can use what is left of it.
  func isLive(_ state: Property.State, _ object: Int) -> Bool { state[refcnt, object] != 0 }

  /// The places of the shadow tables that somebody can use.
  func livePlaces(_ state: Property.State) -> some Sequence<Int> {
    shadowPlaces.indices.lazy.filter { isLive(state, shadowPlaces[$0].object) }
  }
}

// Each search returns the first place where the property is broken, or nil.
extension RadixTables {
  /// A shadow entry that has `bit` though the host entry of the page that lists it lacks it.
  fileprivate func stronger(_ state: State, _ kvm: KVM, _ bit: PTE.Bits) -> Int? {
    for page in kvm.geometry.pages.indices {
      let (cell, isLeaf) = host.entry(state, page)
      let mapping = state[cell]
      if !mapping.isPresent || mapping.has(bit) { continue }
      let found = nested.livePlaces(state).first { index in
        state[nested.shadow, index].has(.present.union(bit))
          && isFound(state, kvm, index, from: mapping, of: page, isLeaf: isLeaf)
      }
      if let found { return found }
    }
    return nil
  }

  /// A shadow entry with R or C that L1's entry lacks.
  fileprivate func beyondL1(_ state: State, _ kvm: KVM) -> Int? {
    nested.livePlaces(state).first { index in
      let entry = state[nested.shadow, index]
      let rc = entry.bits.intersection([.referenced, .changed])
      return entry.isPresent
        && !state[nested.gpte, nested.shadowPlaces[index].l2Page].bits.isSuperset(of: rc)
    }
  }

  /// A shadow entry that no page of its frame lists, or whose object is its guest's no more.
  fileprivate func uncovered(_ state: State, _ kvm: KVM) -> Int? {
    nested.livePlaces(state).first { index in
      let entry = state[nested.shadow, index]
      if !entry.isPresent { return false }
      let object = nested.shadowPlaces[index].object
      return nested.find(state, guest: nested.objects[object].guest) != object
        || !kvm.geometry.pages.indices.contains { page in
          let (cell, isLeaf) = host.entry(state, page)
          return state[cell].isPresent
            && isFound(state, kvm, index, from: state[cell], of: page, isLeaf: isLeaf)
        }
    }
  }

  /// Whether the removal of the host entry that maps a page would find a shadow entry.
  ///
  /// It walks the rmap list of every page that the host entry maps, and compares frames masked to
  /// its size.
  private func isFound(
    _ state: State, _ kvm: KVM, _ index: Int, from mapping: PTE, of page: Int, isLeaf: Bool
  ) -> Bool {
    let (slot, backing) = (kvm.geometry.pages[page].slot, kvm.geometry.pages[page].backing)
    let lists = isLeaf ? kvm.geometry.backings(ofSlot: slot) : backing..<backing + 1
    return host.covers(mapping, isLeaf: isLeaf, slot: slot, state[nested.shadow, index].frame)
      && lists.contains { isListed(state, nested.shadowPlaces[index].l2Page, on: $0) }
  }

  /// A shadow entry with a permission that L1's entry lacks, or with W that a host entry lacks.
  fileprivate func overpermitted(_ state: State, _ kvm: KVM) -> Int? {
    nested.livePlaces(state).first { index in
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

  /// A shadow entry that L1's entry, since invalidated, does not allow.
  fileprivate func incoherent(_ state: State, _ kvm: KVM) -> Int? {
    nested.livePlaces(state).first { index in
      let (entry, l2Page) = (state[nested.shadow, index], nested.shadowPlaces[index].l2Page)
      if !entry.isPresent || !state[kvm.ghosts.coherent, l2Page] { return false }
      let l1 = state[nested.gpte, l2Page]
      return !l1.bits.isSuperset(of: entry.bits)
        || kvm.geometry.backing(ofFrame: entry.frame)
          != kvm.geometry.page(ofGFN: l1.frame).map { kvm.geometry.pages[$0].backing }
    }
  }

  /// A shadow entry as traces name it.
  func shadowName(_ place: Int) -> String {
    let place = nested.shadowPlaces[place]
    return "shadow[\(nested.objects[place.object].name):\(nested.l2Pages[place.l2Page].n.hex)]"
  }
}
