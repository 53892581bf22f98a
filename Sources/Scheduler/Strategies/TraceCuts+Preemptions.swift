/// The runs of a trace with the fewest preemptions.
extension TraceCuts {
  /// What a run is looked for.
  enum Goal {
    /// A run of the whole trace.
    case end
    /// A run to a state in which a property about states is broken.
    case state(Int)
    /// A run that ends with a step that breaks a property about steps.
    case step(Int)
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
    let cut: Run.Cut
    let last: Int?
  }

  /// A visit to a cut and the thread that stepped last.
  private struct Visit {
    let pair: Pair
    let state: [UInt64]
    /// The visit before it and the event between the two.
    let from: Int
    let place: Int
    let isGoal: Bool
  }

  /// A run of this trace to `goal` with the fewest preemptions, then the fewest steps, if one costs
  /// less than `bound`.
  ///
  /// A 0-1 search over pairs of a cut and the thread that stepped last; a step costs 1 when that
  /// thread could still step, in this trace or another, and another one steps.
  func cheapestRun(
    to goal: Goal, below bound: Cost?, _ subjects: Subjects, _ stepper: Stepper
  ) -> (schedule: Schedule, cost: Cost)? {
    var seen: Set<Pair> = []
    var visits: [Visit] = []
    let start = Pair(cut: Array(repeating: 0, count: run.threads), last: nil)
    var current = [[Visit(pair: start, state: initial, from: -1, place: -1, isGoal: false)]]
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
          if case .state(let subject) = goal { isGoal = isHit(subject, visit.state, subjects) }
          if isGoal { return (schedule(to: visit, visits), cost) }
          guard seen.insert(visit.pair).inserted else { continue }
          visits.append(visit)
          let ready = ready(visit.pair.cut)
          let couldGoOn = couldGoOn(visit, ready, stepper)
          for place in ready {
            let next = step(place, after: visit, number: visits.count - 1, goal, subjects)
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

  private func isHit(_ subject: Int, _ state: [UInt64], _ subjects: Subjects) -> Bool {
    withWords(state) { subjects.isHit(subject, $0) }
  }

  private func step(
    _ place: Int, after visit: Visit, number: Int, _ goal: Goal, _ subjects: Subjects
  ) -> Visit {
    let event = run.events[place]
    var cut = visit.pair.cut
    cut[event.thread] += 1
    let state = visit.state.indices.map { visit.state[$0] ^ event.change[$0] }
    var isGoal = false
    if case .step(let subject) = goal {
      isGoal = withWords(visit.state) { before in
        withWords(state) {
          subjects.isBroken(subject, from: before, to: $0, by: event.thread)
        }
      }
    }
    return Visit(
      pair: Pair(cut: cut, last: event.thread), state: state, from: number, place: place,
      isGoal: isGoal)
  }

  /// Whether the thread that stepped last could step again, be it outside this trace.
  private func couldGoOn(_ visit: Visit, _ ready: [Int], _ stepper: Stepper) -> Bool {
    guard let last = visit.pair.last else { return false }
    return ready.contains { run.events[$0].thread == last }
      || stepper.next(last, from: visit.state).canStep
  }

  private func schedule(to visit: Visit, _ visits: [Visit]) -> Schedule {
    var steps: [Schedule.Step] = []
    var visit = visit
    while visit.from >= 0 {
      let event = run.events[visit.place]
      steps.append(Schedule.Step(ThreadID(event.thread), choice: event.choice))
      visit = visits[visit.from]
    }
    return Schedule(steps.reversed())
  }
}

/// Lends a state as the pointer that properties and machines want.
func withWords<Result>(_ state: [UInt64], _ body: (Words) -> Result) -> Result {
  var state = state
  return state.withUnsafeMutableBufferPointer { buffer in
    guard let words = buffer.baseAddress else { preconditionFailure("a state has a word") }
    return body(words)
  }
}
