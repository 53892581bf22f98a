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
