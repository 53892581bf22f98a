extension Strategy {
  /// Visits the states that runs with at most so many preemptions reach.
  ///
  /// Without a number the bound is raised from 0 until something breaks, or until it cuts nothing
  /// off any more; in that case it proves, too.
  public static func bounded(preemptions: Int?) -> Strategy {
    Strategy("bounded", isComplete: preemptions == nil, parameters: preemptions) {
      Explorer.bounded($0, $1, preemptions: preemptions)
    }
  }
}

/// Iterative context bounding (Musuvathi and Qadeer, PLDI 2007), exactly.
///
/// A ``ZeroOneSearch`` over pairs of a state and the thread that stepped last, without a search
/// before it: a bound keeps the states small where all of them are too many. A state within the
/// bound is one that some run with at most that many preemptions reaches.
///
/// The bound cuts nothing off when every step from every state within it leads to a state within
/// it, and none that it forbids breaks a property of steps. These states are then all the
/// reachable ones, so that the answer is that of the exhaustive search. One thread searches,
/// whatever `jobs` says.
struct BoundedSearch: ~Copyable {
  private let properties: PropertyTable
  private let limits: LimitChecker
  private let store: StateStore
  private var visits: ZeroOneSearch
  private var counts = Exploration.Counts()
  /// The states within each bound that was searched to its end, from 0.
  private(set) var statesByBound: [Int] = []

  init(of system: System, _ options: Explorer.Options) {
    properties = PropertyTable(of: system)
    limits = LimitChecker(options)
    let words = system.layout.wordCount
    let room = StoreRoom(
      stateWords: words, within: limits.limits, in: limits.space, logsSteps: false,
      bytesBesides: VisitedPairs.bytesPerState(threads: system.threads.count))
    store = StateStore(stateWords: words, room: room, in: limits.space)
    let store = store
    withState(system.layout.initial) { store.insertFirst($0) }
    visits = ZeroOneSearch(
      discovering: properties, in: store, batch: options.sharing.batch, limits.space)
  }

  /// A run that hits each property that was hit, minimal in preemptions, then steps.
  var found: PropertyMap<Counterexample> { visits.found }

  /// Searches within a bound, or within one after another until something is broken.
  mutating func run(upTo most: Int?) -> StateGraph {
    if visits.pairs.capacity == 0 { limits.stop(.capacity(0)) }
    while !limits.isStopped {
      searchBound()
      if limits.isStopped { break }
      statesByBound.append(visits.pairs.states)
      if isClosed { break }
      let isBroken = visits.found.contains { !properties.isLandmark($0.property) }
      if visits.preemptions == most ?? (isBroken ? visits.preemptions : nil) {
        limits.stop(.preemptions(visits.preemptions))
        break
      }
      guard visits.allowAnotherPreemption() else {
        preconditionFailure("a state was found and nothing leads to it")
      }
    }
    counts.states = visits.pairs.states
    store.trim()
    visits.trim()
    return StateGraph(of: properties, in: store, counts: counts, limits: limits)
  }

  /// Makes the visits with as many preemptions as are allowed now, or stops at a limit.
  private mutating func searchBound() {
    var steps = 0
    while steps <= visits.longest {
      if !limits.allows(states: store.count, bytes: store.bytes) { return }
      var waiting = visits.take(steps: steps)
      if !waiting.isEmpty { counts.depth = max(counts.depth, steps + 1) }
      while !waiting.isEmpty {
        report(steps)
        if !limits.allows(bytes: store.bytes + visits.bytes) { return }
        let batch = visits.nextBatch(from: &waiting)
        visits.expand(batch)
        if !makeRoom(for: visits.successors.count) { return }
        visits.follow(batch, steps: steps + 1)
        count(batch)
      }
      steps += 1
    }
  }

  private func report(_ steps: Int) {
    let (found, bytes) = (visits.pairs.states, store.bytes + visits.bytes)
    limits.report {
      SearchProgress(
        states: found, transitions: counts.transitions, frontier: store.count - found,
        depth: steps, bytes: bytes, elapsed: limits.elapsed)
    }
  }

  private mutating func count(_ batch: [PairArrival]) {
    let successors = visits.successors
    for index in 0..<successors.count where batch[successors.steps[index].origin].isNewState {
      counts.transitions += 1
    }
    for (index, arrival) in batch.enumerated()
    where arrival.isNewState && successors.canStep[index] == 0 {
      let hits = properties.hits(atEnd: store.state(Int(arrival.visit.state)), among: [])
      counts.deadlocks += hits.contains(where: properties.isAboutStuckThreads) ? 1 : 0
    }
  }

  /// Sees to it that `more` states can be added; false if a limit keeps it from that.
  private func makeRoom(for more: Int) -> Bool {
    if store.numbers + more > min(store.limit, visits.pairs.capacity) {
      limits.stop(.capacity(store.count))
    }
    while !limits.isStopped && !store.table.hasRoom(for: store.count + more) {
      let growth = store.table.growthBytes
      if growth == 0 { limits.stop(.capacity(store.count)) }
      if limits.allowsGrowth(to: store.bytes + visits.bytes + growth) { store.table.grow() }
    }
    return !limits.isStopped
  }

  /// Whether the states within the bound are all that are reachable, and all steps were judged.
  ///
  /// Every state to which a step leads has been stored, so it suffices to count.
  private var isClosed: Bool { store.count == visits.pairs.states && !visits.waitsToBreak }
}

extension Evidence {
  /// Judges deadlocks in which somebody can still step, which takes all states.
  fileprivate mutating func judgeStuckThreads(in graph: StateGraph) {
    if graph.cut != nil {
      // A thread may be stuck, and others still step, within fewer preemptions.
      if properties.system.deadlock == .someThreadCannotEnd {
        for property in properties.stuckThreads { counterexamples[property]?.isMinimal = false }
      }
      return
    }
    let stuck = StuckStates.find(in: graph)
    guard let states = stuck.states else {
      knowsStuckThreads = stuck.isKnown
      return
    }
    let found = FewestPreemptions(graph: graph, stuck: states).minimal(to: states.properties)
    for property in states.properties {
      if let run = found[property] { counterexamples[property] = run }
    }
    knowsStuckThreads = states.properties.allSatisfy { found[$0] != nil }
  }
}

extension Explorer {
  static func bounded(_ system: System, _ options: Options, preemptions most: Int?) -> Exploration {
    var search = BoundedSearch(of: system, options)
    let graph = search.run(upTo: most)
    let properties = graph.properties
    var evidence = Evidence(properties, graph.extent)
    evidence.reached = search.found.restricted(to: properties.isLandmark).mapValues(\.schedule)
    evidence.counterexamples = search.found.restricted { !properties.isLandmark($0) }
    evidence.counts = graph.counts
    evidence.statistics = [
      Statistic(
        "within-bound", sentence: "states within 0, 1, 2, ... preemptions",
        value: .series(search.statesByBound))
    ]
    evidence.judgeStuckThreads(in: graph)
    if graph.cut == nil { evidence.endless = EndlessRuns(of: graph) }
    if options.countsInterleavings {
      evidence.counts.interleavings =
        graph.cut == nil
        ? RunGraph.interleavings(of: graph, broken: evidence.counterexamples.properties)
        : .notCounted(.limit)
    }
    evidence.limit = graph.limit
    return evidence.conclusion
  }
}
