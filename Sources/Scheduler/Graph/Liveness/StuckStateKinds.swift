/// Tells deadlocks from the kind of deadlock that has a name of its own.
///
/// Where a thread is stuck it stays so, and what becomes of it shows where the others have come to
/// rest: where nobody can step, or what they do repeats. There the state is of the kind, or it is
/// not. A state after which some thread never ends is of the kind if whatever follows comes to
/// rest in states that are, a deadlock if nothing does, and neither while that is open.
struct StuckStateKinds {
  /// By state, by its place.
  private let isOfKind: [Bool]
  private let isDeadlock: [Bool]

  /// `looksLikeKind` says of each state whether it would be of the kind if all came to rest there;
  /// `steps` are all those between the states, by their places.
  ///
  /// What follows a state in which a thread is stuck must be among the states.
  /// - Complexity: O(states + steps).
  init(looksLikeKind: [Bool], steps: [(from: UInt32, to: UInt32)]) {
    let before = StepsBack(steps, count: looksLikeKind.count)
    // Whatever follows these looks like the kind.
    let settled = before.leading(to: looksLikeKind.map(!)).map(!)
    isDeadlock = before.leading(to: settled).map(!)
    isOfKind = before.leading(to: isDeadlock).map(!)
  }

  /// Whether a deadlock, or its kind, is hit in a state.
  func isHit(_ property: PropertyIndex, at place: Int, _ properties: PropertyTable) -> Bool {
    property == properties.deadlock ? isDeadlock[place] : isOfKind[place]
  }

  /// By state, the states one step before it.
  private struct StepsBack {
    /// By state, where those before it begin; and where the last ones end.
    private var starts: [Int]
    private var sources: [UInt32]

    init(_ steps: [(from: UInt32, to: UInt32)], count: Int) {
      starts = Array(repeating: 0, count: count + 1)
      for step in steps { starts[Int(step.to) + 1] += 1 }
      for place in 0..<count { starts[place + 1] += starts[place] }
      var next = starts
      sources = Array(repeating: 0, count: steps.count)
      for step in steps {
        sources[next[Int(step.to)]] = step.from
        next[Int(step.to)] += 1
      }
    }

    /// The states from which some run leads to one of `goals`, those included.
    func leading(to goals: [Bool]) -> [Bool] {
      var found = goals
      var open = goals.indices.filter { goals[$0] }
      while let place = open.popLast() {
        for source in sources[starts[place]..<starts[place + 1]] where !found[Int(source)] {
          found[Int(source)] = true
          open.append(Int(source))
        }
      }
      return found
    }
  }
}
