/// What a scheduler is trusted with: the endless runs that it does not take.
///
/// Fairness is about threads. Nobody chooses among the results of a step: a thread that steps
/// again and again may take the same choice each time, and that run is fair.
public enum Fairness: String, Sendable, CaseIterable {
  /// A thread that from some point on can always step does so again and again.
  ///
  /// A thread that waits for a lock which others take and release for ever can step only now and
  /// then, so a weakly fair run may pass it over for ever. Nothing is asked of locks.
  case weak
  /// A thread that can step again and again, even with pauses, steps again and again.
  ///
  /// This holds for threads whose locks serve those who wait in turn.
  case strong
}
