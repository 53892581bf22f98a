/// A search for runs with the fewest preemptions, and among those with the fewest steps.
///
/// A 0-1 search over pairs of a state and the thread that stepped last: a step costs 1 when the
/// last thread could still step and another one steps. Pairs are never merged on the state alone,
/// for two runs to one state can differ in what their next step costs. Within a cost, pairs are
/// visited by number of steps, then in the order in which they were found: by thread, then choice.
///
/// The states are those that a search before has stored, or this one stores them as it goes.
/// Whoever drives it takes the visits of each number of steps (``take(steps:)``), a batch at a
/// time (``nextBatch(from:)``, ``expand(_:)``, ``follow(_:steps:)``), and then allows another
/// preemption.
struct ZeroOneSearch: ~Copyable {
  /// Who has found the states that steps lead to: a search before, or this one as it goes.
  enum Source { case searched, discovered }

  let successors: Successors
  private(set) var pairs: VisitedPairs
  /// Those of the wanted properties that have not been found.
  private(set) var open: PropertySelection
  private(set) var found = PropertyMap<Counterexample>()
  /// The preemptions of the visits that are being made.
  private(set) var preemptions = 0

  private let store: StateStore
  private let source: Source
  private let wanted: Set<PropertyIndex>
  private let isMinimal: Bool
  /// The states in which a thread is stuck.
  private let stuck: StuckStates?
  /// By what is hit there: the first run to one of them with the fewest preemptions.
  private var stuckRuns = PropertyMap<[Schedule.Step]>()
  /// The numbers for states that are discovered.
  private var numbers = StateNumberBlock()
  /// Visits with that many preemptions, and with one more, by number of steps.
  private var current: [[PairVisit]]
  private var next: [[PairVisit]] = []
  private var queued = 1

  /// A search for runs that break what the search before has seen broken, among its states.
  ///
  /// A deadlock is shown by a run to a state of `stuck`, if that is given. Of such runs with the
  /// fewest preemptions one to where nobody can step is taken, if there is one.
  init(for broken: [PropertyIndex], in graph: StateGraph, stuck: StuckStates? = nil) {
    self.init(
      .searched, Set(broken), graph.properties, graph.store, states: graph.store.numbers,
      batch: graph.sharing.batch, isMinimal: graph.cut == nil, stuck: stuck, graph.space)
  }

  /// A search for runs to whatever can be hit, from the initial state in `store` on.
  init(
    discovering properties: PropertyTable, in store: StateStore, batch: Int, _ space: AddressSpace
  ) {
    self.init(
      .discovered, Set(properties.all), properties, store, states: store.limit, batch: batch,
      isMinimal: true, stuck: nil, space)
    numbers.refill(store.arena.allotRest(below: store.limit))
  }

  private init(
    _ source: Source, _ wanted: Set<PropertyIndex>, _ properties: PropertyTable,
    _ store: StateStore, states: Int, batch: Int, isMinimal: Bool, stuck: StuckStates?,
    _ space: AddressSpace
  ) {
    (self.source, self.wanted, self.store, self.isMinimal) = (source, wanted, store, isMinimal)
    self.stuck = stuck
    open = PropertySelection(from: properties, where: wanted.contains)
    successors = Successors(of: properties.system, batch: batch)
    let pairs = VisitedPairs(
      states: states, threads: properties.system.threads.count, in: space)
    current = [[.first(by: pairs.nobody)]]
    self.pairs = pairs
  }

  var isDone: Bool { !wanted.contains { found[$0] == nil } }
  var bytes: Int { pairs.bytes + queued * MemoryLayout<PairVisit>.stride }

  // MARK: - The queue

  /// The most steps of the visits that wait at this number of preemptions.
  var longest: Int { current.count - 1 }

  /// Takes the visits of `steps` steps out.
  mutating func take(steps: Int) -> ArraySlice<PairVisit> {
    let visits = current[steps]
    current[steps] = []
    queued -= visits.count
    return visits[...]
  }

  private mutating func add(_ visit: PairVisit, steps: Int, isPreemption: Bool) {
    queued += 1
    if isPreemption {
      Self.add(visit, steps, to: &next)
    } else {
      Self.add(visit, steps, to: &current)
    }
  }

  private static func add(_ visit: PairVisit, _ steps: Int, to buckets: inout [[PairVisit]]) {
    while buckets.count <= steps { buckets.append([]) }
    buckets[steps].append(visit)
  }

  /// Goes on to the visits with one more preemption; false when there are none.
  mutating func allowAnotherPreemption() -> Bool {
    for (property, run) in stuckRuns where isOpen(property) { keep(run, for: property) }
    (current, next) = (next, [])
    preemptions += 1
    return !current.isEmpty
  }

  /// Whether a step that takes one more preemption breaks an open property.
  var waitsToBreak: Bool {
    next.contains { visits in visits.contains { $0.breaks && !hits(by: $0).isEmpty } }
  }

