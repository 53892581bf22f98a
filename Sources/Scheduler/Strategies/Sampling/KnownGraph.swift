/// What the state graph tells about runs that are drawn at random.
struct KnownGraph {
  /// Whether all states have been found.
  let isWhole: Bool
  /// The graph, if it has no cycle and fits.
  private(set) var runs: RunGraph?
  /// By place: the runs from there on, if their numbers fit.
  private(set) var runsOnward: [BigNatural]?
  /// What a strategy that needs the graph lacks.
  private(set) var obstacle: LimitHit?
  /// The exact probabilities, or why they are not given.
  private(set) var statistics: [Statistic] = []

  private static let walk = "probability that a random walk breaks something"
  private static let uniform = "probability that one of all interleavings breaks something"

  /// What a graph tells, be it a part of the whole.
  init(of graph: StateGraph) {
    isWhole = graph.cut == nil
    if let cut = graph.cut {
      if case .states(let most) = cut {
        lacks(cut, because: "the state graph has more than \(most) states")
      } else {
        lacks(cut, because: "a limit was hit before all states were known")
      }
      return
    }
    var builder = RunGraphBuilder(of: graph, broken: graph.broken)
    switch builder.build() {
    case .cyclic:
      lacks(.endlessRuns, because: "the state graph has a cycle, so runs can be endless")
    case .limit(let limit): lacks(limit, because: "a limit was hit")
    case .graph(let runs): judge(runs, graph)
    }
  }

  private mutating func lacks(_ limit: LimitHit, because reason: String) {
    obstacle = limit
    statistics = [
      Statistic("p-random-walk", sentence: Self.walk, value: .text("not given: " + reason)),
      Statistic("p-uniform", sentence: Self.uniform, value: .text("not given: " + reason)),
    ]
  }

  private mutating func judge(_ graph: RunGraph, _ states: StateGraph) {
    // Numbers that do not fit are no reason to look for fewest preemptions any less.
    let limits = states.limits.nextPhase()
    let size = states.bytes + RunGraph.bytes(states: graph.count, steps: graph.steps.count)
    runs = graph
    guard let walk = graph.randomWalkProbability({ limits.allows(bytes: size + $0) }),
      let runs = graph.runsOnward({ limits.allows(bytes: size + $0) }),
      let violating = graph.violatingRuns(of: runs, { limits.allows(bytes: size + 2 * $0) })
    else {
      lacks(limits.hit ?? .cancelled, because: "a limit was hit")
      return
    }
    runsOnward = runs
    statistics = [
      Statistic(
        "p-random-walk", sentence: Self.walk,
        value: .fraction(reducing: walk.part, over: walk.whole)),
      Statistic(
        "p-uniform", sentence: Self.uniform, value: .fraction(reducing: violating, over: runs[0])),
    ]
  }
}
