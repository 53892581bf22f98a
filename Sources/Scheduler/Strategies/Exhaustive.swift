extension Strategy {
  /// Visits every reachable state once; it proves and refutes.
  public static let exhaustive = Strategy("exhaustive", isComplete: true) { system, options in
    switch options.reduction {
    case .none: Explorer.whole(system, options)
    case .partialOrder: Explorer.reduced(system, options)
    case .symmetry: Explorer.symmetric(system, options)
    case .fingerprints: Explorer.fingerprints(system, options)
    }
  }
}

/// Every reachable state, breadth first; then counterexamples and counts from what was kept.
extension Explorer {
  static func whole(_ system: System, _ options: Options) -> Exploration {
    var search = Search(of: system, options)
    return conclusion(of: search.run(), options)
  }

  /// What follows from the graph of an exhaustive search.
  private static func conclusion(of searched: StateGraph, _ options: Options) -> Exploration {
    let (graph, stuck) = searched.withStuckThreads()
    let broken = graph.broken
    var evidence = Evidence(graph.properties, graph.extent)
    evidence.knowsStuckThreads = stuck.isKnown
    evidence.counterexamples =
      FewestPreemptions(graph: graph, stuck: stuck.states).counterexamples(to: broken)
    if graph.cut == nil { evidence.endless = EndlessRuns(of: graph) }
    evidence.counts = graph.counts
    if options.countsInterleavings && graph.cut == nil {
      let count = InterleavingCount(of: graph, broken: broken)
      evidence.counts.interleavings = count.interleavings
      evidence.statistics = evidence.endless.fairness(of: count, in: graph)
    } else if options.countsInterleavings {
      evidence.counts.interleavings = .notCounted(.limit)
    }
    let runs = ShortestRuns(in: graph)
    evidence.reached = PropertyMap(graph.properties.landmarks, runs.run(reaching:))
    evidence.limit = graph.limit
    return evidence.conclusion
  }
}
