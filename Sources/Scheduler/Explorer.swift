/// Explores systems: the front door of the engine.
public enum Explorer {
  /// What a search may do and whom it tells.
  public struct Options: Sendable {
    public var limits: Limits
    /// Counting interleavings takes 4 bytes a step, and 24 or more a state once the search is over.
    public var countsInterleavings: Bool
    /// How many threads search; the answer does not depend on it.
    public var jobs: Int
    /// How levels are divided among the workers.
    var sharing = Sharing()
    /// Asked now and then, from the calling thread; true ends the search.
    public var isCancelled: (@Sendable () -> Bool)?
    /// Told now and then, from the calling thread.
    public var progress: (@Sendable (SearchProgress) -> Void)?

    public init(
      limits: Limits = .none, countsInterleavings: Bool = true, jobs: Int = 1,
      isCancelled: (@Sendable () -> Bool)? = nil,
      progress: (@Sendable (SearchProgress) -> Void)? = nil
    ) {
      (self.limits, self.countsInterleavings, self.jobs) = (limits, countsInterleavings, jobs)
      (self.isCancelled, self.progress) = (isCancelled, progress)
    }
  }

  /// Searches every reachable state of `system`, exactly, and judges its properties.
  ///
  /// The answer is the same on every run. Checks come with every system: lock rules, deadlock,
  /// cell widths, assertions and what the model itself declared.
  /// - Complexity: O(transitions) time; per state its words, about 24 bytes, and bookkeeping.
  public static func explore(_ system: System, _ options: Options = Options()) -> Exploration {
    switch system.layout.wordCount {
    case 1: explore(system, Exactly<1>(), options)
    case 2: explore(system, Exactly<2>(), options)
    case 3: explore(system, Exactly<3>(), options)
    case 4: explore(system, Exactly<4>(), options)
    case 5: explore(system, Exactly<5>(), options)
    case 6: explore(system, Exactly<6>(), options)
    case 7: explore(system, Exactly<7>(), options)
    case 8: explore(system, Exactly<8>(), options)
    case 9: explore(system, Exactly<9>(), options)
    case 10: explore(system, Exactly<10>(), options)
    case let words: explore(system, AnyWidth(words: words), options)
    }
  }

  private static func explore<W: Width>(_ system: System, _ width: W, _ options: Options)
    -> Exploration
  {
    var search = Search(of: system, width: width, options)
    search.run()
    let subjects = search.subjects
    let broken = (0..<subjects.count).filter {
      search.hits[$0] != nil && !subjects.sometimes.contains($0)
    }
    let counterexamples = search.fewestPreemptions(to: broken)
    var counts = search.counts
    if options.countsInterleavings {
      counts.interleavings =
        search.limit == nil ? search.interleavings(broken: broken) : .notCounted(.limit)
    }
    let findings = (0..<subjects.count).compactMap { subject -> Exploration.Finding? in
      let result: Exploration.Result
      if subjects.sometimes.contains(subject) {
        if let number = search.hits[subject] {
          result = .reached(search.shortestRun(to: number))
        } else {
          result = search.limit == nil ? .neverReached : .undecided
        }
      } else if let counterexample = counterexamples[subject] {
        result = .violated(counterexample)
      } else if subject >= subjects.firstCheck {
        return nil
      } else {
        result = search.limit == nil ? .holds : .undecided
      }
      return Exploration.Finding(
        id: subjects.id(subject), sentence: subjects.sentence(subject), result: result)
    }
    var exploration = Exploration(
      verdict: .holds, counts: counts, findings: findings, limit: search.limit ?? search.passLimit)
    if !exploration.broken.isEmpty {
      exploration.verdict = .violated
    } else if search.limit != nil {
      exploration.verdict = .undecided
    }
    return exploration
  }
}
