/// The exhaustive search over a part of the states in which all that breaks shows.
extension Explorer {
  /// Searches with what the searches before have taught about the threads, until nothing is new.
  ///
  /// Verdict, broken properties, deadlocks and final states are those of the search over all states. Runs
  /// to what breaks are real but need not be minimal, and interleavings are not counted.
  ///
  /// `habits` are what the first search goes by, instead of what rehearsals show.
  static func reduced<W: Width>(
    _ system: System, _ width: W, _ options: Options, habits: ObservedAccesses? = nil
  ) -> Exploration {
    let properties = PropertyTable(of: system)
    if let needy = properties.aboutSteps.first {
      var exploration = whole(system, width, options)
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
      var search = Search(of: system, width: width, options, plan)
      search.run()
      if search.limit == nil {
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
        let unseen = properties.landmarks.filter { search.hits[$0] == nil }
        if !landmarks.isSuperset(of: unseen) {
          landmarks.formUnion(unseen)
          continue
        }
      }
      return search.reducedReport(searches: searches)
    }
  }
}

extension Search {
  /// What a reduced search has found out.
  fileprivate mutating func reducedReport(searches: Int) -> Exploration {
    var evidence = Evidence(properties, limit == nil ? .whole : .part, limit: limit)
    for property in properties.landmarks {
      evidence.reached[property] = hits[property].map { runPassing(property, from: $0) }
    }
    counts.interleavings = .notCounted(.reduced)
    let walker = Simulator(system, store.width)
    for (property, found) in shortestRuns(to: broken) {
      evidence.counterexamples[property] = Shrinker(of: walker, breaking: property).shrink(
        found.schedule.steps)
    }
    evidence.counts = counts
    evidence.statistics = [
      Statistic(
        "reduction", sentence: "states left out",
        value: .text("other orders of steps that commute")),
      Statistic(
        "reduced-searches", sentence: "searches until no habit was missed", count: searches),
    ]
    return evidence.conclusion
  }

  /// A run to a state, or on from it to one that has been passed through, in which a landmark is reached.
  private func runPassing(_ property: PropertyIndex, from number: Int) -> Schedule {
    var run = shortestRun(to: number)
    let state = store.state(number)
    if properties.isHit(property, in: state) { return run }
    guard let fusion = successors.fusion else { preconditionFailure("no landmark to go to") }
    fusion.lookout = [property]
    _ = fusion.paths(from: state, successors)
    guard let path = fusion.glimpses.first?.path else {
      preconditionFailure("the search passed a landmark that no run passes")
    }
    run.steps += path
    return run
  }
}
