/// Which states an exhaustive search may leave out.
public enum Reduction: Hashable, Sendable {
  /// None.
  case none
  /// Those that only differ in the order of steps that do not concern each other.
  ///
  /// Verdicts, broken properties, deadlocks and final states are those of the whole graph; counts are
  /// those of the part searched, and interleavings are not counted. A counterexample is a run, but not
  /// marked minimal.
  case partialOrder
  /// All but one of those that only differ in which of some equal threads is where.
  ///
  /// The threads are found; the same is true of counts and counterexamples as above.
  case symmetry
}
