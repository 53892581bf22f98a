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
    let words = successors.words + index * store.width.words
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

    init(_ broken: [Int], _ subjects: Subjects) {
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
