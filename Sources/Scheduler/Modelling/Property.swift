/// A named statement about a system that a search checks.
public struct Property: Sendable {
  /// A state as a property sees it: it can read cells and write none.
  public typealias State = StateView<PropertyRecorder>

  /// When the statement must hold.
  public enum Kind: Sendable {
    /// In every reachable state.
    case always(@Sendable (State) -> Bool)
    /// In every reachable state in which the system is quiet: see ``SystemBuilder/quiet(when:)``.
    case quiet(@Sendable (State) -> Bool)
    /// In every state in which all threads but daemons have finished.
    case atEnd(@Sendable (State) -> Bool)
    /// For every step: the state before it, the state after it, the thread that took it.
    case perStep(@Sendable (State, State, ThreadID) -> Bool)
    /// In at least one reachable state; otherwise what the other properties say may be vacuous.
    case sometimes(@Sendable (State) -> Bool)
    /// Of every endless run that is fair: it must not exist, so that every thread finishes.
    ///
    /// A fair run that goes round for ever breaks it, unless all threads but daemons have
    /// finished. A run that ends in a deadlock or with a broken check does not: ``Check/deadlock``
    /// and the check report that.
    case terminates(Fairness)
  }

  /// A stable name, in kebab-case; the properties of a system have different ones.
  public let id: String
  /// What must be true, in one sentence.
  public let sentence: String
  /// When it must be true, and how to tell.
  public let kind: Kind
  /// Says of a state that breaks the property what is wrong there, with names and values.
  public let explain: @Sendable (State) -> String?

  /// Whether it asks rather than claims: what breaks it is found like any other violation, but the
  /// runs on which it breaks are not counted as violating.
  public let isQuestion: Bool

  /// Makes a property that ``SystemBuilder/add(_:)`` takes.
  ///
  /// The closures of `kind` and `explain` must depend on nothing but the cells that they read: the
  /// search calls them in any order, from several threads, and not in every state.
  public init(
    _ id: String, sentence: String, kind: Kind, isQuestion: Bool = false,
    explain: @escaping @Sendable (State) -> String? = { _ in nil }
  ) {
    (self.id, self.sentence, self.kind, self.explain) = (id, sentence, kind, explain)
    self.isQuestion = isQuestion
  }
}
