/// What becomes of the properties about endless runs.
struct EndlessRuns {
  var counterexamples = PropertyMap<Counterexample>()
  /// The properties that no fair run breaks; those in neither are undecided.
  var holding: [PropertyIndex] = []
  /// The cycles of the state graph; nil when nothing needed them.
  var cycles: Cycles?
}

extension Search {
  /// Judges the properties about endless runs by the graph of a search that has come to its end.
  mutating func endlessRuns() -> EndlessRuns {
    var runs = EndlessRuns()
    if properties.terminates.isEmpty { return runs }
    let cycles = cycles()
    runs.cycles = cycles
    for property in properties.terminates {
      guard let fairness = properties.fairness(of: property) else { continue }
      switch cycles[fairness] {
      case .fair(let lasso): runs.counterexamples[property] = counterexample(lasso)
      case .none: runs.holding.append(property)
      case .limit: break
      }
    }
    return runs
  }

  private func counterexample(_ lasso: Lasso) -> Counterexample {
    let schedule = Schedule(lasso.stem + lasso.loop)
    return Counterexample(
      schedule: schedule, preemptions: preemptions(of: schedule), isMinimal: false,
      loopStart: lasso.stem.count + 1)
  }

  /// Says of loops that make the number of interleavings infinite how fair a run that stays in one
  /// can be.
  mutating func fairness(
    of interleavings: Exploration.Interleavings, _ known: Cycles?
  ) -> [Statistic] {
    guard case .unbounded = interleavings else { return [] }
    let cycles = known ?? cycles()
    func statistic(_ sentence: String, _ threads: UInt64) -> [Statistic] {
      [Statistic("fairness", sentence: sentence, value: .text(names(threads)))]
    }
    switch (cycles.weak, cycles.strong) {
    case (.limit, _), (_, .limit): return []
    case (.none(let threads), _):
      return statistic(
        "loops only under an unfair schedule, which passes over who could always step", threads)
    case (_, .none(let threads)):
      return statistic(
        "loops only while a thread that waits is never served, whenever it could step", threads)
    case (_, .fair(let lasso)):
      return statistic("loops under a fair schedule too, and never finishes", lasso.turns.steps)
    }
  }

  private func names(_ threads: UInt64) -> String {
    system.threads.indices.filter { threads >> UInt64($0) & 1 == 1 }
      .map { system.threads[$0].name }.joined(separator: ", ")
  }
}
