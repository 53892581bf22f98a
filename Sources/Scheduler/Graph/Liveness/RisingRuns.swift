/// Runs along states of ever higher numbers, which tell at little cost that no thread is stuck.
///
/// In a state a thread is stuck if no run from there ends it. Let every state in which nobody can
/// step be an end, so that all threads have ended there or a broken check has ended the run. Then,
/// if every other state has a step to a higher number, a run along such steps leads from each
/// state to an end, for numbers do not rise for ever. A search that numbers states in the order in
/// which it finds them leaves few states without such a step, the *falling* ones. It notes them
/// (``StateGraph/fallingStates``), and here each of them has a run to a higher number or to an end
/// looked for. That all have one suffices: by induction from the last state to the first, an end
/// can be reached from each.
///
/// In a reduced graph the argument is about the steps that were kept, as what it stands for is:
/// see ``ThreadsThatCanEnd``.
final class RisingRuns {
  private let graph: StateGraph
  private let steps: GraphSteps
  /// By state: whether a run to a higher number than that of an earlier start, or to an end, is
  /// known.
  private let known: ReservedMemory<UInt64>
  /// How many states may still be expanded.
  ///
  /// Where there is more to do, ``ThreadsThatCanEnd`` has done sooner.
  private var rest: Int

  /// Whether from each state of a whole graph a run leads to an end of all threads that must end.
  ///
  /// False also if that is not known.
  /// - Complexity: O(falling states) at best; a quarter of the states are expanded at most.
  static func leadToEnds(in graph: StateGraph) -> Bool {
    guard let falling = graph.fallingStates,
      graph.properties.stuckThreads.allSatisfy({ graph.witnesses[$0] == nil })
    else { return false }
    if falling.isEmpty { return true }
    let runs = RisingRuns(in: graph)
    if runs.known.capacity * 64 < graph.store.numbers { return false }
    // From the last to the first, so that what is known of one is known for the next.
    return falling.sorted(by: >).allSatisfy { runs.walk(from: $0) || runs.search(from: $0) }
  }

  private init(in graph: StateGraph) {
    self.graph = graph
    steps = GraphSteps(of: graph, batch: 1)
    known = ReservedMemory(capacity: graph.store.numbers / 64 + 1, in: graph.space)
    rest = max(4096, graph.store.numbers / 4)
  }

  /// Follows the step to the highest number each time; whether that rises above the start, or
  /// ends.
  private func walk(from start: UInt32) -> Bool {
    var (run, state) = ([start], start)
    while run.count < 1000 {
      guard let (next, isEnd) = highestStep(from: state) else { return false }
      if isEnd || next > start || isKnown(next) {
        for state in run { known[Int(state >> 6)] |= 1 << UInt64(state & 63) }
        return true
      }
      run.append(next)
      state = next
    }
    return false
  }

  /// Looks for such a run among all.
  private func search(from start: UInt32) -> Bool {
    var (open, seen) = ([start], Set([start]))
    while let state = open.popLast() {
      guard graph.allows(moreBytes: seen.count * 32), let (_, isEnd) = highestStep(from: state)
      else { return false }
      if isEnd { return true }
      for index in 0..<steps.successors.count {
        let target = steps.target(of: index)
        if target > start || isKnown(target) { return true }
        if seen.insert(target).inserted { open.append(target) }
      }
    }
    return false
  }

  private func isKnown(_ state: UInt32) -> Bool {
    known[Int(state >> 6)] >> UInt64(state & 63) & 1 == 1
  }

  /// Expands a state: the highest number that a step leads to, and whether there is no step; nil
  /// if no more states may be expanded.
  private func highestStep(from state: UInt32) -> (number: UInt32, isEnd: Bool)? {
    if rest == 0 { return nil }
    rest -= 1
    steps.expand(CollectionOfOne(state))
    var highest: UInt32 = 0
    for index in 0..<steps.successors.count { highest = max(highest, steps.target(of: index)) }
    return (highest, steps.successors.canStep[0] == 0)
  }
}
