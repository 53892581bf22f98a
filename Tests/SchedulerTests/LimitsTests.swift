import Scheduler
import Synchronization
import Testing

/// A search that a limit ends never claims more than it has seen.
@Suite struct LimitsTests {
  private static let large = petersonForMany(3)

  @Test(arguments: [
    (Limits(states: 1000), LimitHit.states(1000)),
    (Limits(bytes: 100_000), LimitHit.bytes(100_000)),
    (Limits(duration: .zero), LimitHit.duration(.zero)),
    (Limits(states: 0), LimitHit.states(0)),
  ])
  func `a limit that is hit leaves the answer open and is named`(
    _ limits: Limits, _ expected: LimitHit
  ) {
    let exploration = Explorer.explore(Self.large, options: .init(limits: limits))
    #expect(exploration.verdict == .undecided)
    #expect(exploration.limit == expected)
    #expect(exploration.counts.interleavings == .notCounted(.limit))
    #expect(exploration.counts.states < 12_498)
    #expect(exploration.broken.isEmpty)
    guard case .undecided? = exploration.findings.first?.result else {
      Issue.record("a property of a search that did not finish")
      return
    }
  }

  @Test func `a limit that just suffices is not hit`() {
    let exploration = Explorer.explore(Self.large, options: .init(limits: Limits(states: 12_498)))
    #expect(exploration.verdict == .holds)
    #expect(exploration.limit == nil)
    #expect(exploration.counts.states == 12_498)
  }

  @Test func `what broke before the limit is broken`() throws {
    let counters = Counters([100, 100])
    let left = counters.counts[0]
    let system = counters.system(
      Property("small", sentence: "Left is below 3.", kind: .always { $0[left].value < 3 }),
      Property("never", sentence: "Left stays below 100.", kind: .always { $0[left].value < 100 }),
      Property("seen", sentence: "Left is 2.", kind: .sometimes { $0[left].value == 2 }),
      Property("unseen", sentence: "Left is 90.", kind: .sometimes { $0[left].value == 90 }))
    let exploration = Explorer.explore(system, options: .init(limits: Limits(states: 300)))
    #expect(exploration.verdict == .violated)
    #expect(exploration.limit == .states(300))
    #expect(exploration.broken == ["small"])
    guard case .violated(let found) = exploration.findings[0].result else { return }
    #expect(!found.isMinimal, "a run with fewer preemptions may lie beyond the limit")
    #expect(try system.replay(found.schedule).broken == ["small"])
    guard case .undecided = exploration.findings[1].result,
      case .reached = exploration.findings[2].result,
      case .undecided = exploration.findings[3].result
    else {
      Issue.record("\(exploration.findings)")
      return
    }
  }

  @Test func `a check that broke in a state not yet expanded is broken`() {
    let toy = Toy("FAIL rain; U x / U x", checks: ["rain"])
    let exploration = Explorer.explore(toy.system(), options: .init(limits: Limits(states: 1)))
    #expect(exploration.limit == .states(1))
    #expect(exploration.broken == ["rain"])
  }

  /// Cancelled at each of its chances in turn, from the first one to after the last.
  @Test func `a cancelled search says only what it knows, wherever it is stopped`() throws {
    let counters = Counters([12, 12, 12])
    let (left, right) = (counters.counts[0], counters.counts[1])
    let system = counters.system(
      Property(
        "apart", sentence: "Not both are 5.",
        kind: .always { $0[left].value != 5 || $0[right].value != 5 }),
      Property(
        "slow", sentence: "Nobody steps at 3 and 3.",
        kind: .perStep { old, _, _ in old[left].value != 3 || old[right].value != 3 }),
      Property("end", sentence: "It never ends.", kind: .atEnd { _ in false }))
    var (stop, verdicts, stoodIn) = (1, Set<Verdict>(), 0)
    while true {
      let calls = Mutex(0)
      let last = stop
      let options = Explorer.Options(isCancelled: {
        calls.withLock { calls in
          calls += 1
          return calls >= last
        }
      })
      let exploration = Explorer.explore(system, options: options)
      verdicts.insert(exploration.verdict)
      #expect(exploration.verdict != .holds, "stopped at chance \(stop)")
      for finding in exploration.findings {
        guard case .violated(let found) = finding.result else { continue }
        let trace = try system.replay(found.schedule)
        #expect(trace.broken.contains(finding.id), "stopped at chance \(stop)")
        #expect(trace.preemptions == found.preemptions, "stopped at chance \(stop)")
        // The end is the last state to be looked at, so it was not the search that was stopped.
        if exploration.broken.contains("end") && !found.isMinimal { stoodIn += 1 }
      }
      if exploration.limit == nil { break }
      #expect(exploration.limit == .cancelled)
      #expect(exploration.counts.interleavings == .notCounted(.limit))
      stop += 1
    }
    #expect(stop > 20)
    #expect(stoodIn > 0, "the search for fewest preemptions can be stopped too")
    #expect(verdicts == [.undecided, .violated])
  }

  @Test func `a search cancelled while it counts still holds, and names the limit`() {
    let system = Counters([40, 40]).system()
    let calls = Mutex(0)
    let whole = Explorer.explore(
      system,
      options: .init(isCancelled: {
        calls.withLock { $0 += 1 }
        return false
      }))
    #expect(whole.verdict == .holds)
    let chances = calls.withLock { $0 }
    calls.withLock { $0 = 0 }
    let stopped = Explorer.explore(
      system,
      options: .init(isCancelled: {
        calls.withLock { calls in
          calls += 1
          return calls >= chances
        }
      }))
    #expect(stopped.verdict == .holds)
    #expect(stopped.limit == .cancelled)
    #expect(stopped.counts.states == 41 * 41)
    #expect(stopped.counts.interleavings == .notCounted(.limit))
  }

  @Test func `memory that suffices for states but not for their steps is no reason to stop`() {
    let system = Counters([200, 200]).system()
    // The states with their bookkeeping, a table of 2^17 places, and a third of the steps.
    let limit = 201 * 201 * 16 + (1 << 17) * 8 + 100_000
    let exploration = Explorer.explore(system, options: .init(limits: Limits(bytes: limit)))
    #expect(exploration.verdict == .holds)
    #expect(exploration.limit == .bytes(limit))
    #expect(exploration.counts.states == 201 * 201)
    #expect(exploration.counts.interleavings == .notCounted(.limit))
  }

  @Test func `progress grows and ends at the counts`() {
    let seen = Mutex<[SearchProgress]>([])
    let counts = Explorer.explore(
      Self.large, options: .init(progress: { now in seen.withLock { $0.append(now) } })
    ).counts
    let progress = seen.withLock { $0 }
    #expect(progress.count > 10)
    for (before, after) in zip(progress, progress.dropFirst()) {
      #expect(before.states <= after.states && before.transitions <= after.transitions)
      #expect(before.depth <= after.depth && before.elapsed <= after.elapsed)
    }
    #expect(progress.last?.depth == counts.depth)
    #expect((progress.last?.states ?? 0) <= counts.states)
  }
}
