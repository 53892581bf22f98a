extension BruteForce {
  /// What a brute force finds out about a program.
  struct Answer {
    /// The shown numbers at the ends of runs.
    var finals: Set<[String]> = []
    /// By id: the preemptions of the run that has the fewest; nil where that is not compared.
    var findings: [String: Int?] = [:]
    var states = 0

    /// The ids with their preemptions, as rows have them.
    var text: String {
      if findings.isEmpty { return "holds" }
      return findings.map { id, count in id + (count.map { "@\($0)" } ?? "") }.sorted()
        .joined(separator: ", ")
    }
  }

  /// Takes all steps of a program; nil where it has more states than `limit`.
  static func explore(_ program: Program, limit: Int, _ mutation: Mutation? = nil) -> Answer? {
    var graph = Graph(Engine(program, mutation))
    return graph.explore(limit: limit)
  }

  /// The states of a program, and the steps between them.
  struct Graph {
    private let engine: Engine
    private var worlds: [World] = []
    private var numbers: [World: Int] = [:]
    /// By state: who steps where; a violation leads to -1 - its number.
    private var edges: [[(machine: Int, to: Int)]] = []
    private var faults: [String] = []

    init(_ engine: Engine) { self.engine = engine }

    mutating func explore(limit: Int) -> Answer? {
      guard let start = try? engine.start() else { return nil }
      _ = number(start)
      var next = 0
      while next < worlds.count {
        if worlds.count > limit { return nil }
        guard let found = try? steps(from: worlds[next]) else { return nil }
        edges.append(found)
        next += 1
      }
      var answer = Answer(states: worlds.count)
      var costs: [String: Int] = [:]
      let (reached, violated) = fewestPreemptions()
      costs.merge(violated) { min($0, $1) }
      for (index, world) in worlds.enumerated() where engine.isFinal(world) {
        answer.finals.insert(shown(world))
        if engine.program.findsLeaks, engine.hasLeak(world) {
          costs["leaks"] = min(costs["leaks"] ?? .max, reached[index])
        }
      }
      if engine.program.findsRaces {
        for (index, world) in worlds.enumerated() where (try? engine.hasRace(world)) == true {
          costs["data-race"] = min(costs["data-race"] ?? .max, reached[index])
        }
      }
      for (index, world) in worlds.enumerated() {
        for property in engine.program.properties where engine.breaks(property, world) {
          costs[property.name] = min(costs[property.name] ?? .max, reached[index])
        }
      }
      answer.findings = costs.mapValues { $0 }
      judgeStuck(reached, &answer)
      // What is claimed of the end is about nothing where no run has one.
      let isAboutEnds = engine.program.properties.contains { $0.kind == .finally }
      if isAboutEnds, answer.finals.isEmpty, answer.findings.isEmpty {
        answer.findings["final-state"] = .some(nil)
      }
      return answer
    }

    private mutating func number(_ world: World) -> Int {
      if let known = numbers[world] { return known }
      numbers[world] = worlds.count
      worlds.append(world)
      return worlds.count - 1
    }

    private mutating func steps(from world: World) throws -> [(machine: Int, to: Int)] {
      var found: [(machine: Int, to: Int)] = []
      for machine in engine.program.machines.indices {
        for outcome in try engine.steps(of: machine, from: world) {
          switch outcome {
          case .state(let next): found.append((machine, number(next)))
          case .fault(let id):
            let known = faults.firstIndex(of: id) ?? faults.count
            if known == faults.count { faults.append(id) }
            found.append((machine, -1 - known))
          }
        }
      }
      return found
    }

    private func shown(_ world: World) -> [String] {
      engine.program.shown.map { variable in
        if case .number(let number) = world.objects[variable].cells[0] { "\(number)" } else { "?" }
      }
    }

    /// By state and by violation: the fewest preemptions of the runs that come there.
    ///
    /// A switch away from a machine that could step is one; to leave a handler at rest is none.
    private func fewestPreemptions() -> (states: [Int], faults: [String: Int]) {
      let count = engine.program.machines.count
      var costs = Array(repeating: Int.max, count: worlds.count * (count + 1))
      var (states, found) = (Array(repeating: Int.max, count: worlds.count), [String: Int]())
      // Whoever stepped last is the machine's number; the first has nobody.
      costs[count] = 0
      var (level, nextLevel) = ([count], [Int]())
      var cost = 0
      while !level.isEmpty {
        while let node = level.popLast() {
          if costs[node] != cost { continue }
          let (state, last) = (node / (count + 1), node % (count + 1))
          states[state] = min(states[state], cost)
          let isPreemption =
            last < count && worlds[state].machines[last].point != nil
            && edges[state].contains { $0.machine == last }
          for edge in edges[state] {
            let total = cost + (isPreemption && edge.machine != last ? 1 : 0)
            if edge.to < 0 {
              let id = faults[-1 - edge.to]
              found[id] = min(found[id] ?? .max, total)
              continue
            }
            let target = edge.to * (count + 1) + edge.machine
            if total >= costs[target] { continue }
            costs[target] = total
            if total == cost { level.append(target) } else { nextLevel.append(target) }
          }
        }
        (level, nextLevel) = (nextLevel, [])
        cost += 1
      }
      return (states, found)
    }

    // MARK: - Who can never end

    /// By state: whether a machine may still come to its end, or the run to a violation.
    private func mayEnd(_ machine: Int) -> [Bool] {
      var sources: [[Int]] = Array(repeating: [], count: worlds.count)
      var (good, stack) = (Array(repeating: false, count: worlds.count), [Int]())
      for state in worlds.indices {
        for edge in edges[state] where edge.to >= 0 { sources[edge.to].append(state) }
        if worlds[state].machines[machine].point == nil
          || engine.mutation != .violationIsNoEnd && edges[state].contains(where: { $0.to < 0 })
        {
          good[state] = true
          stack.append(state)
        }
      }
      while let state = stack.popLast() {
        for source in sources[state] where !good[source] {
          good[source] = true
          stack.append(source)
        }
      }
      return good
    }

    private func judgeStuck(_ costs: [Int], _ answer: inout Answer) {
      var stuck: [Int] = []
      var lost: [Int: Bool] = [:]
      let components = engine.mutation == .deadlockIsNobodySteps ? [] : lastStates()
      for machine in engine.program.machines.indices {
        if engine.mutation == .deadlockIsNobodySteps { continue }
        let good = mayEnd(machine)
        let states = worlds.indices.filter { !good[$0] }
        if states.isEmpty { continue }
        stuck += states.map { costs[$0] }
        for state in components where !good[state] {
          let loses = engine.hasLostItsWakeup(machine, in: worlds[state])
          lost[state] = loses || lost[state] == true
        }
      }
      // Where somebody has lost a wake-up, it is that which the others wait for.
      let (isLost, isDead) = (lost.values.contains(true), lost.values.contains(false))
      if engine.mutation == .deadlockIsNobodySteps {
        let states = worlds.indices.filter { edges[$0].isEmpty && !engine.isFinal(worlds[$0]) }
        if let least = states.map({ costs[$0] }).min() {
          answer.findings["deadlock"] = .some(least)
        }
        return
      }
      let least = isLost && isDead ? nil : stuck.min()
      if isLost { answer.findings["lost-wakeup"] = .some(least) }
      if isDead { answer.findings["deadlock"] = .some(least) }
    }

    /// The states that a run cannot leave for good: those of the last components of the graph.
    private func lastStates() -> [Int] {
      // Tarjan's components, without recursion.
      var (order, low) = (Array(repeating: -1, count: worlds.count), worlds.map { _ in 0 })
      var (onStack, stack, calls) = (worlds.map { _ in false }, [Int](), [(Int, Int)]())
      var (component, isLast) = (worlds.map { _ in -1 }, [Bool]())
      var count = 0
      for root in worlds.indices where order[root] < 0 {
        calls.append((root, 0))
        while let (state, next) = calls.popLast() {
          if next == 0 {
            (order[state], low[state]) = (count, count)
            count += 1
            stack.append(state)
            onStack[state] = true
          } else if edges[state][next - 1].to >= 0 {
            let to = edges[state][next - 1].to
            if onStack[to] { low[state] = min(low[state], low[to]) }
          }
          var (index, isInside) = (next, false)
          while index < edges[state].count {
            let to = edges[state][index].to
            index += 1
            if to < 0 { continue }
            if order[to] < 0 {
              calls.append((state, index))
              calls.append((to, 0))
              isInside = true
              break
            }
            if onStack[to] { low[state] = min(low[state], order[to]) }
          }
          if isInside || low[state] != order[state] { continue }
          isLast.append(true)
          while let member = stack.popLast() {
            onStack[member] = false
            component[member] = isLast.count - 1
            if member == state { break }
          }
        }
      }
      for state in worlds.indices {
        for edge in edges[state]
        where edge.to < 0
          ? engine.mutation != .violationIsNoEnd : component[edge.to] != component[state]
        {
          isLast[component[state]] = false
        }
      }
      return worlds.indices.filter { isLast[component[$0]] }
    }
  }
}
