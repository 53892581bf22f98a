/// How the runs of a system are explored; what one strategy proves the others confirm.
public enum Strategy: Hashable, Sendable {
  /// Visits every reachable state once; it proves and refutes.
  case exhaustive
  /// Visits the states that runs with at most so many preemptions reach.
  ///
  /// Without a number the bound is raised from 0 until something breaks, or until it cuts nothing
  /// off any more; in that case it proves, too.
  case bounded(preemptions: Int?)
  /// Takes one run of each Mazurkiewicz trace and keeps no states; it proves, too.
  ///
  /// It proves nothing when a run is as long as `maxSteps`. `countingPreemptions` also counts the
  /// traces within 0, 1, ... preemptions. Source: Abdulla, Aronis, Jonsson and Sagonas, POPL 2014.
  case dpor(maxSteps: Int = defaultTraceSteps, countingPreemptions: Int? = nil)
  /// Takes random walks; it refutes only, as all strategies that draw runs: see ``Sampling``.
  case randomWalk(Sampling)
  /// Takes runs by random priorities that change `depth` - 1 times.
  ///
  /// They meet any bug of that depth with a probability that has a known lower bound. Source:
  /// Burckhardt, Kothari, Musuvathi and Nagarakatte, ASPLOS 2010.
  case pct(Sampling, depth: Int)
  /// Draws interleavings, each as likely as any other; the graph must fit and have no cycle.
  case uniform(Sampling)

  /// The strategies that can prove, each by its own way: their verdicts must be the same.
  public static let proving: [Strategy] = [.exhaustive, .bounded(preemptions: nil)]

  /// How long the runs of ``dpor(maxSteps:countingPreemptions:)`` may be, by default.
  public static let defaultTraceSteps = 1000
}
