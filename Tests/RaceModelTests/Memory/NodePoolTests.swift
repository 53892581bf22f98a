import Testing

@testable import RaceModel

/// How many rmap nodes are laid out: never too few, and none that could not be used.
struct NodePoolTests {
  private func poolSize(
    lists: Int, entries: Int, l2Pages: Int, threads: Int, faulters: Int, dedupe: Bool = true
  ) -> Int {
    var use = KVM.Use()
    use.threadNames = (0..<threads).map { "t\($0)" }
    use.nestedFaulters = faulters
    let kernel = Kernel(settings: dedupe ? [] : [.init(\.dedupe, .off)])
    let knobs = KnobReader(KnobRecord(KernelKnobs(kernel.knobs)), name: "pool")
    return RmapLists.poolSize(lists: lists, entries: entries, l2Pages: l2Pages, use, knobs)
  }

  @Test func `a list takes a node less than it has entries, a fault one`() {
    #expect(poolSize(lists: 1, entries: 2, l2Pages: 2, threads: 5, faulters: 2) == 3)
    #expect(poolSize(lists: 1, entries: 1, l2Pages: 1, threads: 4, faulters: 1) == 1)
    #expect(poolSize(lists: 1, entries: 0, l2Pages: 0, threads: 2, faulters: 0) == 0)
    #expect(poolSize(lists: 3, entries: 3, l2Pages: 3, threads: 2, faulters: 2) == 5)
    #expect(poolSize(lists: 1, entries: 1, l2Pages: 1, threads: 2, faulters: 1, dedupe: false) == 5)
  }
}
