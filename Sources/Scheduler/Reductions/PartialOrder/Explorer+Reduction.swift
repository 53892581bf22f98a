/// The exhaustive search over a part of the states in which all that breaks shows.
extension Explorer {
  /// Searches again and again, each time with the accesses that the searches before have observed,
  /// until one finds none that was missing.
  ///
  /// Verdict, broken properties, deadlocks and final states are those of the search over all
  /// states. Runs to what breaks are real but need not be minimal, and interleavings are not
  /// counted.
  ///
  /// `observed` is what the first search goes by, instead of what sampled runs show.
  static func reduced<W: Width>(
    _ system: System, _ width: W, _ options: Options, observed: ObservedAccesses? = nil
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
      var search = Search(of: system, width: width, options, plan)
      search.run()
      if search.limit == nil {
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

  /// A run to a state, or on from it to one that has been passed through, in which a landmark is
  /// reached.
  private func runPassing(_ property: PropertyIndex, from number: Int) -> Schedule {
    var run = shortestRun(to: number)
    let state = store.state(number)
    if properties.isHit(property, in: state) { return run }
    guard let persistentSets = successors.persistentSets else {
      preconditionFailure("no landmark to go to")
    }
    persistentSets.soughtLandmarks = [property]
    _ = persistentSets.paths(from: state, successors)
    guard let path = persistentSets.landmarkHits.first?.path else {
      preconditionFailure("the search passed a landmark that no run passes")
    }
    run.steps += path
    return run
  }
}
