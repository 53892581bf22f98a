/// How many runs a strategy draws that draws runs, and from what.
public struct Sampling: Hashable, Sendable {
  /// What the generator starts from: the same seed draws the same runs.
  public var seed: UInt64
  public var runs: Int
  /// A run is cut after so many steps; where runs can be endless, something has to end them.
  public var maxSteps: Int

  public init(seed: UInt64 = 1, runs: Int = 1000, maxSteps: Int = 10_000) {
    (self.seed, self.runs, self.maxSteps) = (seed, runs, maxSteps)
  }

  /// The most states of a graph that is explored for exact probabilities, unless ``Limits/states``
  /// says otherwise.
  public static let graphStates = 1_000_000
}

/// Chooses the steps of one run after another.
protocol RunPicker {
  /// Begins a new run.
  mutating func start()
  /// The place, among at least one possible step, of the one to take.
  mutating func pick(_ possible: PossibleSteps) -> Int
}

/// What runs drawn one after another have shown.
struct Sample {
  var runs = 0
  var hits = 0
  /// The number of the first run on which something breaks, from 1.
  var firstHit: Int?
  /// Runs that were cut.
  var cut = 0
  /// By subject: the first run that breaks or reaches it, up to there.
  var found: [Int: [Schedule.Step]] = [:]
  /// What ended the drawing early.
  var limit: LimitHit?

  /// Draws runs until there are enough of them.
  mutating func draw<W: Width, P: RunPicker>(
    _ sampling: Sampling, _ walker: Simulator<W>, _ picker: inout P, _ monitor: LimitChecker
  ) {
    while runs < sampling.runs {
      walker.start()
      picker.start()
      while !walker.isOver && walker.steps.count < sampling.maxSteps {
        // A run may be long: the limits are looked at on the way, too.
        if walker.steps.count % 1024 == 0 {
          limit = monitor.limitHit(states: 0, bytes: 0)
          if limit != nil { return }
        }
        walker.take(picker.pick(walker.possible))
      }
      monitor.report {
        SearchProgress(
          states: 0, transitions: walker.stepsTaken, frontier: 0, depth: 0, bytes: 0,
          elapsed: monitor.elapsed, runs: runs)
      }
      runs += 1
      if !walker.isOver { cut += 1 }
      if walker.isViolating {
        hits += 1
        firstHit = firstHit ?? runs
      }
      for (subject, steps) in walker.seen where found[subject] == nil {
        found[subject] = Array(walker.steps[..<steps])
      }
    }
  }

  func statistics(_ sampling: Sampling) -> [Statistic] {
    var statistics = [
      Statistic("runs", "runs drawn", runs),
      Statistic(
        "seed", "seed of the generator, SplitMix64", .count(BigNatural(sampling.seed))),
      Statistic("hits", "runs on which something breaks", hits),
    ]
    if let firstHit { statistics.append(Statistic("first-hit", "the first of them", firstHit)) }
    if cut > 0 {
      statistics.append(Statistic("cut-runs", "runs cut after \(sampling.maxSteps) steps", cut))
    }
    return statistics
  }
}

/// Drawing runs finds what breaks and proves nothing: what is not broken stays undecided.
///
/// The state graph is explored as well, as far as ``Sampling/graphStates`` allows: it tells how likely it was
/// to find something, and the runs with the fewest preemptions for what was found. Whether something is
/// found is left to the runs.
extension Explorer {
  /// `picker` makes the strategy's picker, nil when the graph is not what it needs; `statistics` are the
  /// strategy's own.
  static func sample<W: Width, P: RunPicker>(
    _ system: System, _ width: W, _ options: Options, _ sampling: Sampling,
    picker: (KnownGraph) -> P?, statistics: (P) -> [Statistic] = { _ in [] }
  ) -> Exploration {
    var graphOptions = options
    graphOptions.limits.states = options.limits.states ?? Sampling.graphStates
    var search = Search(of: system, graphOptions)
    search.run()
    let known = search.knownGraph()
    var (sample, own) = (Sample(), [Statistic]())
    let walker = Simulator(system, width)
    if var picker = picker(known) {
      sample.draw(sampling, walker, &picker, search.monitor)
      own = statistics(picker)
    } else {
      sample.limit = known.limit
    }
    var (counterexamples, reached): ([Int: Counterexample], [Int: Schedule]) = ([:], [:])
    let sometimes = search.subjects.sometimes
    for (subject, steps) in sample.found where sometimes.contains(subject) {
      reached[subject] =
        known.isWhole
        ? search.hits[subject].map { search.shortestRun(to: $0) } : Schedule(steps)
    }
    let broken = sample.found.keys.filter { !sometimes.contains($0) }.sorted()
    if known.isWhole {
      counterexamples = search.fewestPreemptions(to: broken)
    } else {
      for subject in broken {
        counterexamples[subject] = sample.found[subject].map {
          Shrinker(of: walker, breaking: subject).shrink($0)
        }
      }
    }
    return Exploration(
      of: search.subjects, Exploration.Counts(), counterexamples, reached: reached, .part,
      limit: sample.limit ?? .runs(sample.runs),
      statistics: sample.statistics(sampling) + own + known.statistics)
  }

  static func randomWalk<W: Width>(
    _ system: System, _ width: W, _ options: Options, _ sampling: Sampling
  ) -> Exploration {
    sample(
      system, width, options, sampling,
      picker: { _ in RandomWalk(random: SplitMix64(seed: sampling.seed)) })
  }

  static func pct<W: Width>(
    _ system: System, _ width: W, _ options: Options, _ sampling: Sampling, depth: Int
  ) -> Exploration {
    sample(
      system, width, options, sampling,
      picker: { known in
        PCT(
          random: SplitMix64(seed: sampling.seed), threads: system.threads.count, depth: depth,
          longestRun: min(known.graph?.longestRun ?? .max, sampling.maxSteps))
      }, statistics: \.statistics)
  }

  static func uniform<W: Width>(
    _ system: System, _ width: W, _ options: Options, _ sampling: Sampling
  ) -> Exploration {
    sample(
      system, width, options, sampling,
      picker: { known -> UniformSampling? in
        guard let graph = known.graph, let runsOnward = known.runsOnward else { return nil }
        return UniformSampling(
          random: SplitMix64(seed: sampling.seed), graph: graph, runsOnward: runsOnward)
      })
  }
}
