/// How far a search is.
public struct SearchProgress: Sendable {
  /// How many states were found.
  public var states: Int
  /// How many steps were taken.
  public var transitions: Int
  /// How many states were found and not yet expanded.
  public var frontier: Int
  /// The breadth-first level that the search is at.
  public var depth: Int
  /// How many bytes the search uses of what ``Limits/bytes`` limits.
  public var bytes: Int
  /// The time since the search began.
  public var elapsed: Duration
  /// Runs ended, by strategies that take one run after another; 0 while they explore the graph.
  public var runs = 0

  /// How much is used up of the limit that is nearest, 0 to 1; nil when there is none.
  public func share(of limits: Limits) -> Double? {
    var shares: [Double] = []
    if let most = limits.states { shares.append(Double(states) / Double(max(most, 1))) }
    if let most = limits.bytes { shares.append(Double(bytes) / Double(max(most, 1))) }
    if let most = limits.duration, most > .zero { shares.append(elapsed / most) }
    return shares.max().map { min($0, 1) }
  }
}
