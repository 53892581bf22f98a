/// The whole state graph of a search, in an order in which every step leads forward.
///
/// Only a graph without cycles has such an order: all its runs end, and what is true of all of them is
/// found out from the last state back to the first. States go by their place in that order; the initial
/// state's is 0.
struct RunGraph {
  struct Step {
    /// The place of the state that it leads to.
    var to: UInt32
    var thread: UInt8
    var choice: UInt8
    /// Whether the step itself breaks a property.
    var breaks: Bool
  }

  /// By place: where the steps from a state start; one more entry than there are states.
  private(set) var starts: [Int] = [0]
  /// The steps, those from one state together, by thread and then choice.
  private(set) var steps: [Step] = []
  /// By place: whether something is broken in a state.
  private(set) var isBad: [Bool] = []

  var count: Int { isBad.count }

  func steps(from place: Int) -> ArraySlice<Step> { steps[starts[place]..<starts[place + 1]] }

  /// Adds the state at the next place.
  mutating func add(isBad: Bool, _ steps: [Step]) {
    self.isBad.append(isBad)
    self.steps += steps
    starts.append(self.steps.count)
  }

  /// Says which places the numbers stand for that steps were added with.
  mutating func rename(_ place: [UInt32]) {
    for index in steps.indices { steps[index].to = place[Int(steps[index].to)] }
  }

  /// Bytes in use, about.
  static func bytes(states: Int, steps: Int) -> Int {
    states * 17 + steps * MemoryLayout<Step>.stride
  }
}

extension Search {
  enum RunGraphResult {
    case graph(RunGraph)
    case cyclic([Exploration.Interleavings.Loop])
    case limit(LimitHit)
  }

  /// The graph of a search that no limit has ended; `broken` is what makes runs violating.
  mutating func runGraph(broken: [Int]) -> RunGraphResult {
    let bad = Bad(broken, subjects)
    // As they are found: the states, with their steps and how many steps arrive.
    var found: [UInt32] = [0]
    var places = [UInt32](repeating: .max, count: store.numbers)
    places[0] = 0
    var steps: [[RunGraph.Step]] = []
    var isBad: [Bool] = []
    var waiting = [0]
    var taken = 0
    while steps.count < found.count {
      let size = RunGraph.bytes(states: found.count, steps: taken * 2) + found.count * 28
      if isPassLimitHit(extraBytes: size), let passLimit { return .limit(passLimit) }
      let batch = Array(found[steps.count...].prefix(successors.batchCapacity))
      successors.expand(batch.count) { store.state(Int(batch[$0])) }
      var fromBatch: [[RunGraph.Step]] = Array(repeating: [], count: batch.count)
      for index in successors.inOrderOfOrigin(batch.count) {
        let origin = successors.steps[index].origin
        let step = step(at: index, from: Int(batch[origin]), &places, &found, bad)
        if Int(step.to) == waiting.count { waiting.append(0) }
        waiting[Int(step.to)] += 1
        fromBatch[origin].append(step)
      }
      taken += successors.count
      for (index, number) in batch.enumerated() {
        isBad.append(self.isBad(Int(number), at: index, bad))
        steps.append(fromBatch[index])
      }
    }
    return ordered(steps, isBad, &waiting)
  }

  /// Puts states that were added as they were found into an order in which every step leads forward.
  private mutating func ordered(
    _ steps: [[RunGraph.Step]], _ isBad: [Bool], _ waiting: inout [Int]
  ) -> RunGraphResult {
    var graph = RunGraph()
    var places = [UInt32](repeating: 0, count: steps.count)
    var order = waiting[0] == 0 ? [0] : []
    var head = 0
    while head < order.count {
      let state = order[head]
      places[state] = UInt32(head)
      graph.add(isBad: isBad[state], steps[state])
      for step in steps[state] {
        waiting[Int(step.to)] -= 1
        if waiting[Int(step.to)] == 0 { order.append(Int(step.to)) }
      }
      head += 1
    }
    guard graph.count == steps.count else {
      if let loop = findLoop() { return .cyclic(loop) }
      return .limit(passLimit ?? .cancelled)
    }
    graph.rename(places)
    return .graph(graph)
  }

