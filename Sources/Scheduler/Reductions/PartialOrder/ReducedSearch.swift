/// The exhaustive search over a part of the states in which all that breaks shows.
extension Explorer {
  /// Searches again and again, each time with the accesses that the searches before have observed,
  /// until one finds none that was missing.
  ///
  /// Verdict, broken properties, deadlocks and final states are those of the search over all states. Runs
  /// to what breaks are real but need not be minimal, and interleavings are not counted.
  ///
  /// `observed` is what the first search goes by, instead of what sampled runs show.
  static func reduced(
    _ system: System, _ options: Options, observed: ObservedAccesses? = nil
  ) -> Exploration {
    let properties = PropertyTable(of: system)
    if let needy = properties.aboutSteps.first {
      var exploration = whole(system, options)
      exploration.statistics.append(
        Statistic(
          "reduction", sentence: "states left out",
          value: .text("none: '\(properties.id(needy))' needs every step")))
      return exploration
    }
    var observed = observed ?? AccessSampling.accesses(of: system, without: CellSet())
    var landmarks: Set<PropertyIndex> = []
    var options = options
    options.countsInterleavings = false
    let start = ContinuousClock.now
    let duration = options.limits.duration
    var searches = 0
    while true {
      searches += 1
      if let duration {
        options.limits.duration = max(.zero, duration - (ContinuousClock.now - start))
      }
      let plan = ReductionPlan(of: system, observed, landmarks: landmarks)
      var search = Search(of: system, options, reduction: plan)
      let graph = search.run()
      if graph.cut == nil {
        if search.incompleteAt != nil {
          let shared = search.workers.reduce(into: observed.shared) { shared, worker in
            worker.successors.persistentSets.map { shared.formUnion($0.missed.shared) }
          }
          if !shared.isSubset(of: observed.shared) {
            observed = AccessSampling.accesses(of: system, without: shared)
            continue
          }
          for worker in search.workers {
            worker.successors.persistentSets.map { observed.formUnion($0.missed) }
          }
          continue
        }
        let unseen = properties.landmarks.filter { graph.witnesses[$0] == nil }
        if !landmarks.isSuperset(of: unseen) {
          landmarks.formUnion(unseen)
          continue
        }
      }
      return conclusion(ofReduced: graph, searches: searches)
    }
  }

  /// What follows from the graph of a reduced search.
  private static func conclusion(ofReduced graph: StateGraph, searches: Int) -> Exploration {
    var evidence = Evidence(graph.properties, graph.extent, limit: graph.cut)
    let runs = ShortestRuns(in: graph)
    evidence.reached = PropertyMap(graph.properties.landmarks, runs.run(reaching:))
    let simulator = Simulator(graph.system)
    for (property, found) in runs.counterexamples(to: graph.broken) {
      let shrinker = Shrinker(of: simulator, breaking: property)
      evidence.counterexamples[property] = shrinker.shrink(found.schedule.steps)
    }
    evidence.counts = graph.counts
    evidence.counts.interleavings = .notCounted(.reduced)
    evidence.statistics = [
      Statistic(
        "reduction", sentence: "states left out", value: .text("other orders of steps that commute")
      ),
      Statistic(
        "reduced-searches", sentence: "searches until no habit was missed", count: searches),
    ]
    return evidence.conclusion
  }
}
