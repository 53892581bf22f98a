/// Exact breadth-first search, level by level, over all states of a system.
///
/// A level is expanded by one worker or by several; what the search finds does not depend on how
/// many. Only the numbers of states do, so nothing that is reported is chosen by them. What the search
/// keeps serves the passes after it: the states and their table, for each state one step to
/// it, and if runs are to be counted all steps.
struct Search<W: Width>: ~Copyable {
  let system: System
  let properties: PropertyTable
  let monitor: LimitChecker
  let store: StateStore<W>
  let workers: [Worker<W>]
  /// The steps, if runs are to be counted.
  let log: StepLog?

  var counts = Exploration.Counts()
  /// Knows, when counting has run into cycles, which states lie on none.
  var counter: RunCounter<W>?
  /// The limit that ended a pass after the search.
  private(set) var passLimit: LimitHit?
  /// By property: a state of the first level in which it is broken or reached, or the state before
  /// the step that broke it.
  private(set) var hits = PropertyMap<Int>()
  /// By level: the first number of its states.
  private var firstNumbers = [0]
  private let board = SearchStatus()
  private let rendezvous: CompletionBarrier
  let sharing: Sharing
  /// The number of states when the accesses that a reduction goes by turned out incomplete.
  private(set) var incompleteAt: Int?

  init(
    of system: System, width: W, _ options: Explorer.Options, _ reduction: ReductionPlan? = nil,
    symmetry: Symmetry? = nil
  ) {
    self.system = system
    monitor = LimitChecker(options)
    let properties = PropertyTable(of: system)
    let store = StateStore(width: width)
    let (board, most) = (board, options.limits.bytes)
    let log = options.countsInterleavings ? StepLog() : nil
    let rendezvous = CompletionBarrier {
      // Who comes later finds the stop, or the room that another one has made.
      if store.table.growthBytes == 0 { return board.stop(.capacity(store.count)) }
      if let most, store.bytes + store.table.growthBytes > most { return board.stop(.bytes(most)) }
      if let log, let most, store.bytes + store.table.growthBytes + log.bytes > most {
        log.giveUp()
      }
      store.table.grow(threads: max(1, options.jobs))
    }
    sharing = options.sharing
    let batch = sharing.batch
    workers = (0..<max(1, options.jobs)).map { _ in
      Worker(
        properties, store, board, rendezvous, log, batch: batch, reduction, symmetry)
    }
    (self.properties, self.store, self.rendezvous) = (properties, store, rendezvous)
    self.log = log
  }

  var bytes: Int { store.bytes + (log?.bytes ?? 0) + (counter?.bytes ?? 0) }
  /// The log, if all steps of the search are in it.
  ///
  /// Searches that expand states on their own log nothing.
  var completeLog: StepLog? {
    guard let log, !log.isGivenUp, log.end > StepLog.first else { return nil }
    return log
  }
  /// The limit that ended the search.
  var limit: LimitHit? { board.limit }
  /// Scratch space for the passes after the search.
  var successors: Successors<W> { workers[0].successors }

  /// Finds every reachable state, or stops at a limit.
  mutating func run() {
    insertInitialState()
    var sightings = WitnessStates<W>()
    for property in open.hits(in: store.state(0)) {
      sightings.note(property, 0, in: store)
    }
    keep(sightings)
    var frontier = [0..<1]
    while !frontier.isEmpty {
      counts.depth += 1
      let level = divide(frontier)
      if !isOver() {
        let next = expand(level)
        if !board.isStopped {
          if isInVain() { break }
          frontier = next
          continue
        }
        frontier += next
      }
      watchUnexpanded(frontier)
      break
    }
    counts.states = store.count
    counts.transitions = board.transitions
    counts.deadlocks = workers.reduce(0) { $0 + $1.deadlocks }
  }

  /// Whether a reduced search goes on in vain, because the accesses that it goes by are incomplete.
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

  func insertInitialState() {
    var first = system.layout.initial
    first.withUnsafeMutableBufferPointer { buffer in
      if let words = buffer.baseAddress { store.insertFirst(words) }
    }
  }

  /// Whether a limit has been hit that is looked at between levels.
  private func isOver() -> Bool {
    if let log, log.isGivenUp && log.end > StepLog.first { log.discard() }
    if let limit = monitor.limitHit(states: store.count, bytes: bytes) { board.stop(limit) }
    return board.isStopped
  }

