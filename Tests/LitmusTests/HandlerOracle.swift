@testable import Litmus

/// A small program with interrupts, as a text and as steps that are taken by hand: another way to
/// its final states and deadlocks.
struct HandlerOracle {
  enum Operation: Hashable {
    case store(Int, Int)
    /// A read step, then a write step.
    case increment(Int)
    case lock, unlock, interruptsOff, interruptsOn, bottomHalvesOff, bottomHalvesOn

    var text: String {
      switch self {
      case .store(let variable, let value): "\(["x", "y"][variable]) = \(value);"
      case .increment(let variable): "\(["x", "y"][variable])++;"
      case .lock: "spin_lock(&l);"
      case .unlock: "spin_unlock(&l);"
      case .interruptsOff: "local_irq_disable();"
      case .interruptsOn: "local_irq_enable();"
      case .bottomHalvesOff: "local_bh_disable();"
      case .bottomHalvesOn: "local_bh_enable();"
      }
    }
  }

  struct Handler: Hashable {
    var thread: Int
    var isSoft: Bool
    var times: ClosedRange<Int>
  }

  /// A thread, or a handler.
  struct Machine: Hashable {
    var handler: Handler?
    var operations: [Operation]
  }

  struct State: Hashable {
    var places: [Int]
    var read: [Int?]
    var values = [0, 0]
    var owner: Int?
    var interruptsOff: [Bool]
    var bottomHalvesOff: [Int]
    var running: [Bool]
    var entries: [Int]
  }

  var machines: [Machine] = []

  /// Two threads with one or two handlers.
  init(seed: UInt64) {
    var random = Random(seed: seed)
    for _ in 0..<2 {
      machines.append(
        Machine(handler: nil, operations: Self.operations(&random, parts: 1, mayDisable: true)))
    }
    for _ in 0..<(1 + random.below(2)) {
      let isSoft = random.oneIn(2)
      let least = random.below(2)
      let handler = Handler(
        thread: random.below(2), isSoft: isSoft, times: least...(1 + random.below(2)))
      machines.append(
        Machine(
          handler: handler,
          operations: Self.operations(&random, parts: random.below(2), mayDisable: false)))
    }
  }

  private static func operations(
    _ random: inout Random, parts: Int, mayDisable: Bool
  ) -> [Operation] {
    var made: [Operation] = []
    for _ in 0..<parts {
      let inside = (0...random.below(2)).map { _ in
        random.oneIn(2)
          ? Operation.increment(random.below(2)) : .store(random.below(2), random.below(3))
      }
      switch random.below(mayDisable ? 6 : 2) {
      case 0: made += inside
      case 1: made += [.lock] + inside + [.unlock]
      case 2: made += [.interruptsOff] + inside + [.interruptsOn]
      case 3: made += [.interruptsOff, .lock] + inside + [.unlock, .interruptsOn]
      case 4: made += [.bottomHalvesOff, .lock] + inside + [.unlock, .bottomHalvesOn]
      default: made += [.bottomHalvesOff] + inside + [.bottomHalvesOn]
      }
    }
    if mayDisable, random.oneIn(5) {
      made.append(random.oneIn(2) ? .interruptsOff : .bottomHalvesOff)
    }
    return made
  }

  var text: String {
    var text = "C generated\nint x, y;\nspinlock_t l;\n"
    for (number, machine) in machines.enumerated() {
      let head =
        machine.handler.map {
          "\($0.isSoft ? "softirq" : "irq") m\(number)(void) on m\($0.thread) "
            + "times \($0.times.lowerBound)..\($0.times.upperBound)"
        } ?? "thread m\(number)(void)"
      text += "\(head) { \(machine.operations.map(\.text).joined(separator: " ")) }\n"
    }
    return text + "locations [x; y]\n"
  }

  // MARK: - Steps

  var start: State {
    let none = machines.map { _ in 0 }
    return State(
      places: none, read: machines.map { _ in nil }, interruptsOff: machines.map { _ in false },
      bottomHalvesOff: none, running: machines.map { _ in false }, entries: none)
  }

  private func isInterrupted(_ state: State, _ thread: Int, byHardOnly: Bool = false) -> Bool {
    machines.indices.contains { other in
      guard let handler = machines[other].handler, handler.thread == thread else { return false }
      return state.running[other] && !(byHardOnly && handler.isSoft)
    }
  }

