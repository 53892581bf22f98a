/// A thread that runs again and again when something has happened, such as an interrupt, and rests
/// in between; it is a daemon, for nobody waits for its last run.
///
/// A handler that has started must be able to come to rest again, as a thread must be able to end:
/// otherwise it is part of a deadlock. Switching away from one that rests is no preemption.
public struct Handler: Sendable {
  /// Whether it rests in a state.
  ///
  /// It must read cells only that nobody but the handler writes: reductions rely on it.
  let rests: @Sendable (Property.State) -> Bool
  /// Whether it rests, and nothing can make it run again once all threads that must end have.
  ///
  /// ``Property/Kind/atEnd(_:)`` properties are judged in states only where this is so.
  let isDone: @Sendable (Property.State) -> Bool

  /// Makes a handler of what tells whether it rests, and whether it is done.
  public init(
    rests: @escaping @Sendable (Property.State) -> Bool,
    isDone: @escaping @Sendable (Property.State) -> Bool
  ) {
    (self.rests, self.isDone) = (rests, isDone)
  }
}

extension System {
  /// Whether all threads that must end have ended in a state, and all handlers are done.
  package func isFinal(_ state: Property.State) -> Bool {
    state.words[0] & Check.mask == 0 && !isUnfinished(state)
  }

  /// Whether a thread is a handler that rests in a state.
  func rests(_ thread: Int, in state: StateRef) -> Bool {
    guard let handler = threads[thread].handler else { return false }
    return handler.rests(StateView(state, PropertyRecorder()))
  }

  /// The same for a state in an array.
  func rests(_ thread: ThreadID, in state: [UInt64]) -> Bool {
    guard let handler = threads[thread.index].handler else { return false }
    return view(state) { handler.rests($0) }
  }
}
