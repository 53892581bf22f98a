/// A run that is taken step by step, and can say of a step why it cannot be taken.
struct StepwiseRun {
  let system: System
  let taker: StepTaker<StepFootprint>
  private(set) var state: [UInt64]
  /// How many steps have been taken.
  private(set) var count = 0

  init(of system: System) {
    self.system = system
    taker = StepTaker(of: system)
    state = system.layout.initial
  }

  /// Takes a step; what is recorded of it can then be asked of ``taker``.
  mutating func take(_ step: Schedule.Step) throws(ReplayError) {
    precondition(
      system.threads.indices.contains(step.thread.index) && step.choice >= 0,
      "the system has no such step: \(step)")
    switch taker.take(step.thread.index, from: state, upTo: step.choice) {
    case .taken where taker.count > step.choice: break
    case .taken, .blocked: throw error(whyNot(step))
    case .scriptIsFinished:
      throw error(.finished(thread: system.threads[step.thread.index].name))
    case .runHasEnded: throw error(.runHasEnded)
    }
    state = taker.state(after: step.choice)
    count += 1
  }

  /// Where a thread stands in the newest state, or nil when it has finished.
  func location(of thread: ThreadID) -> Location? {
    system.view(state) { system.location(of: thread, in: $0) }
  }

  func canStep(_ thread: ThreadID, from state: [UInt64]) -> Bool {
    taker.take(thread.index, from: state, upTo: 0) == .taken
  }

  /// Why an unfinished thread does not take a step from the newest state.
  private func whyNot(_ step: Schedule.Step) -> ReplayError.Problem {
    let (name, label) = (
      system.threads[step.thread.index].name, location(of: step.thread)?.label ?? "its end"
    )
    return step.choice == 0
      ? .blocked(thread: name, label: label)
      : .noSuchChoice(thread: name, label: label, choice: step.choice)
  }

  /// The error that the next step has a problem.
  func error(_ problem: ReplayError.Problem) -> ReplayError {
    let runnable = system.threads.indices.compactMap { index -> String? in
      let thread = ThreadID(index)
      guard canStep(thread, from: state),
        let location = location(of: thread)
      else { return nil }
      return "\(system.threads[index].name) at '\(location.label)'"
    }
    return ReplayError(step: count + 1, problem: problem, runnable: runnable)
  }
}
