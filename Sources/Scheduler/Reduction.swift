/// Which states an exhaustive search may leave out.
public enum Reduction: Hashable, Sendable {
  /// Leaves no states out.
  case none
  /// Leaves out states that only differ in the order of steps that do not concern each other.
  ///
  /// Verdicts, broken properties, deadlocks and final states are those of the whole graph. Counts
  /// are those of the part searched, and interleavings are not counted. A counterexample is a run,
  /// but not marked minimal.
  case partialOrder
  /// Keeps one of the states that only differ in which of some equal parts is where.
  ///
  /// The parts are threads, and whatever ``System/permutations`` knows of. Verdicts, counts and
  /// counterexamples are as with ``partialOrder``.
  case symmetry
  /// Keeps the 64-bit hash of each state, and takes states with equal hashes for one.
  ///
  /// This is for graphs that do not fit otherwise: it keeps about 20 bytes of a state, and the
  /// whole words of two levels. It refutes, by a run that is not marked minimal, and proves
  /// nothing; a statistic bounds the probability that a state was missed. One thread searches,
  /// whatever `jobs` says; interleavings are not counted, and endless runs are not looked for.
  case fingerprints
}
