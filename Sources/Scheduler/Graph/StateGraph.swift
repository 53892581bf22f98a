/// What a search leaves to the passes after it: the states, and what it has seen of them.
///
/// The whole graph of a system if no limit has cut the search short. Steps are not stored, except
/// where the search has logged them; whoever needs them takes them anew with ``GraphSteps``.
struct StateGraph: Sendable {
  let properties: PropertyTable
  let store: StateStore
  /// By property: a state of the first level in which it is hit, or from which a step hits it.
  private(set) var witnesses: PropertyMap<Int>
  let counts: Exploration.Counts
  /// The limit that cut the search short; nil if all states are there.
  let cut: LimitHit?
  /// For the passes after the search, which share it.
  let limits: LimitChecker
  /// The threads that a pass may use.
  let threads: SearchThreads
  let sharing: Sharing
  let reduction: ReductionPlan?
  let symmetry: Symmetry?
  /// The states from which threads can step and no step leads to a higher number, in any order;
  /// nil if that is not known.
  let fallingStates: [UInt32]?
  private let logged: StepLog?
  /// By level: the first number of its states.
  private let levelStarts: [Int]

  /// `limits` are those of the search.
  init(
    of properties: PropertyTable, in store: StateStore, log: StepLog? = nil,
    witnesses: PropertyMap<Int> = PropertyMap(), levelStarts: [Int] = [0],
    fallingStates: [UInt32]? = nil, counts: Exploration.Counts, limits: LimitChecker,
    threads: SearchThreads = SearchThreads(), sharing: Sharing = Sharing(),
    reduction: ReductionPlan? = nil, symmetry: Symmetry? = nil
  ) {
    (self.properties, self.store, logged) = (properties, store, log)
    (self.witnesses, self.levelStarts, self.counts) = (witnesses, levelStarts, counts)
    self.fallingStates = fallingStates
    (cut, self.limits) = (limits.hit, limits.nextPhase())
    (self.threads, self.sharing) = (threads, sharing)
    (self.reduction, self.symmetry) = (reduction, symmetry)
  }

  var system: System { properties.system }
  /// The steps, if all of them were logged.
  var log: StepLog? { logged.flatMap { $0.isGivenUp ? nil : $0 } }
  var extent: Evidence.Extent { cut == nil ? .whole : .part }
  /// The limit that ended the search or, if none did, a pass after it.
  var limit: LimitHit? { cut ?? limits.hit }

  /// Looks for threads that never end; a state in which one is stuck is a witness of a deadlock,
  /// or of its kind, where the search has seen none.
  func withStuckThreads() -> (graph: StateGraph, stuck: StuckStates.Answer) {
    let stuck = StuckStates.find(in: self)
    var graph = self
    for property in stuck.states?.properties ?? [] where witnesses[property] == nil {
      graph.witnesses[property] = stuck.states?.first(of: property)
    }
    return (graph, stuck)
  }

  /// What the search has seen broken.
  var broken: [PropertyIndex] { witnesses.properties.filter { !properties.isLandmark($0) } }

  /// What passes reserve memory from.
  var space: AddressSpace { limits.space }

  /// Bytes in use.
  var bytes: Int { store.bytes + (logged?.bytes ?? 0) }

  /// Whether a pass may use some bytes besides these, and go on.
  func allows(moreBytes: Int) -> Bool { limits.allows(bytes: bytes + moreBytes) }

  /// Ends the passes for want of address space.
  func stopForLackOfRoom() { limits.stop(.capacity(store.count)) }

  /// The number of steps of a shortest run to a state.
  func level(of number: Int) -> Int {
    var (low, high) = (0, levelStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if levelStarts[middle] <= number { low = middle } else { high = middle }
    }
    return low
  }

  /// The preemptions of a run of the system.
  func preemptions(of schedule: Schedule) -> Int {
    do {
      var replay = Replay(of: system)
      for step in schedule.steps { try replay.take(step) }
      return replay.steps.count { $0.isPreemption }
    } catch {
      preconditionFailure("the search took a step that its replay cannot: \(error)")
    }
  }
}
