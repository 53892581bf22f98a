/// Whether a fair run can go round for ever.
enum CycleAnswer {
  case fair(Lasso)
  /// No cycle is fair; the threads that one or another of them passes over.
  case none(passedOver: UInt64)
  case limit
}

/// What the cycles of a state graph are under either kind of fairness.
struct Cycles {
  var weak: CycleAnswer
  var strong: CycleAnswer

  subscript(fairness: Fairness) -> CycleAnswer {
    switch fairness {
    case .weak: weak
    case .strong: strong
    }
  }
}

/// Fair cycles: endless runs that no fair scheduler would avoid.
///
/// The states that an endless run visits again and again, and the steps it takes again and again
/// between them, lie in one strongly connected component. So:
///
/// - Weak fairness: a component has a weakly fair cycle if and only if each thread either steps
///   inside it or cannot step in some state of it. *If*: the cycle that goes everywhere in the
///   component has both. *Only if*: what a cycle inside it has, the component has. So components
///   never have to be taken apart for it.
/// - Strong fairness: a thread that never steps inside a component must not be able to where the
///   cycle goes. The states in which such a thread can step are taken out, and what is left falls
///   into components anew; one without such threads has a strongly fair cycle, the one that goes
///   everywhere in it (Emerson and Lei, 1987).
///
/// A thread that has finished, or waits, cannot step. On any cycle somebody steps, and whoever
/// steps on a fair cycle never finishes: each fair cycle breaks ``Property/Kind/terminates(_:)``,
/// unless all threads but daemons have finished, which is so in all states of a component or in
/// none. Deadlocks and broken checks end a run and lie on no cycle.
struct FairCycles {
  private let graph: StateGraph
  private let counter: RunCounter?
  /// Whether only cycles count on which a thread that must end has not.
  private let whileUnfinished: Bool
  private let steps: GraphSteps
  private let regions: StateRegions

  /// `counter` is what counting the runs has left, if it has been tried: it knows states on no
  /// cycle.
  init(in graph: StateGraph, _ counter: RunCounter? = nil, whileUnfinished: Bool = false) {
    (self.graph, self.counter) = (graph, counter)
    self.whileUnfinished = whileUnfinished && graph.system.hasDaemons
    steps = GraphSteps(of: graph, batch: graph.sharing.batch)
    regions = StateRegions(states: graph.store.numbers, in: graph.space)
  }

  /// Looks for fair cycles of either kind in the graph, which must be whole.
  func find() -> Cycles {
    if !regions.hasRoom {
      graph.stopForLackOfRoom()
      return Cycles(weak: .limit, strong: .limit)
    }
    guard var components = components(of: 0, from: roots()) else {
      return Cycles(weak: .limit, strong: .limit)
    }
    if whileUnfinished {
      components.removeAll { component in
        let state = graph.store.state(Int(component.states[0]))
        return !graph.system.isUnfinished(StateView(state, PropertyRecorder()))
      }
    }
    // Strong fairness takes components apart, so it comes last.
    let weak = answer(.weak, components)
    return Cycles(weak: weak, strong: answer(.strong, components))
  }

  /// The states to start from; those that lie on no cycle are taken out of their region.
  private func roots() -> [UInt32] {
    guard let counter else { return [0] }
    var roots: [UInt32] = []
    for number in 0..<UInt32(graph.store.numbers) {
      if counter.hasFollowed(Int(number)) {
        regions.move(number, to: StateRegions.none)
      } else {
        roots.append(number)
      }
    }
    return roots
  }

  private func allows(moreBytes: Int) -> Bool {
    graph.allows(moreBytes: moreBytes + regions.bytes + (counter?.bytes ?? 0))
  }

  private func components(of region: UInt32, from roots: [UInt32]) -> [Component]? {
    var search = ComponentSearch(in: steps, regions, mayUse: allows(moreBytes:))
    return search.components(of: region, from: roots)
  }

  private func answer(_ fairness: Fairness, _ components: [Component]) -> CycleAnswer {
    var waiting = components
    var passedOver: UInt64 = 0
    var fair: [UInt32: Turns] = [:]
    while let component = waiting.popLast() {
      if !allows(moreBytes: component.states.count * 8) { return .limit }
      let turns = turns(in: component)
      let unfairTo = turns.passedOver(fairness)
      if unfairTo == 0 {
        fair[component.region] = turns
        continue
      }
      passedOver |= unfairTo
      if fairness == .strong {
        guard let parts = parts(of: component, without: unfairTo) else { return .limit }
        waiting += parts
      }
    }
    if fair.isEmpty { return .none(passedOver: passedOver) }
    let stem = Stem.shortest(into: Set(fair.keys), steps, regions, mayUse: allows(moreBytes:))
    guard let stem, let turns = fair[regions[stem.entry]] else { return .limit }
    return .fair(Lasso.short(after: stem, turns, fairness, steps, regions))
  }

  /// The components among the states of one in which none of `threads` can step.
  private func parts(of component: Component, without threads: UInt64) -> [Component]? {
    let rest = component.states.filter { steps.steps(from: $0).able & threads == 0 }
    let region = regions.open()
    for state in rest { regions.move(state, to: region) }
    return components(of: region, from: rest)
  }

  /// What the threads do in all of a component.
  private func turns(in component: Component) -> Turns {
    var turns = Turns()
    var rest = component.states[...]
    while !rest.isEmpty {
      let batch = rest.prefix(steps.batchCapacity)
      rest = rest.dropFirst(batch.count)
      steps.expand(batch)
      let successors = steps.successors
      for index in 0..<batch.count { turns.visit(successors.canStep[index]) }
      for index in 0..<successors.count where regions[steps.target(of: index)] == component.region {
        turns.steps |= 1 << UInt64(successors.steps[index].thread)
      }
    }
    return turns
  }
}
