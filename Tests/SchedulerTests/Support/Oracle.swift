@testable import Scheduler

/// Walks every maximal run of a small system one by one and remembers nothing between them.
///
/// It shares no code with the search or the replay: only the properties, and steps from
/// ``StepOracle``.
struct Oracle {
  /// The cost of a run that breaks something, cheapest first.
  struct Cost: Hashable, Comparable {
    var preemptions: Int
    var steps: Int

    static func < (left: Self, right: Self) -> Bool {
      (left.preemptions, left.steps) < (right.preemptions, right.steps)
    }
  }

  private struct Run {
    var words: [UInt64]
    var last: Int?
    var cost = Cost(preemptions: 0, steps: 0)
    var isViolating = false
  }

  private let system: System
  private(set) var states: Set<[UInt64]> = []
  private(set) var transitions = 0
  private(set) var deadlocks = 0
  private(set) var interleavings = 0
  private(set) var violating = 0
  /// By id, `sometimes` properties excluded.
  private(set) var cheapest: [String: Cost] = [:]
  /// The fewest steps to a state that a `sometimes` property asks for.
  private(set) var reached: [String: Int] = [:]

  init(_ system: System) {
    self.system = system
    var run = Run(words: system.layout.initial)
    look(&run, from: nil)
    walk(run)
  }

  private mutating func walk(_ run: Run) {
    var run = run
    let isNew = states.insert(run.words).inserted
    let steps = StepOracle.steps(of: system, from: run.words)
    let isBroken = StepOracle.isFinal(run.words)
    let isEnd = steps.allSatisfy(\.isEmpty)
    if isNew { transitions += steps.reduce(0) { $0 + $1.count } }
    if isEnd {
      if !isBroken { judgeEnd(&run, isNew) }
      interleavings += 1
      violating += run.isViolating ? 1 : 0
      return
    }
    for (thread, results) in steps.enumerated() {
      for words in results {
        var next = run
        next.words = words
        next.last = thread
        next.cost.steps += 1
        if let last = run.last, last != thread, !steps[last].isEmpty {
          next.cost.preemptions += 1
        }
        look(&next, from: run.words)
        walk(next)
      }
    }
  }

  private func isFinished(_ words: [UInt64]) -> Bool {
    var words = words
    return withView(&words) { view in
      system.threads.allSatisfy { Int(view[$0.position]) == $0.script.count }
    }
  }

  private mutating func judgeEnd(_ run: inout Run, _ isNew: Bool) {
    guard isFinished(run.words) else {
      deadlocks += isNew ? 1 : 0
      note("deadlock", &run)
      return
    }
    for property in system.properties {
      if case .atEnd(let holds) = property.kind, !withView(&run.words, holds) {
        note(property.id, &run)
      }
    }
  }

  /// Judges the newest state of a run, and the step to it.
  private mutating func look(_ run: inout Run, from before: [UInt64]?) {
    let code = Int(run.words[0] & Check.mask)
    if code != 0 { note(system.checks[code - 1].id, &run) }
    for property in system.properties {
      switch property.kind {
      case .always(let holds):
        if !withView(&run.words, holds) { note(property.id, &run) }
      case .quiet(let holds):
        if withView(&run.words, { system.quietWhen($0) && !holds($0) }) { note(property.id, &run) }
      case .perStep(let holds):
        guard var before, let last = run.last else { continue }
        let isKept = withView(&before) { before in
          withView(&run.words) { holds(before, $0, ThreadID(last)) }
        }
        if !isKept { note(property.id, &run) }
      case .sometimes(let isReached):
        if withView(&run.words, isReached) {
          reached[property.id] = min(reached[property.id] ?? .max, run.cost.steps)
        }
      case .atEnd, .terminates: break
      }
    }
  }

  private mutating func note(_ id: String, _ run: inout Run) {
    run.isViolating = true
    cheapest[id] = min(cheapest[id] ?? run.cost, run.cost)
  }

  private func withView<Result>(
    _ words: inout [UInt64], _ body: (Property.State) -> Result
  ) -> Result {
    words.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("a state has a word") }
      return body(StateView(base, PropertyRecorder()))
    }
  }
}
