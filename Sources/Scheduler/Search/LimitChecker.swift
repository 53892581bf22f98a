/// Watches the limits, the clock and the wish to stop, and tells how far the search is.
struct LimitChecker: Sendable {
  let limits: Limits
  let isCancelled: (@Sendable () -> Bool)?
  let progress: (@Sendable (SearchProgress) -> Void)?
  private let start: ContinuousClock.Instant

  init(_ options: Explorer.Options) {
    limits = options.limits
    isCancelled = options.isCancelled
    progress = options.progress
    start = options.start ?? .now
  }

  var elapsed: Duration { ContinuousClock.now - start }

  func report(_ now: () -> SearchProgress) {
    if let progress { progress(now()) }
  }

  func limitHit(states: Int, bytes: Int) -> LimitHit? {
    if let most = limits.states, states > most { return .states(most) }
    if let most = limits.bytes, bytes > most { return .bytes(most) }
    if let most = limits.duration, elapsed >= most { return .duration(most) }
    if let isCancelled, isCancelled() { return .cancelled }
    return nil
  }
}
