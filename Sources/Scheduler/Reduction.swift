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
  /// All but one of those that only differ in which of some equal parts is where: threads, and whatever
  /// ``System/permutations`` knows of.
  ///
  /// The same is true of counts and counterexamples as above.
  case symmetry
  /// Those whose 64-bit hash is that of another state.
  ///
  /// For graphs that do not fit otherwise: it keeps about 20 bytes of a state, and the whole words
  /// of two levels. What is found broken is, by a run that is not marked minimal; nothing is proved, and a
  /// statistic bounds the probability that a state was missed. One thread searches, whatever `jobs` says;
  /// interleavings are not counted, and endless runs are not looked for.
  case fingerprints
}
