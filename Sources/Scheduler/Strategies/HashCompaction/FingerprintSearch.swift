/// Breadth-first search that remembers 64 bits of each state.
///
/// Only two levels are there in full: the one that is expanded and the next. Every state in
/// them is real, because a real step led to it; but one whose fingerprint is already known is
/// taken for known, and it and what only it leads to may be missed. One thread searches.
struct FingerprintSearch<W: Width>: ~Copyable {
  let system: System
  let subjects: PropertyTable
  private let width: W
  private let monitor: LimitChecker
  private let table: FingerprintTable
  private let successors: Successors
  private var level: LevelStates<W>
  private var next: LevelStates<W>

  private(set) var counts = Exploration.Counts()
  /// The limit that ended the search.
  private(set) var limit: LimitHit?
  /// By subject: where it was first seen broken or reached.
  private(set) var hits: [Hit?]
  /// Keeps the optimiser from dropping the loads that only warm the cache.
  private var touched: UInt64 = 0

  /// A state, and the step from it that breaks the subject if it is about steps.
  struct Hit {
    let number: Int
    var step: Schedule.Step?
  }

  init(of system: System, width: W, _ options: Explorer.Options) {
    (self.system, self.width) = (system, width)
    subjects = PropertyTable(of: system)
    monitor = LimitChecker(options)
    table = FingerprintTable(bits: options.fingerprintBits)
    successors = Successors(of: system, batch: 256)
    (level, next) = (LevelStates(width: width), LevelStates(width: width))
    hits = Array(repeating: nil, count: subjects.count)
  }

  private var bytes: Int { table.bytes + level.bytes + next.bytes }

  /// Finds every state whose fingerprint is new when it is found, or stops at a limit.
  mutating func run() {
    insertInitialState()
    while level.count > 0 && limit == nil {
      counts.depth += 1
      limit = monitor.limitHit(states: table.count, bytes: bytes)
      next.restart(at: table.count)
      let watch = OpenPropertyTests(subjects, open: { hits[$0] == nil })
      for start in stride(from: 0, to: level.count, by: successors.batchCapacity)
      where limit == nil {
        expand(start..<min(start + successors.batchCapacity, level.count), watch)
      }
      swap(&level, &next)
    }
    counts.states = table.count
  }

  private mutating func insertInitialState() {
    var first = system.layout.initial
    first.withUnsafeMutableBufferPointer { buffer in
      guard let words = buffer.baseAddress else { return }
      _ = table.insert(hash: width.hash(words), from: 0)
      level.append(words)
    }
    let watch = OpenPropertyTests(subjects, open: { _ in true })
    watch.hits(in: level.state(0)) { note($0, Hit(number: 0)) }
  }

  private mutating func expand(_ range: Range<Int>, _ watch: OpenPropertyTests) {
    let (level, next, head) = (level, next, range.lowerBound)
    successors.expand(range.count) { level.state(head &+ $0) }
    limit = lackOfRoom(for: successors.count)
    if limit != nil { return }
    table.reserve(successors.count)
    touched ^= table.touch(successors.hashes.base, count: successors.count)
    for index in 0..<successors.count {
      let origin = level.firstNumber &+ head &+ successors.steps[index].origin
      let state = successors.state(index)
      guard table.insert(hash: successors.hashes[index], from: origin) else { continue }
      next.append(state)
      watch.hits(in: state) { note($0, Hit(number: table.count - 1)) }
    }
    counts.transitions += successors.count
    watchEnds(of: range)
    watchSteps(from: head, watch.perStep)
  }

  /// Tells the progress; the limit, if any, that keeps `more` states from being added.
  private func lackOfRoom(for more: Int) -> LimitHit? {
    monitor.report {
      SearchProgress(
        states: table.count, transitions: counts.transitions,
        frontier: table.count - level.firstNumber, depth: counts.depth, bytes: bytes,
        elapsed: monitor.elapsed)
    }
    if table.count + more > min(table.limit, level.limit, next.limit) {
      return .capacity(table.count)
    }
    return monitor.limitHit(states: 0, bytes: bytes + table.growthBytes(for: more))
  }

  /// Looks at the states from which nobody can step.
  private mutating func watchEnds(of range: Range<Int>) {
    for index in 0..<range.count where successors.canStep[index] == 0 {
      let place = range.lowerBound + index
      for subject in subjects.endHits(level.state(place), subjects.atEnd) {
        if subject == subjects.deadlock { counts.deadlocks += 1 }
        note(subject, Hit(number: level.firstNumber + place))
      }
    }
  }

  private mutating func watchSteps(from head: Int, _ perStep: [Int]) {
    for subject in perStep {
      for index in 0..<successors.count where hits[subject] == nil {
        let place = head + successors.steps[index].origin
        let isBroken = subjects.isBroken(
          subject, from: level.state(place), to: successors.state(index),
          by: Int(successors.steps[index].thread))
        if isBroken {
          note(subject, Hit(number: level.firstNumber + place, step: step(at: index)))
        }
      }
    }
  }

  private mutating func note(_ subject: Int, _ hit: Hit) {
    if hits[subject] == nil { hits[subject] = hit }
  }

  private func step(at index: Int) -> Schedule.Step {
    Schedule.Step(
      ThreadID(Int(successors.steps[index].thread)), choice: Int(successors.steps[index].choice))
  }

  /// The steps to what was hit, taken anew along the fingerprints of the states on the way.
  ///
  /// Of the steps from a state to one with the next fingerprint the search took the first, and so
  /// does this: also where states were taken for others, it comes to the state that was seen.
  func steps(to hit: Hit) -> [Schedule.Step] {
    var chain: [UInt64] = []
    var number = hit.number
    while number > 0 {
      chain.append(table.fingerprint(ofState: number))
      number = table.parent(ofState: number)
    }
    var steps: [Schedule.Step] = []
    var state = system.layout.initial
    state.withUnsafeMutableBufferPointer { buffer in
      guard let words = buffer.baseAddress else { return }
      for fingerprint in chain.reversed() {
        successors.expand(1) { _ in words }
        let taken = (0..<successors.count).first {
          table.fingerprint(of: successors.hashes[$0]) == fingerprint
        }
        guard let taken else { preconditionFailure("a step that was taken cannot be taken again") }
        steps.append(step(at: taken))
        width.copy(successors.state(taken), to: words)
      }
    }
    return steps + (hit.step.map { [$0] } ?? [])
  }
}
