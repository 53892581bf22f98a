/// Every reachable state, breadth first; then counterexamples and counts from what was kept.
extension Explorer {
  static func whole<W: Width>(_ system: System, _ width: W, _ options: Options)
    -> Exploration
  {
    var search = Search(of: system, options)
    search.run()
    let broken = search.broken
    let counterexamples = search.fewestPreemptions(to: broken)
    let endless = search.limit == nil ? search.endlessRuns() : EndlessRuns()
    var counts = search.counts
    if options.countsInterleavings {
      counts.interleavings =
        search.limit == nil ? search.interleavings(broken: broken) : .notCounted(.limit)
    }
    var reached: [Int: Schedule] = [:]
    for subject in search.subjects.sometimes {
      reached[subject] = search.hits[subject].map { search.shortestRun(to: $0) }
    }
    let statistics = search.fairness(of: counts.interleavings, endless.cycles)
    return Exploration(
      of: search.subjects, counts, counterexamples, reached: reached,
      search.limit == nil ? .whole : .part, endless: endless,
      limit: search.limit ?? search.passLimit, statistics: statistics)
  }
}

extension Search {
  /// What the search has seen broken.
  var broken: [Int] {
    (0..<subjects.count).filter { hits[$0] != nil && !subjects.sometimes.contains($0) }
  }
}
