// Threads that never end, at the end of a replayed run.
extension Replay {
  /// What becomes of the threads after the newest state.
  struct Prospect {
    /// Those that must end and never do.
    var stuck: [ThreadID]
    /// What is hit: deadlock, or its kind; deadlock while that is open.
    var property: PropertyIndex?
    /// Those of them that step again on some run.
    var stepAgain: [ThreadID] = []
    /// Why, one after the other; nil if none is stuck.
    var explanation: String?
    /// Whether there were too many states to find out.
    var isUndecided = false
  }

  /// Whether threads that must end still can, found out by taking all steps from the newest state
  /// on, and not taken from whoever made the schedule.
  func prospect() -> Prospect {
    let isOver = withState(state, { Check.isBroken(in: $0) })
    guard system.deadlock == .someThreadCannotEnd, !isOver else { return Prospect(stuck: []) }
    let answer = EndSearch.answer(in: system, from: state)
    if !answer.isWhole { return Prospect(stuck: [], isUndecided: true) }
    let stuck = system.threads.indices.filter {
      (system.mustEnd & ~answer.canEnd) >> UInt64($0) & 1 == 1
    }.map(ThreadID.init)
    if stuck.isEmpty { return Prospect(stuck: []) }
    let loop = visited.firstIndex(of: state).map { Set(steps[$0...].map(\.thread)) } ?? []
    let texts = stuck.map { thread -> String in
      let stepsAgain = answer.steps >> UInt64(thread.index) & 1 == 1
      return "\(system.threads[thread.index].name) never ends: "
        + text(of: thread, stepsAgain: stepsAgain, goesRound: loop.contains(thread))
    }
    return Prospect(
      stuck: stuck, property: answer.hits.first ?? properties.deadlock,
      stepAgain: stuck.filter { answer.steps >> UInt64($0.index) & 1 == 1 },
      explanation: texts.joined(separator: "; "))
  }

  private func text(of thread: ThreadID, stepsAgain: Bool, goesRound: Bool) -> String {
    let place = place(of: thread)
    if goesRound { return "it goes round, and is at \(place)" }
    if canStep(thread, from: state) { return "it is at \(place), and no way on ends it" }
    let locks = waits(of: thread).map { wait in
      "\(wait.lock), which \(system.threads[wait.owner.index].name) holds"
    }
    let waiting =
      locks.isEmpty
      ? "it waits at \(place)" : "it waits at \(place) for " + locks.joined(separator: " and ")
    return stepsAgain ? waiting + ", and no way on ends it" : waiting
  }

  /// `lock-outer in outer_function()`.
  private func place(of thread: ThreadID) -> String {
    guard let location = location(of: thread) else { return "its end" }
    return location.label + (location.function.map { " in \($0)()" } ?? "")
  }
}
