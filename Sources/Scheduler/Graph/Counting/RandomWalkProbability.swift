/// The exact probability that a random walk breaks something.
///
/// The walk picks one of the threads that can step, each as likely, and then one of the results of
/// its step, each as likely. From a state the probability p is 1 where something is broken, 0 at
/// an end, and otherwise the sum over its steps of w p', with w = 1 / (threads that can step *
/// results).
///
/// All probabilities are kept over powers of one denominator L, the least common multiple of all 1
/// / w, so that only naturals are added: p = n / L^h. Where there is one step alone, n and h are
/// those of the next state; elsewhere h is one more than the largest of the next states. So the
/// numbers have about h log2 L bits, h being the most choices that a run takes.
extension RunGraph {
  /// Nil when `mayUse`, which is told the bytes in use now and then, refuses.
  func randomWalkProbability(
    _ mayUse: (_ bytes: Int) -> Bool
  ) -> (part: BigNatural, whole: BigNatural)? {
    let heights = heights
    let weights = weights
    var powers: [BigNatural] = [1]
    for _ in 0..<heights[0] { powers.append(powers[powers.count - 1] * weights.whole) }
    let powerBytes = powers.reduce(0) { $0 + 32 + $1.bitWidth / 8 }
    let parts = backwards({ mayUse($0 + powerBytes + count * 8) }) { place, known in
      if isBad[place] { return 1 }
      // Only what is broken before leads to more choices than any walk has until then.
      if heights[place] > heights[0] { return 0 }
      let steps = steps(from: place)
      if steps.count < 2 { return steps.first.map { $0.breaks ? 1 : known[Int($0.to)] } ?? 0 }
      var sum: BigNatural = 0
      for (step, share) in zip(steps, Self.shares(of: steps)) {
        let (part, height) = step.breaks ? (1, 0) : (known[Int(step.to)], heights[Int(step.to)])
        if part.bitWidth == 0 { continue }
        let weight = weights.byShare[share] ?? 0
        sum += part * (weight * powers[heights[place] - 1 - height])
      }
      return sum
    }
    return parts.map { ($0[0], powers[heights[0]]) }
  }

  /// By place: the power of the common denominator.
  private var heights: [Int] {
    var heights = [Int](repeating: 0, count: count)
    for place in (0..<count).reversed() where !isBad[place] {
      let steps = steps(from: place)
      let next = steps.reduce(0) { $1.breaks ? $0 : max($0, heights[Int($1.to)]) }
      heights[place] = next + (steps.count > 1 ? 1 : 0)
    }
    return heights
  }

  /// The least common multiple of all shares, and what each share is of it.
  private var weights: (whole: BigNatural, byShare: [Int: BigNatural]) {
    var shares: Set<Int> = []
    for place in 0..<count where !isBad[place] {
      shares.formUnion(Self.shares(of: steps(from: place)))
    }
    var whole: BigNatural = 1
    for share in shares.sorted() {
      let share = BigNatural(UInt64(share))
      let common = whole.greatestCommonDivisor(with: share)
      whole = whole * share.quotientAndRemainder(dividingBy: common).quotient
    }
    let pairs = shares.map { share in
      (share, whole.quotientAndRemainder(dividingBy: BigNatural(UInt64(share))).quotient)
    }
    return (whole, Dictionary(uniqueKeysWithValues: pairs))
  }

  /// For each step from a state, the number of which the walk takes it one time.
  private static func shares(of steps: ArraySlice<Step>) -> [Int] {
    var results: [UInt8: Int] = [:]
    for step in steps { results[step.thread, default: 0] += 1 }
    return steps.map { (results[$0.thread] ?? 1) * results.count }
  }
}
