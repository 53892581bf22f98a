/// How each state was reached first, by number.
private struct FirstSteps: ~Copyable {
  /// The state before, plus one; 0 is not reached.
  private let from: ReservedMemory<UInt32>
  private let thread: ReservedMemory<UInt8>
  private let choice: ReservedMemory<UInt8>
  /// Whether there is address space for every state.
  let hasRoom: Bool

  static let bytesPerState = 6

  init(states: Int, in space: AddressSpace) {
    from = ReservedMemory(capacity: states, in: space)
    thread = ReservedMemory(capacity: states, in: space)
    choice = ReservedMemory(capacity: states, in: space)
    hasRoom = min(from.capacity, thread.capacity, choice.capacity) >= states
  }

  /// Notes the step to a state; false when it, or the initial state, was reached before.
  func reach(_ state: UInt32, from before: UInt32, by step: Schedule.Step) -> Bool {
    if state == 0 || from[Int(state)] != 0 { return false }
    from[Int(state)] = before + 1
    thread[Int(state)] = UInt8(step.thread.index)
    choice[Int(state)] = UInt8(step.choice)
    return true
  }

  func run(to state: UInt32) -> [Schedule.Step] {
    var steps: [Schedule.Step] = []
    var place = Int(state)
    while place != 0 {
      steps.append(Schedule.Step(ThreadID(Int(thread[place])), choice: Int(choice[place])))
      place = Int(from[place]) - 1
    }
    return steps.reversed()
  }
}

/// A shortest run to where an endless run goes round.
struct Stem {
  let steps: [Schedule.Step]
  /// The state that it ends in.
  let entry: UInt32

  /// A shortest run into one of the regions `targets`; nil when a limit is hit.
  ///
  /// Of several, the first that a breadth-first search by thread and choice comes to, whatever the
  /// numbers of the states are. `mayUse` is told the bytes in use now and then; false ends the
  /// search.
  static func shortest(
    into targets: Set<UInt32>, _ steps: GraphSteps, _ regions: StateRegions,
    mayUse: (_ bytes: Int) -> Bool
  ) -> Stem? {
    if targets.contains(regions[0]) { return Stem(steps: [], entry: 0) }
    let states = steps.graph.store.numbers
    let reached = FirstSteps(states: states, in: steps.graph.space)
    if !reached.hasRoom {
      steps.graph.stopForLackOfRoom()
      return nil
    }
    var (level, expanded) = ([UInt32(0)], 0)
    while !level.isEmpty {
      var next: [UInt32] = []
      for state in level {
        if expanded % 4096 == 0, !mayUse(states * FirstSteps.bytesPerState) { return nil }
        expanded += 1
        for (step, to) in steps.steps(from: state).steps
        where reached.reach(to, from: state, by: step) {
          if targets.contains(regions[to]) { return Stem(steps: reached.run(to: to), entry: to) }
          next.append(to)
        }
      }
      level = next
    }
    preconditionFailure("a component that no run reaches")
  }
}
