internal import Scheduler

// The rmap lists that a scenario starts with.
extension KVM {
  struct Lists {
    var heads: [RmapWord]
    var next: [RmapWord]
    var entries: [RmapEntry]
    var inUse: [Bool]
  }

  /// The rmap lists as inserting `entries` one after another would leave them.
  static func initialLists(
    _ gfns: [Int], entries: [(gfn: Int, entry: RmapEntry)], pool: Int
  ) -> Lists {
    var lists = Lists(
      heads: gfns.map { _ in .empty }, next: Array(repeating: .empty, count: pool),
      entries: Array(repeating: .none, count: pool),
      inUse: Array(repeating: false, count: pool))
    var node = 0
    for (gfn, entry) in entries {
      guard let page = gfns.firstIndex(of: gfn) else { continue }
      if lists.heads[page].isEmpty {
        lists.heads[page] = .single(entry)
      } else {
        lists.next[node] = lists.heads[page]
        lists.entries[node] = entry
        lists.inUse[node] = true
        lists.heads[page] = .node(node)
        node += 1
      }
    }
    return lists
  }
}
