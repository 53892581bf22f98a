import RaceModel
import Scheduler
import Testing

/// Exact numbers, and that they are the same whichever way one counts.
struct CountTests {
  struct Pinned: CustomStringConvertible, Sendable {
    var row: String
    var states: Int
    var transitions: Int
    var all: String
    var violating: String
    var description: String { row }
  }

  /// The rows of the flagship; a change of one of these is a change of the model.
  static let flagship = [
    Pinned(
      row: "linux-6.1", states: 543, transitions: 976, all: "526877088770",
      violating: "80072720"),
    Pinned(
      row: "patched", states: 569, transitions: 1030, all: "1301212260351", violating: "0"),
    Pinned(
      row: "bump-before-lock", states: 695, transitions: 1243, all: "25538232319027",
      violating: "672098400"),
    Pinned(
      row: "bump-after-unlock", states: 682, transitions: 1234, all: "1802128033011",
      violating: "97285188"),
    Pinned(
      row: "no-recheck", states: 526, transitions: 945, all: "351993149971",
      violating: "69676880"),
    Pinned(
      row: "no-recheck-patched", states: 552, transitions: 999, all: "877417191583",
      violating: "0"),
    Pinned(
      row: "patched-second-store", states: 598, transitions: 1082, all: "1767994828649",
      violating: "58233672"),
    Pinned(
      row: "patched-second-store-right-lpid", states: 673, transitions: 1220,
      all: "2684971344797", violating: "0"),
  ]

  @Test(arguments: flagship)
  func `the flagship's numbers stay`(pinned: Pinned) throws {
    let row = try Corpus.row("nested-fault-vs-clear-dirty", pinned.row)
    let counts = Explorer.explore(row.system).counts
    #expect(counts.states == pinned.states && counts.transitions == pinned.transitions)
    guard case .finite(let all, let violating) = counts.interleavings else {
      Issue.record("not counted")
      return
    }
    #expect(all.description == pinned.all && violating.description == pinned.violating)
  }

  @Test func `no row of the flagship is left out`() throws {
    let rows = try Corpus.scenario("nested-fault-vs-clear-dirty.json5").rows.map(\.name)
    #expect(rows == Self.flagship.map(\.row))
  }

  /// Two threads that can be told on paper.
  ///
  /// The cached store is one step. The harvest of a clean page is eight: lock, find, zero, test,
  /// read, exchange, copy, unlock. So there are nine places for the store.
  @Test func `a cached store against a clean harvest has nine runs`() {
    let world = SmallWorld(host: "rwx R-", shadow: "rwx RC", tlb: "rwx RC").checking()
      .running("vcpu0", .store).running("migration", .harvest)
    let counts = Explorer.explore(world.system).counts
    #expect(counts.interleavings == .finite(all: 9, violating: 0))
    #expect(counts.transitions == 9 + 2 * 8 && counts.depth == 10)
  }

  @Test func `a cached load among two others has three runs`() {
    var world = SmallWorld(shadow: "rwx R-", tlb: "rwx R-").checking()
      .withGuest2(SmallWorld.l2Page(0x20, shadow: "rwx R-"))
      .running("vcpu0", .load, .load).running("vcpu1", .load1)
    world.machine.vcpus[1].tlb = [.init(page: 0, bits: SmallWorld.bits("rwx R-"))]
    #expect(Explorer.explore(world.system).counts.interleavings == .finite(all: 3, violating: 0))
  }

  @Test(arguments: try Corpus.smallRows())
  func `an independent count agrees`(row: CorpusRow) {
    let exploration = Explorer.explore(row.system)
    let graph = PathOracle(of: row.system)
    #expect(graph.states == exploration.counts.states)
    #expect(graph.transitions == exploration.counts.transitions)
    // Endless runs have an oracle of their own, in the tests of the engine.
    let endless = [PropertySpec.progress, .progressUnfairLocks].map(\.rawValue)
    #expect(graph.broken.sorted() == exploration.broken.filter { !endless.contains($0) }.sorted())
    guard case .finite(let all, let violating) = exploration.counts.interleavings else {
      #expect(graph.hasLoop)
      return
    }
    #expect(!graph.hasLoop)
    var sum = graph.good
    sum += violating
    #expect(graph.all == all && sum == all)
  }

  @Test(arguments: try Corpus.smallRows())
  func `the order of the threads does not matter`(row: CorpusRow) {
    let world = SmallWorld(row)
    let expected = Explorer.explore(world.system)
    for order in Self.orders(of: world.threads.count).dropFirst() {
      let permuted = world.changed { $0.threads = order.map { world.threads[$0] } }
      let found = Explorer.explore(permuted.system)
      #expect(Self.comparable(found.counts) == Self.comparable(expected.counts))
      #expect(found.verdict == expected.verdict)
      #expect(Self.sizes(found) == Self.sizes(expected))
    }
  }

  @Test func `nor does it in the large scenarios`() throws {
    for scenario in ["n02-patch-race-fixed", "n07-two-guests-one-gfn"] {
      let world = SmallWorld(try Corpus.row(scenario, "linux-6.1"))
      let reversed = world.changed { $0.threads.reverse() }
      let (one, other) = (Explorer.explore(world.system), Explorer.explore(reversed.system))
      #expect(one.counts == other.counts && Self.sizes(one) == Self.sizes(other))
    }
  }

  /// The counts without which of several loops was found.
  private static func comparable(_ counts: Exploration.Counts) -> Exploration.Counts {
    var counts = counts
    if case .unbounded = counts.interleavings { counts.interleavings = .unbounded(loop: []) }
    return counts
  }

  /// By id, the preemptions and steps of its counterexample.
  private static func sizes(_ exploration: Exploration) -> [String: [Int]] {
    exploration.findings.reduce(into: [:]) { sizes, finding in
      // Of an endless run only the steps are as few as can be told.
      if case .violated(let counterexample) = finding.result, counterexample.isMinimal {
        sizes[finding.id] = [counterexample.preemptions, counterexample.steps]
      }
    }
  }

  /// All permutations of 0..<count, the identity first.
  private static func orders(of count: Int) -> [[Int]] {
    if count == 0 { return [[]] }
    return orders(of: count - 1).flatMap { order in
      (0..<count).reversed().map { place in
        var longer = order
        longer.insert(count - 1, at: place)
        return longer
      }
    }
  }
}
