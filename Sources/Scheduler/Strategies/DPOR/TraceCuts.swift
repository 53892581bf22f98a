/// The states between the steps of all runs of one trace.
///
/// A run of the trace takes, at any time, the steps of one of the trace's cuts, and every cut is
/// what some run has taken. So the states that a system can reach are those of the cuts of its
/// traces, and what is judged on all cuts of all traces is judged on all reachable states (Cooper
/// and Marzullo, "Consistent detection of global predicates", 1991).
struct TraceCuts {
  let run: Execution
  let initial: [UInt64]
  private let words: Int

  init(of run: Execution, from initial: [UInt64]) {
    (self.run, self.initial) = (run, initial)
    words = initial.count
  }

  /// What a visitor of cuts is shown.
  struct Visitor {
    /// The state after a cut, and the positions of the cut's events in the order of the run.
    var state: (StateRef, ArraySlice<Int>) -> Void
    /// The state before a step, the state after it, the thread that takes it, and the positions
    /// before it; nil if nobody wants to know.
    var step: ((StateRef, StateRef, Int, ArraySlice<Int>) -> Void)?
    /// Asked at each cut; true ends the visit.
    var isStopped: () -> Bool
  }

  /// Shows every cut once, and every step from a cut; leaves out those that lie among the first
  /// `known` events.
  ///
  /// The positions of a cut, in order, can be taken in that order, so adding only later positions
  /// meets every cut exactly once.
  /// - Complexity: O(cuts x threads^2).
  func visit(beyond known: Int, _ visitor: Visitor) {
    let states = StateBuffer(run.count + 2, words: words)
    for word in 0..<words { states[0][word] = initial[word] }
    var cut: Execution.Cut = Array(repeating: 0, count: run.threads)
    var taken: [Int] = []
    // The positions that may still be added to the cut before each of the taken events.
    var open = [ready(cut)]
    if known == 0 { visitor.state(states[0], taken[...]) }
    showSteps(from: states[0], cut, taken, beyond: known, visitor)
    while !open.isEmpty {
      if let position = open[open.count - 1].popLast() {
        if visitor.isStopped() { return }
        let state = states[taken.count + 1]
        apply(run.events[position], to: states[taken.count], into: state)
        taken.append(position)
        cut[run.events[position].thread] += 1
        if position >= known { visitor.state(state, taken[...]) }
        showSteps(from: state, cut, taken, beyond: known, visitor)
        open.append(ready(cut).filter { $0 > position })
      } else {
        open.removeLast()
        if let position = taken.popLast() { cut[run.events[position].thread] -= 1 }
      }
    }
  }

  /// The positions of the events that can be taken next after a cut, by thread.
  func ready(_ cut: Execution.Cut) -> [Int] {
    run.positions.indices.compactMap { thread in
      let taken = Int(cut[thread])
      guard taken < run.positions[thread].count else { return nil }
      let position = run.positions[thread][taken]
      return run.isNext(after: cut, position) ? position : nil
    }
  }

  private func apply(_ event: Execution.Event, to state: StateRef, into next: StateRef) {
    for word in 0..<words { next[word] = state[word] ^ event.change[word] }
  }

  private func showSteps(
    from state: StateRef, _ cut: Execution.Cut, _ taken: [Int], beyond known: Int,
    _ visitor: Visitor
  ) {
    guard let show = visitor.step else { return }
    let next = StateBuffer(1, words: words)
    for position in ready(cut) where max(position, taken.last ?? 0) >= known {
      apply(run.events[position], to: state, into: next[0])
      show(state, next[0], run.events[position].thread, taken[...])
    }
  }
}

/// The runs of a trace with the fewest preemptions.
extension TraceCuts {
  /// What a run is looked for.
  enum Goal {
    /// A run of the whole trace.
    case end
    /// A run to a state in which a property about states is broken.
    case state(PropertyIndex)
    /// A run that ends with a step that breaks a property about steps.
    case step(PropertyIndex)
  }

  /// What a run costs, cheapest first.
  struct Cost: Comparable {
    var preemptions: Int
    var steps: Int

    static func < (left: Self, right: Self) -> Bool {
      (left.preemptions, left.steps) < (right.preemptions, right.steps)
    }
  }

