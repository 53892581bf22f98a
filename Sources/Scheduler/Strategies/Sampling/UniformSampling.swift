extension Strategy {
  /// Draws interleavings, each as likely as any other; the graph must fit and have no cycle.
  public static func uniform(_ sampling: Sampling) -> Strategy {
    Strategy("uniform", parameters: sampling) { system, options in
      Explorer.sample(
        system, options, sampling,
        picker: { known -> UniformSampling? in
          guard let graph = known.runs, let runsOnward = known.runsOnward else { return nil }
          return UniformSampling(
            random: SplitMix64(seed: sampling.seed), graph: graph, runsOnward: runsOnward)
        })
    }
  }
}

/// Interleavings drawn each as likely as any other.
///
/// A step is taken with the share of the runs onward that start with it, which are counted exactly
/// (``RunGraph/runsOnward(_:)``): the product along a run is 1 / interleavings. That takes a graph
/// that is known and has no cycle.
struct UniformSampling: RunPicker {
  var random: SplitMix64
  let graph: RunGraph
  /// By place in the graph.
  let runsOnward: [BigNatural]
  private var place = 0

  init(random: SplitMix64, graph: RunGraph, runsOnward: [BigNatural]) {
    (self.random, self.graph, self.runsOnward) = (random, graph, runsOnward)
  }

  mutating func start() { place = 0 }

  mutating func pick(_ possible: PossibleSteps) -> Int {
    let steps = graph.steps(from: place)
    precondition(steps.count == possible.count, "a run that has left the graph")
    var rest = random.pick(below: runsOnward[place])
    for (index, step) in steps.enumerated() {
      let runs = runsOnward[Int(step.to)]
      if rest < runs {
        place = Int(step.to)
        return index
      }
      rest = rest - runs
    }
    preconditionFailure("more runs than steps lead to")
  }
}
