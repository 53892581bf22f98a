extension Strategy {
  /// Takes one run of each Mazurkiewicz trace and keeps no states; it proves, too.
  ///
  /// It proves nothing when a run is as long as `maxSteps`. `countingPreemptions` also counts the
  /// traces within 0, 1, ... preemptions. Source: Abdulla, Aronis, Jonsson and Sagonas, POPL 2014.
  public static func dpor(
    maxSteps: Int = defaultTraceSteps, countingPreemptions most: Int? = nil
  ) -> Strategy {
    Strategy("dpor", parameters: maxSteps, most) {
      Explorer.dpor($0, maxSteps: maxSteps, countingPreemptions: most, $1)
    }
  }

  /// How long the runs of ``dpor(maxSteps:countingPreemptions:)`` may be, by default.
  public static let defaultTraceSteps = 1000
}

extension Explorer {
  /// Explores one run of each Mazurkiewicz trace of `system` and judges its properties on all of
  /// them.
  ///
  /// Proves and refutes: see ``SourceDPOR`` and ``TraceJudge``. A run of `maxSteps` steps is cut
  /// there, and then nothing is proved; systems whose runs can be arbitrarily long are always cut.
  /// Of the limits, those on time count, for no states are kept.
  static func dpor(
    _ system: System, maxSteps: Int, countingPreemptions most: Int?, _ options: Options
  ) -> Exploration {
    var search = SourceDPOR(of: system, maxSteps: maxSteps)
    var judge = TraceJudge(of: system, search.stepper, countingPreemptions: most)
    let limitCheck = SparseLimitCheck(LimitChecker(options))
    while let end = search.nextRun(isStopped: limitCheck.isStopped) {
      if end == .asleep { continue }
      let (counts, run) = (search.counts, search.run)
      judge.judge(
        run, to: search.state, end, known: search.shared,
        isStopped: { limitCheck.isStopped(counts, run.count) })
      if limitCheck.limits.isStopped { break }
      search.shared = run.count
    }
    let limit = limitCheck.limits.hit ?? (search.counts.cut > 0 ? .steps(maxSteps) : nil)
    return exploration(judge, search.counts, limit)
  }

  private static func exploration(
    _ judge: TraceJudge, _ counts: SourceDPOR.Counts, _ limit: LimitHit?
  ) -> Exploration {
    var evidence = Evidence(judge.properties, limit == nil ? .whole : .part, limit: limit)
    evidence.counts.transitions = counts.steps
    evidence.counts.deadlocks = judge.deadlocks
    evidence.counterexamples = judge.found.mapValues {
      Counterexample(
        schedule: $0.schedule, preemptions: $0.cost.preemptions, isMinimal: limit == nil)
    }
    evidence.reached = judge.reached
    // When no run had to be cut, every run has an end.
    if limit == nil { evidence.endless.holding = judge.properties.terminates }
    evidence.statistics = statistics(judge, counts)
    return evidence.conclusion
  }

  private static func statistics(_ judge: TraceJudge, _ counts: SourceDPOR.Counts) -> [Statistic] {
    var statistics = [
      Statistic(
        "traces", sentence: "complete runs, one for each Mazurkiewicz trace", count: counts.traces),
      Statistic(
        "sleep-set-blocked", sentence: "runs given up as equivalent to others",
        count: counts.blocked),
      Statistic(
        "races-reversed", sentence: "races that asked for a run the other way round",
        count: counts.reversed),
      Statistic(
        "steps", sentence: "steps taken in all runs, shared beginnings once", count: counts.steps),
      Statistic("longest-run", sentence: "steps of the longest run", count: counts.longest),
      Statistic(
        "final-states", sentence: "distinct states in which nobody can step",
        count: judge.finalStates.count),
    ]
    if counts.cut > 0 {
      statistics.append(
        Statistic("runs-cut", sentence: "runs given up as too long", count: counts.cut))
    }
    if let traces = judge.tracesByPreemptions {
      var (sum, within) = (0, [Int]())
      for count in traces {
        sum += count
        within.append(sum)
      }
      statistics.append(
        Statistic(
          "traces-within-preemptions",
          sentence: "traces that have a run with at most 0, 1, ... preemptions",
          value: .series(within)))
    }
    return statistics
  }
}

/// Checks the limits at some steps only, because reading the clock takes longer than a step.
private final class SparseLimitCheck {
  let limits: LimitChecker
  private var calls = 0

  init(_ limits: LimitChecker) { self.limits = limits }

  /// Whether a limit is hit; looks at every 256th call and at the first.
  func isStopped(_ counts: SourceDPOR.Counts, _ depth: Int) -> Bool {
    calls += 1
    if calls % 256 != 1 { return limits.isStopped }
    limits.report {
      SearchProgress(
        states: 0, transitions: counts.steps, frontier: 0, depth: depth, bytes: 0,
        elapsed: limits.elapsed, runs: counts.traces + counts.blocked + counts.cut)
    }
    return !limits.allowsMoreTime()
  }
}