  /// The step to a successor of the expanded batch; it names the state by when it was found.
  private func step(
    at index: Int, from number: Int, _ places: inout [UInt32], _ found: inout [UInt32], _ bad: Bad
  ) -> RunGraph.Step {
    let words = successors.state(index)
    guard let to = store.find(words, hash: successors.hashes[index]) else {
      preconditionFailure("a step leads to a state that a finished search did not find")
    }
    if places[to] == .max {
      places[to] = UInt32(found.count)
      found.append(UInt32(to))
    }
    let thread = successors.steps[index].thread
    let breaks = bad.perStep.contains {
      subjects.isBroken($0, from: store.state(number), to: store.state(to), by: Int(thread))
    }
    return RunGraph.Step(
      to: places[to], thread: thread, choice: successors.steps[index].choice, breaks: breaks)
  }

  /// The properties that make a run violating.
  private struct Bad {
    let inState: [Int]
    let atEnd: [Int]
    let perStep: [Int]

    init(_ broken: [Int], _ subjects: PropertyTable) {
      inState = broken.filter { subjects.always.contains($0) || subjects.quiet.contains($0) }
      atEnd = broken.filter(subjects.atEnd.contains)
      perStep = broken.filter(subjects.perStep.contains)
    }
  }

  /// Whether a state of the expanded batch makes the runs to it violating.
  private func isBad(_ number: Int, at index: Int, _ bad: Bad) -> Bool {
    let state = store.state(number)
    return bad.inState.contains { subjects.isHit($0, state) }
      || successors.canStep[index] == 0 && !subjects.endHits(state, bad.atEnd).isEmpty
  }
}

/// Exact counts of the runs that are still possible from each state.
extension RunGraph {
  /// The steps of the longest run.
  var longestRun: Int {
    var longest = [Int](repeating: 0, count: count)
    for place in (0..<count).reversed() {
      longest[place] = steps(from: place).reduce(0) { max($0, longest[Int($1.to)] + 1) }
    }
    return longest[0]
  }

  /// By place: the maximal runs from there on.
  ///
  /// `mayUse` is told, now and then, the bytes in use; nil when it refuses.
  func runsOnward(_ mayUse: (_ bytes: Int) -> Bool) -> [BigNatural]? {
    backwards(mayUse) { place, known in
      var runs: BigNatural = starts[place] == starts[place + 1] ? 1 : 0
      for step in steps(from: place) { runs += known[Int(step.to)] }
      return runs
    }
  }

  /// How many runs there are on which something breaks.
  func violatingRuns(of runs: [BigNatural], _ mayUse: (_ bytes: Int) -> Bool) -> BigNatural? {
    backwards(mayUse) { place, known in
      if isBad[place] { return runs[place] }
      var violating: BigNatural = 0
      for step in steps(from: place) {
        violating += step.breaks ? runs[Int(step.to)] : known[Int(step.to)]
      }
      return violating
    }?[0]
  }

  /// Fills a table from the last state back to the first; `value` knows the states behind a place.
  func backwards(
    _ mayUse: (_ bytes: Int) -> Bool, _ value: (_ place: Int, _ known: [BigNatural]) -> BigNatural
  ) -> [BigNatural]? {
    var known = [BigNatural](repeating: 0, count: count)
    // A number is an array: its header and its limbs.
    var bytes = count * 8
    for place in (0..<count).reversed() {
      known[place] = value(place, known)
      bytes += 32 + (known[place].bitWidth + 63) / 64 * 8
      if place % 4096 == 0 && !mayUse(bytes) { return nil }
    }
    return known
  }
}

