/// What a search found out about a system.
public struct Exploration: Sendable {
  /// The answer about all properties and checks together.
  public var verdict: Verdict
  /// How much was searched.
  public var counts: Counts
  /// The properties in their order, then each check that is broken, then the deadlock if any.
  public var findings: [Finding]
  /// The limit that was hit; nil if none was.
  ///
  /// It ended the search, unless some property holds: then it ended the look at endless runs or
  /// the counting of interleavings only.
  public var limit: LimitHit?
  /// What else the strategy found out, in the order in which reports show it.
  public var statistics: [Statistic] = []

  /// Exact numbers; of the part searched, if a limit was hit.
  public struct Counts: Hashable, Sendable {
    /// Distinct reachable states; 0 if the strategy keeps none.
    public var states = 0
    /// Steps taken from them; a step with k results counts k.
    public var transitions = 0
    /// Levels of the breadth-first search, the initial state's included.
    ///
    /// Where preemptions are bounded: one more than the steps of the longest run followed.
    public var depth = 0
    /// States in which some thread is unfinished and none can step.
    public var deadlocks = 0
    /// How many maximal runs there are, if that was asked for.
    public var interleavings = Interleavings.notCounted(.notAsked)

    package init() {}
  }

  /// How many maximal runs there are.
  public enum Interleavings: Hashable, Sendable {
    /// All maximal paths of the state graph, and those on which something breaks.
    case finite(all: BigNatural, violating: BigNatural)
    /// The graph has a cycle, so that runs can be arbitrarily long: the steps of one loop.
    case unbounded(loop: [Loop])
    /// They were not counted.
    case notCounted(Reason)

    /// A step of a loop.
    public struct Loop: Hashable, Sendable {
      /// The name of the thread that takes it.
      public var thread: String
      /// The step's label and function.
      public var location: Location

      /// Makes the step that `thread` takes at `location`.
      public init(thread: String, location: Location) {
        (self.thread, self.location) = (thread, location)
      }
    }

    /// Why the runs were not counted.
    public enum Reason: Hashable, Sendable {
      /// Nobody asked, or the strategy does not count them.
      case notAsked
      /// A limit was hit first.
      case limit
      /// A reduction left states out.
      case reduced
    }
  }

  /// What became of one property or check.
  public struct Finding: Sendable {
    /// The id of the property or check.
    public var id: String
    /// What must be true, in one sentence.
    public var sentence: String
    /// Whether it is.
    public var result: Result
  }

  /// Whether a property or check holds, with the run that shows it where one does.
  public enum Result: Sendable {
    /// It holds in all that it speaks of.
    case holds
    /// It is broken on a run.
    case violated(Counterexample)
    /// A ``Property/Kind/sometimes(_:)`` property, and a run that reaches it.
    ///
    /// It is a shortest run where all states are known, and one with the fewest preemptions where
    /// those are bounded.
    case reached(Schedule)
    /// A ``Property/Kind/sometimes(_:)`` property that is true in no reachable state: what the
    /// other properties say of this system may be vacuous.
    case neverReached
    /// The search ended before it could tell.
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
