/// How each state was reached first, by number.
private struct FirstSteps: ~Copyable {
  /// The state before, plus one; 0 is not reached.
  private let from: ReservedMemory<UInt32>
  private let thread: ReservedMemory<UInt8>
  private let choice: ReservedMemory<UInt8>
  /// Whether there is address space for every state.
  let hasRoom: Bool

  static let bytesPerState = 6

  init(states: Int) {
    from = ReservedMemory(capacity: states)
    thread = ReservedMemory(capacity: states)
    choice = ReservedMemory(capacity: states)
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

extension Search {
  /// A shortest run into one of the `targets`, and the state it ends in; nil when a limit is hit.
  ///
  /// Of several, the first that a breadth-first search by thread and choice comes to, whatever the
  /// numbers of the states are.
  mutating func stem(
    into targets: Set<UInt32>, _ regions: borrowing StateRegions
  ) -> (steps: [Schedule.Step], entry: UInt32)? {
    if targets.contains(regions[0]) { return ([], 0) }
    let reached = FirstSteps(states: store.numbers)
    if !reached.hasRoom {
      endPassForLackOfRoom()
      return nil
    }
    var (level, expanded) = ([UInt32(0)], 0)
    while !level.isEmpty {
      var next: [UInt32] = []
      for state in level {
        let bytes = store.numbers * (StateRegions.bytesPerState + FirstSteps.bytesPerState)
        if expanded % 4096 == 0, isPassLimitHit(extraBytes: bytes) { return nil }
        expanded += 1
        for (step, to) in steps(from: state).steps
        where reached.reach(to, from: state, by: step) {
          if targets.contains(regions[to]) { return (reached.run(to: to), to) }
          next.append(to)
        }
      }
      level = next
    }
    preconditionFailure("a component that no run reaches")
  }
}
