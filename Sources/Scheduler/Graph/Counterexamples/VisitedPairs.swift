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

  /// The visit to the initial state, to which no step has led.
  static func first(by nobody: UInt8) -> PairVisit {
    PairVisit(state: 0, from: 0, thread: nobody, fromThread: nobody, choice: 0, breaks: false)
  }
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

  /// Bytes for the pairs of one state.
  static func bytesPerState(threads: Int) -> Int { (threads + 1) * 6 }

  init(states: Int, threads: Int, in space: AddressSpace) {
    nobody = UInt8(threads)
    perState = threads + 1
    from = ReservedMemory(capacity: states * perState, in: space)
    fromThread = ReservedMemory(capacity: states * perState, in: space)
    choice = ReservedMemory(capacity: states * perState, in: space)
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

  /// Gives back what the pairs of further states would need: none will come.
  func trim(toStates states: Int) {
    from.trim(to: states * perState)
    fromThread.trim(to: states * perState)
    choice.trim(to: states * perState)
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
