/// The exhaustive search over one state of each set of states that permutations of equal parts make.
extension Explorer {
  /// Searches with the permutations that the system seems to have, or all states if it has none after all.
  ///
  /// Verdict and broken properties are those of the search over all states; runs are runs of the system.
  static func symmetric<W: Width>(_ system: System, _ width: W, _ options: Options) -> Exploration {
    var options = options
    options.start = options.start ?? .now
    let properties = PropertyTable(of: system)
    if let needy = properties.aboutSteps.first {
      return unreduced(
        system, width, options, because: "'\(properties.id(needy))' is about steps or endless runs")
    }
    let symmetry = Symmetry(of: system)
    guard !symmetry.permutations.isEmpty else {
      return unreduced(system, width, options, because: "nothing is interchangeable")
    }
    // What the attempt took is given back before another search starts.
    return attempt(system, width, options, symmetry)
      ?? unreduced(
        system, width, options, because: symmetry.text(system) + " look alike and differ")
  }

  /// Searches with these permutations; nil if they do not leave the system as it is.
  private static func attempt<W: Width>(
    _ system: System, _ width: W, _ options: Options, _ symmetry: Symmetry
  ) -> Exploration? {
    var uncounted = options
    uncounted.countsInterleavings = false
    var search = Search(of: system, width: width, uncounted, symmetry: symmetry)
    search.run()
    return search.isAsymmetric ? nil : search.symmetricReport(symmetry)
  }

  private static func unreduced<W: Width>(
    _ system: System, _ width: W, _ options: Options, because reason: String
  ) -> Exploration {
    var exploration = whole(system, width, options)
    exploration.statistics.append(
      Statistic("symmetry", sentence: "interchangeable parts", value: .text("none: " + reason)))
    return exploration
  }
}

extension Search {
  /// What a search by symmetry has found out; nil if what it has kept tells more than the system does.
  ///
  /// That takes a limit: the states it leaves unexpanded have not been tried.
  fileprivate mutating func symmetricReport(_ symmetry: Symmetry) -> Exploration? {
    let members = workers.reduce(0) { $0 + ($1.successors.orbits?.members ?? 0) }
    let orbits = Orbits(of: system, width: store.width, symmetry, batch: 1)
    var runs = PropertyMap<Schedule>()
    for property in broken + properties.landmarks {
      guard let hit = hits[property] else { continue }
      let (run, end) = orbits.run(for: shortestRun(to: hit))
      if !isHit(property, end) { return nil }
      runs[property] = run
    }
    let walker = Simulator(system, store.width)
    var evidence = Evidence(properties, limit == nil ? .whole : .part, limit: limit)
    for property in broken {
      evidence.counterexamples[property] = runs[property].map {
        Shrinker(of: walker, breaking: property).shrink($0.steps)
      }
    }
    counts.interleavings = .notCounted(.reduced)
    evidence.counts = counts
    evidence.reached = runs.of(properties.isLandmark)
    evidence.statistics = [
      Statistic("symmetry", sentence: "interchangeable parts", value: .text(symmetry.text(system)))
    ]
    if limit == nil {
      evidence.statistics.append(
        Statistic("all-states", sentence: "states, those left out too", count: members))
    }
    return evidence.conclusion
  }

  /// Whether a property about single states is broken or reached in a state; taken for granted of others.
  private func isHit(_ property: PropertyIndex, _ state: [UInt64]) -> Bool {
    guard properties.aboutStates.contains(property) else {
      return true
    }
    var state = state
    return state.withUnsafeMutableBufferPointer { words in
      words.baseAddress.map { properties.isHit(property, in: $0) } ?? false
    }
  }
}
