internal import Scheduler

// The rmap lists that a scenario starts with.
extension KVM {
  struct Lists {
    var heads: [RmapWord]
    var next: [RmapWord]
    var entries: [RmapEntry]
    var inUse: [Bool]
  }

  /// How many `struct rmap_nested` there can be at once.
  ///
  /// A list of n entries takes n - 1 nodes, for the last entry stands in the last word. While duplicates
  /// are looked for a list holds an entry once, and each thread that faults has at most one node in flight.
  /// Without the scan a list can grow with every fault, and the check tells when the pool was too small.
  static func poolSize(
    lists: Int, entries: Int, l2Pages: Int, _ use: Use, _ knobs: KnobReader
  ) -> Int {
    let threads = use.threadNames.count
    if knobs.dedupe == .off { return l2Pages * 3 + threads }
    return min(l2Pages + threads, lists * max(0, entries - 1) + use.nestedFaulters)
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
