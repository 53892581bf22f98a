/// A run that goes round for ever: its stem leads to a state, its loop from there back to it.
struct Lasso {
  let stem: [Schedule.Step]
  let loop: [Schedule.Step]
  /// What the threads do in the loop.
  let turns: Turns
}

extension Lasso {
  /// A run to the entry of a fair component, and a loop from there through the component that is fair to
  /// every thread; `all` is what the threads do in all of it.
  ///
  /// The loop goes from one thing that fairness asks for to the nearest other one, by thread and
  /// choice, and then back; it is short, but there may be a shorter one. It goes nowhere outside the
  /// component, so it cannot become unfair to a thread that the component is fair to for never
  /// letting it step.
  static func short(
    after stem: Stem, _ all: Turns, _ fairness: Fairness, _ steps: GraphSteps,
    _ regions: StateRegions
  ) -> Lasso {
    var walk = LoopWalk(from: stem.entry, steps, regions)
    walk.goRound(all, fairness)
    return Lasso(stem: stem.steps, loop: walk.loop, turns: walk.turns)
  }
}

/// A walk through a component, from its entry back to it.
private struct LoopWalk {
  private let steps: GraphSteps
  private let regions: StateRegions
  private let entry: UInt32
  private var state: UInt32
  private(set) var loop: [Schedule.Step] = []
  private(set) var turns = Turns()

  init(from entry: UInt32, _ steps: GraphSteps, _ regions: StateRegions) {
    (self.entry, state, self.steps, self.regions) = (entry, entry, steps, regions)
    turns.visit(steps.steps(from: entry).able)
  }

  mutating func goRound(_ all: Turns, _ fairness: Fairness) {
    let region = regions[entry]
    while true {
      // Weak fairness is also content where a thread cannot step.
      let (wanted, pauses) =
        switch fairness {
        case .weak: (turns.always & ~turns.steps, turns.always & ~turns.steps)
        case .strong: (all.steps & ~turns.steps, UInt64(0))
        }
      if wanted == 0 { break }
      follow(
        way(in: region) { able, step in
          pauses & ~able != 0 || step.map { wanted >> UInt64($0.thread.index) & 1 == 1 } ?? false
        })
    }
    if state != entry || loop.isEmpty { follow(way(in: region, to: entry)) }
  }

  private typealias Leg = [(step: Schedule.Step, to: UInt32)]

  private mutating func follow(_ leg: Leg) {
    for (step, next) in leg {
      loop.append(step)
      turns.steps |= 1 << UInt64(step.thread.index)
      turns.visit(steps.steps(from: next).able)
      state = next
    }
  }

  /// The fewest steps inside a region, at least one, to `target` or to where `isGoal`, which is
  /// asked of states, with who can step there, and of steps.
  private func way(
    in region: UInt32, to target: UInt32? = nil,
    isGoal: (_ able: UInt64, _ step: Schedule.Step?) -> Bool = { _, _ in false }
  ) -> Leg {
    let start = state
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
      let (able, next) = steps.steps(from: state)
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
