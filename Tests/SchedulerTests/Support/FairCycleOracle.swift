@testable import Scheduler

/// Decides whether a small system has a fair cycle, by who can reach whom.
///
/// It shares no code with the search: steps come from ``StepOracle``, reachability is Warshall's
/// closure, and strong fairness is decided by trying every set of threads that never get a turn.
struct FairCycleOracle {
  private struct Edge {
    let from: Int
    let to: Int
    let thread: Int
  }

  private(set) var states: [[UInt64]] = []
  private var edges: [Edge] = []
  private let threads: Int

  /// Nil when there are more than `most` states.
  init?(_ system: System, most: Int) {
    threads = system.threads.count
    var numbers = [system.layout.initial: 0]
    states = [system.layout.initial]
    var next = 0
    while next < states.count {
      for thread in system.threads.indices {
        for words in StepOracle.results(of: thread, from: states[next], in: system) {
          let number = numbers[words] ?? states.count
          if number == states.count {
            numbers[words] = number
            states.append(words)
          }
          edges.append(Edge(from: next, to: number, thread: thread))
        }
      }
      next += 1
      if states.count > most { return nil }
    }
  }

  var hasCycle: Bool { !groups(of: edges).isEmpty }

  func hasFairCycle(_ fairness: Fairness) -> Bool {
    switch fairness {
    case .weak:
      groups(of: edges).contains { group in
        (0..<threads).allSatisfy { thread in
          group.contains { state in
            let steps = edges.filter { $0.from == state && $0.thread == thread }
            return steps.isEmpty || steps.contains { group.contains($0.to) }
          }
        }
      }
    case .strong:
      // Who never gets a turn must never be able to take one, and everybody else steps.
      (0..<1 << threads).contains { idle in
        func isIdle(_ thread: Int) -> Bool { idle >> thread & 1 == 1 }
        let shunned = Set(edges.filter { isIdle($0.thread) }.map(\.from))
        let left = edges.filter { !shunned.contains($0.from) && !shunned.contains($0.to) }
        return groups(of: left).contains { group in
          (0..<threads).allSatisfy { thread in
            isIdle(thread)
              || left.contains {
                $0.thread == thread && group.contains($0.from) && group.contains($0.to)
              }
          }
        }
      }
    }
  }

  /// Sets of states each of which leads to each, along one edge at least.
  private func groups(of edges: [Edge]) -> [Set<Int>] {
    var reaches = states.map { _ in [Bool](repeating: false, count: states.count) }
    for edge in edges { reaches[edge.from][edge.to] = true }
    for middle in states.indices {
      for from in states.indices where reaches[from][middle] {
        for to in states.indices where reaches[middle][to] { reaches[from][to] = true }
      }
    }
    return Array(
      Set(
        states.indices.filter { reaches[$0][$0] }.map { state in
          Set(states.indices.filter { reaches[state][$0] && reaches[$0][state] })
        }))
  }

  /// What is wrong with `counterexample` as a fair run that goes round for ever; empty if nothing
  /// is.
  static func faults(
    of counterexample: Counterexample, _ fairness: Fairness, in system: System
  ) -> [String] {
    guard let start = counterexample.loopStart else { return ["no loop"] }
    var visited = [system.layout.initial]
    for step in counterexample.schedule.steps {
      let results = StepOracle.results(
        of: step.thread.index, from: visited[visited.count - 1], in: system)
      guard results.indices.contains(step.choice) else { return ["a step cannot be taken"] }
      visited.append(results[step.choice])
    }
    let loop = visited[(start - 1)...]
    guard loop.count > 1, loop.first == loop.last else { return ["the loop does not close"] }
    return system.threads.indices.compactMap { thread in
      if counterexample.schedule.steps[(start - 1)...].contains(where: { $0.thread.index == thread }
      ) {
        return nil
      }
      let able = loop.map { !StepOracle.results(of: thread, from: $0, in: system).isEmpty }
      let isFair = fairness == .weak ? able.contains(false) : !able.contains(true)
      return isFair ? nil : "unfair to thread \(thread)"
    }
  }
}
