/// A run that goes round for ever: its stem leads to a state, its loop from there back to it.
struct Lasso {
  let stem: [Schedule.Step]
  let loop: [Schedule.Step]
  /// What the threads do in the loop.
  let turns: Turns
}

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
/// - Weak fairness: a component has a weakly fair cycle if and only if each thread either steps inside
///   it or cannot step in some state of it. *If*: the cycle that goes everywhere in the component
///   has both. *Only if*: what a cycle inside it has, the component has. So components never have to
///   be taken apart for it.
/// - Strong fairness: a thread that never steps inside a component must not be able to where the cycle
///   goes. The states in which such a thread can step are taken out, and what is left falls into
///   components anew; one without such threads has a strongly fair cycle, the one that goes everywhere
///   in it (Emerson and Lei, 1987).
///
/// A thread that has finished, or waits, cannot step. On any cycle somebody steps, and whoever steps on a
/// fair cycle never finishes: each fair cycle breaks ``Property/Kind/terminates(_:)``. Deadlocks and broken
/// checks end a run and lie on no cycle.
extension Search {
  /// Looks for fair cycles of either kind in the graph of a search that has come to its end.
  mutating func cycles() -> Cycles {
    var regions = StateRegions(states: store.numbers)
    if !regions.hasRoom {
      endPassForLackOfRoom()
      return Cycles(weak: .limit, strong: .limit)
    }
    var roots: [UInt32] = [0]
    if let counter {
      roots = []
      for number in 0..<UInt32(store.numbers) {
        if counter.hasFollowed(Int(number)) {
          regions.move(number, to: StateRegions.none)
        } else {
          roots.append(number)
        }
      }
    }
    guard let components = components(of: 0, from: roots, &regions) else {
      return Cycles(weak: .limit, strong: .limit)
    }
    // Strong fairness takes components apart, so it comes last.
    let weak = answer(.weak, components, &regions)
    return Cycles(weak: weak, strong: answer(.strong, components, &regions))
  }

  private mutating func answer(
    _ fairness: Fairness, _ components: [Component], _ regions: inout StateRegions
  ) -> CycleAnswer {
    var waiting = components
    var passedOver: UInt64 = 0
    var fair: [UInt32: Turns] = [:]
    while let component = waiting.popLast() {
      let bytes = store.numbers * StateRegions.bytesPerState + component.states.count * 8
      if isPassLimitHit(extraBytes: bytes) { return .limit }
      let turns = turns(in: component, regions)
      let unfairTo = turns.passedOver(fairness)
      if unfairTo == 0 {
        fair[component.region] = turns
        continue
      }
      passedOver |= unfairTo
      if fairness == .strong {
        guard let parts = parts(of: component, without: unfairTo, &regions) else { return .limit }
        waiting += parts
      }
    }
    if fair.isEmpty { return .none(passedOver: passedOver) }
    guard let (stem, entry) = stem(into: Set(fair.keys), regions), let turns = fair[regions[entry]]
    else { return .limit }
    return .fair(lasso(stem, to: entry, turns, fairness, regions))
  }

  /// The components among the states of one in which none of `threads` can step.
  private mutating func parts(
    of component: Component, without threads: UInt64, _ regions: inout StateRegions
  ) -> [Component]? {
    let rest = component.states.filter { steps(from: $0).able & threads == 0 }
    let region = regions.open()
    for state in rest { regions.move(state, to: region) }
    return components(of: region, from: rest, &regions)
  }

  /// What the threads do in all of a component.
  private func turns(in component: Component, _ regions: borrowing StateRegions) -> Turns {
    var turns = Turns()
    var rest = component.states[...]
    while !rest.isEmpty {
      let batch = rest.prefix(successors.batchCapacity)
      rest = rest.dropFirst(batch.count)
      successors.expand(batch.count) { store.state(Int(batch[batch.startIndex + $0])) }
      for index in 0..<batch.count { turns.visit(successors.canStep[index]) }
      for index in 0..<successors.count
      where regions[number(ofSuccessor: index)] == component.region {
        turns.steps |= 1 << UInt64(successors.steps[index].thread)
      }
    }
    return turns
  }
}
