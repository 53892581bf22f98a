/// Takes preemptions and steps out of a run by trial, as long as it still breaks the same.
///
/// Greedy: a stretch of one thread's steps is left out, or put beside another one of the same
/// thread; steps that are then impossible fall away, and so does all behind the step that breaks
/// the property. What has fewer preemptions, or as many and fewer steps, is kept. The result need
/// not be minimal.
struct Shrinker {
  /// Trials end after so many steps.
  private static var mostSteps: Int { 200_000 }

  private let simulator: Simulator
  private let property: PropertyIndex
  /// Tells deadlocks in which somebody can still step; nil where there are none.
  private let judge: StuckJudge?

  init(of simulator: Simulator, breaking property: PropertyIndex) {
    (self.simulator, self.property) = (simulator, property)
    let (system, properties) = (simulator.properties.system, simulator.properties)
    let isAboutEnds =
      properties.isAboutStuckThreads(property) && system.deadlock == .someThreadCannotEnd
    judge = isAboutEnds ? StuckJudge(of: system, property) : nil
  }

  /// The smallest run that was found; `steps` breaks the property.
  func shrink(_ steps: [Schedule.Step]) -> Counterexample {
    let smallest = smallest(steps)
    return judge == nil
      ? smallest : StuckRun(of: simulator.properties.system).goingOn(with: smallest)
  }

  private func smallest(_ steps: [Schedule.Step]) -> Counterexample {
    guard var best = attempt(steps, isKnownToBreak: judge != nil) else {
      preconditionFailure("a run that was taken does not break the same again")
    }
    let last = simulator.stepsTaken + Self.mostSteps
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for candidate in candidates(best.schedule.steps) where simulator.stepsTaken < last {
        guard let smaller = attempt(candidate), Self.isSmaller(smaller, than: best) else {
          continue
        }
        (best, isSmaller) = (smaller, true)
        break
      }
    }
    return best
  }

  private static func isSmaller(_ left: Counterexample, than right: Counterexample) -> Bool {
    (left.preemptions, left.steps) < (right.preemptions, right.steps)
  }

  /// What becomes of a run when impossible steps are left out; nil if it no longer breaks the
  /// property.
  private func attempt(
    _ steps: [Schedule.Step], isKnownToBreak: Bool = false
  ) -> Counterexample? {
    simulator.start()
    for step in steps where simulator.seen[property] == nil {
      if let index = simulator.possible.index(of: step) { simulator.take(index) }
    }
    if simulator.seen[property] == nil && !isKnownToBreak {
      guard let judge, judge.isStuck(simulator.words) else { return nil }
    }
    return Counterexample(
      schedule: Schedule(simulator.steps), preemptions: simulator.preemptions, isMinimal: false)
  }

  /// Says of states whether a thread is stuck there, by a deadlock or by its kind, as long as that
  /// takes few states.
  private final class StuckJudge {
    private let system: System
    private let property: PropertyIndex
    private var known: [[UInt64]: Bool] = [:]
    private var left = 100

    init(of system: System, _ property: PropertyIndex) {
      (self.system, self.property) = (system, property)
    }

    func isStuck(_ state: [UInt64]) -> Bool {
      if let known = known[state] { return known }
      if left == 0 { return false }
      let answer = EndSearch.answer(in: system, from: state, mostStates: 10_000)
      if !answer.isWhole { left -= 1 }
      known[state] = answer.isWhole && answer.hits.contains(property)
      return known[state] ?? false
    }
  }

  /// The run without each of its stretches, and with each two stretches of one thread side by
  /// side.
  private func candidates(_ steps: [Schedule.Step]) -> some Sequence<[Schedule.Step]> {
    let stretches = Self.stretches(steps)
    let shorter = stretches.indices.lazy.map { left in
      stretches.indices.lazy.filter { $0 != left }.flatMap { stretches[$0] }
    }
    let pairs = stretches.indices.lazy.flatMap { first in
      (first + 1..<stretches.count).lazy.filter {
        stretches[$0][0].thread == stretches[first][0].thread
      }.flatMap { [(first, $0, $0), (first, $0, first)] }
    }
    // Both join the two stretches: at the place of the first, or at that of the second.
    let joined = pairs.map { first, second, moved in
      var order = Array(stretches.indices)
      order.remove(at: moved)
      order.insert(moved, at: moved == second ? first + 1 : second - 1)
      return order.flatMap { stretches[$0] }
    }
    return [AnySequence(shorter.map { Array($0) }), AnySequence(joined)].lazy.joined()
  }

  /// The steps, cut where the thread changes.
  private static func stretches(_ steps: [Schedule.Step]) -> [[Schedule.Step]] {
    steps.reduce(into: []) { stretches, step in
      if let last = stretches.last, last[0].thread == step.thread {
        stretches[stretches.count - 1].append(step)
      } else {
        stretches.append([step])
      }
    }
  }
}
