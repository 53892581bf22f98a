/// The answer of a search: never "passed" when it only means "not refuted".
public enum Verdict: String, Sendable {
  /// Every property holds in every reachable state.
  case holds
  /// A property or check is broken, whether or not the search finished.
  case violated
  /// A limit was hit before a property broke or the search finished.
  case undecided
}

/// What a search found out about a system.
public struct Exploration: Sendable {
  public var verdict: Verdict
  public var counts: Counts
  /// The properties in their order, then each check that is broken, then the deadlock if any.
  public var findings: [Finding]
  /// The limit that was hit.
  ///
  /// It ended the search, unless some property holds: then it ended the look at endless runs or the
  /// counting of interleavings only.
  public var limit: LimitHit?
  /// What else the strategy found out, in the order in which reports show it.
  public var statistics: [Statistic] = []

  /// Exact numbers; of the part searched, if a limit was hit.
  public struct Counts: Hashable, Sendable {
    /// Distinct reachable states; 0 if the strategy keeps none.
    public var states = 0
    /// Steps taken from them; a step with k results counts k.
    public var transitions = 0
    /// Levels of the breadth-first search, the initial state's included; where preemptions are
    /// bounded, one more than the steps of the longest run followed.
    public var depth = 0
    /// States in which some thread is unfinished and none can step.
    public var deadlocks = 0
    public var interleavings = Interleavings.notCounted(.notAsked)
  }

  /// How many maximal runs there are.
  public enum Interleavings: Hashable, Sendable {
    /// All maximal paths of the state graph, and those on which something breaks.
    case finite(all: BigNatural, violating: BigNatural)
    /// The graph has a cycle, so runs can be arbitrarily long: the labels of one loop's steps.
    case unbounded(loop: [Loop])
    case notCounted(Reason)

    /// A step of a loop.
    public struct Loop: Hashable, Sendable {
      public var thread: String
      public var location: Location

      public init(thread: String, location: Location) {
        (self.thread, self.location) = (thread, location)
      }
    }

    public enum Reason: Hashable, Sendable {
      case notAsked
      case limit
      /// A reduction left states out.
      case reduced
    }
  }

  /// What became of one property or check.
  public struct Finding: Sendable {
    public var id: String
    public var sentence: String
    public var result: Result
  }

  public enum Result: Sendable {
    case holds
    case violated(Counterexample)
    /// A ``Property/Kind/sometimes(_:)`` property, and a run that reaches it: a shortest one where all
    /// states are known, with the fewest preemptions where those are bounded.
    case reached(Schedule)
    /// A ``Property/Kind/sometimes(_:)`` property that no reachable state has: what the other
    /// properties say of this system may be vacuous.
    case neverReached
    case undecided
  }

  /// The ids of what is broken, ``Result/neverReached`` included.
  public var broken: [String] {
    findings.compactMap {
      switch $0.result {
      case .violated, .neverReached: $0.id
      case .holds, .reached, .undecided: nil
      }
    }
  }
}

/// A run on which something breaks.
public struct Counterexample: Hashable, Sendable {
  public var schedule: Schedule
  /// How often the thread changes though the one before could still step.
  public var preemptions: Int
  /// Whether no run with fewer preemptions, or as many and fewer steps, breaks it.
  ///
  /// True unless a limit was hit, or the run goes round for ever.
  public var isMinimal: Bool
  /// The number, from 1, of the first of the steps that are repeated for ever; nil if the run ends.
  ///
  /// The steps before it are a shortest run to where the loop is entered; the schedule goes round
  /// once.
  public var loopStart: Int?

  public var steps: Int { schedule.steps.count }
  public var switches: Int { schedule.switches }
}
