/// What a search may use up before it gives up with ``Verdict/undecided``.
public struct Limits: Hashable, Sendable {
  /// How many states may be found; a search that ends with exactly as many has not hit the limit.
  ///
  /// It is looked at after each breadth-first level, so that the search ends with all states up to
  /// some depth, the same ones on every run. Nil is no limit.
  public var states: Int?
  /// How many bytes states, table and search bookkeeping may take; nil is no limit.
  public var bytes: Int?
  /// How long the search may take; nil is no limit.
  ///
  /// What a search has found when it ends by this limit, or by ``bytes``, differs from run to run.
  public var duration: Duration?
  /// How many bytes of address space the search may reserve; nil where there is plenty.
  ///
  /// Where the process has a limit, as `ulimit -v` sets it, the rest is for the allocator and for
  /// stacks, whose failure ends the process. A search that runs out of it ends with
  /// ``LimitHit/capacity(_:)``.
  public var addressSpace: Int?

  /// When the last of several searches must end, which share a time; nil is no limit.
  public var deadline: Deadline?

  /// The end of a time that several searches share.
  public struct Deadline: Hashable, Sendable {
    /// How long all of them may take together.
    public var total: Duration
    /// When that is over.
    public var end: ContinuousClock.Instant

    /// A time of `total` that begins now.
    public init(in total: Duration) { (self.total, end) = (total, .now + total) }

    /// Whether the time is over.
    public var isOver: Bool { ContinuousClock.now >= end }
  }

  /// Makes limits; nil is no limit.
  public init(
    states: Int? = nil, bytes: Int? = nil, duration: Duration? = nil, addressSpace: Int? = nil
  ) {
    (self.states, self.bytes, self.duration) = (states, bytes, duration)
    self.addressSpace = addressSpace
  }

  /// No limits but those of the machine.
  public static let none = Limits()
}
