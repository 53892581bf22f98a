/// A state on the path of the depth-first search.
private struct Visit {
  let state: UInt32
  /// The earliest arrival among the states that it is known to lead to, of those on the stack.
  var earliest: UInt32
  /// Where its successors lie among those that wait.
  let firstWaiting: Int
  let leadsToItself: Bool
}

/// The strongly connected components of the state graph, by Tarjan's algorithm without recursion.
struct ComponentSearch {
  private let steps: GraphSteps
  private let regions: StateRegions
  /// Told the bytes in use now and then; false ends the search.
  private let mayUse: (_ bytes: Int) -> Bool
  private var path: [Visit] = []
  /// The successors, still to be looked at, of the states on the path.
  private var waiting: [UInt32] = []
  /// The states that belong to no component yet, in order of arrival.
  private var stack: [UInt32] = []
  private var arrivals: UInt32 = 0

  init(in steps: GraphSteps, _ regions: StateRegions, mayUse: @escaping (_ bytes: Int) -> Bool) {
    (self.steps, self.regions, self.mayUse) = (steps, regions, mayUse)
  }

  private var bytes: Int {
    path.count * MemoryLayout<Visit>.stride + (waiting.count + stack.count) * 4
  }

  /// The components inside one region of what its states `roots` lead to; nil when a limit is hit.
  ///
  /// Only those in which a run can go round; each gets a region, and all other states none. Which
  /// components there are does not depend on the numbers of states, their order does.
  /// - Complexity: each state of the region is looked at once, and expanded if no steps are
  ///   logged; about 30 bytes for each at worst, and 4 for each step of the path.
  mutating func components(of region: UInt32, from roots: [UInt32]) -> [Component]? {
    var components: [Component] = []
    for root in roots where regions[root] == region {
      enter(root)
      while let top = path.last {
        if waiting.count == top.firstWaiting {
          if let component = leave() { components.append(component) }
          continue
        }
        let next = waiting.removeLast()
        if regions[next] != region { continue }
        let arrival = regions.arrival(at: next)
        if arrival != 0 {
          path[path.count - 1].earliest = min(top.earliest, arrival)
          continue
        }
        if arrivals % 4096 == 0, !mayUse(bytes) { return nil }
        enter(next)
      }
    }
    return components
  }

  private mutating func enter(_ state: UInt32) {
    arrivals += 1
    regions.arrive(at: state, as: arrivals)
    stack.append(state)
    let first = waiting.count
    if let log = steps.graph.log {
      var place = steps.graph.store.steps(from: Int(state))
      while place != 0 {
        let step = log.entries[place]
        waiting.append(UInt32(truncatingIfNeeded: step.number))
        place = step.isLast ? 0 : place + 1
      }
    } else {
      waiting += steps.steps(from: state).steps.lazy.map(\.to)
    }
    path.append(
      Visit(
        state: state, earliest: arrivals, firstWaiting: first,
        leadsToItself: waiting[first...].contains(state)))
  }

  /// Goes back from the last state of the path; returns the component that is complete with it.
  private mutating func leave() -> Component? {
    let last = path.removeLast()
    if let before = path.last {
      path[path.count - 1].earliest = min(before.earliest, last.earliest)
    }
    guard last.earliest == regions.arrival(at: last.state) else { return nil }
    let start = stack.lastIndex(of: last.state) ?? stack.startIndex
    let states = Array(stack[start...])
    stack.removeSubrange(start...)
    guard states.count > 1 || last.leadsToItself else {
      regions.move(last.state, to: StateRegions.none)
      return nil
    }
    let region = regions.open()
    for state in states { regions.move(state, to: region) }
    return Component(region: region, states: states)
  }
}
