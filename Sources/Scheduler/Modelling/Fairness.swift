/// Which endless runs a scheduler is trusted not to take.
///
/// Either kind is about threads. The results of a step are chosen by nobody: a thread that steps
/// again and again may take the same choice each time, and that run is fair.
public enum Fairness: String, Sendable, CaseIterable {
  /// A thread that from some point on can always step does so again and again.
  ///
  /// Who waits for a lock that others take and release for ever can step only now and then, so a
  /// weakly fair run may pass it over for ever: nothing is asked of locks.
  case weak
  /// A thread that can step again and again, with pauses, steps again and again.
  ///
  /// What threads are granted whose locks serve those who wait in turn.
  case strong
}

/// What threads do in the states of a loop, as sets with a bit for each thread.
struct Turns {
  /// Those that step in it.
  var steps: UInt64 = 0
  /// Those that can step in each of its states.
  var always: UInt64 = ~0
  /// Those that can step in some of its states.
  var ever: UInt64 = 0

  /// Adds a state in which the threads of `able` can step.
  mutating func visit(_ able: UInt64) {
    always &= able
    ever |= able
  }

  /// The threads that going round for ever would be unfair to.
  func passedOver(_ fairness: Fairness) -> UInt64 {
    switch fairness {
    case .weak: always & ~steps
    case .strong: ever & ~steps
    }
  }
}
