/// Exact breadth-first search, level by level, over all states of a system.
///
/// What it keeps serves the passes after it: the states and their table, each state's parent, and
/// how many steps arrive at each.
struct Search<W: Width>: ~Copyable {
  let system: System
  let subjects: Subjects
  let monitor: Monitor
  var store: StateStore<W>
  let successors: Successors<W>

  private(set) var counts = Exploration.Counts()
  /// The limit that ended the search.
  private(set) var limit: LimitHit?
  /// The limit that ended a pass after the search.
  private(set) var passLimit: LimitHit?
  /// By subject: the first state found in which it is broken or reached, or the state before the
  /// step that broke it.
  private(set) var hits: [Int?]
  /// Keeps the optimiser from dropping the loads that only warm the cache.
  private var touched: UInt64 = 0

  private static var batch: Int { 256 }
  /// The most steps from one state, by which a search stays clear of the end of its memory.
  private var mostSteps: Int { system.threads.count * 256 }

  init(of system: System, width: W, monitor: Monitor) {
    self.system = system
    self.monitor = monitor
    subjects = Subjects(of: system)
    store = StateStore(width: width)
    successors = Successors(of: system, width: width, batch: Self.batch)
    hits = Array(repeating: nil, count: subjects.count)
  }

  var bytes: Int { store.bytes }

  /// Finds every reachable state, or stops at a limit.
  mutating func run() {
    var first = system.layout.initial
    first.withUnsafeMutableBufferPointer { buffer in
      guard let words = buffer.baseAddress else { return }
      _ = store.insert(words, hash: store.width.hash(words))
    }
    watchNew(from: 0)
    var head = 0
    while head < store.count {
      let levelEnd = store.count
      counts.depth += 1
      while head < levelEnd {
        monitor.report {
          Progress(
            states: store.count, transitions: counts.transitions, frontier: store.count - head,
            depth: counts.depth, bytes: bytes, elapsed: monitor.elapsed)
        }
        limit = monitor.limitHit(states: store.count, bytes: bytes)
        if store.count + Self.batch * mostSteps > store.limit {
          limit = .capacity(store.count)
        }
        if limit != nil {
          watchUnexpanded(from: head)
          counts.states = store.count
          return
        }
        let batch = min(Self.batch, levelEnd - head)
        expand(from: head, batch)
        head += batch
      }
    }
    counts.states = store.count
  }

  private mutating func expand(from head: Int, _ batch: Int) {
    let (base, record, words) = (store.state(head), store.recordWords, store.width.words)
    successors.expand(batch) { base + $0 &* record }
    let found = successors.count
    counts.transitions += found
    store.reserve(found)
    warm(store.touch(successors.hashes, count: found))
    let known = store.count
    let (next, hashes, origin) = (successors.words, successors.hashes, successors.origin)
    for index in 0..<found {
      let (number, isNew) = store.insert(next + index &* words, hash: hashes[index])
      store.arrive(at: number)
      if isNew { store.setParent(of: number, to: head &+ Int(origin[index])) }
    }
    watchEnds(from: head, batch)
    watchSteps(from: head)
    watchNew(from: known)
  }

  /// Looks at the states of the batch from which nobody can step.
  private mutating func watchEnds(from head: Int, _ batch: Int) {
    for index in 0..<batch where successors.canStep[index] == 0 {
      let open = subjects.atEnd.filter { hits[$0] == nil }
      for subject in endHits(store.state(head + index), at: index, open) {
        if subject == subjects.deadlock { counts.deadlocks += 1 }
        hit(subject, head + index)
      }
    }
  }

  /// What is broken in a state from which nobody can step: a check, deadlock, or some of `atEnd`.
  ///
  /// `index` is its place in the batch that was expanded last.
  func endHits(_ state: Words, at index: Int, _ atEnd: [Int]) -> [Int] {
    if let check = subjects.brokenCheck(in: state) { return [check] }
    if successors.unfinished[index] != 0 { return [subjects.deadlock] }
    return atEnd.filter { subjects.isHit($0, state) }
  }

  /// Looks for broken checks in the states that a limit leaves unexpanded.
  private mutating func watchUnexpanded(from head: Int) {
    for number in head..<store.count {
      if let check = subjects.brokenCheck(in: store.state(number)) { hit(check, number) }
    }
  }

  private mutating func watchSteps(from head: Int) {
    let words = store.width.words
    for subject in subjects.perStep where hits[subject] == nil {
      for index in 0..<successors.count {
        let before = head + Int(successors.origin[index])
        let isBroken = subjects.isBroken(
          subject, from: store.state(before), to: successors.words + index * words,
          by: Int(successors.thread[index]))
        if isBroken {
          hit(subject, before)
          break
        }
      }
    }
  }

  /// Looks at the states from number `known` on, a property at a time.
  private mutating func watchNew(from known: Int) {
    for list in [subjects.always, subjects.quiet, subjects.sometimes] {
      for subject in list where hits[subject] == nil {
        for number in known..<store.count where subjects.isHit(subject, store.state(number)) {
          hit(subject, number)
          break
        }
      }
    }
  }

  /// Whether a pass after the search has to stop: it may use `extraBytes` besides the states.
  mutating func isPassLimitHit(extraBytes: Int) -> Bool {
    if passLimit == nil { passLimit = monitor.limitHit(states: 0, bytes: bytes + extraBytes) }
    return passLimit != nil
  }

  /// Ends a pass that found no address space.
  mutating func endPassForLackOfRoom() { passLimit = .capacity(store.count) }

  /// Uses loads whose only purpose is to fill the cache.
  @inline(__always) mutating func warm(_ loads: UInt64) { touched ^= loads }

  private mutating func hit(_ subject: Int, _ number: Int) {
    if hits[subject] == nil { hits[subject] = number }
  }

  /// A shortest run to a state, along the parents.
  func shortestRun(to number: Int) -> Schedule {
    var steps: [Schedule.Step] = []
    var number = number
    while number != 0 {
      let parent = store.parent(of: number)
      steps.append(step(from: parent, to: number))
      number = parent
    }
    return Schedule(steps.reversed())
  }

  /// The first step, by thread and choice, that leads from one state to another.
  private func step(from: Int, to: Int) -> Schedule.Step {
    let (state, words) = (store.state(from), store.width.words)
    successors.expand(1) { _ in state }
    for index in 0..<successors.count
    where store.width.equal(successors.words + index * words, store.state(to)) {
      return Schedule.Step(
        ThreadID(Int(successors.thread[index])), choice: Int(successors.choice[index]))
    }
    preconditionFailure("state \(to) was not found from its parent \(from)")
  }
}
