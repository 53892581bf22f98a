/// The steps between the states of a graph, taken anew.
///
/// Each pass has one of its own: what was expanded last is kept in ``successors``.
final class GraphSteps {
  let graph: StateGraph
  let successors: Successors

  /// Expands at most `batch` states at once; more take more memory, of which a search may have
  /// left little.
  init(of graph: StateGraph, batch: Int) {
    self.graph = graph
    let system = graph.system
    successors = Successors(
      of: system, batch: batch,
      graph.reduction.map { PersistentSetExpansion(of: system, $0) },
      graph.symmetry.map { Orbits(of: system, $0, batch: batch) })
  }

  /// The most states that are expanded at once.
  var batchCapacity: Int { successors.batchCapacity }

  /// Finds the steps from some states.
  func expand(_ states: some RandomAccessCollection<UInt32>) {
    successors.expand(states.count) {
      graph.store.state(Int(states[states.index(states.startIndex, offsetBy: $0)]))
    }
  }

  /// The number of the state that a step leads to, among those of the states expanded last.
  ///
  /// The graph must be whole.
  func target(of index: Int) -> UInt32 {
    guard let number = knownTarget(of: index) else {
      preconditionFailure("a step leads to a state that a finished search did not find")
    }
    return number
  }

  /// The same; nil if a search that was cut short has not found the state.
  func knownTarget(of index: Int) -> UInt32? {
    graph.store.find(successors.state(index), hash: successors.hashes[index]).map {
      UInt32(truncatingIfNeeded: $0)
    }
  }

  /// The threads that can step in a state, and where their steps lead, by thread and choice; the
  /// graph must be whole.
  func steps(from state: UInt32) -> (able: UInt64, steps: [(step: Schedule.Step, to: UInt32)]) {
    expand(CollectionOfOne(state))
    let steps = (0..<successors.count).map { index in
      (step: Schedule.Step(successors.steps[index]), to: target(of: index))
    }
    return (successors.canStep[0], steps)
  }
}
