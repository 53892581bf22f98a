/// How the runs of a system are explored; what one strategy proves the others confirm.
///
/// A strategy is declared beside the code that runs it, in `Strategies/`, as a static member that
/// takes its parameters. ``all`` lists them.
public struct Strategy: Sendable {
  /// What command lines and reports call it.
  public let id: String
  /// Whether its verdict is that of all runs whatever the system, as long as no limit is hit.
  public let isComplete: Bool
  private let parameters: [any Hashable & Sendable]
  private let run: @Sendable (System, Explorer.Options) -> Exploration

  /// Two strategies are equal if their ids and `parameters` are.
  init(
    _ id: String, isComplete: Bool = false, parameters: any Hashable & Sendable...,
    run: @escaping @Sendable (System, Explorer.Options) -> Exploration
  ) {
    (self.id, self.isComplete) = (id, isComplete)
    (self.parameters, self.run) = (parameters, run)
  }

  /// Explores `system`; of `options` it reads what means something to the strategy.
  func explore(_ system: System, _ options: Explorer.Options) -> Exploration {
    run(system, options)
  }
}

extension Strategy {
  /// Every strategy, with its parameters left to the defaults.
  public static let all: [Strategy] = [
    .exhaustive, .bounded(preemptions: nil), .dpor(), .randomWalk(Sampling()),
    .pct(Sampling(), depth: defaultDepth), .uniform(Sampling()),
  ]

  /// The strategies that can prove, each by its own way: their verdicts must be the same.
  public static let proving: [Strategy] = all.filter(\.isComplete)
}

extension Strategy: Hashable {
  /// Whether both explore the same runs.
  public static func == (one: Strategy, other: Strategy) -> Bool {
    one.id == other.id && one.values == other.values
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(id)
    hasher.combine(values)
  }

  private var values: [AnyHashable] { parameters.map { AnyHashable($0) } }
}

extension Strategy: CustomStringConvertible {
  /// Its id.
  public var description: String { id }
}
