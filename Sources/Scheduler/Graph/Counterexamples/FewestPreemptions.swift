/// Counterexamples with the fewest preemptions, and among those the fewest steps, in the graph of
/// a search.
struct FewestPreemptions {
  let graph: StateGraph
  /// The states in which a thread is stuck, if any is.
  var stuck: StuckStates?

  /// A counterexample for each of `broken`, all of which the search has seen broken.
  ///
  /// Minimal unless a limit ended the search, or ends this one: then a run with the fewest steps
  /// stands in for those not found yet.
  func counterexamples(to broken: [PropertyIndex]) -> PropertyMap<Counterexample> {
    if broken.isEmpty { return PropertyMap() }
    var found = minimal(to: broken)
    if broken.contains(where: { found[$0] == nil }) {
      precondition(graph.limits.isStopped, "the search saw something break that no run breaks")
      found.fill(from: ShortestRuns(in: graph).counterexamples(to: broken))
    }
    return found
  }

  /// The counterexamples that are found before a limit is hit.
  func minimal(to broken: [PropertyIndex]) -> PropertyMap<Counterexample> {
    var search = ZeroOneSearch(for: broken, in: graph, stuck: stuck)
    if search.pairs.hasRoom {
      visitAll(&search)
    } else {
      graph.stopForLackOfRoom()
    }
    var found = search.found
    for property in graph.properties.stuckThreads where stuck != nil {
      guard let run = found[property] else { continue }
      found[property] = StuckRun(of: graph.system).goingOn(with: run)
    }
    return found
  }

  /// Visits pairs until all is found or a limit is hit.
  private func visitAll(_ search: inout ZeroOneSearch) {
    repeat {
      var steps = 0
      while steps <= search.longest && !search.isDone {
        var waiting = search.take(steps: steps)
        while !waiting.isEmpty && !search.isDone {
          if !graph.allows(moreBytes: search.bytes) { return }
          let batch = search.nextBatch(from: &waiting)
          search.expand(batch)
          search.follow(batch, steps: steps + 1)
        }
        steps += 1
      }
    } while !search.isDone && search.allowAnotherPreemption()
  }
}
