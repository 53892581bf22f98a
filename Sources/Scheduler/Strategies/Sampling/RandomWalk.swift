extension Strategy {
  /// Takes random walks; it refutes only, as all strategies that draw runs: see ``Sampling``.
  public static func randomWalk(_ sampling: Sampling) -> Strategy {
    Strategy("random", parameters: sampling) { system, options in
      Explorer.sample(
        system, options, sampling,
        picker: { _ in RandomWalk(random: SplitMix64(seed: sampling.seed)) })
    }
  }
}

/// A random walk: at each step one of the threads that can step is picked, each as likely, and
/// then one of the results of its step, each as likely.
///
/// A run of steps 1...n so has the probability of the product of 1 / (threads that can step *
/// results): interleavings are not equally likely, those with fewer branches are likelier.
struct RandomWalk: RunPicker {
  var random: SplitMix64

  mutating func start() {}

  mutating func pick(_ possible: PossibleSteps) -> Int {
    var threads = possible.canStep
    for _ in 0..<random.pick(below: threads.nonzeroBitCount) { threads &= threads - 1 }
    let indices = possible.indices(of: threads.trailingZeroBitCount)
    return indices.lowerBound + random.pick(below: indices.count)
  }
}
