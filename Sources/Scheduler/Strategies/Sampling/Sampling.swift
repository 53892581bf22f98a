/// How a strategy that draws runs at random draws them.
public struct Sampling: Hashable, Sendable {
  /// What the generator, SplitMix64, starts from: the same seed draws the same runs.
  public var seed: UInt64
  /// How many runs are drawn.
  public var runs: Int
  /// After how many steps a run is cut; where runs can be endless, something has to end them.
  public var maxSteps: Int

  /// Asks for `runs` runs of at most `maxSteps` steps.
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
  /// The first run that breaks or reaches it, up to there.
  var found = PropertyMap<[Schedule.Step]>()

  /// Draws runs until there are enough of them, or a limit is hit.
  mutating func draw<P: RunPicker>(
    _ sampling: Sampling, _ simulator: Simulator, _ picker: inout P, _ limits: LimitChecker
  ) {
    while runs < sampling.runs {
      simulator.start()
      picker.start()
      while !simulator.isOver && simulator.steps.count < sampling.maxSteps {
        // A run may be long: the limits are looked at on the way, too.
        if simulator.steps.count % 1024 == 0 && !limits.allowsMoreTime() { return }
        simulator.take(picker.pick(simulator.possible))
      }
      limits.report {
        SearchProgress(
          states: 0, transitions: simulator.stepsTaken, frontier: 0, depth: 0, bytes: 0,
          elapsed: limits.elapsed, runs: runs)
      }
      runs += 1
      if !simulator.isOver { cut += 1 }
      if simulator.isViolating {
        hits += 1
        firstHit = firstHit ?? runs
      }
      for (property, steps) in simulator.seen where found[property] == nil {
        found[property] = Array(simulator.steps[..<steps])
      }
    }
  }

  func statistics(_ sampling: Sampling) -> [Statistic] {
    var statistics = [
      Statistic("runs", sentence: "runs drawn", count: runs),
      Statistic(
        "seed", sentence: "seed of the generator, SplitMix64",
        value: .count(BigNatural(sampling.seed))),
      Statistic("hits", sentence: "runs on which something breaks", count: hits),
    ]
    if let firstHit {
      statistics.append(Statistic("first-hit", sentence: "the first of them", count: firstHit))
    }
    if cut > 0 {
      statistics.append(
        Statistic("cut-runs", sentence: "runs cut after \(sampling.maxSteps) steps", count: cut))
    }
    return statistics
  }
}

/// Drawing runs finds what breaks and proves nothing: what is not broken stays undecided.
///
/// The state graph is explored as well, as far as ``Sampling/graphStates`` allows: it tells how
/// likely it was to find something, and the runs with the fewest preemptions for what was found.
/// Whether something is found is left to the runs.
extension Explorer {
  /// `picker` makes the strategy's picker, nil when the graph is not what it needs; `statistics`
  /// are the strategy's own.
  static func sample<P: RunPicker>(
    _ system: System, _ options: Options, _ sampling: Sampling,
    picker: (KnownGraph) -> P?, statistics: (P) -> [Statistic] = { _ in [] }
  ) -> Exploration {
    var graphOptions = options
    graphOptions.limits.states = options.limits.states ?? Sampling.graphStates
    var search = Search(of: system, graphOptions)
    let graph = search.run()
    let (known, limits) = (KnownGraph(of: graph), graph.limits.nextPhase())
    var (sample, own) = (Sample(), [Statistic]())
    let simulator = Simulator(system)
    if var picker = picker(known) {
      sample.draw(sampling, simulator, &picker, limits)
      own = statistics(picker)
    } else if let obstacle = known.obstacle {
      limits.stop(obstacle)
    }
    let properties = graph.properties
    var evidence = Evidence(properties, .part, limit: limits.hit ?? .runs(sample.runs))
    let reached = sample.found.restricted(to: properties.isLandmark)
    let broken = sample.found.restricted { !properties.isLandmark($0) }
    if known.isWhole {
      let isStuck = properties.stuckThreads.contains { broken[$0] != nil }
      let stuck = isStuck ? StuckStates.find(in: graph).states : nil
      evidence.counterexamples =
        FewestPreemptions(graph: graph, stuck: stuck).counterexamples(to: broken.properties)
      let runs = ShortestRuns(in: graph)
      evidence.reached = PropertyMap(reached.properties, runs.run(reaching:))
    } else {
      for (property, steps) in broken {
        evidence.counterexamples[property] =
          Shrinker(of: simulator, breaking: property).shrink(steps)
      }
      evidence.reached = reached.mapValues { Schedule($0) }
    }
    evidence.statistics = sample.statistics(sampling) + own + known.statistics
    return evidence.conclusion
  }
}
