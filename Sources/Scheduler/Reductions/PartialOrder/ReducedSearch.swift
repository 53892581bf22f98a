/// What a reduced search goes by: the accesses to come and the cells that properties see.
struct ReductionPlan: Sendable {
  let future: FutureAccesses
  let visible: VisibleCells

  /// `landmarks` are the ``Property/Kind/sometimes(_:)`` properties that must not be hidden.
  init(of system: System, _ observed: ObservedAccesses, landmarks: Set<PropertyIndex>) {
    future = FutureAccesses(system, observed)
    visible = VisibleCells(system, observed, landmarks: landmarks)
  }
}

/// The exhaustive search over a part of the states in which all that breaks shows.
///
/// Searches again and again, each time with the accesses that the searches before have observed,
/// until one finds none that was missing.
struct ReducedSearch {
  private let system: System
  private let options: Explorer.Options
  private var observed: ObservedAccesses
  /// The landmarks that no search has reached and that must therefore not be hidden.
  private var landmarks: Set<PropertyIndex> = []
  private(set) var searches = 0

  /// `observed` is what the first search goes by, instead of what sampled runs show.
  init(of system: System, _ options: Explorer.Options, observed: ObservedAccesses? = nil) {
    self.system = system
    self.observed = observed ?? AccessSampling.accesses(of: system, without: CellSet())
    var options = options
    options.countsInterleavings = false
    options.start = options.start ?? .now
    self.options = options
  }

  /// The graph of the last search: one that missed nothing, or that a limit has ended.
  mutating func run() -> StateGraph {
    while true {
      searches += 1
      let plan = ReductionPlan(of: system, observed, landmarks: landmarks)
      var search = Search(of: system, options, reduction: plan)
      let graph = search.run()
      if graph.cut != nil { return graph }
      if search.incompleteAt != nil {
        observe(search.workers)
      } else if !revealLandmarks(in: graph) {
        return graph
      }
    }
  }

  /// Takes over the accesses that a search has missed.
  private mutating func observe(_ workers: [Worker]) {
    let missed = workers.compactMap { $0.successors.persistentSets?.missed }
    let shared = missed.reduce(into: observed.shared) { $0.formUnion($1.shared) }
    if shared.isSubset(of: observed.shared) {
      for missed in missed { observed.formUnion(missed) }
    } else {
      // Locations are told apart by other cells from now on, so all has to be observed anew.
      observed = AccessSampling.accesses(of: system, without: shared)
    }
  }

  /// Has the next search show the landmarks that this one has not reached; false if it need not.
  private mutating func revealLandmarks(in graph: StateGraph) -> Bool {
    let unseen = graph.properties.landmarks.filter { graph.witnesses[$0] == nil }
    if landmarks.isSuperset(of: unseen) { return false }
    landmarks.formUnion(unseen)
    return true
  }
}

extension Explorer {
  /// Explores by persistent sets.
  ///
  /// Verdict, broken properties, deadlocks and final states are those of the search over all
  /// states. Runs to what breaks are real but need not be minimal, and interleavings are not
  /// counted. See ``ReducedSearch`` for `observed`.
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
    var search = ReducedSearch(of: system, options, observed: observed)
    return conclusion(ofReduced: search.run(), searches: search.searches)
  }

  private static func conclusion(ofReduced searched: StateGraph, searches: Int) -> Exploration {
    let (graph, stuck) = searched.withStuckThreads()
    var evidence = Evidence(graph.properties, graph.extent, limit: graph.limit)
    evidence.knowsStuckThreads = stuck.isKnown
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
        "reduced-searches", sentence: "searches until no access was missed", count: searches),
    ]
    return evidence.conclusion
  }
}
