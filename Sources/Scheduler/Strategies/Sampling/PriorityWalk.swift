extension Strategy {
  /// Takes runs by priorities that are drawn for each step when it becomes the thread's next.
  ///
  /// Source: BasicPOS of Yuan, Yang and Gu, CAV 2018.
  public static func priorityWalk(_ sampling: Sampling) -> Strategy {
    Strategy("basic-pos", parameters: sampling) { system, options in
      Explorer.sample(
        system, options, sampling,
        picker: { _ in
          PriorityWalk(
            random: SplitMix64(seed: sampling.seed), threads: system.threads.count)
        })
    }
  }
}

/// Partial order sampling without its redrawing after races (Yuan, Yang and Gu, CAV 2018).
///
/// The next step of each thread has a priority, drawn when it becomes the next; of the threads that
/// can step the one with the highest does. The results of a step are picked each as likely.
struct PriorityWalk: RunPicker {
  var random: SplitMix64
  let threads: Int
  /// By thread.
  private var priorities: [UInt64] = []

  init(random: SplitMix64, threads: Int) { (self.random, self.threads) = (random, threads) }

  mutating func start() { priorities = (0..<threads).map { _ in random.next() } }

  mutating func pick(_ possible: PossibleSteps) -> Int {
    var (best, rest) = (possible.canStep.trailingZeroBitCount, possible.canStep)
    while rest != 0 {
      let thread = rest.trailingZeroBitCount
      if priorities[thread] > priorities[best] { best = thread }
      rest &= rest - 1
    }
    priorities[best] = random.next()
    let indices = possible.indices(of: best)
    return indices.lowerBound + random.pick(below: indices.count)
  }
}
