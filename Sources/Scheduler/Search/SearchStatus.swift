import Synchronization

/// How much the workers of a search have done together.
final class SearchStatus: Sendable {
  private let steps = Atomic<Int>(0)
  private let expanded = Atomic<Int>(0)

  /// Steps taken from the states that have been expanded.
  var transitions: Int { steps.load(ordering: .relaxed) }
  var expandedStates: Int { expanded.load(ordering: .relaxed) }

  func add(states: Int, transitions: Int) {
    expanded.add(states, ordering: .relaxed)
    steps.add(transitions, ordering: .relaxed)
  }
}
