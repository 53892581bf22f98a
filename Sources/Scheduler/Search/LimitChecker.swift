import Synchronization

/// Says whether a search may go on, and remembers the first limit that was hit.
///
/// Whatever ends a search early comes through here: limits, the clock, the wish to stop, and
/// memory or numbers that ran out. An exploration has a checker for each of its phases, such as
/// the search and the passes after it, because what ends one phase may leave the next one room;
/// phases share their limits and the clock. Once a limit is hit all questions of the phase are
/// answered with no.
///
/// Questions that take time into account call closures of the caller's and belong to the thread
/// that called the explorer. ``allowsGrowth(to:)`` and ``stop(_:)`` may come from any thread.
final class LimitChecker: Sendable {
  let limits: Limits
  /// What may still be reserved, by all phases together.
  let space: AddressSpace
  private let isCancelled: (@Sendable () -> Bool)?
  private let progress: (@Sendable (SearchProgress) -> Void)?
  private let start: ContinuousClock.Instant
  private let isOver = Atomic<Bool>(false)
  private let first = Mutex<LimitHit?>(nil)

  init(_ options: Explorer.Options) {
    limits = options.limits
    space = options.space ?? AddressSpace(options.limits.addressSpace)
    isCancelled = options.isCancelled
    progress = options.progress
    start = options.start ?? .now
  }

  private init(after earlier: LimitChecker) {
    (limits, space) = (earlier.limits, earlier.space)
    isCancelled = earlier.isCancelled
    progress = earlier.progress
    start = earlier.start
  }

  /// A checker for what comes next, in which no limit has been hit yet.
  func nextPhase() -> LimitChecker { LimitChecker(after: self) }

  var elapsed: Duration { ContinuousClock.now - start }

  /// Tells how far the search is, if anybody wants to know.
  func report(_ now: () -> SearchProgress) {
    if let progress { progress(now()) }
  }

  // MARK: - What was hit

  /// The first limit that was hit.
  var hit: LimitHit? { first.withLock { $0 } }

  /// Whether a limit was hit; cheap enough for every batch.
  @inline(__always) var isStopped: Bool { isOver.load(ordering: .relaxed) }

  /// Ends the phase; the first reason counts.
  func stop(_ limit: LimitHit) {
    first.withLock { $0 = $0 ?? limit }
    isOver.store(true, ordering: .relaxed)
  }

  // MARK: - Questions

  /// Whether the search may keep so many states, in so many bytes, and go on.
  func allows(states: Int, bytes: Int) -> Bool {
    if let most = limits.states, states > most { stop(.states(most)) }
    return allows(bytes: bytes)
  }

  /// Whether so many bytes may be in use, and the search may go on.
  func allows(bytes: Int) -> Bool { allowsGrowth(to: bytes) && allowsMoreTime() }

  /// Whether time is left and nobody wants the search to stop.
  func allowsMoreTime() -> Bool {
    if isStopped { return false }
    if let most = limits.duration, elapsed >= most { stop(.duration(most)) }
    if let deadline = limits.deadline, deadline.isOver { stop(.deadline(deadline.total)) }
    if let isCancelled, !isStopped, isCancelled() { stop(.cancelled) }
    return !isStopped
  }

  /// Whether so many bytes may be in use; does not look at the clock.
  func allowsGrowth(to bytes: Int) -> Bool {
    if let most = limits.bytes, bytes > most { stop(.bytes(most)) }
    return !isStopped
  }

  /// Whether so many bytes are within the limit; whoever asks can do without them, so nothing is
  /// hit.
  func fits(bytes: Int) -> Bool { limits.bytes.map { bytes <= $0 } ?? true }
}
