/// The exhaustive search over a part of the states in which all that breaks shows.
extension Explorer {
  /// Searches with what the searches before have taught about the threads, until nothing is new.
  ///
  /// Verdict, broken properties, deadlocks and final states are those of the search over all states. Runs
  /// to what breaks are real but need not be minimal, and interleavings are not counted.
  ///
  /// `habits` are what the first search goes by, instead of what rehearsals show.
  static func reduced(
    _ system: System, _ options: Options, habits: ObservedAccesses? = nil
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
    var habits = habits ?? AccessSampling.accesses(of: system, without: CellSet())
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
      let plan = ReductionPlan(of: system, habits, landmarks: landmarks)
      var search = Search(of: system, options, reduction: plan)
      let graph = search.run()
      if graph.cut == nil {
        if search.surprise != nil {
          let shared = search.workers.reduce(into: habits.shared) { shared, worker in
            if let fusion = worker.successors.fusion { shared.formUnion(fusion.news.shared) }
          }
          if !shared.isSubset(of: habits.shared) {
            habits = AccessSampling.accesses(of: system, without: shared)
            continue
          }
          for worker in search.workers {
            if let fusion = worker.successors.fusion { habits.formUnion(fusion.news) }
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
