/// Every reachable state, breadth first; then counterexamples and counts from what was kept.
extension Explorer {
  static func whole<W: Width>(_ system: System, _ width: W, _ options: Options)
    -> Exploration
  {
    var search = Search(of: system, width: width, options)
    search.run()
    let broken = search.broken
    var evidence = Evidence(search.properties, search.limit == nil ? .whole : .part)
    evidence.counterexamples = search.fewestPreemptions(to: broken)
    if search.limit == nil { evidence.endless = search.endlessRuns() }
    evidence.counts = search.counts
    if options.countsInterleavings {
      evidence.counts.interleavings =
        search.limit == nil ? search.interleavings(broken: broken) : .notCounted(.limit)
    }
    for property in search.properties.landmarks {
      evidence.reached[property] = search.hits[property].map { search.shortestRun(to: $0) }
    }
    evidence.statistics = search.fairness(
      of: evidence.counts.interleavings, evidence.endless.cycles)
    evidence.limit = search.limit ?? search.passLimit
    return evidence.conclusion
  }
}

extension Search {
  /// What the search has seen broken.
  var broken: [PropertyIndex] { hits.properties.filter { !properties.isLandmark($0) } }
}
