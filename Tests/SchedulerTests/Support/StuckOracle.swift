@testable import Scheduler

/// Decides in which states of a small system a thread that must end never does, by who can reach
/// whom.
///
/// It shares no code with the search: steps come from ``StepOracle``, reachability is a walk from
/// each state, and preemptions are found by relaxing until nothing changes.
struct StuckOracle {
  private(set) var states: [[UInt64]] = []
  /// By state: where its steps lead, with the thread.
  private var steps: [[(thread: Int, to: Int)]] = []
  private let system: System

  /// Nil when there are more than `most` states.
  init?(_ system: System, most: Int) {
    self.system = system
    var numbers = [system.layout.initial: 0]
    states = [system.layout.initial]
    while steps.count < states.count {
      var from: [(Int, Int)] = []
      for thread in system.threads.indices {
        for words in StepOracle.results(of: thread, from: states[steps.count], in: system) {
          let number = numbers[words] ?? states.count
          if number == states.count {
            numbers[words] = number
            states.append(words)
          }
          from.append((thread, number))
        }
      }
      steps.append(from)
      if states.count > most { return nil }
    }
  }

  var hasCycle: Bool {
    states.indices.contains { start in
      steps[start].contains { reachable(from: $0.to).contains(start) }
    }
  }

  private func reachable(from start: Int) -> Set<Int> {
    var seen: Set = [start]
    var open = [start]
    while let state = open.popLast() {
      for step in steps[state] where seen.insert(step.to).inserted { open.append(step.to) }
    }
    return seen
  }

  private func hasEnded(_ thread: Int, in state: [UInt64]) -> Bool {
    system.view(state) { system.location(of: ThreadID(thread), in: $0) == nil }
  }

  /// The threads that must end and cannot from a state on.
  func stuck(in number: Int) -> [Int] {
    let ahead = reachable(from: number)
    if ahead.contains(where: { StepOracle.isFinal(states[$0]) }) { return [] }
    return system.threads.indices.filter { thread in
      !system.threads[thread].isDaemon
        && !ahead.contains { hasEnded(thread, in: states[$0]) }
    }
  }

  func stuck(in state: [UInt64]) -> [Int] { states.firstIndex(of: state).map(stuck) ?? [] }

  var hasDeadlock: Bool { states.indices.contains { !stuck(in: $0).isEmpty } }

  /// Whether some thread that must end has not where nobody can step.
  var hasDeadEnd: Bool {
    states.indices.contains { number in
      steps[number].isEmpty && !stuck(in: number).isEmpty
    }
  }

  /// By name: the states after which a thread never ends, and of which it is decided whether all
  /// come to rest in states of the kind that has a name, or in others.
  ///
  /// States in which others come to rest lie on a cycle with whatever follows them, or have no
  /// steps.
  var kinds: [String: [Int]] {
    guard let kind = system.deadlockKind else { return [:] }
    var found: [String: [Int]] = [:]
    let (ahead, stuck) = (states.indices.map(reachable), states.indices.map { self.stuck(in: $0) })
    let looksLikeKind = states.indices.map { number in
      !stuck[number].isEmpty
        && system.view(states[number]) { kind.isOf($0, stuck[number].map(ThreadID.init)) }
    }
    let isLast = states.indices.map { state in
      !stuck[state].isEmpty && ahead[state].allSatisfy { ahead[$0].contains(state) }
    }
    for number in states.indices where !stuck[number].isEmpty {
      let names = Set(
        ahead[number].filter { isLast[$0] }.map { state in
          ahead[state].allSatisfy { looksLikeKind[$0] } ? kind.check.id : "deadlock"
        })
      if names.count == 1, let name = names.first { found[name, default: []].append(number) }
    }
    return found
  }

  /// The fewest preemptions of a run to a state in which a thread is stuck.
  var fewestPreemptions: Int? {
    fewestPreemptions(to: states.indices.filter { !stuck(in: $0).isEmpty })
  }

  /// The fewest preemptions of a run to one of some states.
  func fewestPreemptions(to goals: [Int]) -> Int? {
    // By state and the thread that stepped last, or nobody.
    var cost = states.map { _ in [Int?](repeating: nil, count: system.threads.count + 1) }
    cost[0][system.threads.count] = 0
    var isChanged = true
    while isChanged {
      isChanged = false
      for from in states.indices {
        for last in cost[from].indices {
          guard let known = cost[from][last] else { continue }
          for step in steps[from] {
            let couldGoOn = steps[from].contains { $0.thread == last }
            let next = known + (step.thread != last && couldGoOn ? 1 : 0)
            if cost[step.to][step.thread].map({ next < $0 }) ?? true {
              cost[step.to][step.thread] = next
              isChanged = true
            }
          }
        }
      }
    }
    return goals.compactMap { cost[$0].compactMap { $0 }.min() }.min()
  }

  /// Whether a property of the end is broken where all but daemons have ended.
  func breaksAtEnd(_ holds: (Property.State) -> Bool) -> Bool {
    states.contains { state in
      let isEnd = system.threads.indices.allSatisfy {
        system.threads[$0].isDaemon || hasEnded($0, in: state)
      }
      return isEnd && !StepOracle.isFinal(state) && !system.view(state, holds)
    }
  }
}
