/// Goes on with a run after which a thread is stuck until everybody can see it: until nobody can
/// step, or what the threads do repeats.
///
/// The thread that stepped last goes on for as long as it can, and then the first one that must
/// end: no step is a preemption. Of several results of a step the first is taken.
struct StuckRun {
  private let simulator: Simulator
  /// The most steps that are added.
  private static var longest: Int { 1000 }

  init(of system: System) { simulator = Simulator(system) }

  /// The run, with the steps that show it.
  func goingOn(with counterexample: Counterexample) -> Counterexample {
    simulator.start()
    for step in counterexample.schedule.steps {
      guard let index = simulator.possible.index(of: step) else {
        preconditionFailure("a run has a step that cannot be taken: \(step)")
      }
      simulator.take(index)
    }
    let seen = simulator.seen.properties
    var visited: Set<[UInt64]> = [simulator.words]
    var steps = simulator.steps
    while !simulator.isOver && visited.count < Self.longest {
      guard let index = next(after: steps.last) else { break }
      simulator.take(index)
      // What else breaks is a story of its own.
      let isTold = simulator.seen.properties == seen
      if !isTold && !simulator.isOver { break }
      steps = simulator.steps
      if !visited.insert(simulator.words).inserted { break }
    }
    var result = counterexample
    result.schedule = Schedule(steps)
    return result
  }

  private func next(after last: Schedule.Step?) -> Int? {
    let possible = simulator.possible
    if let last, possible.canStep >> UInt64(last.thread.index) & 1 == 1 {
      return possible.indices(of: last.thread.index).lowerBound
    }
    let wanted = possible.canStep & simulator.properties.system.mustEnd
    let able = wanted == 0 ? possible.canStep : wanted
    return able == 0 ? nil : possible.indices(of: able.trailingZeroBitCount).lowerBound
  }
}