  // MARK: - Visits

  /// The next visits to pairs not yet visited; notes what the steps of all visits break.
  mutating func nextBatch(from waiting: inout ArraySlice<PairVisit>) -> [PairArrival] {
    var batch: [PairArrival] = []
    while batch.count < successors.batchCapacity, let visit = waiting.popFirst() {
      if visit.breaks {
        for property in hits(by: visit) { note(property, bySteppingTo: visit) }
      }
      if let arrival = pairs.insert(visit) { batch.append(arrival) }
    }
    return batch
  }

  /// Finds the steps from the states of a batch.
  func expand(_ batch: [PairArrival]) {
    successors.expand(batch.count) { store.state(Int(batch[$0].visit.state)) }
  }

  /// Notes what is broken in the states of a batch, which has been expanded, and queues the steps
  /// that lead on from there.
  mutating func follow(_ batch: [PairArrival], steps: Int) {
    judge(batch)
    var added = 0
    for index in successors.inOrderOfOrigin(batch.count) {
      let origin = successors.steps[index].origin
      let (last, thread) = (batch[origin].visit, successors.steps[index].thread)
      // A search that a limit cut short has not stored every state.
      guard let number = target(of: index, from: batch[origin], &added) else { continue }
      var visit = PairVisit(
        state: UInt32(number), from: last.state, thread: thread, fromThread: last.thread,
        choice: successors.steps[index].choice, breaks: false)
      visit.breaks = !hits(by: visit).isEmpty
      if !visit.breaks && pairs.contains(visit.state, thread) { continue }
      let couldGoOn =
        last.thread != pairs.nobody && successors.canStep[origin] >> UInt64(last.thread) & 1 == 1
      let isPreemption =
        thread != last.thread && couldGoOn
        && !open.table.system.rests(Int(last.thread), in: store.state(Int(last.state)))
      add(visit, steps: steps, isPreemption: isPreemption)
    }
    store.table.settle(claim: 0, added: added)
    if source == .discovered { store.arena.takeBack(from: numbers.next) }
  }

  /// The number of the state that a step leads to, if it is stored.
  ///
  /// The steps from a state are counted as arrivals once, when it is visited for the first time.
  private mutating func target(
    of index: Int, from arrival: PairArrival, _ added: inout Int
  ) -> Int? {
    let (words, hash) = (successors.state(index), successors.hashes[index])
    guard source == .discovered && arrival.isNewState else { return store.find(words, hash: hash) }
    let alone = InsertionMode(firstNew: .max, portion: 1, isShared: false)
    let (number, isNew) = store.insert(
      words, hash: hash, from: Parent(bits: 0), alone, into: &numbers)
    added += isNew ? 1 : 0
    return number
  }

  /// Gives the address space back that further states would need: none will be discovered.
  func trim() { pairs.trim(toStates: store.numbers) }

  // MARK: - What is found

  /// The open properties that the step of a visit breaks.
  private func hits(by visit: PairVisit) -> [PropertyIndex] {
    if open.perStep.isEmpty { return [] }
    return open.hits(
      from: store.state(Int(visit.from)), to: store.state(Int(visit.state)), by: Int(visit.thread))
  }

  private mutating func judge(_ batch: [PairArrival]) {
    // What is true of a state was found out when it was first visited.
    for (index, arrival) in batch.enumerated() where arrival.isNewState {
      let visit = arrival.visit
      let state = store.state(Int(visit.state))
      for property in open.hits(in: state) { note(property, in: visit) }
      for property in stuck?.hits(in: visit.state) ?? [] where stuckRuns[property] == nil {
        stuckRuns[property] = pairs.run(to: visit.state, visit.thread)
      }
      if successors.canStep[index] == 0 {
        for property in open.hits(atEnd: state) where isOpen(property) { note(property, in: visit) }
      }
    }
  }

  /// Whether a property is asked for and not found yet.
  private func isOpen(_ property: PropertyIndex) -> Bool {
    wanted.contains(property) && found[property] == nil
  }

  /// Keeps the run to a pair in whose state an open property is hit.
  private mutating func note(_ property: PropertyIndex, in visit: PairVisit) {
    keep(pairs.run(to: visit.state, visit.thread), for: property)
  }

  /// Keeps the run that ends with the step of a visit, which breaks an open property.
  private mutating func note(_ property: PropertyIndex, bySteppingTo visit: PairVisit) {
    let step = Schedule.Step(ThreadID(Int(visit.thread)), choice: Int(visit.choice))
    keep(pairs.run(to: visit.from, visit.fromThread) + [step], for: property)
  }

  private mutating func keep(_ run: [Schedule.Step], for property: PropertyIndex) {
    found[property] = Counterexample(
      schedule: Schedule(run), preemptions: preemptions, isMinimal: isMinimal)
    let (wanted, found) = (wanted, found)
    open = PropertySelection(from: open.table) { wanted.contains($0) && found[$0] == nil }
  }
}
