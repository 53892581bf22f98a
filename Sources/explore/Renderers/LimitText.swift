import Scheduler

/// Limits in words.
enum LimitText {
  /// What ended the search, with the option that moves the limit.
  static func sentence(_ limit: LimitHit) -> String {
    switch limit {
    case .states(let count): "after \(counted(count, "state")), the limit of --max-states"
    case .bytes(let bytes): "at \(ByteCount(bytes)) of memory, the limit of --max-memory"
    case .duration(let duration): "after \(seconds(duration)) s, the limit of --max-seconds"
    case .cancelled: "by an interrupt"
    case .capacity(let states): "after \(counted(states, "state")), the most that fit"
    case .preemptions(let most):
      "at \(counted(most, "preemption")): runs with more were left out; see --preemptions"
    case .runs(let count):
      "after \(counted(count, "run")), the limit of --runs: a sample proves nothing"
    case .steps(let most):
      "runs of more than \(counted(most, "step")) were cut, the limit of --max-steps"
    case .fingerprints:
      "short of a proof: states of one 64-bit hash were taken for one; see --fingerprints"
    case .endlessRuns: "before the first run: some never end, so none can be drawn from all of them"
    }
  }

  /// Decimal seconds without needless zeros.
  static func seconds(_ duration: Duration) -> String {
    let (whole, attoseconds) = duration.components
    let nanoseconds = "\(attoseconds / 1_000_000_000)"
    var fraction = String(repeating: "0", count: 9 - nanoseconds.count) + nanoseconds
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return fraction.isEmpty ? "\(whole)" : "\(whole).\(fraction)"
  }
}
