/// Breadth-first search that remembers 64 bits of each state.
///
/// Only two levels are there in full: the one that is expanded and the next. Every state in
/// them is real, because a real step led to it; but one whose fingerprint is already known is
/// taken for known, and it and what only it leads to may be missed. One thread searches.
struct FingerprintSearch: ~Copyable {
  let system: System
  let properties: PropertyTable
  private let width: AnyWidth
  let limits: LimitChecker
  private let table: FingerprintTable
  private let successors: Successors
  private var level: LevelStates
  private var next: LevelStates

  private(set) var counts = Exploration.Counts()
  /// Where each property was first seen broken or reached.
  private(set) var hits = PropertyMap<Hit>()
  /// Keeps the optimiser from dropping the loads that only warm the cache.
  private var touched: UInt64 = 0

  /// A state, and the step from it that breaks the property if it is about steps.
  struct Hit {
    let number: Int
    var step: Schedule.Step?
  }

  init(of system: System, _ options: Explorer.Options) {
    self.system = system
    width = AnyWidth(words: system.layout.wordCount)
    properties = PropertyTable(of: system)
    limits = LimitChecker(options)
    let space = limits.space
    let room = Self.room(words: width.words, within: limits.limits, in: space)
    table = FingerprintTable(bits: options.fingerprintBits, most: room.states, in: space)
    successors = Successors(of: system, batch: 256)
    level = LevelStates(width: width, most: room.level, in: space)
    next = LevelStates(width: width, most: room.level, in: space)
  }

  /// For how many states memory is reserved, and for how many of a level.
  ///
  /// Where address space is short a level has room for a quarter of all states.
  private static func room(
    words: Int, within limits: Limits, in space: AddressSpace
  ) -> (states: Int, level: Int) {
    let state = words * MemoryLayout<UInt64>.stride
    var (states, level) = (Int(UInt32.max) - 1, Int(UInt32.max))
    if let most = limits.bytes {
      states = min(states, most / 12 + leastStates)
      level = min(level, most / state + leastStates)
    }
    let free = space.free
    if states * FingerprintTable.bytesPerState + 2 * level * state > free {
      states = min(
        states, max(leastStates, free * 2 / (FingerprintTable.bytesPerState * 2 + state)))
      level = min(level, max(leastStates, states / 4))
    }
    return (states, level)
  }

  /// Room for so many is always asked for.
  private static let leastStates = 4096

  private var bytes: Int { table.bytes + level.bytes + next.bytes }

  /// Finds every state whose fingerprint is new when it is found, or stops at a limit.
  mutating func run() {
    insertInitialState()
    while level.count > 0 && !limits.isStopped {
      counts.depth += 1
      _ = limits.allows(states: table.count, bytes: bytes)
      next.restart(at: table.count)
      let open = PropertySelection(from: properties) { hits[$0] == nil }
      for start in stride(from: 0, to: level.count, by: successors.batchCapacity)
      where !limits.isStopped {
        expand(start..<min(start + successors.batchCapacity, level.count), open)
      }
      swap(&level, &next)
    }
    counts.states = table.count
  }

  private mutating func insertInitialState() {
    withState(system.layout.initial) { words in
      _ = table.insert(hash: width.hash(words), from: 0)
      level.append(words)
    }
    noteHits(in: level.state(0), Hit(number: 0), PropertySelection(from: properties) { _ in true })
  }

  private mutating func expand(_ range: Range<Int>, _ open: PropertySelection) {
    let (level, next, head) = (level, next, range.lowerBound)
    successors.expand(range.count) { level.state(head &+ $0) }
    if !hasRoom(for: successors.count) { return }
    table.reserve(successors.count)
    touched ^= table.touch(successors.hashes.base, count: successors.count)
    for index in 0..<successors.count {
      let origin = level.firstNumber &+ head &+ successors.steps[index].origin
      let state = successors.state(index)
      guard table.insert(hash: successors.hashes[index], from: origin) else { continue }
      next.append(state)
      noteHits(in: state, Hit(number: table.count - 1), open)
    }
    counts.transitions += successors.count
    judgeEnds(of: range)
    judgeSteps(from: head, open)
  }

