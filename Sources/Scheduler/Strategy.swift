/// How the runs of a system are explored; what one strategy proves the others confirm.
public enum Strategy: Hashable, Sendable {
  /// Every reachable state, once: proves and refutes.
  case exhaustive
  /// The states that runs with at most so many preemptions reach.
  ///
  /// Without a number, the bound is raised from 0 until something breaks or nothing is cut off any
  /// more; then this proves, too.
  case bounded(preemptions: Int?)
  /// Random walks; see ``Sampling``.
  case randomWalk(Sampling)
  /// Random priorities that change `depth` - 1 times, which find any bug of that depth with a
  /// probability that is known.
  case pct(Sampling, depth: Int)
  /// Interleavings drawn each as likely as any other; the graph must fit and have no cycle.
  case uniform(Sampling)

  /// Those that can prove, each by its own way: their verdicts must be the same.
  public static let proving: [Strategy] = [.exhaustive, .bounded(preemptions: nil)]
}
