/// Shortest runs, along the tags that states keep of the states before them.
struct ShortestRuns {
  let graph: StateGraph
  private let steps: GraphSteps

  init(in graph: StateGraph) {
    self.graph = graph
    steps = GraphSteps(of: graph, batch: 1)
  }

  /// A shortest run to a state, the same whatever the numbers of the states.
  ///
  /// The step to a state is the one with the smallest ``Parent``; of several states before it with
  /// the same tag, it comes from the one whose words come first.
  func run(to number: Int) -> Schedule {
    var runs: [[Schedule.Step]] = []
    var (number, level) = (number, graph.level(of: number))
    while level > 0 {
      level -= 1
      let (parent, taken) = parent(of: number, in: level)
      runs.append(taken)
      number = parent
    }
    return Schedule(Array(runs.reversed().joined()))
  }

  /// Runs with the fewest steps to what the search has seen broken, which need not have the fewest
  /// preemptions.
  func counterexamples(to broken: [PropertyIndex]) -> PropertyMap<Counterexample> {
    PropertyMap(broken) { property in
      guard let number = graph.witnesses[property] else { return nil }
      var schedule = run(to: number)
      if graph.properties.perStep.contains(property) {
        schedule.steps += breakingStep(property, from: number)
      }
      return Counterexample(
        schedule: schedule, preemptions: graph.preemptions(of: schedule), isMinimal: false)
    }
  }

  /// A run that reaches a landmark, where the search has: in a state, or in a reduced search in
  /// one that the steps from there pass through.
  func run(reaching landmark: PropertyIndex) -> Schedule? {
    guard let number = graph.witnesses[landmark] else { return nil }
    var run = run(to: number)
    let state = graph.store.state(number)
    if graph.properties.isHit(landmark, in: state) { return run }
    let successors = steps.successors
    guard let expansion = successors.persistentSets else {
      preconditionFailure("no landmark to go to")
    }
    expansion.soughtLandmarks = [landmark]
    _ = expansion.paths(from: state, successors)
    guard let path = expansion.landmarkHits.first?.path else {
      preconditionFailure("the search passed a landmark that no run passes")
    }
    run.steps += path
    return run
  }

  private func parent(of number: Int, in level: Int) -> (number: Int, steps: [Schedule.Step]) {
    let parent = graph.store.parent(of: number)
    var best: (number: Int, steps: [Schedule.Step])?
    for candidate in graph.store.table.numbers(withTag: parent.tag)
    where graph.level(of: candidate) == level {
      if let best, graph.store.precedes(best.number, candidate) { continue }
      if let steps = steps(of: parent.thread, from: candidate, to: number) {
        best = (candidate, steps)
      }
    }
    guard let best else { preconditionFailure("state \(number) has no state before it") }
    return best
  }

  /// The first step of a thread, by choice, that leads from one state to another, if one does;
  /// with the steps that a reduced search has taken on from there.
  private func steps(of thread: Int, from: Int, to: Int) -> [Schedule.Step]? {
    let (store, successors) = (graph.store, steps.successors)
    let paths = successors.persistentSets?.paths(from: store.state(from), successors)
    if paths == nil { steps.expand(CollectionOfOne(UInt32(from))) }
    for index in 0..<successors.count
    where Int(successors.steps[index].thread) == thread
      && store.width.equal(successors.state(index), store.state(to))
    {
      return paths?[index] ?? [Schedule.Step(successors.steps[index])]
    }
    return nil
  }

  /// The first step from a state that breaks a property about steps.
  private func breakingStep(_ property: PropertyIndex, from number: Int) -> [Schedule.Step] {
    let (state, successors) = (graph.store.state(number), steps.successors)
    steps.expand(CollectionOfOne(UInt32(number)))
    let index = (0..<successors.count).first {
      graph.properties.isHit(
        property, from: state, to: successors.state($0), by: Int(successors.steps[$0].thread))
    }
    return index.map { [Schedule.Step(successors.steps[$0])] } ?? []
  }
}
