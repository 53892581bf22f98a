/// Short loops through fair components.
extension Search {
  /// A run to `entry`, and a loop from there through its region that is fair to every thread.
  ///
  /// The loop goes from one thing that fairness asks for to the nearest other one, by thread and
  /// choice, and then back; it is short, but there may be a shorter one. It goes nowhere outside the
  /// component, so it cannot become unfair to a thread that the component is fair to for never
  /// letting it step.
  func lasso(
    _ stem: [Schedule.Step], to entry: UInt32, _ all: Turns, _ fairness: Fairness,
    _ regions: borrowing StateRegions
  ) -> Lasso {
    let region = regions[entry]
    var loop: [Schedule.Step] = []
    var turns = Turns()
    var state = entry
    turns.visit(steps(from: state).able)
    while true {
      // Weak fairness is also content where a thread cannot step.
      let (steps, pauses) =
        switch fairness {
        case .weak: (turns.always & ~turns.steps, turns.always & ~turns.steps)
        case .strong: (all.steps & ~turns.steps, UInt64(0))
        }
      if steps == 0 { break }
      let leg = way(from: state, in: region, regions) { able, step in
        pauses & ~able != 0 || step.map { steps >> UInt64($0.thread.index) & 1 == 1 } ?? false
      }
      follow(leg, &state, &turns, &loop)
    }
    if state != entry || loop.isEmpty {
      let back = way(from: state, in: region, regions, to: entry)
      follow(back, &state, &turns, &loop)
    }
    return Lasso(stem: stem, loop: loop, turns: turns)
  }

  private typealias Leg = [(step: Schedule.Step, to: UInt32)]

  private func follow(
    _ leg: Leg, _ state: inout UInt32, _ turns: inout Turns, _ loop: inout [Schedule.Step]
  ) {
    for (step, next) in leg {
      loop.append(step)
      turns.steps |= 1 << UInt64(step.thread.index)
      turns.visit(steps(from: next).able)
      state = next
    }
  }

  /// The fewest steps inside a region, at least one, to `target` or to where `isGoal`, which is
  /// asked of states, with who can step there, and of steps.
  private func way(
    from start: UInt32, in region: UInt32, _ regions: borrowing StateRegions,
    to target: UInt32? = nil,
    isGoal: (_ able: UInt64, _ step: Schedule.Step?) -> Bool = { _, _ in false }
  ) -> Leg {
    var before: [UInt32: (step: Schedule.Step, from: UInt32)] = [:]
    var queue = [start]
    var head = 0
    /// The steps to a state that was found, without those before `start`.
    func run(to state: UInt32) -> Leg {
      var leg: Leg = []
      var state = state
      while state != start, let last = before[state] {
        leg.append((last.step, state))
        state = last.from
      }
      return leg.reversed()
    }
    while head < queue.count {
      let state = queue[head]
      head += 1
      let (able, next) = steps(from: state)
      if state != start && isGoal(able, nil) { return run(to: state) }
      for (step, to) in next where regions[to] == region {
        if to == target || isGoal(able, step) { return run(to: state) + [(step, to)] }
        if to == start || before[to] != nil { continue }
        before[to] = (step, state)
        queue.append(to)
      }
    }
    preconditionFailure("a component lacks what it was found to have")
  }
}
