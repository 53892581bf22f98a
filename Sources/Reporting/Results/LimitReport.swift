public import Scheduler

/// A limit that ended a search, or the counting after it, as reports tell of it.
public struct LimitReport: Hashable, Sendable {
  /// Which limit it is.
  public var kind: Kind
  /// How much it allows; nil where it is none of amount.
  public var value: Value?
  /// What ended the search, in words.
  public var text: String

  /// Which limit it is; the raw value is its name in JSON.
  public enum Kind: String, CaseIterable, Sendable {
    /// A number of states.
    case states = "states"
    /// Bytes of memory.
    case bytes = "bytes"
    /// A time.
    case seconds = "seconds"
    /// A time that several searches share.
    case totalSeconds = "total-seconds"
    /// Someone asked the search to stop.
    case interrupt = "interrupt"
    /// State numbers, or the address space, ran out.
    case capacity = "capacity"
    /// Runs with more preemptions were left out.
    case preemptions = "preemptions"
    /// A number of runs.
    case runs = "runs"
    /// The steps of a run.
    case steps = "steps"
    /// Some runs never end.
    case endlessRuns = "endless-runs"
    /// States were told apart by a hash only.
    case fingerprints = "fingerprints"
  }

  /// How much a limit allows.
  public enum Value: Hashable, Sendable {
    /// Of what the ``Kind`` counts.
    case count(Int)
    /// A time.
    case duration(Duration)
  }

  /// The report of a limit.
  ///
  /// `setting` names what a user moves the limit of a kind with, such as an option; nil is
  /// nothing.
  public init(_ limit: LimitHit, setting: (Kind) -> String? = { _ in nil }) {
    func mover(_ kind: Kind) -> String { setting(kind).map { ", the limit of \($0)" } ?? "" }
    func hint(_ kind: Kind) -> String { setting(kind).map { "; see \($0)" } ?? "" }
    switch limit {
    case .states(let most):
      (kind, value) = (.states, .count(most))
      text = "after \(counted(most, "state"))" + mover(.states)
    case .bytes(let most):
      (kind, value) = (.bytes, .count(most))
      text = "at \(ByteCount(most)) of memory" + mover(.bytes)
    case .duration(let most):
      (kind, value) = (.seconds, .duration(most))
      text = "after \(Self.seconds(most)) s" + mover(.seconds)
    case .deadline(let most):
      (kind, value) = (.totalSeconds, .duration(most))
      text = "when all searches together had taken \(Self.seconds(most)) s" + mover(.totalSeconds)
    case .cancelled:
      (kind, value, text) = (.interrupt, nil, "by an interrupt")
    case .capacity(let most):
      (kind, value) = (.capacity, .count(most))
      text = "after \(counted(most, "state")), the most that fit"
    case .preemptions(let most):
      (kind, value) = (.preemptions, .count(most))
      text =
        "at \(counted(most, "preemption")): runs with more were left out" + hint(.preemptions)
    case .runs(let most):
      (kind, value) = (.runs, .count(most))
      text = "after \(counted(most, "run"))" + mover(.runs) + ": a sample proves nothing"
    case .steps(let most):
      (kind, value) = (.steps, .count(most))
      text = "runs of more than \(counted(most, "step")) were cut" + mover(.steps)
    case .endlessRuns:
      (kind, value) = (.endlessRuns, nil)
      text = "before the first run: some never end, so none can be drawn from all of them"
    case .fingerprints:
      (kind, value) = (.fingerprints, nil)
      text =
        "short of a proof: states of one 64-bit hash were taken for one" + hint(.fingerprints)
    }
  }

  /// Decimal seconds without needless zeros.
  package static func seconds(_ duration: Duration) -> String {
    let (whole, attoseconds) = duration.components
    let nanoseconds = "\(attoseconds / 1_000_000_000)"
    var fraction = String(repeating: "0", count: 9 - nanoseconds.count) + nanoseconds
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return fraction.isEmpty ? "\(whole)" : "\(whole).\(fraction)"
  }
}
