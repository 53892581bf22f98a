/// What becomes of the properties about endless runs.
struct EndlessRuns {
  var counterexamples = PropertyMap<Counterexample>()
  /// The properties that no fair run breaks; those in neither are undecided.
  var holding: [PropertyIndex] = []
  /// The cycles of the state graph; nil when nothing needed them.
  var cycles: Cycles?

  /// Nothing is decided.
  init() {}

  /// Judges the properties about endless runs by a graph, which must be whole.
  init(of graph: StateGraph) {
    if graph.properties.terminates.isEmpty { return }
    let cycles = FairCycles(in: graph, whileUnfinished: true).find()
    // Loops of daemons alone make runs infinite too.
    self.cycles = graph.system.hasDaemons ? nil : cycles
    for property in graph.properties.terminates {
      guard let fairness = graph.properties.fairness(of: property) else { continue }
      switch cycles[fairness] {
      case .fair(let lasso): counterexamples[property] = Self.counterexample(lasso, graph)
      case .none: holding.append(property)
      case .limit: break
      }
    }
  }

  private static func counterexample(_ lasso: Lasso, _ graph: StateGraph) -> Counterexample {
    let schedule = Schedule(lasso.stem + lasso.loop)
    return Counterexample(
      schedule: schedule, preemptions: graph.preemptions(of: schedule), isMinimal: false,
      loopStart: lasso.stem.count + 1)
  }

  /// Says of loops that make the number of interleavings infinite how fair a run that stays in one
  /// can be.
  func fairness(of count: InterleavingCount, in graph: StateGraph) -> [Statistic] {
    guard case .unbounded = count.interleavings else { return [] }
    let cycles = cycles ?? FairCycles(in: graph, count.counter).find()
    func statistic(_ sentence: String, _ threads: UInt64) -> [Statistic] {
      let names = graph.system.threads.indices.filter { threads >> UInt64($0) & 1 == 1 }
        .map { graph.system.threads[$0].name }
      return [
        Statistic("fairness", sentence: sentence, value: .text(names.joined(separator: ", ")))
      ]
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
}
