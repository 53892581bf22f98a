/// How the runs of a system are explored; what one strategy proves the others confirm.
public enum Strategy: Hashable, Sendable {
  /// Every reachable state, once: proves and refutes.
  case exhaustive
}
