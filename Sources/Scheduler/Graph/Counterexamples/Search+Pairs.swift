/// Visits to pairs of a state and the thread that stepped last: what searches by preemptions share.
extension Search {
  /// The next visits to pairs not yet visited; notes what the steps of all visits break.
  func nextBatch(
    from waiting: inout ArraySlice<PairVisit>, _ quest: inout ZeroOneSearch
  ) -> [PairArrival] {
    var batch: [PairArrival] = []
    while batch.count < successors.batchCapacity, let visit = waiting.popFirst() {
      if visit.breaks {
        for subject in quest.perStep where quest.isOpen(subject) && isBroken(subject, by: visit) {
          quest.note(subject, bySteppingTo: visit)
        }
      }
      if let arrival = quest.pairs.insert(visit) { batch.append(arrival) }
    }
    return batch
  }

  func isBroken(_ subject: Int, by visit: PairVisit) -> Bool {
    subjects.isBroken(
      subject, from: store.state(Int(visit.from)), to: store.state(Int(visit.state)),
      by: Int(visit.thread))
  }

  /// Notes what is broken in the states of a batch, which has been expanded.
  func noteBrokenStates(in batch: [PairArrival], _ quest: inout ZeroOneSearch) {
    // What is true of a state was found out when it was first visited.
    for (index, arrival) in batch.enumerated() where arrival.isNewState {
      let visit = arrival.visit
      let state = store.state(Int(visit.state))
      for subject in quest.inState where quest.isOpen(subject) && subjects.isHit(subject, state) {
        quest.note(subject, in: visit)
      }
      if successors.canStep[index] == 0 {
        for subject in subjects.endHits(state, quest.atEnd) where quest.isOpen(subject) {
          quest.note(subject, in: visit)
        }
      }
    }
  }

  /// Queues the steps that lead on from a batch; adds their states if nobody has searched before.
  func queueSteps(from batch: [PairArrival], steps: Int, _ quest: inout ZeroOneSearch) {
    var added = 0
    for index in successors.inOrderOfOrigin(batch.count) {
      let origin = successors.steps[index].origin
      let (last, thread) = (batch[origin].visit, successors.steps[index].thread)
      let number = number(ofSuccessor: index, from: batch[origin], &quest, &added)
      // A search that a limit cut short has not stored every state.
      guard let number else { continue }
      var visit = PairVisit(
        state: UInt32(number), from: last.state, thread: thread, fromThread: last.thread,
        choice: successors.steps[index].choice, breaks: false)
      for subject in quest.perStep where quest.isOpen(subject) && !visit.breaks {
        visit.breaks = isBroken(subject, by: visit)
      }
      if !visit.breaks && quest.pairs.contains(visit.state, thread) { continue }
      let couldGoOn =
        last.thread != quest.pairs.nobody
        && successors.canStep[origin] >> UInt64(last.thread) & 1 == 1
      quest.add(visit, steps: steps, isPreemption: thread != last.thread && couldGoOn)
    }
    store.table.settle(claim: 0, added: added)
    if quest.source == .discovered { store.arena.takeBack(from: quest.allotment.next) }
  }

  /// The number of a successor's state, if it is stored.
  ///
  /// The steps from a state are counted as arrivals once, when it is visited for the first time.
  private func number(
    ofSuccessor index: Int, from arrival: PairArrival, _ quest: inout ZeroOneSearch,
    _ added: inout Int
  ) -> Int? {
    let (words, hash) = (
      successors.state(index), successors.hashes[index]
    )
    guard quest.source == .discovered && arrival.isNewState else {
      return store.find(words, hash: hash)
    }
    let alone = InsertionMode(firstNew: .max, portion: 1, isShared: false)
    let (number, isNew) = store.insert(
      words, hash: hash, from: Parent(bits: 0), alone, into: &quest.allotment)
    added += isNew ? 1 : 0
    return number
  }
}
