/// The exhaustive search with 64 bits for each state: it refutes, and never proves.
extension Explorer {
  /// Searches by fingerprint; what breaks is real, what does not break is undecided.
  ///
  /// Runs are runs of the system, with preemptions taken out by trial.
  static func fingerprints<W: Width>(
    _ system: System, _ width: W, _ options: Options
  ) -> Exploration {
    var search = FingerprintSearch(of: system, width: width, options)
    search.run()
    let properties = search.properties
    let walker = Simulator(system, width)
    var evidence = Evidence(properties, .part, limit: search.limit ?? .fingerprints)
    evidence.counts = search.counts
    for (property, hit) in search.hits {
      let steps = search.steps(to: hit)
      if properties.isLandmark(property) {
        evidence.reached[property] = Schedule(steps)
      } else {
        evidence.counterexamples[property] = Shrinker(of: walker, breaking: property).shrink(steps)
      }
    }
    if search.limit == nil {
      evidence.statistics = [
        missed(states: search.counts.states, bits: options.fingerprintBits)
      ]
    }
    return evidence.conclusion
  }

  /// An upper bound on the probability that a search by fingerprint ends with at most so many states
  /// though it has missed one: n (n + 1) / 2^65, for n states and 64 bits.
  ///
  /// Assumes that hashes are drawn evenly and independently. Up to the first state that is missed,
  /// the search is the exact one. That state is the (k + 1)-th, for some k from 1 to n, and has one of
  /// k fingerprints, of which the probability is at most k / 2^64; the bound is the sum over all k.
  static func missed(states: Int, bits: Int) -> Statistic {
    let part = BigNatural(UInt64(states)) * BigNatural(UInt64(states) + 1)
    let whole = BigNatural(1).shiftedUp(by: bits + 1)
    return Statistic(
      "p-missed", sentence: "probability that a state was missed, at most",
      value: .fraction(reducing: min(part, whole), over: whole))
  }
}
