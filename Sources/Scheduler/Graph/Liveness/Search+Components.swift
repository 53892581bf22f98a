/// A state on the path of the depth-first search.
private struct Visit {
  let state: UInt32
  /// The earliest arrival among the states that it is known to lead to, of those on the stack.
  var earliest: UInt32
  /// Where its successors lie among those that wait.
  let firstWaiting: Int
  let leadsToItself: Bool
}

/// The path and the stacks of Tarjan's search.
private struct Tour {
  var path: [Visit] = []
  /// The successors, still to be looked at, of the states on the path.
  var waiting: [UInt32] = []
  /// The states that belong to no component yet, in order of arrival.
  var stack: [UInt32] = []
  var arrivals: UInt32 = 0

  var bytes: Int {
    path.count * MemoryLayout<Visit>.stride + (waiting.count + stack.count) * 4
  }
}

/// The strongly connected components of the state graph, by Tarjan's algorithm without recursion.
extension Search {
  /// The components inside one region of what its states `roots` lead to; nil when a limit is hit.
  ///
  /// Only those in which a run can go round; each gets a region, and all other states none. Which
  /// components there are does not depend on the numbers of states, their order does.
  /// - Complexity: each state of the region is looked at once, and expanded if no steps are logged; about
  ///   30 bytes for each at worst, and 4 for each step of the path.
  mutating func components(
    of region: UInt32, from roots: [UInt32], _ regions: inout StateRegions
  ) -> [Component]? {
    var tour = Tour()
    var components: [Component] = []
    for root in roots where regions[root] == region {
      enter(root, &tour, regions)
      while let top = tour.path.last {
        if tour.waiting.count == top.firstWaiting {
          if let component = leave(&tour, &regions) { components.append(component) }
          continue
        }
        let next = tour.waiting.removeLast()
        if regions[next] != region { continue }
        let arrival = regions.arrival(at: next)
        if arrival != 0 {
          tour.path[tour.path.count - 1].earliest = min(top.earliest, arrival)
          continue
        }
        if tour.arrivals % 4096 == 0, isPassLimitHit(extraBytes: bytes(of: tour)) { return nil }
        enter(next, &tour, regions)
      }
    }
    return components
  }

  private func bytes(of tour: Tour) -> Int {
    store.numbers * StateRegions.bytesPerState + tour.bytes
  }

  private func enter(_ state: UInt32, _ tour: inout Tour, _ regions: borrowing StateRegions) {
    tour.arrivals += 1
    regions.arrive(at: state, as: tour.arrivals)
    tour.stack.append(state)
    let first = tour.waiting.count
    if let log = completeLog {
      var place = store.steps(from: Int(state))
      while place != 0 {
        let step = log.entries[place]
        tour.waiting.append(UInt32(truncatingIfNeeded: step.number))
        place = step.isLast ? 0 : place + 1
      }
    } else {
      tour.waiting += steps(from: state).steps.lazy.map(\.to)
    }
    tour.path.append(
      Visit(
        state: state, earliest: tour.arrivals, firstWaiting: first,
        leadsToItself: tour.waiting[first...].contains(state)))
  }

  /// Goes back from the last state of the path; returns the component that is complete with it.
  private func leave(_ tour: inout Tour, _ regions: inout StateRegions) -> Component? {
    let last = tour.path.removeLast()
    if let before = tour.path.last {
      tour.path[tour.path.count - 1].earliest = min(before.earliest, last.earliest)
    }
    guard last.earliest == regions.arrival(at: last.state) else { return nil }
    let start = tour.stack.lastIndex(of: last.state) ?? tour.stack.startIndex
    let states = Array(tour.stack[start...])
    tour.stack.removeSubrange(start...)
    guard states.count > 1 || last.leadsToItself else {
      regions.move(last.state, to: StateRegions.none)
      return nil
    }
    let region = regions.open()
    for state in states { regions.move(state, to: region) }
    return Component(region: region, states: states)
  }

  /// Who can step in a state, and where to, by thread and choice.
  func steps(from state: UInt32) -> (able: UInt64, steps: [(step: Schedule.Step, to: UInt32)]) {
    let place = store.state(Int(state))
    successors.expand(1) { _ in place }
    let steps = (0..<successors.count).map { index in
      (
        step: Schedule.Step(
          ThreadID(Int(successors.steps[index].thread)), choice: Int(successors.steps[index].choice)
        ),
        to: number(ofSuccessor: index)
      )
    }
    return (successors.canStep[0], steps)
  }

  /// The number of a successor in the batch that was expanded last, of a search that has finished.
  func number(ofSuccessor index: Int) -> UInt32 {
    let words = successors.state(index)
    guard let number = store.find(words, hash: successors.hashes[index]) else {
      preconditionFailure("a step leads to a state that a finished search did not find")
    }
    return UInt32(truncatingIfNeeded: number)
  }
}