  private mutating func divide(_ ranges: [Range<Int>]) -> Frontier {
    let states = ranges.reduce(0) { $0 + $1.count }
    let isShared = workers.count > 1 && states >= sharing.smallestLevel
    let share = max(1, states / (workers.count * 4))
    firstNumbers.append(store.numbers)
    return Frontier(
      Frontier.pieces(of: ranges, size: isShared ? min(sharing.batch, share) : sharing.batch),
      InsertionMode(
        firstNew: store.numbers, portion: min(sharing.portion, max(1, share / 4)),
        isShared: isShared))
  }

  /// Expands a level with one worker or all of them; returns the numbers of the next level.
  private mutating func expand(_ level: Frontier) -> [Range<Int>] {
    let crew = level.insertions.isShared ? workers.count : 1
    let (workers, open, rendezvous) = (workers, open, rendezvous)
    let mayGoOn = watch(crew, level.insertions.portion)
    rendezvous.expect(crew)
    if crew == 1 {
      workers[0].work(on: level, open, while: mayGoOn)
    } else {
      nonisolated(unsafe) let mayGoOn = mayGoOn
      ThreadTeam.run(
        crew,
        { index in
          // The clock and the callers' closures belong to the thread that called.
          workers[index].work(on: level, open, while: index == 0 ? mayGoOn : { true })
        }, absent: { _ in rendezvous.leave() })
    }
    var next: [Range<Int>] = []
    var sightings = WitnessStates<W>()
    for worker in workers[..<crew] {
      next += worker.finishLevel(level)
      for (property, number) in worker.sightings.numbers {
        sightings.note(property, number, in: store)
      }
    }
    keep(sightings)
    return next
  }

  /// What the calling thread does before each piece: tells the progress, watches the limits.
  private func watch(_ crew: Int, _ portion: Int) -> () -> Bool {
    let (monitor, store, log, board, depth) = (monitor, store, log, board, counts.depth)
    // The most steps from a batch, by which a search stays clear of the end of its memory.
    let margin = crew * (sharing.batch * system.threads.count * 256 + portion)
    return {
      monitor.report {
        SearchProgress(
          states: store.count, transitions: board.transitions,
          frontier: store.count - board.expandedStates, depth: depth,
          bytes: store.bytes + (log?.bytes ?? 0),
          elapsed: monitor.elapsed)
      }
      // Rather than end the search, count no runs.
      if let log, let most = monitor.limits.bytes, store.bytes + log.bytes > most { log.giveUp() }
      if let limit = monitor.limitHit(states: 0, bytes: store.bytes) { board.stop(limit) }
      if store.numbers + margin > store.limit { board.stop(.capacity(store.count)) }
      return !board.isStopped
    }
  }

  /// The properties that have not been seen broken or reached.
  private var open: PropertySelection {
    let hits = hits
    return PropertySelection(from: properties) { hits[$0] == nil }
  }

  private mutating func keep(_ sightings: WitnessStates<W>) {
    hits.fill(from: sightings.numbers)
  }

  /// Looks for broken checks in the states that a limit leaves unexpanded.
  private mutating func watchUnexpanded(_ ranges: [Range<Int>]) {
    var sightings = WitnessStates<W>()
    for number in ranges.joined() {
      if let check = properties.brokenCheck(in: store.state(number)) {
        sightings.note(check, number, in: store)
      }
    }
    keep(sightings)
  }

  /// Whether a pass after the search has to stop: it may use `extraBytes` besides the states.
  mutating func isPassLimitHit(extraBytes: Int) -> Bool {
    if passLimit == nil { passLimit = monitor.limitHit(states: 0, bytes: bytes + extraBytes) }
    return passLimit != nil
  }

  /// Ends the counting of runs, whose steps found no room.
  mutating func endPassForLackOfSteps() {
    passLimit = monitor.limits.bytes.map { .bytes($0) } ?? .capacity(store.count)
  }

  /// Ends a pass that found no address space.
  mutating func endPassForLackOfRoom() { passLimit = .capacity(store.count) }

  /// The number of steps of a shortest run to a state.
  func level(of number: Int) -> Int {
    var (low, high) = (0, firstNumbers.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstNumbers[middle] <= number { low = middle } else { high = middle }
    }
    return low
  }
}
