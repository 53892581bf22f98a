/// The limit that ended a search, or the counting after it, early.
public enum LimitHit: Hashable, Sendable {
  /// More states were found than ``Limits/states`` allows.
  case states(Int)
  /// The search needed more memory than ``Limits/bytes`` allows.
  case bytes(Int)
  /// The search took longer than ``Limits/duration`` allows.
  case duration(Duration)
  /// The searches that share ``Limits/deadline`` have used up their time, which is the value.
  case deadline(Duration)
  /// Someone asked the search to stop: see ``Explorer/Options/isCancelled``.
  case cancelled
  /// State numbers, or the address space, ran out after so many states.
  case capacity(Int)
  /// Runs with more preemptions were left out.
  case preemptions(Int)
  /// So many runs were tried: a sample proves nothing.
  case runs(Int)
  /// A run was cut after so many steps.
  case steps(Int)
  /// Some runs never end, so that no run can be drawn from all of them.
  case endlessRuns
  /// States with equal 64-bit hashes were taken for one, so that some may have been missed.
  case fingerprints
}
