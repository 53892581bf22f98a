/// Explores systems: the front door of the engine.
public enum Explorer {
  /// What a search may do and whom it tells.
  public struct Options: Sendable {
    /// How runs are explored.
    public var strategy: Strategy
    /// What the search may use up.
    public var limits: Limits
    /// Counting interleavings takes 4 bytes a step, and some 8 a state once the search is over.
    public var countsInterleavings: Bool
    /// Means something to the exhaustive strategy only.
    public var reduction: Reduction
    /// How many threads search; the answer does not depend on it.
    public var jobs: Int
    /// What searches share that run side by side; nil is a search that runs alone.
    ///
    /// Each has the thread that calls it, and of ``jobs`` as many more as the allowance has.
    public var allowance: ThreadAllowance?
    /// How levels are divided among the workers.
    var sharing = Sharing()
    /// When the clock of ``limits`` started, if not with the search.
    package var start: ContinuousClock.Instant?
    /// What may be reserved; made from ``limits`` unless an exploration has several searches.
    var space: AddressSpace?
    /// How many bits of a hash ``Reduction/fingerprints`` keeps; fewer are for tests.
    var fingerprintBits = 64
    /// ``jobs`` and ``allowance`` together.
    var threads: SearchThreads { SearchThreads(most: jobs, allowance: allowance) }
    /// Asked now and then, from the calling thread; true ends the search.
    public var isCancelled: (@Sendable () -> Bool)?
    /// Told now and then, from the calling thread.
    public var progress: (@Sendable (SearchProgress) -> Void)?

    /// Makes options; those that are left out ask for every reachable state, on one thread.
    public init(
      strategy: Strategy = .exhaustive, limits: Limits = .none, countsInterleavings: Bool = true,
      reduction: Reduction = .none, jobs: Int = 1,
      isCancelled: (@Sendable () -> Bool)? = nil,
      progress: (@Sendable (SearchProgress) -> Void)? = nil
    ) {
      (self.strategy, self.limits) = (strategy, limits)
      (self.countsInterleavings, self.jobs) = (countsInterleavings, jobs)
      self.reduction = reduction
      (self.isCancelled, self.progress) = (isCancelled, progress)
    }
  }

  /// Explores `system` and judges its properties; by default over every reachable state.
  ///
  /// The answer is the same on every run. Checks come with every system: lock rules, deadlock,
  /// cell widths, assertions and what the model itself declared.
  /// - Complexity: O(transitions) time; per state its words, about 24 bytes, and bookkeeping.
  public static func explore(_ system: System, options: Options = Options()) -> Exploration {
    var options = options
    options.space = options.space ?? AddressSpace(options.limits.addressSpace)
    return options.strategy.explore(system, options)
  }
}
