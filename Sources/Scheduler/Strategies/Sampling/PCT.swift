extension Strategy {
  /// Takes runs by random priorities that change `depth` - 1 times.
  ///
  /// They meet any bug of that depth with a probability that has a known lower bound. Source:
  /// Burckhardt, Kothari, Musuvathi and Nagarakatte, ASPLOS 2010.
  public static func pct(_ sampling: Sampling, depth: Int) -> Strategy {
    Strategy("pct", parameters: sampling, depth) { system, options in
      Explorer.sample(
        system, options, sampling,
        picker: { known in
          PCT(
            random: SplitMix64(seed: sampling.seed), threads: system.threads.count, depth: depth,
            longestRun: min(known.runs?.longestRun ?? .max, sampling.maxSteps))
        }, statistics: \.statistics)
    }
  }

  /// The depth of the bugs that ``pct(_:depth:)`` is to find, by default.
  public static let defaultDepth = 3
}

/// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and Nagarakatte, ASPLOS
/// 2010).
///
/// Threads have different priorities, in an order that is drawn for each run, and of those that
/// can step the one with the highest steps. After each of depth - 1 steps, whose numbers in 1...k
/// are drawn too, the thread that took it falls below all others, the deeper the earlier in the
/// list. With n threads and runs of at most k steps, a run meets a given bug of that depth, one
/// that shows whenever depth steps come in a certain order, with a probability of at least 1 / (n
/// k^(depth-1)).
///
/// The results of a step that has several are picked each as likely; a bug that needs certain
/// results has their probability as one more factor.
struct PCT: RunPicker {
  var random: SplitMix64
  let threads: Int
  let depth: Int
  /// k: the most steps that a run can take.
  let longestRun: Int

  /// By thread.
  private var priorities: [Int] = []
  /// By number of steps: the priority to which the thread falls that has taken the last of them.
  private var falls: [Int: Int] = [:]
  private var steps = 0

  init(random: SplitMix64, threads: Int, depth: Int, longestRun: Int) {
    (self.random, self.threads) = (random, threads)
    (self.depth, self.longestRun) = (depth, longestRun)
  }

  mutating func start() {
    steps = 0
    priorities = Array(depth..<depth + threads)
    for index in priorities.indices.dropFirst().reversed() {
      priorities.swapAt(index, random.pick(below: index + 1))
    }
    falls = [:]
    for priority in (1..<max(depth, 1)).reversed() {
      falls[1 + random.pick(below: max(longestRun, 1))] = priority
    }
  }

  mutating func pick(_ possible: PossibleSteps) -> Int {
    var (best, rest) = (possible.canStep.trailingZeroBitCount, possible.canStep)
    while rest != 0 {
      let thread = rest.trailingZeroBitCount
      if priorities[thread] > priorities[best] { best = thread }
      rest &= rest - 1
    }
    steps += 1
    if let priority = falls[steps] { priorities[best] = priority }
    let indices = possible.indices(of: best)
    return indices.lowerBound + random.pick(below: indices.count)
  }

  /// What is promised, and for which runs.
  var statistics: [Statistic] {
    let steps = BigNatural(UInt64(max(longestRun, 1)))
    let whole = (1..<max(depth, 1)).reduce(BigNatural(UInt64(threads))) { product, _ in
      product * steps
    }
    return [
      Statistic("longest-run", sentence: "k, the most steps of a run", count: longestRun),
      Statistic(
        "pct-bound",
        sentence: "least probability, 1/(n k^(d-1)), to meet a bug of depth d = \(depth) at most",
        value: .fraction(reducing: 1, over: whole)),
    ]
  }
}
