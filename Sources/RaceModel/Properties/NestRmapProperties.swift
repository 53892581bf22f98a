internal import Scheduler

// The shape of the rmap lists of nested guests.
extension PropertySpec {
  package static let rmapUnique = PropertySpec(
    "rmap-unique", fact: "I4", "No rmap list holds two equal entries.",
    radix: { world in
      let kvm = world.kvm
      return .nowhere(.quiet) {
        kvm.duplicate($0)
      } explain: { _, page in
        "\(kvm.rmapName(page)) holds an entry twice"
      }
    })

  package static let rmapShape = PropertySpec(
    "rmap-shape", fact: "I5",
    "An rmap word is 0, a tagged entry, or a chain of live nodes that ends in a tagged entry.",
    radix: { world in
      let kvm = world.kvm
      return .nowhere(.quiet) {
        kvm.misshapen($0)
      } explain: { _, page in
        "\(kvm.rmapName(page)) does not end in a tagged entry, a node on it is not live, or an"
          + " entry of it is 0, which ends the kernel's walk early"
      }
    })
}

extension KVM {
  typealias State = Property.State

  /// The pages of the VMM's memory.
  var backings: Range<Int> { 0..<bitmap.count }

  /// Calls `visit` with each entry of a page's rmap list until it returns true; whether one did.
  ///
  /// Ends after as many words as there can be, so that a list that loops is survived.
  private func walk(_ state: State, _ backing: Int, until visit: (RmapEntry) -> Bool) -> Bool {
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

  /// Whether the rmap list of a page has the entry of an L2 page.
  func isListed(_ state: State, _ l2Page: Int, on backing: Int) -> Bool {
    walk(state, backing) { $0 == l2Pages[l2Page].entry }
  }

  /// A page whose list holds an entry twice.
  fileprivate func duplicate(_ state: State) -> Int? {
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

  /// A page whose list has a node that is free, an entry that is 0, or no tagged entry at its end.
  fileprivate func misshapen(_ state: State) -> Int? {
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

  fileprivate func rmapName(_ page: Int) -> String { "rmap[\(pages[page].gfn.hex)]" }
}
