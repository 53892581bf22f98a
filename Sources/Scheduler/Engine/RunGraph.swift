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
    var graph = RunGraph()
    var waiting = (0..<store.numbers).map { store.arrivals(at: $0) }
    var places = [UInt32](repeating: 0, count: store.numbers)
    var order: [UInt32] = waiting[0] == 0 ? [0] : []
    order.reserveCapacity(store.count)
    let size = RunGraph.bytes(states: store.count, steps: counts.transitions) + store.count * 12
    var head = 0
    while head < order.count {
      if isPassLimitHit(extraBytes: size), let passLimit { return .limit(passLimit) }
      let batch = Array(order[head..<min(order.count, head + successors.batchCapacity)])
      successors.expand(batch.count) { store.state(Int(batch[$0])) }
      var steps: [[RunGraph.Step]] = Array(repeating: [], count: batch.count)
      for index in successors.inOrderOfOrigin(batch.count) {
        let origin = Int(successors.origin[index])
        let step = step(at: index, from: Int(batch[origin]), bad)
        steps[origin].append(step)
        waiting[Int(step.to)] -= 1
        if waiting[Int(step.to)] == 0 { order.append(step.to) }
      }
      for (index, number) in batch.enumerated() {
        places[Int(number)] = UInt32(graph.count)
        graph.add(isBad: isBad(Int(number), at: index, bad), steps[index])
      }
      head += batch.count
    }
    guard graph.count == store.count else {
      if let loop = findLoop() { return .cyclic(loop) }
      return .limit(passLimit ?? .cancelled)
    }
    graph.rename(places)
    return .graph(graph)
  }

  /// The step to a successor of the expanded batch; it names the state by its number.
  private func step(at index: Int, from number: Int, _ bad: Bad) -> RunGraph.Step {
    let words = successors.words + index * store.width.words
    guard let to = store.find(words, hash: successors.hashes[index]) else {
      preconditionFailure("a step leads to a state that a finished search did not find")
    }
    let thread = successors.thread[index]
    let breaks = bad.perStep.contains {
      subjects.isBroken($0, from: store.state(number), to: store.state(to), by: Int(thread))
    }
    return RunGraph.Step(
      to: UInt32(to), thread: thread, choice: successors.choice[index], breaks: breaks)
  }
}
