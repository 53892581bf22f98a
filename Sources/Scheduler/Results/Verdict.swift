/// The answer of a search: never "passed" when it only means "not refuted".
public enum Verdict: String, Sendable {
  /// Every property holds in every reachable state.
  case holds
  /// A property or check is broken, whether or not the search finished.
  case violated
  /// A limit was hit before a property broke or the search finished.
  case undecided
}