  private struct Pair: Hashable {
    let cut: Execution.Cut
    let last: Int?
  }

  /// A visit to a cut and the thread that stepped last.
  private struct Visit {
    let pair: Pair
    let state: [UInt64]
    /// The visit before it and the event between the two.
    let from: Int
    let position: Int
    let isGoal: Bool
  }

  /// A run of this trace to `goal` with the fewest preemptions, then the fewest steps, if one
  /// costs less than `bound`.
  ///
  /// A 0-1 search over pairs of a cut and the thread that stepped last; a step costs 1 when that
  /// thread could still step, in this trace or another, and another one steps.
  func cheapestRun(
    to goal: Goal, below bound: Cost?, _ properties: PropertyTable, _ stepper: Stepper
  ) -> (schedule: Schedule, cost: Cost)? {
    var seen: Set<Pair> = []
    var visits: [Visit] = []
    let start = Pair(cut: Array(repeating: 0, count: run.threads), last: nil)
    var current = [[Visit(pair: start, state: initial, from: -1, position: -1, isGoal: false)]]
    var cost = Cost(preemptions: 0, steps: 0)
    let whole = run.whole
    while !current.isEmpty {
      var costlier: [[Visit]] = []
      cost.steps = 0
      while cost.steps < current.count {
        if let bound, cost >= bound { return nil }
        for visit in current[cost.steps] {
          var isGoal = visit.isGoal
          if case .end = goal { isGoal = visit.pair.cut == whole }
          if case .state(let property) = goal { isGoal = isHit(property, visit.state, properties) }
          if isGoal { return (schedule(to: visit, visits), cost) }
          guard seen.insert(visit.pair).inserted else { continue }
          visits.append(visit)
          let ready = ready(visit.pair.cut)
          let couldGoOn = couldGoOn(visit, ready, stepper, properties.system)
          for position in ready {
            let next = step(position, after: visit, number: visits.count - 1, goal, properties)
            if !next.isGoal && seen.contains(next.pair) { continue }
            if couldGoOn && next.pair.last != visit.pair.last {
              Self.add(next, cost.steps + 1, to: &costlier)
            } else {
              Self.add(next, cost.steps + 1, to: &current)
            }
          }
        }
        cost.steps += 1
      }
      current = costlier
      cost.preemptions += 1
    }
    return nil
  }

  private static func add(_ visit: Visit, _ steps: Int, to buckets: inout [[Visit]]) {
    while buckets.count <= steps { buckets.append([]) }
    buckets[steps].append(visit)
  }

  private func isHit(_ property: PropertyIndex, _ state: [UInt64], _ properties: PropertyTable)
    -> Bool
  {
    withState(state) { properties.isHit(property, in: $0) }
  }

  private func step(
    _ position: Int, after visit: Visit, number: Int, _ goal: Goal, _ properties: PropertyTable
  ) -> Visit {
    let event = run.events[position]
    var cut = visit.pair.cut
    cut[event.thread] += 1
    let state = visit.state.indices.map { visit.state[$0] ^ event.change[$0] }
    var isGoal = false
    if case .step(let property) = goal {
      isGoal = withState(visit.state) { before in
        withState(state) {
          properties.isHit(property, from: before, to: $0, by: event.thread)
        }
      }
    }
    return Visit(
      pair: Pair(cut: cut, last: event.thread), state: state, from: number, position: position,
      isGoal: isGoal)
  }

  /// Whether the thread that stepped last could step again, be it outside this trace.
  private func couldGoOn(
    _ visit: Visit, _ ready: [Int], _ stepper: Stepper, _ system: System
  ) -> Bool {
    guard let last = visit.pair.last, !system.rests(ThreadID(last), in: visit.state) else {
      return false
    }
    return ready.contains { run.events[$0].thread == last }
      || stepper.next(last, from: visit.state).canStep
  }

  private func schedule(to visit: Visit, _ visits: [Visit]) -> Schedule {
    var steps: [Schedule.Step] = []
    var visit = visit
    while visit.from >= 0 {
      let event = run.events[visit.position]
      steps.append(Schedule.Step(ThreadID(event.thread), choice: event.choice))
      visit = visits[visit.from]
    }
    return Schedule(steps.reversed())
  }
}
