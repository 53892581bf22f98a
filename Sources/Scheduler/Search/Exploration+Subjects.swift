extension Exploration {
  /// How much of what there is a strategy has looked at.
  enum Extent { case whole, part }

  /// The answer that follows from what a strategy has seen.
  ///
  /// By subject: `counterexamples` of what is broken, `reached` of what is sometimes so. What is in
  /// neither holds, or is never reached, only if the `whole` was looked at. What `endless` does not
  /// decide about runs that go round for ever is undecided.
  init(
    of subjects: PropertyTable, _ counts: Counts, _ counterexamples: [Int: Counterexample],
    reached: [Int: Schedule], _ extent: Extent, endless: EndlessRuns = EndlessRuns(),
    limit: LimitHit?, statistics: [Statistic] = []
  ) {
    let counterexamples = counterexamples.merging(endless.counterexamples) { found, _ in found }
    let findings = (0..<subjects.count).compactMap { subject -> Finding? in
      let result: Result
      if subjects.sometimes.contains(subject) {
        if let schedule = reached[subject] {
          result = .reached(schedule)
        } else {
          result = extent == .whole ? .neverReached : .undecided
        }
      } else if let counterexample = counterexamples[subject] {
        result = .violated(counterexample)
      } else if subject >= subjects.firstCheck {
        return nil
      } else {
        let isDecided =
          !subjects.terminates.contains(subject) || endless.holding.contains(subject)
        result = extent == .whole && isDecided ? .holds : .undecided
      }
      return Finding(id: subjects.id(subject), sentence: subjects.sentence(subject), result: result)
    }
    self.init(
      verdict: .holds, counts: counts, findings: findings, limit: limit, statistics: statistics)
    if !broken.isEmpty {
      verdict = .violated
    } else if extent == .part || endless.holding.count < subjects.terminates.count {
      verdict = .undecided
    }
  }
}
