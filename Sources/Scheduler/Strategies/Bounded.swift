/// Iterative context bounding (Musuvathi and Qadeer, PLDI 2007), exactly.
///
/// A 0-1 search over pairs of a state and the thread that stepped last, as for the fewest preemptions
/// (``Search/fewestPreemptions(to:)``), but without a search before it: a bound keeps the states
/// small where all of them are too many. A state within the bound is one that some run with at most
/// that many preemptions reaches. States alone are never merged, because two runs to one state can differ in
/// what their next step costs.
///
/// The bound cuts nothing off when every step from every state within it leads to a state within
/// it, and none that it forbids breaks a property of steps. These states are then all the reachable ones,
/// so that the answer is that of the exhaustive search. One thread searches, whatever `jobs` says.
extension Explorer {
  static func bounded<W: Width>(
    _ system: System, _ width: W, _ options: Options, preemptions most: Int?
  ) -> Exploration {
    var search = Search(of: system, width: width, options)
    let found = search.runBounded(by: most)
    let properties = search.properties
    var evidence = Evidence(properties, found.limit == nil ? .whole : .part)
    evidence.reached = found.runs.of(properties.isLandmark).mapValues(\.schedule)
    evidence.counterexamples = found.runs.of { !properties.isLandmark($0) }
    if found.limit == nil { evidence.endless = search.endlessRuns() }
    evidence.counts = found.counts
    if options.countsInterleavings {
      evidence.counts.interleavings =
        found.limit == nil
        ? search.countRuns(broken: evidence.counterexamples.properties) : .notCounted(.limit)
    }
    evidence.limit = found.limit ?? search.passLimit
    evidence.statistics = [
      Statistic(
        "within-bound", sentence: "states within 0, 1, 2, ... preemptions",
        value: .series(found.statesByBound))
    ]
    return evidence.conclusion
  }
}

/// What a bounded search has found.
struct BoundedFindings {
  var counts = Exploration.Counts()
  /// The states within each bound that was searched to its end, from 0.
  var statesByBound: [Int] = []
  /// By property: a run that breaks or reaches it, minimal in preemptions, then steps.
  var runs = PropertyMap<Counterexample>()
  /// What kept the search from all states.
  var limit: LimitHit?
}

extension Search {
  /// Searches within a bound, or within one after another until something is broken.
  mutating func runBounded(by most: Int?) -> BoundedFindings {
    insertInitialState()
    var quest = ZeroOneSearch(discovering: properties, in: store)
    var counts = Exploration.Counts()
    var statesByBound: [Int] = []
    var limit = quest.pairs.capacity > 0 ? nil : LimitHit.capacity(0)
    while limit == nil {
      limit = searchBound(&quest, &counts)
      if limit != nil { break }
      statesByBound.append(quest.pairs.states)
      if isClosed(quest) { break }
      let isBroken = quest.found.contains { !properties.isLandmark($0.property) }
      if quest.preemptions == most ?? (isBroken ? quest.preemptions : nil) {
        limit = .preemptions(quest.preemptions)
        break
      }
      guard quest.allowAnotherPreemption() else {
        preconditionFailure("a state was found and nothing leads to it")
      }
    }
    counts.states = quest.pairs.states
    return BoundedFindings(
      counts: counts, statesByBound: statesByBound, runs: quest.found, limit: limit)
  }

  /// Makes the visits with as many preemptions as are allowed now; the limit that ends this early.
  private mutating func searchBound(
    _ quest: inout ZeroOneSearch, _ counts: inout Exploration.Counts
  ) -> LimitHit? {
    var steps = 0
    while steps <= quest.longest {
      if let limit = monitor.limitHit(states: store.count, bytes: bytes) { return limit }
      var waiting = quest.take(steps: steps)
      if !waiting.isEmpty { counts.depth = max(counts.depth, steps + 1) }
      while !waiting.isEmpty {
        monitor.report {
          SearchProgress(
            states: quest.pairs.states, transitions: counts.transitions,
            frontier: store.count - quest.pairs.states, depth: steps, bytes: bytes + quest.bytes,
            elapsed: monitor.elapsed)
        }
        if let limit = monitor.limitHit(states: 0, bytes: bytes + quest.bytes) { return limit }
        let batch = nextBatch(from: &waiting, &quest)
        successors.expand(batch.count) { store.state(Int(batch[$0].visit.state)) }
        if let limit = makeRoom(for: successors.count, quest) { return limit }
        noteBrokenStates(in: batch, &quest)
        queueSteps(from: batch, steps: steps + 1, &quest)
        count(batch, &counts)
      }
      steps += 1
    }
    return nil
  }

  private func count(_ batch: [PairArrival], _ counts: inout Exploration.Counts) {
    for index in 0..<successors.count where batch[successors.steps[index].origin].isNewState {
      counts.transitions += 1
    }
    for (index, arrival) in batch.enumerated()
    where arrival.isNewState && successors.canStep[index] == 0 {
      let isDeadlock =
        properties.hits(atEnd: store.state(Int(arrival.visit.state)), among: []).first
        == properties.deadlock
      counts.deadlocks += isDeadlock ? 1 : 0
    }
  }

  /// Sees to it that `more` states can be added; the limit that keeps it from that.
  private func makeRoom(for more: Int, _ quest: borrowing ZeroOneSearch) -> LimitHit? {
    if store.numbers + more > min(store.limit, quest.pairs.capacity) {
      return .capacity(store.count)
    }
    while !store.table.hasRoom(for: store.count + more) {
      if store.table.growthBytes == 0 { return .capacity(store.count) }
      if let most = monitor.limits.bytes, bytes + quest.bytes + store.table.growthBytes > most {
        return .bytes(most)
      }
      store.table.grow()
    }
    return nil
  }

  /// Whether the states within the bound are all that are reachable, and all steps were judged.
  ///
  /// Every state to which a step leads has been stored, so it suffices to count.
  private func isClosed(_ quest: borrowing ZeroOneSearch) -> Bool {
    let open = quest.open
    return store.count == quest.pairs.states
      && !quest.waitsForSteps { visit in
        !hits(by: visit, open).isEmpty
      }
  }
}