extension Search {
  /// How many interleavings there are, of a search that has all states but has logged no steps.
  mutating func countRuns(broken: [Int]) -> Exploration.Interleavings {
    switch runGraph(broken: broken) {
    case .cyclic(let loop): return .unbounded(loop: loop)
    case .limit: return .notCounted(.limit)
    case .graph(let graph):
      guard let runs = graph.runsOnward({ !isPassLimitHit(extraBytes: $0) }),
        let violating = graph.violatingRuns(of: runs, { !isPassLimitHit(extraBytes: $0) })
      else { return .notCounted(.limit) }
      return .finite(all: runs[0], violating: violating)
    }
  }
}

/// The exact probability that a random walk breaks something.
///
/// The walk picks one of the threads that can step, each as likely, and then one of the results of
/// its step, each as likely. From a state the probability p is 1 where something is broken, 0 at an end, and
/// otherwise the sum over its steps of w p', with w = 1 / (threads that can step * results).
///
/// All probabilities are kept over powers of one denominator L, the least common multiple of
/// all 1 / w, so that only naturals are added: p = n / L^h. Where there is one step alone, n and h are
/// those of the next state; elsewhere h is one more than the largest of the next states. So the
/// numbers have about h log2 L bits, h being the most choices that a run takes.
extension RunGraph {
  /// Nil when `mayUse`, which is told the bytes in use now and then, refuses.
  func randomWalkProbability(
    _ mayUse: (_ bytes: Int) -> Bool
  ) -> (part: BigNatural, whole: BigNatural)? {
    let heights = heights
    let weights = weights
    var powers: [BigNatural] = [1]
    for _ in 0..<heights[0] { powers.append(powers[powers.count - 1] * weights.whole) }
    let powerBytes = powers.reduce(0) { $0 + 32 + $1.bitWidth / 8 }
    let parts = backwards({ mayUse($0 + powerBytes + count * 8) }) { place, known in
      if isBad[place] { return 1 }
      let steps = steps(from: place)
      if steps.count < 2 { return steps.first.map { $0.breaks ? 1 : known[Int($0.to)] } ?? 0 }
      var sum: BigNatural = 0
      for (step, share) in zip(steps, Self.shares(of: steps)) {
        let (part, height) = step.breaks ? (1, 0) : (known[Int(step.to)], heights[Int(step.to)])
        if part.bitWidth == 0 { continue }
        let weight = weights.byShare[share] ?? 0
        sum += part * (weight * powers[heights[place] - 1 - height])
      }
      return sum
    }
    return parts.map { ($0[0], powers[heights[0]]) }
  }

  /// By place: the power of the common denominator.
  private var heights: [Int] {
    var heights = [Int](repeating: 0, count: count)
    for place in (0..<count).reversed() where !isBad[place] {
      let steps = steps(from: place)
      let next = steps.reduce(0) { $1.breaks ? $0 : max($0, heights[Int($1.to)]) }
      heights[place] = next + (steps.count > 1 ? 1 : 0)
    }
    return heights
  }

  /// The least common multiple of all shares, and what each share is of it.
  private var weights: (whole: BigNatural, byShare: [Int: BigNatural]) {
    var shares: Set<Int> = []
    for place in 0..<count where !isBad[place] {
      shares.formUnion(Self.shares(of: steps(from: place)))
    }
    var whole: BigNatural = 1
    for share in shares.sorted() {
      let share = BigNatural(UInt64(share))
      let common = whole.greatestCommonDivisor(with: share)
      whole = whole * share.quotientAndRemainder(dividingBy: common).quotient
    }
    let pairs = shares.map { share in
      (share, whole.quotientAndRemainder(dividingBy: BigNatural(UInt64(share))).quotient)
    }
    return (whole, Dictionary(uniqueKeysWithValues: pairs))
  }

  /// For each step from a state, the number of which the walk takes it one time.
  private static func shares(of steps: ArraySlice<Step>) -> [Int] {
    var results: [UInt8: Int] = [:]
    for step in steps { results[step.thread, default: 0] += 1 }
    return steps.map { (results[$0.thread] ?? 1) * results.count }
  }
}
