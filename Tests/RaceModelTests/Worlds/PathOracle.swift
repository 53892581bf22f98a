@testable import Scheduler

/// All states and paths of a small system, counted without the search: depth first, with a memo.
///
/// Shares with the search the machines and the layout, and nothing of how it finds, packs, orders
/// or counts; steps come from ``StepOracle``.
struct PathOracle {
  private let system: System
  /// By state: the maximal paths from it, and those of them on which nothing breaks.
  private var paths: [[UInt64]: (all: BigNatural, good: BigNatural)] = [:]
  /// A run can come back to where it was; then ``all`` and ``good`` mean nothing.
  private(set) var hasLoop = false
  /// The states on the way to the one being visited.
  private var current: Set<[UInt64]> = []
  private(set) var transitions = 0
  /// The ids of what breaks anywhere.
  private(set) var broken: Set<String> = []

  var states: Int { paths.count }
  private(set) var all: BigNatural = 0
  private(set) var good: BigNatural = 0

  init(of system: System) {
    self.system = system
    (all, good) = visit(system.layout.initial)
  }

  private mutating func visit(_ state: [UInt64]) -> (all: BigNatural, good: BigNatural) {
    if let known = paths[state] { return known }
    if !current.insert(state).inserted {
      hasLoop = true
      return (0, 0)
    }
    defer { current.remove(state) }
    let next = StepOracle.steps(of: system, from: state).flatMap { $0 }
    transitions += next.count
    var (all, good): (BigNatural, BigNatural) = next.isEmpty ? (1, 1) : (0, 0)
    for successor in next {
      let counts = visit(successor)
      all += counts.all
      good += counts.good
    }
    let here = brokenHere(state, isLast: next.isEmpty)
    broken.formUnion(here)
    if !here.isEmpty { good = 0 }
    paths[state] = (all, good)
    return (all, good)
  }

  private func brokenHere(_ state: [UInt64], isLast: Bool) -> [String] {
    let code = Int(state[0] & Check.mask)
    if code != 0 { return [system.checks[code - 1].id] }
    return system.view(state) { view in
      let isEnd = system.threads.allSatisfy { Int(view[$0.position]) == $0.script.count }
      let properties = system.properties.filter { property in
        switch property.kind {
        case .always(let holds): !holds(view)
        case .quiet(let holds): system.quietWhen(view) && !holds(view)
        case .atEnd(let holds): isEnd && !holds(view)
        case .perStep, .sometimes, .terminates: false
        }
      }
      return properties.map(\.id) + (isLast && !isEnd ? [Check.deadlock.id] : [])
    }
  }
}
