/// What a search may use up before it gives up with ``Verdict/undecided``.
public struct Limits: Hashable, Sendable {
  /// States found; a search that ends with exactly as many has not hit it.
  ///
  /// Looked at after each breadth-first level, so the search ends with all states up to some depth,
  /// the same ones on every run.
  public var states: Int?
  /// Bytes of states, table and search bookkeeping.
  public var bytes: Int?
  public var duration: Duration?

  public init(states: Int? = nil, bytes: Int? = nil, duration: Duration? = nil) {
    (self.states, self.bytes, self.duration) = (states, bytes, duration)
  }

  /// No limits but those of the machine.
  public static let none = Limits()
}

/// The limit that ended a search, or the counting after it, early.
public enum LimitHit: Hashable, Sendable {
  case states(Int)
  case bytes(Int)
  case duration(Duration)
  /// Someone asked the search to stop.
  case cancelled
  /// State numbers, or the address space, ran out.
  case capacity(Int)
  /// Runs with more preemptions were left out.
  case preemptions(Int)
  /// That many runs were tried: a sample proves nothing.
  case runs(Int)
  /// A run was cut after so many steps.
  case steps(Int)
  /// Some runs never end, so that there is no drawing one of them all.
  case endlessRuns
  /// States with equal 64-bit hashes were taken for one, so that some may have been missed.
  case fingerprints
}

/// How far a search is.
public struct SearchProgress: Sendable {
  public var states: Int
  public var transitions: Int
  /// States found and not yet expanded.
  public var frontier: Int
  public var depth: Int
  public var bytes: Int
  public var elapsed: Duration
  /// Runs ended, by strategies that take one run after another; 0 while they explore the graph.
  public var runs = 0

  /// How much of a limit is used up, 0 to 1, of the one that is nearest; nil when there is none.
  public func share(of limits: Limits) -> Double? {
    var shares: [Double] = []
    if let most = limits.states { shares.append(Double(states) / Double(max(most, 1))) }
    if let most = limits.bytes { shares.append(Double(bytes) / Double(max(most, 1))) }
    if let most = limits.duration, most > .zero { shares.append(elapsed / most) }
    return shares.max().map { min($0, 1) }
  }
}
