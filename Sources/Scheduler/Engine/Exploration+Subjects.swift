extension Exploration {
  /// How much of what there is a strategy has looked at.
  enum Extent { case whole, part }

  /// The answer that follows from what a strategy has seen.
  ///
  /// By subject: `counterexamples` of what is broken, `reached` of what is sometimes so. What is in
  /// neither holds, or is never reached, only if the `whole` was looked at.
  init(
    of subjects: Subjects, _ counts: Counts, _ counterexamples: [Int: Counterexample],
    reached: [Int: Schedule], _ extent: Extent, limit: LimitHit?, figures: [Figure] = []
  ) {
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
        result = extent == .whole ? .holds : .undecided
      }
      return Finding(id: subjects.id(subject), sentence: subjects.sentence(subject), result: result)
    }
    self.init(
      verdict: .holds, counts: counts, findings: findings, limit: limit, figures: figures)
    if !broken.isEmpty {
      verdict = .violated
    } else if extent == .part {
      verdict = .undecided
    }
  }
}
