/// A kind of deadlock that a model tells from all others, under a name of its own.
///
/// Where threads never end, the state that all come to rest in is either of the kind, or a
/// ``Check/deadlock``, never both: see ``StuckStateKinds``.
public struct DeadlockKind: Sendable {
  /// The name and the sentence that reports have; no step breaks it.
  public let check: Check
  /// Whether a state is of the kind in which some threads never end.
  let isOf: @Sendable (Property.State, [ThreadID]) -> Bool

  /// Makes a kind, whose `id` is kebab-case and no property's or check's, and whose `sentence`
  /// says what must be true.
  ///
  /// `isOf` is given a state and the threads that must end and never do from there on. What it
  /// says counts where nobody can step, or what the others do repeats; there it should say the
  /// same each time round. It must depend on nothing else, and on no order of threads that are
  /// interchangeable.
  public init(
    _ id: String, sentence: String,
    isOf: @escaping @Sendable (Property.State, [ThreadID]) -> Bool
  ) {
    check = Check(id: id, sentence: sentence, code: 0)
    self.isOf = isOf
  }

  /// The same, of the threads whose bits are set.
  func isOf(_ state: StateRef, stuck: UInt64) -> Bool {
    let threads = (0..<UInt64.bitWidth).filter { stuck >> UInt64($0) & 1 == 1 }
    return isOf(StateView(state, PropertyRecorder()), threads.map(ThreadID.init))
  }
}
