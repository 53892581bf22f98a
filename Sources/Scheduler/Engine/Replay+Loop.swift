/// Loops at the end of a replayed run.
extension Replay {
  /// The steps that lead from an earlier state back to it, and what repeating them breaks.
  struct Loop {
    /// The number of the first step.
    var start: Int
    var broken: [Int]
    var explanation: String
  }

  /// The longest loop at the end of the run whose repetition for ever would be fair; nil if none is.
  ///
  /// Whether it is fair is found out here, from the states that the run has visited, and not taken
  /// from whoever made the schedule.
  func brokenLoop() -> Loop? {
    for start in visited.indices where visited[start] == state {
      let turns = turns(from: start)
      let broken = subjects.terminates.filter {
        subjects.fairness(of: $0).map { turns.passedOver($0) == 0 } ?? false
      }
      if !broken.isEmpty {
        return Loop(start: start + 1, broken: broken, explanation: explanation(start, turns))
      }
    }
    return nil
  }

  private func turns(from start: Int) -> Turns {
    var turns = Turns()
    for index in visited.indices[start...] {
      turns.steps |= 1 << UInt64(steps[index].thread.index)
      turns.visit(
        system.threads.indices.reduce(0) { able, thread in
          Self.step(ThreadID(thread), 0, from: visited[index], of: system) == nil
            ? able : able | 1 << UInt64(thread)
        })
    }
    return turns
  }

  /// What each thread does while the loop is repeated.
  private func explanation(_ start: Int, _ turns: Turns) -> String {
    let threads = system.threads.indices.map { index -> String in
      let name = system.threads[index].name
      func has(_ threads: UInt64) -> Bool { threads >> UInt64(index) & 1 == 1 }
      if has(turns.steps) { return "\(name) goes round" }
      guard let location = system.view(state, { system.location(of: ThreadID(index), in: $0) })
      else { return "\(name) has finished" }
      return has(turns.ever)
        ? "\(name) is passed over at \(location.label), where it can step only now and then"
        : "\(name) waits at \(location.label)"
    }
    let loop =
      start + 1 == steps.count
      ? "step \(steps.count)" : "steps \(start + 1) to \(steps.count)"
    return "\(loop) can be repeated for ever: " + threads.joined(separator: "; ")
  }
}
