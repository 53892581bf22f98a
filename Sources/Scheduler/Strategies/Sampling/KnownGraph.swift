/// What the state graph tells about runs that are drawn at random.
struct KnownGraph {
  /// Whether all states have been found.
  var isWhole = false
  /// The graph, if it has no cycle and fits.
  var graph: RunGraph?
  /// By place: the runs from there on, if their numbers fit.
  var runsOnward: [BigNatural]?
  /// What kept the graph from being known.
  var limit: LimitHit?
  /// The exact probabilities, or why they are not given.
  var statistics: [Statistic] = []

  fileprivate static let walk = "probability that a random walk breaks something"
  fileprivate static let uniform = "probability that one of all interleavings breaks something"

  fileprivate mutating func giveNone(because reason: String) {
    statistics = [
      Statistic("p-random-walk", sentence: Self.walk, value: .text("not given: " + reason)),
      Statistic("p-uniform", sentence: Self.uniform, value: .text("not given: " + reason)),
    ]
  }
}

extension Search {
  /// What a search, which has ended, knows of all runs.
  mutating func knownGraph() -> KnownGraph {
    var known = KnownGraph()
    if let limit {
      known.limit = limit
      if case .states(let most) = limit {
        known.giveNone(because: "the state graph has more than \(most) states")
      } else {
        known.giveNone(because: "a limit was hit before all states were known")
      }
      return known
    }
    known.isWhole = true
    switch runGraph(broken: broken) {
    case .cyclic:
      known.limit = .endlessRuns
      known.giveNone(because: "the state graph has a cycle, so runs can be endless")
    case .limit(let limit):
      known.limit = limit
      known.giveNone(because: "a limit was hit")
    case .graph(let graph): judge(graph, &known)
    }
    return known
  }

  private mutating func judge(_ graph: RunGraph, _ known: inout KnownGraph) {
    let size = RunGraph.bytes(states: graph.count, steps: graph.steps.count)
    func mayUse(_ bytes: Int) -> Bool {
      monitor.limitHit(states: 0, bytes: self.bytes + bytes) == nil
    }
    known.graph = graph
    guard let walk = graph.randomWalkProbability({ mayUse(size + $0) }),
      let runs = graph.runsOnward({ mayUse(size + $0) }),
      let violating = graph.violatingRuns(of: runs, { mayUse(size + 2 * $0) })
    else {
      known.limit =
        monitor.limitHit(states: 0, bytes: bytes) ?? monitor.limits.bytes.map(LimitHit.bytes)
      known.giveNone(because: "a limit was hit")
      return
    }
    known.runsOnward = runs
    known.statistics = [
      Statistic(
        "p-random-walk", sentence: KnownGraph.walk,
        value: .fraction(reducing: walk.part, over: walk.whole)),
      Statistic(
        "p-uniform", sentence: KnownGraph.uniform,
        value: .fraction(reducing: violating, over: runs[0])),
    ]
  }
}
