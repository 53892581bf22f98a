import RaceModel
import Scheduler

/// A strategy as the command line names it: the parser, the help, `compare` and reports ask here.
struct StrategySpec: CatalogEntry {
  let id: String
  /// What it does, as `Docs/strategies.md` has it.
  let summary: String
  /// The options that not every strategy takes and this one does, its own before those it shares.
  let options: [String]
  /// The option that asks for it where no strategy is named.
  let impliedBy: String?
  /// The statistic that says how likely one run breaks something.
  let probability: String?
  /// The engine's strategy, with the parameters that the command line gives.
  let search: @Sendable (Request) -> Strategy

  private init(
    _ id: String, _ summary: String, options: [String], impliedBy: String? = nil,
    probability: String? = nil, search: @escaping @Sendable (Request) -> Strategy
  ) {
    (self.id, self.summary, self.options) = (id, summary, options)
    (self.impliedBy, self.probability, self.search) = (impliedBy, probability, search)
  }

  /// What those that draw runs take.
  private static let drawing = ["max-steps", "seed", "runs"]

  /// In the order of the help and of `compare`; the first is what searches unless told otherwise.
  static let allCases: [StrategySpec] = [
    StrategySpec(
      "exhaustive", "every reachable state, breadth first; by default",
      options: ["reduce", "symmetry", "fingerprints"]
    ) { _ in .exhaustive },
    StrategySpec(
      "bounded", "the states that runs with at most 0, 1, 2, ... preemptions reach",
      options: ["preemptions"], impliedBy: "preemptions"
    ) { .bounded(preemptions: $0.preemptions) },
    StrategySpec(
      "dpor",
      "one run of each class of runs that differ only in the order of independent steps",
      options: ["preemptions", "max-steps"]
    ) {
      .dpor(
        maxSteps: $0.maxSteps ?? Strategy.defaultTraceSteps,
        countingPreemptions: $0.preemptions)
    },
    StrategySpec(
      "random", "walks: a thread that can step is picked, each as likely", options: drawing,
      probability: "p-random-walk"
    ) { .randomWalk($0.sampling) },
    StrategySpec(
      "pct", "random priorities that change `--depth` - 1 times", options: drawing + ["depth"]
    ) { .pct($0.sampling, depth: $0.depth) },
    StrategySpec(
      "uniform", "interleavings drawn each as likely as any other", options: drawing,
      probability: "p-uniform"
    ) { .uniform($0.sampling) },
  ]
  /// What searches unless told otherwise.
  static var standard: StrategySpec { allCases[0] }

  /// The strategies that take an option, those that it is most their own first; nil for an option
  /// that means something to all.
  static func taking(_ option: String) -> [StrategySpec]? {
    let takers = allCases.compactMap { spec in
      spec.options.firstIndex(of: option).map { (place: $0, spec: spec) }
    }
    if takers.isEmpty { return nil }
    let places = Set(takers.map(\.place)).sorted()
    return places.flatMap { place in takers.filter { $0.place == place }.map(\.spec) }
  }
}
