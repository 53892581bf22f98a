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
  /// Whether there is address space for every pair; otherwise nothing can be visited.
  let hasRoom: Bool

  init(states: Int, threads: Int) {
    nobody = UInt8(threads)
    perState = threads + 1
    from = ReservedMemory(capacity: states * perState)
    fromThread = ReservedMemory(capacity: states * perState)
    choice = ReservedMemory(capacity: states * perState)
    hasRoom = min(choice.capacity, fromThread.capacity, from.capacity) >= states * perState
  }

  /// Bytes in use, about.
  var bytes: Int { count * 6 }

  func contains(_ state: UInt32, _ thread: UInt8) -> Bool {
    from[Int(state) * perState + Int(thread)] != 0
  }

  /// Marks the pair as visited; false when it was before.
  mutating func insert(_ visit: PairVisit) -> Bool {
    if contains(visit.state, visit.thread) { return false }
    let pair = Int(visit.state) * perState + Int(visit.thread)
    from[pair] = visit.from + 1
    fromThread[pair] = visit.fromThread
    choice[pair] = visit.choice
    count += 1
    return true
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
struct PreemptionQuest: ~Copyable {
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

  init(
    for broken: [Int], _ subjects: Subjects, states: Int, threads: Int, isMinimal: Bool
  ) {
    inState = broken.filter { subjects.always.contains($0) || subjects.quiet.contains($0) }
    atEnd = broken.filter(subjects.atEnd.contains)
    perStep = broken.filter(subjects.perStep.contains)
    wanted = Set(broken)
    self.isMinimal = isMinimal
    pairs = VisitedPairs(states: states, threads: threads)
    current = [
      [
        PairVisit(
          state: 0, from: 0, thread: pairs.nobody, fromThread: pairs.nobody, choice: 0,
          breaks: false)
      ]
    ]
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
