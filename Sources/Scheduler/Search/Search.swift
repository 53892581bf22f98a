/// Exact breadth-first search, level by level, over all states of a system.
///
/// A level is expanded by one worker or by several; what the search finds does not depend on how
/// many. Only the numbers of states do, so nothing that is reported is chosen by them. The search
/// ends in a ``StateGraph``, on which the passes after it work.
struct Search: ~Copyable {
  /// Those that were needed so far, one at least.
  private(set) var workers: [Worker] = []
  private let shared: SharedSearch
  private let sharing: Sharing
  private let reduction: ReductionPlan?
  private let symmetry: Symmetry?

  private var counts = Exploration.Counts()
  /// A state of the first level in which a property is hit, or the state before the step that hit
  /// it.
  private var witnesses = PropertyMap<Int>()
  /// By level: the first number of its states.
  private var levelStarts = [0]
  /// The number of states when a reduction's observed accesses turned out incomplete.
  private(set) var incompleteAt: Int?

  init(
    of system: System, _ options: Explorer.Options, reduction: ReductionPlan? = nil,
    symmetry: Symmetry? = nil
  ) {
    let (shared, sharing) = (SharedSearch(of: system, options), options.sharing)
    (self.shared, self.sharing) = (shared, sharing)
    (self.reduction, self.symmetry) = (reduction, symmetry)
    hire(1)
  }

  /// Sees to it that there are so many workers.
  private mutating func hire(_ count: Int) {
    while workers.count < count {
      workers.append(
        Worker(of: shared, batch: sharing.batch, reduction: reduction, symmetry: symmetry))
    }
  }

  private var properties: PropertyTable { shared.properties }
  private var store: StateStore { shared.store }
  private var limits: LimitChecker { shared.limits }

  /// Finds every reachable state, or stops at a limit.
  mutating func run() -> StateGraph {
    withState(properties.system.layout.initial) { store.insertFirst($0) }
    witnesses.fill(from: PropertyMap(open.hits(in: store.state(0))) { _ in 0 })
    var frontier = [0..<1]
    while !frontier.isEmpty {
      counts.depth += 1
      if mayExpand() {
        let next = expand(frontier)
        if !limits.isStopped {
          if isInVain() { break }
          frontier = next
          continue
        }
        frontier += next
      }
      judgeUnexpanded(frontier)
      break
    }
    counts.states = store.count
    counts.transitions = shared.transitions
    counts.deadlocks = workers.reduce(0) { $0 + $1.deadlocks }
    shared.trim()
    return graph
  }

  /// What has been found.
  private var graph: StateGraph {
    StateGraph(
      of: properties, in: store, log: shared.log, witnesses: witnesses, levelStarts: levelStarts,
      fallingStates: fallingStates, counts: counts, limits: limits, threads: shared.threads,
      sharing: sharing, reduction: reduction, symmetry: symmetry)
  }

  /// What ``StateGraph/fallingStates`` is.
  private var fallingStates: [UInt32]? {
    var all: [UInt32] = []
    for worker in workers {
      guard let states = worker.fallingStates else { return nil }
      all += states
    }
    return all
  }

  /// Whether a reduced search goes on in vain, because what it goes by has turned out incomplete.
  ///
  /// It first sees what else is missing, until it has twice as many states.
  private mutating func isInVain() -> Bool {
    if isAsymmetric { return true }
    if incompleteAt == nil
      && workers.contains(where: { $0.successors.persistentSets?.isIncomplete == true })
    {
      incompleteAt = store.count
    }
    return incompleteAt.map { store.count > max($0 * 2, 20_000) } ?? false
  }

  /// Whether the permutations that a search by symmetry goes by have failed a trial.
  var isAsymmetric: Bool { workers.contains { $0.successors.orbits?.isBroken == true } }

  /// How many states there are in the orbits of the states expanded, in a search by symmetry.
  var orbitMembers: Int { workers.reduce(0) { $0 + ($1.successors.orbits?.members ?? 0) } }

  /// Asks the limits that are looked at between levels.
  private func mayExpand() -> Bool {
    if let log = shared.log, log.isGivenUp && log.end > StepLog.first { log.discard() }
    return limits.allows(states: store.count, bytes: shared.bytes)
  }

  private func divide(_ ranges: [Range<Int>], among threads: Int) -> Frontier {
    let states = ranges.reduce(0) { $0 + $1.count }
    let isShared = threads > 1
    let share = max(1, states / (threads * 4))
    return Frontier(
      Frontier.pieces(of: ranges, size: isShared ? min(sharing.batch, share) : sharing.batch),
      InsertionMode(
        firstNew: store.numbers, portion: min(sharing.portion, max(1, share / 4)),
        isShared: isShared))
  }

  /// Expands a level with as many threads as it is worth and as there are; returns the numbers of
  /// the next level.
  private mutating func expand(_ ranges: [Range<Int>]) -> [Range<Int>] {
    levelStarts.append(store.numbers)
    let isSmall = ranges.reduce(0) { $0 + $1.count } < sharing.smallestLevel
    return isSmall ? expand(ranges, with: 1) : shared.threads.borrow { expand(ranges, with: $0) }
  }

  private mutating func expand(_ ranges: [Range<Int>], with threads: Int) -> [Range<Int>] {
    hire(threads)
    let level = divide(ranges, among: threads)
    let (workers, open, barrier) = (workers, open, shared.barrier)
    let mayGoOn = mayTakePiece()
    barrier.expect(threads)
    if threads == 1 {
      workers[0].work(on: level, open, while: mayGoOn)
    } else {
      nonisolated(unsafe) let mayGoOn = mayGoOn
      ThreadTeam.run(
        threads,
        { index in
          // The clock and the callers' closures belong to the thread that called.
          workers[index].work(on: level, open, while: index == 0 ? mayGoOn : { true })
        }, absent: { _ in barrier.leave() })
    }
    var next: [Range<Int>] = []
    var found = WitnessStates(in: store)
    for worker in workers[..<threads] {
      next += worker.finishLevel(level)
      found.merge(worker.witnesses)
    }
    witnesses.fill(from: found.numbers)
    return next
  }

  /// What the calling thread does before each piece: tells the progress, asks the limits.
  private func mayTakePiece() -> () -> Bool {
    let (shared, limits, store, depth) = (shared, limits, store, counts.depth)
    return {
      limits.report {
        SearchProgress(
          states: store.count, transitions: shared.transitions,
          frontier: store.count - shared.expandedStates, depth: depth, bytes: shared.bytes,
          elapsed: limits.elapsed)
      }
      // Rather than end the search, count no runs.
      if !limits.fits(bytes: shared.bytes) { shared.log?.giveUp() }
      return limits.allows(bytes: store.bytes)
    }
  }

  /// The properties that have not been hit.
  private var open: PropertySelection {
    let witnesses = witnesses
    return PropertySelection(from: properties) { witnesses[$0] == nil }
  }

  /// Looks for broken checks in the states that a limit leaves unexpanded.
  private mutating func judgeUnexpanded(_ ranges: [Range<Int>]) {
    var found = WitnessStates(in: store)
    for number in ranges.joined() {
      if let check = properties.brokenCheck(in: store.state(number)) { found.note(check, number) }
    }
    witnesses.fill(from: found.numbers)
  }
}
