/// How many interleavings a search's graph has: exact counts of maximal runs, by dynamic programming over
/// the acyclic graph.
struct InterleavingCount {
  let interleavings: Exploration.Interleavings
  /// If the graph has a cycle: knows which states lie on none.
  let counter: RunCounter?

  private init(_ interleavings: Exploration.Interleavings, _ counter: RunCounter? = nil) {
    (self.interleavings, self.counter) = (interleavings, counter)
  }

  /// Counts the runs, and those on which something in `broken` breaks.
  ///
  /// States are taken in topological order, see ``RunCounter``. The search must have logged the steps.
  init(of graph: StateGraph, broken: [PropertyIndex]) {
    guard let log = graph.log else {
      let limits = graph.limits
      limits.stop(limits.limits.bytes.map { .bytes($0) } ?? .capacity(graph.store.count))
      self.init(.notCounted(.limit))
      return
    }
    let counter = RunCounter(of: graph, log: log, broken: broken)
    if !Self.run(counter, graph) {
      self.init(.notCounted(.limit))
    } else if counter.followed == graph.store.count {
      self.init(.finite(all: counter.all, violating: counter.violating))
    } else {
      let loop = FirstLoop.find(in: graph, besides: counter.bytes)
      self.init(loop.map { .unbounded(loop: $0) } ?? .notCounted(.limit), counter)
    }
  }

  /// Follows all states that can be; false if a limit is hit.
  private static func run(_ counter: RunCounter, _ graph: StateGraph) -> Bool {
    if !graph.allows(moreBytes: counter.bytes) { return false }
    if counter.hasRoom { counter.start() }
    while counter.hasRoom && counter.ready > 0 {
      if !graph.allows(moreBytes: counter.bytes) { return false }
      counter.follow()
    }
    if !counter.hasRoom { graph.stopForLackOfRoom() }
    return counter.hasRoom
  }
}