  /// Notes what is broken or reached in a state by itself, a broken check included.
  @inline(__always)
  private mutating func noteHits(in state: StateRef, _ hit: Hit, _ open: PropertySelection) {
    if let check = properties.brokenCheck(in: state) { note(check, hit) }
    for property in open.hits(in: state) { note(property, hit) }
  }

  /// Tells the progress; whether `more` states may be added.
  private func hasRoom(for more: Int) -> Bool {
    limits.report {
      SearchProgress(
        states: table.count, transitions: counts.transitions,
        frontier: table.count - level.firstNumber, depth: counts.depth, bytes: bytes,
        elapsed: limits.elapsed)
    }
    if table.count + more > table.limit || next.count + more > next.limit {
      limits.stop(.capacity(table.count))
    }
    return limits.allows(bytes: bytes + table.growthBytes(for: more))
  }

  /// Looks at the states from which nobody can step.
  private mutating func judgeEnds(of range: Range<Int>) {
    for index in 0..<range.count where successors.canStep[index] == 0 {
      let place = range.lowerBound + index
      for property in properties.hits(atEnd: level.state(place), among: properties.atEnd) {
        if properties.isAboutStuckThreads(property) { counts.deadlocks += 1 }
        note(property, Hit(number: level.firstNumber + place))
      }
    }
  }

  private mutating func judgeSteps(from head: Int, _ open: PropertySelection) {
    for property in open.perStep {
      for index in 0..<successors.count where hits[property] == nil {
        let place = head + successors.steps[index].origin
        let isBroken = properties.isHit(
          property, from: level.state(place), to: successors.state(index),
          by: Int(successors.steps[index].thread))
        if isBroken {
          note(
            property,
            Hit(number: level.firstNumber + place, step: Schedule.Step(successors.steps[index])))
        }
      }
    }
  }

  private mutating func note(_ property: PropertyIndex, _ hit: Hit) {
    if hits[property] == nil { hits[property] = hit }
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
    let state = StateBuffer(copying: system.layout.initial)
    for fingerprint in chain.reversed() {
      successors.expand(state.row, 1)
      let taken = (0..<successors.count).first {
        table.fingerprint(of: successors.hashes[$0]) == fingerprint
      }
      guard let taken else { preconditionFailure("a step that was taken cannot be taken again") }
      steps.append(Schedule.Step(successors.steps[taken]))
      width.copy(successors.state(taken), to: state[0])
    }
    return steps + (hit.step.map { [$0] } ?? [])
  }
}

extension Explorer {
  /// Searches by fingerprint; what breaks is real, what does not break is undecided.
  ///
  /// Runs are runs of the system, with preemptions taken out by trial.
  static func fingerprints(_ system: System, _ options: Options) -> Exploration {
    var search = FingerprintSearch(of: system, options)
    search.run()
    let properties = search.properties
    let simulator = Simulator(system)
    var evidence = Evidence(properties, .part, limit: search.limits.hit ?? .fingerprints)
    evidence.counts = search.counts
    for (property, hit) in search.hits {
      let steps = search.steps(to: hit)
      if properties.isLandmark(property) {
        evidence.reached[property] = Schedule(steps)
      } else {
        evidence.counterexamples[property] = Shrinker(of: simulator, breaking: property).shrink(
          steps)
      }
    }
    if !search.limits.isStopped {
      evidence.statistics = [
        missed(states: search.counts.states, bits: options.fingerprintBits)
      ]
    }
    return evidence.conclusion
  }

  /// An upper bound on the probability that a search by fingerprint ends with at most so many
  /// states though it has missed one: n (n + 1) / 2^65, for n states and 64 bits.
  ///
  /// Assumes that hashes are drawn evenly and independently. Up to the first state that is missed,
  /// the search is the exact one. That state is the (k + 1)-th, for some k from 1 to n, and has
  /// one of k fingerprints, of which the probability is at most k / 2^64; the bound is the sum
  /// over all k.
  static func missed(states: Int, bits: Int) -> Statistic {
    let part = BigNatural(UInt64(states)) * BigNatural(UInt64(states) + 1)
    let whole = BigNatural(1).shiftedUp(by: bits + 1)
    return Statistic(
      "p-missed", sentence: "probability that a state was missed, at most",
      value: .fraction(reducing: min(part, whole), over: whole))
  }
}
