/// A visit to a pair of a state and the thread that stepped last, which still waits for its turn.
struct PairVisit {
  var state: UInt32
  /// The state and last thread of the pair before.
  var from: UInt32
  var thread: UInt8
  var fromThread: UInt8
  var choice: UInt8
  /// Whether the step between the two breaks a ``Property/Kind/perStep(_:)`` property.
  var breaks: Bool
}

/// A visit to a pair that nobody had visited before.
struct PairArrival {
  var visit: PairVisit
  /// Whether no pair with its state had been visited.
  var isNewState: Bool
}

/// How each visited pair was reached, by state and last thread.
struct VisitedPairs: ~Copyable {
  /// Number of the "thread" that stepped last in the initial state, where nobody has.
  let nobody: UInt8
  private let perState: Int
  /// The state before, plus one; 0 is not visited.
  private let from: ReservedMemory<UInt32>
  private let fromThread: ReservedMemory<UInt8>
  private let choice: ReservedMemory<UInt8>
  private(set) var count = 0
  /// How many states the visited pairs have.
  private(set) var states = 0
  /// The states whose pairs there is address space for.
  let capacity: Int
  /// Whether that is as many as asked for.
  let hasRoom: Bool

  init(states: Int, threads: Int) {
    nobody = UInt8(threads)
    perState = threads + 1
    from = ReservedMemory(capacity: states * perState)
    fromThread = ReservedMemory(capacity: states * perState)
    choice = ReservedMemory(capacity: states * perState)
    capacity = min(choice.capacity, fromThread.capacity, from.capacity) / perState
    hasRoom = capacity >= states
  }

  /// Bytes in use, about.
  var bytes: Int { count * 6 }

  func contains(_ state: UInt32, _ thread: UInt8) -> Bool {
    from[Int(state) * perState + Int(thread)] != 0
  }

  /// Marks the pair as visited; nil when it was before.
  mutating func insert(_ visit: PairVisit) -> PairArrival? {
    if contains(visit.state, visit.thread) { return nil }
    let first = Int(visit.state) * perState
    let isNewState = !(first..<first + perState).contains { from[$0] != 0 }
    let pair = first + Int(visit.thread)
    from[pair] = visit.from + 1
    fromThread[pair] = visit.fromThread
    choice[pair] = visit.choice
    count += 1
    states += isNewState ? 1 : 0
    return PairArrival(visit: visit, isNewState: isNewState)
  }

  /// The run to a pair.
  func run(to state: UInt32, _ thread: UInt8) -> [Schedule.Step] {
    var steps: [Schedule.Step] = []
    var (state, thread) = (state, thread)
    while thread != nobody {
      let pair = Int(state) * perState + Int(thread)
      steps.append(Schedule.Step(ThreadID(Int(thread)), choice: Int(choice[pair])))
      (state, thread) = (from[pair] - 1, fromThread[pair])
    }
    return steps.reversed()
  }
}

/// What a search for fewest preemptions has still to do, and what it has found.
struct ZeroOneSearch: ~Copyable {
  /// Who has found the states that steps lead to: a search before, or this one as it goes.
  enum Source { case searched, discovered }

  let source: Source
  /// The numbers for states that are discovered.
  var allotment = StateNumberBlock()
  let inState: [Int]
  let atEnd: [Int]
  let perStep: [Int]
  var pairs: VisitedPairs
  private let wanted: Set<Int>
  private let isMinimal: Bool

  private(set) var found: [Int: Counterexample] = [:]
  /// The preemptions of the visits that are being made.
  private(set) var preemptions = 0
  /// Visits with that many preemptions, and with one more, by number of steps.
  private var current: [[PairVisit]]
  private var next: [[PairVisit]] = []
  private var queued = 1

  /// A quest for runs that break what a search has seen broken, among the states that it stored.
  init(
    for broken: [Int], _ subjects: PropertyTable, states: Int, threads: Int, isMinimal: Bool
  ) {
    self.init(
      .searched, broken, subjects, VisitedPairs(states: states, threads: threads),
      isMinimal: isMinimal)
  }

  /// A quest for runs to whatever can be broken or reached, from the initial state in `store` on.
  init(discovering subjects: PropertyTable, in store: StateStore) {
    self.init(
      .discovered, Array(0..<subjects.count), subjects,
      VisitedPairs(states: store.limit, threads: subjects.system.threads.count), isMinimal: true)
    allotment.refill(store.arena.allotRest(below: store.limit))
  }

  private init(
    _ source: Source, _ wanted: [Int], _ subjects: PropertyTable, _ pairs: consuming VisitedPairs,
    isMinimal: Bool
  ) {
    inState = wanted.filter(Set(subjects.always + subjects.quiet + subjects.sometimes).contains)
    atEnd = wanted.filter(subjects.atEnd.contains)
    perStep = wanted.filter(subjects.perStep.contains)
    self.wanted = Set(wanted)
    (self.source, self.isMinimal) = (source, isMinimal)
    current = [
      [
        PairVisit(
          state: 0, from: 0, thread: pairs.nobody, fromThread: pairs.nobody, choice: 0,
          breaks: false)
      ]
    ]
    self.pairs = pairs
  }

  var isDone: Bool { found.count == wanted.count }
  var bytes: Int { pairs.bytes + queued * MemoryLayout<PairVisit>.stride }
  /// The most steps of the visits that wait at this number of preemptions.
  var longest: Int { current.count - 1 }

  /// Takes the visits of `steps` steps out.
  mutating func take(steps: Int) -> ArraySlice<PairVisit> {
    let visits = current[steps]
    current[steps] = []
    queued -= visits.count
    return visits[...]
  }

  /// Queues a visit of `steps` steps.
  mutating func add(_ visit: PairVisit, steps: Int, isPreemption: Bool) {
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

  /// Whether, of the visits that take one more preemption, one follows a step that breaks something
  /// and is as asked.
  func waitsForSteps(_ isWanted: (PairVisit) -> Bool) -> Bool {
    next.contains { visits in visits.contains { $0.breaks && isWanted($0) } }
  }

  /// Goes on to the visits with one more preemption; false when there are none.
  mutating func allowAnotherPreemption() -> Bool {
    (current, next) = (next, [])
    preemptions += 1
    return !current.isEmpty
  }

  /// Whether a subject is asked for and not found yet.
  func isOpen(_ subject: Int) -> Bool { wanted.contains(subject) && found[subject] == nil }

  /// Keeps the run to a pair, whose state breaks an open subject.
  mutating func note(_ subject: Int, in visit: PairVisit) {
    keep(pairs.run(to: visit.state, visit.thread), for: subject)
  }

  /// Keeps the run that ends with the step of a visit, which breaks an open subject.
  mutating func note(_ subject: Int, bySteppingTo visit: PairVisit) {
    let step = Schedule.Step(ThreadID(Int(visit.thread)), choice: Int(visit.choice))
    keep(pairs.run(to: visit.from, visit.fromThread) + [step], for: subject)
  }

  private mutating func keep(_ run: [Schedule.Step], for subject: Int) {
    found[subject] = Counterexample(
      schedule: Schedule(run), preemptions: preemptions, isMinimal: isMinimal)
  }
}