  func step(_ machine: Int, from state: State) -> State? {
    var next = state
    var (thread, isHard) = (machine, false)
    if let handler = machines[machine].handler {
      (thread, isHard) = (handler.thread, !handler.isSoft)
      if !state.running[machine] {
        if state.entries[machine] == handler.times.upperBound || isHeldOff(state, machine)
          || isInterrupted(state, thread, byHardOnly: isHard)
        {
          return nil
        }
        next.entries[machine] += 1
        next.running[machine] = true
        if isHard { next.interruptsOff[thread] = true }
        end(machine, &next)
        return next
      }
      if handler.isSoft, isInterrupted(state, thread, byHardOnly: true) { return nil }
    } else if isInterrupted(state, thread) || hasEnded(state, machine) {
      return nil
    }
    switch machines[machine].operations[state.places[machine]] {
    case .store(let variable, let value): next.values[variable] = value
    case .increment(let variable):
      guard let read = state.read[machine] else {
        next.read[machine] = state.values[variable]
        return next
      }
      next.values[variable] = read + 1
      next.read[machine] = nil
    case .lock:
      if state.owner != nil { return nil }
      next.owner = machine
    case .unlock: next.owner = nil
    case .interruptsOff: next.interruptsOff[thread] = true
    case .interruptsOn: next.interruptsOff[thread] = false
    case .bottomHalvesOff: next.bottomHalvesOff[thread] += 1
    case .bottomHalvesOn: next.bottomHalvesOff[thread] -= 1
    }
    next.places[machine] += 1
    end(machine, &next)
    return next
  }

  /// A handler rests after its last step.
  private func end(_ machine: Int, _ state: inout State) {
    guard let handler = machines[machine].handler,
      state.places[machine] == machines[machine].operations.count
    else { return }
    state.places[machine] = 0
    state.running[machine] = false
    if !handler.isSoft { state.interruptsOff[handler.thread] = false }
  }

  private func isHeldOff(_ state: State, _ machine: Int) -> Bool {
    guard let handler = machines[machine].handler else { return false }
    return state.interruptsOff[handler.thread]
      || handler.isSoft && state.bottomHalvesOff[handler.thread] > 0
  }

  /// Whether a thread has ended or a handler rests.
  func hasEnded(_ state: State, _ machine: Int) -> Bool {
    machines[machine].handler == nil
      ? state.places[machine] == machines[machine].operations.count : !state.running[machine]
  }

  func isFinal(_ state: State) -> Bool {
    machines.indices.allSatisfy { machine in
      guard hasEnded(state, machine) else { return false }
      guard let handler = machines[machine].handler else { return true }
      return state.entries[machine] >= handler.times.lowerBound || isHeldOff(state, machine)
    }
  }

  // MARK: - Answers

  struct Answer {
    var finals: Set<[String]> = []
    /// The fewest preemptions that lead to a state after which something never ends.
    var deadlock: Int?
  }

  func answer() -> Answer {
    var answer = Answer()
    var (order, known) = ([start], [start: 0])
    var before: [[Int]] = [[]]
    var index = 0
    while index < order.count {
      for machine in machines.indices {
        guard let next = step(machine, from: order[index]) else { continue }
        let number = known[next] ?? order.count
        if number == order.count {
          known[next] = number
          order.append(next)
          before.append([])
        }
        before[number].append(index)
      }
      if isFinal(order[index]) { answer.finals.insert(order[index].values.map { "\($0)" }) }
      index += 1
    }
    var stuck: Set<Int> = []
    for machine in machines.indices {
      var open = order.indices.filter { hasEnded(order[$0], machine) }
      var canEnd = Set(open)
      while let state = open.popLast() {
        for other in before[state] where canEnd.insert(other).inserted { open.append(other) }
      }
      stuck.formUnion(order.indices.filter { !canEnd.contains($0) })
    }
    answer.deadlock = fewestPreemptions(to: Set(stuck.map { order[$0] }))
    return answer
  }

  private struct Visit: Hashable {
    var state: State
    var last: Int?
  }

  private func fewestPreemptions(to goal: Set<State>) -> Int? {
    if goal.isEmpty { return nil }
    var (current, cost) = ([Visit(state: start, last: nil)], 0)
    var seen: Set<Visit> = []
    while !current.isEmpty {
      var costlier: [Visit] = []
      while let visit = current.popLast() {
        guard seen.insert(visit).inserted else { continue }
        if goal.contains(visit.state) { return cost }
        let couldGoOn =
          visit.last.map { last in
            (machines[last].handler == nil || visit.state.running[last])
              && step(last, from: visit.state) != nil
          } ?? false
        for machine in machines.indices {
          guard let next = step(machine, from: visit.state) else { continue }
          let isPreemption = couldGoOn && machine != visit.last
          let following = Visit(state: next, last: machine)
          if isPreemption { costlier.append(following) } else { current.append(following) }
        }
      }
      (current, cost) = (costlier, cost + 1)
    }
    return nil
  }
}
