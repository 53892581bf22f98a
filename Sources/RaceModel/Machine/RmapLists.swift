package import Scheduler

/// The rmap lists of L1's pages, which lead to the shadow entries made from them.
package struct RmapLists: Sendable {
  /// `memslot->arch.rmap[]`, by backing: the versions of a slot share the array.
  package let heads: CellRow<RmapWord>
  /// `struct rmap_nested`, a pool: the list link, the entry, and whether kzalloc has given it out.
  package let nodeNext: CellRow<RmapWord>
  package let nodeEntry: CellRow<RmapEntry>
  package let nodeInUse: CellRow<Bool>
  /// The entries as the kernel stores them, without the tag; distinct.
  package let entryValues: [UInt64]
  /// By entry: the L2 page that `find_kvm_nested_guest_pte` finds for it.
  package let pageOfEntry: [Int]
  private let useAfterFree: Check

  init(_ plan: MachinePlan, in layout: inout Layout) {
    let (machine, shape, widths, pool) = (plan.machine, plan.shape, plan.widths, plan.pool)
    (entryValues, pageOfEntry) = (shape.entryValues, shape.pageOfEntry)
    useAfterFree = plan.checks.useAfterFree
    let entry: @Sendable (RmapEntry) -> String = { [entryValues] in
      $0 == .none ? "0" : Self.name(of: entryValues[$0.index])
    }
    let word: @Sendable (RmapWord) -> String = { word in
      if word.isEmpty { return "0" }
      return word.isSingle ? "single \(entry(word.entry))" : "node \(word.nodeIndex)"
    }
    let gfns = machine.table == .radix ? plan.geometry.backingGFNs : []
    let lists = InitialLists(
      gfns,
      entries: zip(machine.guests.flatMap(\.pages), shape.l2Pages).compactMap { page, l2 in
        page.onRmap ? page.gpte.map { (gfn: $0.gfn, entry: l2.entry) } : nil
      }, pool: pool)
    heads = layout.row(
      "rmap", gfns.map(\.hex), bits: widths.rmapWord, initial: lists.heads, print: word)
    nodeNext = layout.row(
      named: (0..<pool).map { "node\($0).next" }, bits: widths.rmapWord, initial: lists.next,
      print: word)
    nodeEntry = layout.row(
      named: (0..<pool).map { "node\($0).rmap" },
      bits: widths.rmapEntry, initial: lists.entries, print: entry)
    nodeInUse = layout.row(
      named: (0..<pool).map { "node\($0)" }, bits: 1, initial: lists.inUse,
      print: { $0 ? "allocated" : "free" })
  }

  /// One turn of `for_each_nest_rmap_safe`: the entry at `word`, and the word after it.
  ///
  /// Nil at the end of the list, and at a node whose entry is 0: the kernel's loop ends there too.
  /// In a word the same entry is tagged, so it is not 0. Reading a freed node breaks
  /// `use-after-free`.
  @inline(__always) package func next<R>(_ state: StateView<R>, at word: RmapWord) -> (
    RmapEntry, RmapWord
  )? {
    if word.isEmpty { return nil }
    if word.isSingle { return (word.entry, .empty) }
    let node = word.nodeIndex
    if !state[nodeInUse, node] {
      state.fail(useAfterFree, saying: "rmap node \(node) has been freed")
    }
    let (entry, rest) = (state[nodeEntry, node], state[nodeNext, node])
    return value(of: entry) == 0 ? nil : (entry, rest)
  }

  /// `kfree` of the node that a walk has come to; the walk goes on behind it.
  @inline(__always) func free<R>(_ state: StateView<R>, at cursor: Cell<RmapWord>) {
    let node = state[cursor].nodeIndex
    state[cursor] = state[nodeNext, node]
    state[nodeInUse, node] = false
    state[nodeNext, node] = .empty
    state[nodeEntry, node] = .none
  }

  /// An entry as the kernel stores it; that of a node that was freed is 0.
  @inline(__always) func value(of entry: RmapEntry) -> UInt64 {
    entry == .none ? 0 : entryValues[entry.index]
  }

  /// `lpid:page`, as scenario files write them.
  static func name(of value: UInt64) -> String {
    let lpid = value >> RmapEntry.lpidShift
    let n = (value & RmapEntry.gpaMask) >> UInt64(KVM.pageShift)
    return "\(lpid):\(n.hex)"
  }

  /// How many `struct rmap_nested` there can be at once.
  ///
  /// A list of n entries takes n - 1 nodes, for the last entry stands in the last word. While
  /// duplicates are looked for a list holds an entry once, and each thread that faults has at most
  /// one node in flight. Without the scan a list can grow with every fault, and the check tells
  /// when the pool was too small.
  static func poolSize(
    lists: Int, entries: Int, l2Pages: Int, _ use: KVM.Use, _ knobs: KnobReader
  ) -> Int {
    let threads = use.threadNames.count
    if knobs.dedupe == .off { return l2Pages * 3 + threads }
    return min(l2Pages + threads, lists * max(0, entries - 1) + use.nestedFaulters)
  }
}

/// The rmap lists as inserting entries one after another would leave them.
private struct InitialLists {
  var heads: [RmapWord]
  var next: [RmapWord]
  var entries: [RmapEntry]
  var inUse: [Bool]

  init(_ gfns: [Int], entries: [(gfn: Int, entry: RmapEntry)], pool: Int) {
    heads = gfns.map { _ in .empty }
    next = Array(repeating: .empty, count: pool)
    self.entries = Array(repeating: .none, count: pool)
    inUse = Array(repeating: false, count: pool)
    var node = 0
    for (gfn, entry) in entries {
      guard let page = gfns.firstIndex(of: gfn) else { continue }
      if heads[page].isEmpty {
        heads[page] = .single(entry)
      } else {
        next[node] = heads[page]
        self.entries[node] = entry
        inUse[node] = true
        heads[page] = .node(node)
        node += 1
      }
    }
  }
}
