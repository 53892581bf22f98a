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
    /// How levels are divided among the workers.
    var sharing = Sharing()
    /// When the clock of ``limits`` started, if not with the search.
    var start: ContinuousClock.Instant?
    /// How many bits of a hash ``Reduction/fingerprints`` keeps; fewer are for tests.
    var fingerprintBits = 64
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
    let any = AnyWidth(words: system.layout.wordCount)
    switch options.strategy {
    case .exhaustive where options.reduction == .symmetry: return symmetric(system, any, options)
    case .exhaustive where options.reduction == .fingerprints:
      return fingerprints(system, any, options)
    case .exhaustive: return exhaustive(system, options)
    case .dpor(let maxSteps, let most):
      return dpor(system, maxSteps: maxSteps, countingPreemptions: most, options)
    case .bounded(let preemptions):
      return bounded(system, any, options, preemptions: preemptions)
    case .randomWalk(let sampling): return randomWalk(system, any, options, sampling)
    case .pct(let sampling, let depth): return pct(system, any, options, sampling, depth: depth)
    case .uniform(let sampling): return uniform(system, any, options, sampling)
    }
  }

  /// The searches that are worth code of their own for each number of words; it takes long to compile.
  private static func exhaustive(_ system: System, _ options: Options) -> Exploration {
    switch system.layout.wordCount {
    case 1: exhaustive(system, Exactly<1>(), options)
    case 2: exhaustive(system, Exactly<2>(), options)
    case 3: exhaustive(system, Exactly<3>(), options)
    case 4: exhaustive(system, Exactly<4>(), options)
    case 5: exhaustive(system, Exactly<5>(), options)
    case 6: exhaustive(system, Exactly<6>(), options)
    case 7: exhaustive(system, Exactly<7>(), options)
    case 8: exhaustive(system, Exactly<8>(), options)
    case 9: exhaustive(system, Exactly<9>(), options)
    case 10: exhaustive(system, Exactly<10>(), options)
    case let words: exhaustive(system, AnyWidth(words: words), options)
    }
  }

  private static func exhaustive<W: Width>(_ system: System, _ width: W, _ options: Options)
    -> Exploration
  {
    options.reduction == .partialOrder
      ? reduced(system, width, options) : whole(system, width, options)
  }
}
