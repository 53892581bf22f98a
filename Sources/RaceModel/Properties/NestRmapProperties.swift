internal import Scheduler

// The shape of the rmap lists of nested guests.
extension PropertySpec {
  package static let rmapUnique = PropertySpec(
    "rmap-unique", fact: "I4", "No rmap list holds two equal entries.",
    radix: { world, radix in
      let kvm = world.kvm
      return .nowhere(.quiet) {
        radix.duplicate($0, kvm)
      } explain: { _, page in
        "\(radix.rmapName(kvm, page)) holds an entry twice"
      }
    })

  package static let rmapShape = PropertySpec(
    "rmap-shape", fact: "I5",
    "An rmap word is 0, a tagged entry, or a chain of live nodes that ends in a tagged entry.",
    radix: { world, radix in
      let kvm = world.kvm
      return .nowhere(.quiet) {
        radix.misshapen($0, kvm)
      } explain: { _, page in
        "\(radix.rmapName(kvm, page)) does not end in a tagged entry, a node on it is not live, or"
          + " an entry of it is 0, which ends the kernel's walk early"
      }
    })
}

extension RadixTables {
  typealias State = Property.State

  /// Calls `visit` with each entry of a page's rmap list until it returns true; whether one did.
  ///
  /// Ends after as many words as there can be, so that a list that loops is survived.
  private func walk(_ state: State, _ backing: Int, until visit: (RmapEntry) -> Bool) -> Bool {
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

  /// Whether the rmap list of a page has the entry of an L2 page.
  func isListed(_ state: State, _ l2Page: Int, on backing: Int) -> Bool {
    walk(state, backing) { $0 == nested.l2Pages[l2Page].entry }
  }

  /// A page whose list holds an entry twice.
  fileprivate func duplicate(_ state: State, _ kvm: KVM) -> Int? {
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

  /// A page whose list has a node that is free, an entry that is 0, or no tagged entry at its end.
  fileprivate func misshapen(_ state: State, _ kvm: KVM) -> Int? {
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

  fileprivate func rmapName(_ kvm: KVM, _ page: Int) -> String {
    "rmap[\(kvm.geometry.pages[page].gfn.hex)]"
  }
}
