/// The exhaustive search over one state of each set of states that permutations of equal parts
/// make.
extension Explorer {
  /// Searches with the permutations that the system seems to have, or all states if it has none
  /// after all.
  ///
  /// Verdict and broken properties are those of the search over all states; runs are runs of the
  /// system.
  static func symmetric(_ system: System, _ options: Options) -> Exploration {
    var options = options
    options.start = options.start ?? .now
    let properties = PropertyTable(of: system)
    if let needy = properties.aboutSteps.first {
      return unreduced(
        system, options, because: "'\(properties.id(needy))' is about steps or endless runs")
    }
    let symmetry = Symmetry(of: system)
    guard !symmetry.permutations.isEmpty else {
      return unreduced(system, options, because: "nothing is interchangeable")
    }
    // What the attempt took is given back before another search starts.
    return attempt(system, options, symmetry)
      ?? unreduced(
        system, options, because: symmetry.text(system) + " look alike and differ")
  }

  /// Searches with these permutations; nil if they do not leave the system as it is.
  private static func attempt(
    _ system: System, _ options: Options, _ symmetry: Symmetry
  ) -> Exploration? {
    var uncounted = options
    uncounted.countsInterleavings = false
    var search = Search(
      of: system, uncounted, symmetry: symmetry)
    let graph = search.run()
    if search.isAsymmetric { return nil }
    return conclusion(ofSymmetric: graph, symmetry, members: search.orbitMembers)
  }

  private static func unreduced(
    _ system: System, _ options: Options, because reason: String
  ) -> Exploration {
    var exploration = whole(system, options)
    exploration.statistics.append(
      Statistic("symmetry", sentence: "interchangeable parts", value: .text("none: " + reason)))
    return exploration
  }

  /// What follows from the graph of a search by symmetry, in whose orbits there are `members`
  /// states; nil if what it has kept tells more than the system does.
  ///
  /// That takes a limit: the states it leaves unexpanded have not been tried.
  private static func conclusion(
    ofSymmetric searched: StateGraph, _ symmetry: Symmetry, members: Int
  ) -> Exploration? {
    let (graph, stuck) = searched.withStuckThreads()
    let (system, properties) = (graph.system, graph.properties)
    let orbits = Orbits(of: system, symmetry, batch: 1)
    let kept = ShortestRuns(in: graph)
    let simulator = Simulator(system)
    var evidence = Evidence(properties, graph.extent, limit: graph.limit)
    evidence.knowsStuckThreads = stuck.isKnown
    for (property, witness) in graph.witnesses {
      let (run, end) = orbits.run(for: kept.run(to: witness))
      if !isHit(property, end, properties) { return nil }
      if properties.isLandmark(property) {
        evidence.reached[property] = run
      } else {
        let shrinker = Shrinker(of: simulator, breaking: property)
        evidence.counterexamples[property] = shrinker.shrink(run.steps)
      }
    }
    evidence.counts = graph.counts
    evidence.counts.interleavings = .notCounted(.reduced)
    evidence.statistics = [
      Statistic("symmetry", sentence: "interchangeable parts", value: .text(symmetry.text(system)))
    ]
    if graph.cut == nil {
      evidence.statistics.append(
        Statistic("all-states", sentence: "states, those left out too", count: members))
    }
    return evidence.conclusion
  }

  /// Whether a property about single states is hit in a state; taken for granted of others.
  private static func isHit(
    _ property: PropertyIndex, _ state: [UInt64], _ properties: PropertyTable
  ) -> Bool {
    !properties.aboutStates.contains(property)
      || withState(state) { properties.isHit(property, in: $0) }
  }
}
