/// How the runs of a system are explored; what one strategy proves the others confirm.
public enum Strategy: Hashable, Sendable {
  /// Every reachable state, once: proves and refutes.
  case exhaustive
  /// One run of each Mazurkiewicz trace, without keeping states: proves and refutes, unless a run is
  /// as long as `maxSteps`. `countingPreemptions` also counts the traces within 0, 1, ... preemptions.
  case dpor(maxSteps: Int = 1000, countingPreemptions: Int? = nil)
}
