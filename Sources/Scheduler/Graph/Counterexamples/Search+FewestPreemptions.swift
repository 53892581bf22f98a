/// Counterexamples with the fewest preemptions, and among those the fewest steps.
///
/// A 0-1 search over pairs of a state and the thread that stepped last: a step costs 1 when the
/// last thread could still step and another one steps. Pairs are never merged on the state alone, for
/// two runs to one state can differ in what their next step costs. Within a cost, pairs are visited
/// by number of steps, then in the order in which they were found: by thread, then choice.
extension Search {
  /// A counterexample for each of `broken`, all of which the search has seen broken.
  ///
  /// Minimal unless a limit ended the search, or ends this one: then a run with the fewest steps
  /// stands in for those not found yet.
  mutating func fewestPreemptions(to broken: [Int]) -> [Int: Counterexample] {
    if broken.isEmpty { return [:] }
    var quest = ZeroOneSearch(
      for: broken, subjects, states: store.numbers, threads: system.threads.count,
      isMinimal: limit == nil)
    if !quest.pairs.hasRoom {
      endPassForLackOfRoom()
      return shortestRuns(to: broken)
    }
    repeat {
      var steps = 0
      while steps <= quest.longest && !quest.isDone {
        var waiting = quest.take(steps: steps)
        while !waiting.isEmpty && !quest.isDone {
          if isPassLimitHit(extraBytes: quest.bytes) {
            return quest.found.merging(shortestRuns(to: broken)) { minimal, _ in minimal }
          }
          let batch = nextBatch(from: &waiting, &quest)
          successors.expand(batch.count) { store.state(Int(batch[$0].visit.state)) }
          noteBrokenStates(in: batch, &quest)
          queueSteps(from: batch, steps: steps + 1, &quest)
        }
        steps += 1
      }
    } while !quest.isDone && quest.allowAnotherPreemption()
    precondition(quest.isDone, "the search saw something break that no run breaks")
    return quest.found
  }

  /// Runs with the fewest steps, which need not have the fewest preemptions.
  func shortestRuns(to broken: [Int]) -> [Int: Counterexample] {
    var runs: [Int: Counterexample] = [:]
    for subject in broken {
      guard let number = hits[subject] else { continue }
      var schedule = shortestRun(to: number)
      if subjects.perStep.contains(subject) {
        schedule.steps += breakingStep(subject, from: number)
      }
      runs[subject] = Counterexample(
        schedule: schedule, preemptions: preemptions(of: schedule), isMinimal: false)
    }
    return runs
  }

  /// The first step from state `number` that breaks a property about steps.
  private func breakingStep(_ subject: Int, from number: Int) -> [Schedule.Step] {
    let state = store.state(number)
    successors.expand(1) { _ in state }
    for index in 0..<successors.count {
      let (words, thread) = (
        successors.state(index), Int(successors.steps[index].thread)
      )
      if subjects.isBroken(subject, from: state, to: words, by: thread) {
        return [Schedule.Step(ThreadID(thread), choice: Int(successors.steps[index].choice))]
      }
    }
    return []
  }

  func preemptions(of schedule: Schedule) -> Int {
    do {
      return try system.replay(schedule).preemptions
    } catch {
      preconditionFailure("the search took a step that its replay cannot: \(error)")
    }
  }
}
