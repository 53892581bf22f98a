/// What a strategy has seen of a system, from which follows what it says of each property.
struct Evidence {
  /// How much of what there is a strategy has looked at.
  enum Extent { case whole, part }

  let properties: PropertyTable
  /// Of part of the states or runs nothing follows for properties that are not hit.
  let extent: Extent
  var counts = Exploration.Counts()
  /// Runs that break properties.
  var counterexamples = PropertyMap<Counterexample>()
  /// Runs that reach landmarks.
  var reached = PropertyMap<Schedule>()
  var endless = EndlessRuns()
  /// Whether it is known which threads can end from which states, where a deadlock is about that.
  var knowsStuckThreads = true
  var limit: LimitHit?
  var statistics: [Statistic] = []

  init(_ properties: PropertyTable, _ extent: Extent, limit: LimitHit? = nil) {
    (self.properties, self.extent, self.limit) = (properties, extent, limit)
  }

  /// What follows.
  ///
  /// What is neither broken nor reached holds, or is never reached, only if the whole was looked
  /// at. What ``endless`` does not decide about runs that go round for ever is undecided.
  var conclusion: Exploration {
    let findings = properties.all.compactMap { property in
      result(for: property).map { result in
        Exploration.Finding(
          id: properties.id(property), sentence: properties.sentence(property), result: result)
      }
    }
    var exploration = Exploration(
      verdict: .holds, counts: counts, findings: findings, limit: limit, statistics: statistics)
    if !exploration.broken.isEmpty {
      exploration.verdict = .violated
    } else if extent == .part || endless.holding.count < properties.terminates.count
      || !knowsStuckThreads
    {
      exploration.verdict = .undecided
    }
    return exploration
  }

  /// What became of a property; nil for checks and deadlock that are not broken, or not known to
  /// be because not all was searched.
  private func result(for property: PropertyIndex) -> Exploration.Result? {
    if properties.isLandmark(property) {
      if let schedule = reached[property] { return .reached(schedule) }
      return extent == .whole ? .neverReached : .undecided
    }
    if let counterexample = counterexamples[property] ?? endless.counterexamples[property] {
      return .violated(counterexample)
    }
    if properties.isAboutStuckThreads(property) && !knowsStuckThreads { return .undecided }
    if properties.declared(property) == nil { return nil }
    let isDecided =
      properties.fairness(of: property) == nil || endless.holding.contains(property)
    return extent == .whole && isDecided ? .holds : .undecided
  }
}
