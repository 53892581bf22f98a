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
    var quest = PreemptionQuest(
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
          successors.expand(batch.count) { store.state(Int(batch[$0].state)) }
          noteBrokenStates(in: batch, &quest)
          queueSteps(from: batch, steps: steps + 1, &quest)
        }
        steps += 1
      }
    } while !quest.isDone && quest.allowAnotherPreemption()
    precondition(quest.isDone, "the search saw something break that no run breaks")
    return quest.found
  }

  /// The next visits to pairs not yet visited; notes what the steps of all visits break.
  private func nextBatch(
    from waiting: inout ArraySlice<PairVisit>, _ quest: inout PreemptionQuest
  ) -> [PairVisit] {
    var batch: [PairVisit] = []
    while batch.count < successors.batchCapacity, let visit = waiting.popFirst() {
      if visit.breaks {
        for subject in quest.perStep where quest.isOpen(subject) && isBroken(subject, by: visit) {
          quest.note(subject, bySteppingTo: visit)
        }
      }
      if quest.pairs.insert(visit) { batch.append(visit) }
    }
    return batch
  }

  private func isBroken(_ subject: Int, by visit: PairVisit) -> Bool {
    subjects.isBroken(
      subject, from: store.state(Int(visit.from)), to: store.state(Int(visit.state)),
      by: Int(visit.thread))
  }

  /// Notes what is broken in the states of a batch, which has been expanded.
  private func noteBrokenStates(in batch: [PairVisit], _ quest: inout PreemptionQuest) {
    for (index, visit) in batch.enumerated() {
      let state = store.state(Int(visit.state))
      for subject in quest.inState where quest.isOpen(subject) && subjects.isHit(subject, state) {
        quest.note(subject, in: visit)
      }
      if successors.canStep[index] == 0 {
        for subject in endHits(state, at: index, quest.atEnd) where quest.isOpen(subject) {
          quest.note(subject, in: visit)
        }
      }
    }
  }

  /// Queues the steps that lead on from a batch.
  private func queueSteps(from batch: [PairVisit], steps: Int, _ quest: inout PreemptionQuest) {
    for index in successors.inOrderOfOrigin(batch.count) {
      let origin = Int(successors.origin[index])
      let (last, thread) = (batch[origin], successors.thread[index])
      let words = successors.words + index * store.width.words
      // A search that a limit cut short has not stored every state.
      guard let number = store.find(words, hash: successors.hashes[index]) else { continue }
      var visit = PairVisit(
        state: UInt32(number), from: last.state, thread: thread, fromThread: last.thread,
        choice: successors.choice[index], breaks: false)
      for subject in quest.perStep where quest.isOpen(subject) && !visit.breaks {
        visit.breaks = isBroken(subject, by: visit)
      }
      if !visit.breaks && quest.pairs.contains(visit.state, thread) { continue }
      let couldGoOn =
        last.thread != quest.pairs.nobody
        && successors.canStep[origin] >> UInt64(last.thread) & 1 == 1
      quest.add(visit, steps: steps, isPreemption: thread != last.thread && couldGoOn)
    }
  }

  /// Runs with the fewest steps, which need not have the fewest preemptions.
  private func shortestRuns(to broken: [Int]) -> [Int: Counterexample] {
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
        successors.words + index * store.width.words, Int(successors.thread[index])
      )
      if subjects.isBroken(subject, from: state, to: words, by: thread) {
        return [Schedule.Step(ThreadID(thread), choice: Int(successors.choice[index]))]
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
