/// The threads that can still end from each state of a graph, a bit for each.
///
/// Those that have ended in a state can, and those that can from one of the states one step on;
/// where a check is broken all can, for the run has ended. The least sets of which this is true
/// are what there is to find: a thread is in that of a state if and only if some run from there
/// ends it. They are found by going over the states from the last number to the first until
/// nothing changes. Most steps lead to higher numbers, so that nearly all is found the first time;
/// a state from which all threads can end is not looked at again.
///
/// *Reductions.* A search by persistent sets keeps what is looked for: see
/// ``PersistentSetExpansion``. In a search by symmetry a step leads to a representative, in which
/// threads stand where others would: the set of the representative is carried back by the
/// permutation that has made it. Whichever of several it was does not matter, for the sets that
/// are true are equal then: what can end from a state can, renamed, from its image.
///
/// - Complexity: O(steps) for each time that the states are gone over, which is once more than the
///   most steps to lower numbers on the shortest way to an end; a byte a state for eight threads.
///   Without logged steps states are expanded each time.
final class ThreadsThatCanEnd<Threads: FixedWidthInteger & UnsignedInteger & BitwiseCopyable> {
  private let graph: StateGraph
  private let store: StateStore
  /// By state.
  private let canEnd: ReservedMemory<Threads>
  /// All threads that must end.
  private let all: Threads
  /// Takes the steps that are not logged.
  private lazy var steps = GraphSteps(of: graph, batch: graph.sharing.batch)
  /// By permutation, from 1: for each thread that it moves, the bit and the one it becomes.
  private let moved: [[(from: Threads, to: Threads)]]

  init(in graph: StateGraph) {
    (self.graph, store) = (graph, graph.store)
    canEnd = ReservedMemory(capacity: graph.store.numbers, in: graph.space)
    all = Threads(truncatingIfNeeded: graph.system.mustEnd)
    moved =
      graph.symmetry?.permutations.map { permutation in
        permutation.threads.enumerated().map { thread, image in
          (from: 1 << Threads(thread), to: 1 << Threads(image))
        }
      } ?? []
  }

  /// The states after which some thread never ends.
  var stuck: StuckStates.Answer {
    guard canEnd.capacity >= store.numbers else {
      graph.stopForLackOfRoom()
      return .limit
    }
    guard var open = goOver([], isFirst: true) else { return .limit }
    while !open.isEmpty {
      let before = changes
      guard let rest = goOver(open, isFirst: false) else { return .limit }
      open = rest
      if changes == before { break }
    }
    open.removeAll { !isStored($0) }
    if open.isEmpty { return .none }
    let found = StuckStates(in: graph, open) { UInt64(all & ~canEnd[$0]) }
    return found.map { .some($0) } ?? .limit
  }

  /// How often a set has grown.
  private var changes = 0

  /// Goes over some states, from the last to the first, or at first over all.
  ///
  /// Returns those from which not all threads are known to be able to end, in the same order; nil
  /// if a limit is hit.
  private func goOver(_ states: [Int], isFirst: Bool) -> [Int]? {
    let count = isFirst ? store.numbers : states.count
    var open: [Int] = []
    var index = 0
    while index < count {
      let end = min(count, index + 4096)
      let bytes = count * MemoryLayout<Threads>.stride + open.count * 8
      if !graph.allows(moreBytes: bytes) { return nil }
      if let log = graph.log {
        while index < end {
          let number = isFirst ? count &- 1 &- index : states[index]
          if !look(at: number, log) { open.append(number) }
          index &+= 1
        }
      } else {
        let numbers = (index..<end).map { isFirst ? count - 1 - $0 : states[$0] }
        open += expand(numbers.filter(isStored))
        index = end
      }
    }
    return open
  }

  /// Adds to the set of a state what its steps lead to; whether all threads can end.
  ///
  /// A search by symmetry logs no steps.
  @inline(__always) private func look(at number: Int, _ log: StepLog) -> Bool {
    let (entries, known) = (log.entries.base, canEnd[number])
    var found = known
    var place = store.steps(from: number)
    while place != 0 && found & all != all {
      let step = entries[place]
      found |= canEnd[step.number]
      place = step.isLast ? 0 : place &+ 1
    }
    return keep(found, for: number)
  }

  /// The same for states whose steps are taken anew; returns those from which not all can end.
  private func expand(_ states: [Int]) -> [Int] {
    var open: [Int] = []
    for start in stride(from: 0, to: states.count, by: steps.batchCapacity) {
      let batch = states[start..<min(start + steps.batchCapacity, states.count)]
      steps.expand(batch.map { UInt32($0) })
      var found = batch.map { canEnd[$0] }
      let successors = steps.successors
      for index in 0..<successors.count {
        let permutation = successors.orbits?.permutation(of: index) ?? 0
        found[successors.steps[index].origin] |= carriedBack(
          canEnd[Int(steps.target(of: index))], by: permutation)
      }
      for (number, found) in zip(batch, found) where !keep(found, for: number) {
        open.append(number)
      }
    }
    return open
  }

  /// Keeps the threads that can end from a state, those that have ended included; whether that is
  /// all.
  @inline(__always) private func keep(_ found: Threads, for number: Int) -> Bool {
    var found = found
    if found & all != all {
      let state = store.state(number)
      found |=
        Check.isBroken(in: state)
        ? all : Threads(truncatingIfNeeded: graph.system.finished(in: state))
    }
    if found != canEnd[number] {
      canEnd[number] = found
      changes &+= 1
    }
    return found & all == all
  }

  /// The threads that a permutation, by number from 1, makes some threads of.
  @inline(__always) private func carriedBack(_ threads: Threads, by permutation: Int) -> Threads {
    if permutation == 0 { return threads }
    var result: Threads = 0
    for thread in moved[permutation &- 1] where threads & thread.to != 0 { result |= thread.from }
    return result
  }

  /// Whether a number stands for a state: some of a search with several workers do not.
  private func isStored(_ number: Int) -> Bool {
    let state = store.state(number)
    return store.find(state, hash: store.width.hash(state)) == number
  }
}
