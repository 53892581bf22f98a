/// Puts the graph of a search, which must be whole, into the order of a ``RunGraph``.
struct RunGraphBuilder {
  enum Result {
    case graph(RunGraph)
    case cyclic([Exploration.Interleavings.Loop])
    case limit(LimitHit)
  }

  private let graph: StateGraph
  private let steps: GraphSteps
  /// What makes runs violating.
  private let broken: PropertySelection
  /// The states, as they are found.
  private var found: [UInt32] = [0]
  /// By number of a state: when it was found, from 0.
  private var order: [UInt32]
  /// By when a state was found: how many steps lead to it.
  private var arrivals = [0]
  /// By when a state was found: its steps, which name states by when they were found.
  private var stepsFrom: [[RunGraph.Step]] = []
  private var isBad: [Bool] = []

  /// `broken` is what makes runs violating.
  init(of graph: StateGraph, broken: [PropertyIndex]) {
    self.graph = graph
    steps = GraphSteps(of: graph, batch: graph.sharing.batch)
    let claims = broken.filter(graph.properties.isClaim)
    self.broken = PropertySelection(from: graph.properties, where: claims.contains)
    order = [UInt32](repeating: .max, count: graph.store.numbers)
    order[0] = 0
  }

  mutating func build() -> Result {
    var taken = 0
    while stepsFrom.count < found.count {
      let size = RunGraph.bytes(states: found.count, steps: taken * 2) + found.count * 28
      if !graph.allows(moreBytes: size) { return stopped }
      let batch = Array(found[stepsFrom.count...].prefix(steps.batchCapacity))
      steps.expand(batch)
      taken += steps.successors.count
      addSteps(from: batch)
    }
    return ordered()
  }

  private var stopped: Result { .limit(graph.limits.hit ?? .cancelled) }

  /// Adds the steps from a batch, which has been expanded.
  private mutating func addSteps(from batch: [UInt32]) {
    let successors = steps.successors
    var fromBatch: [[RunGraph.Step]] = Array(repeating: [], count: batch.count)
    for index in successors.inOrderOfOrigin(batch.count) {
      let origin = successors.steps[index].origin
      let step = step(at: index, from: batch[origin])
      arrivals[Int(step.to)] += 1
      fromBatch[origin].append(step)
    }
    for (index, number) in batch.enumerated() {
      isBad.append(isBad(number, canStep: successors.canStep[index] != 0))
      stepsFrom.append(fromBatch[index])
    }
  }

  private mutating func step(at index: Int, from number: UInt32) -> RunGraph.Step {
    let (store, taken, to) = (graph.store, steps.successors.steps[index], steps.target(of: index))
    if order[Int(to)] == .max {
      order[Int(to)] = UInt32(found.count)
      found.append(to)
      arrivals.append(0)
    }
    let hits = broken.hits(
      from: store.state(Int(number)), to: store.state(Int(to)), by: Int(taken.thread))
    return RunGraph.Step(
      to: order[Int(to)], thread: taken.thread, choice: taken.choice, breaks: !hits.isEmpty)
  }

  /// Whether a state makes the runs to it violating.
  private func isBad(_ number: UInt32, canStep: Bool) -> Bool {
    let state = graph.store.state(Int(number))
    return !broken.hits(in: state).isEmpty || !canStep && !broken.hits(atEnd: state).isEmpty
  }

  /// Puts the states into an order in which every step leads forward.
  private mutating func ordered() -> Result {
    var runs = RunGraph()
    var places = [UInt32](repeating: 0, count: stepsFrom.count)
    var ready = arrivals[0] == 0 ? [0] : []
    var head = 0
    while head < ready.count {
      let state = ready[head]
      places[state] = UInt32(head)
      runs.add(isBad: isBad[state], stepsFrom[state])
      for step in stepsFrom[state] {
        arrivals[Int(step.to)] -= 1
        if arrivals[Int(step.to)] == 0 { ready.append(Int(step.to)) }
      }
      head += 1
    }
    guard runs.count == stepsFrom.count else {
      return FirstLoop.find(in: graph).map { .cyclic($0) } ?? stopped
    }
    runs.rename(places)
    return .graph(runs)
  }
}

extension RunGraph {
  /// How many interleavings there are in a graph without logged steps.
  static func interleavings(of graph: StateGraph, broken: [PropertyIndex])
    -> Exploration.Interleavings
  {
    var builder = RunGraphBuilder(of: graph, broken: broken)
    switch builder.build() {
    case .cyclic(let loop): return .unbounded(loop: loop)
    case .limit: return .notCounted(.limit)
    case .graph(let runGraph):
      guard let runs = runGraph.runsOnward(graph.allows(moreBytes:)),
        let violating = runGraph.violatingRuns(of: runs, graph.allows(moreBytes:))
      else { return .notCounted(.limit) }
      return .finite(all: runs[0], violating: violating)
    }
  }
}
