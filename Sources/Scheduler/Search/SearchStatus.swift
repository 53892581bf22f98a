import Synchronization

/// What the workers of a search tell each other: how much is done, and that it is time to stop.
final class SearchStatus: Sendable {
  private let steps = Atomic<Int>(0)
  private let expanded = Atomic<Int>(0)
  private let isOver = Atomic<Bool>(false)
  private let reason = Mutex<LimitHit?>(nil)

  /// Steps taken from the states that have been expanded.
  var transitions: Int { steps.load(ordering: .relaxed) }
  var expandedStates: Int { expanded.load(ordering: .relaxed) }
  var isStopped: Bool { isOver.load(ordering: .relaxed) }
  /// The limit that ended the search.
  var limit: LimitHit? { reason.withLock { $0 } }

  func add(states: Int, transitions: Int) {
    expanded.add(states, ordering: .relaxed)
    steps.add(transitions, ordering: .relaxed)
  }

  /// Ends the search; the first reason counts.
  func stop(_ limit: LimitHit) {
    reason.withLock { $0 = $0 ?? limit }
    isOver.store(true, ordering: .relaxed)
  }
}
