@testable import Scheduler

/// Compares the search's loop over many states with the rule that ``StepTaker`` states.
struct SuccessorComparison {
  /// The first step, or the first thread that can step, in which the two differ; nil if none does.
  private(set) var difference: String?
  /// How many states both have expanded.
  private(set) var expanded = 0

  private let system: System
  private let taker: StepTaker<Unrecorded>
  private var states: [[UInt64]]
  private var known: Set<[UInt64]>

  /// Expands states breadth-first, in batches, until some `most` of them have been compared or
  /// there are no more.
  init(of system: System, most: Int, batch: Int = 32) {
    self.system = system
    taker = StepTaker(of: system)
    states = [system.layout.initial]
    known = [system.layout.initial]
    let successors = Successors(of: system, batch: batch)
    while expanded < min(most, states.count) && difference == nil {
      compare(expanded..<min(expanded + batch, states.count), successors)
    }
  }

  /// One result of a step, and what it came from.
  private struct Step: Equatable {
    let origin: Int
    let thread: Int
    let choice: Int
    let result: [UInt64]
  }

  private mutating func compare(_ range: Range<Int>, _ successors: Successors) {
    let size = system.layout.wordCount
    var batch = Array(states[range].joined())
    let found: (steps: [Step], canStep: [UInt64]) = batch.withUnsafeMutableBufferPointer { words in
      guard let base = words.baseAddress else { return ([], []) }
      successors.expand(range.count) { base + $0 * size }
      let steps = successors.inOrderOfOrigin(range.count).map { index in
        let words = UnsafeBufferPointer(start: successors.state(index), count: size)
        let step = successors.steps[index]
        return Step(
          origin: step.origin, thread: Int(step.thread), choice: Int(step.choice),
          result: Array(words))
      }
      return (steps, range.indices.map { successors.canStep[$0 - range.lowerBound] })
    }
    let expected = range.enumerated().map { steps(from: states[$1], $0) }
    if found.steps != expected.flatMap({ $0 }) {
      let pairs = zip(found.steps, expected.joined())
      let first = pairs.first { $0 != $1 }.map { "\($0), not \($1)" }
      difference = first ?? "\(found.steps.count) steps, not \(expected.joined().count)"
    }
    let canStep = expected.map { $0.reduce(0 as UInt64) { $0 | 1 << UInt64($1.thread) } }
    if found.canStep != canStep { difference = "can step: \(found.canStep), not \(canStep)" }
    for step in expected.joined() where known.insert(step.result).inserted {
      states.append(step.result)
    }
    expanded += range.count
  }

  private func steps(from state: [UInt64], _ origin: Int) -> [Step] {
    system.threads.indices.flatMap { thread in
      taker.take(thread, from: state)
      return (0..<taker.count).map {
        Step(origin: origin, thread: thread, choice: $0, result: taker.state(after: $0))
      }
    }
  }
}
