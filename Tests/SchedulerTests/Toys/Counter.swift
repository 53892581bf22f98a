import Scheduler

/// A thread that counts to a number, one step at a time, and is back at 0 when it has completed.
final class Counter: StepMachine {
  struct Count: ProgramPoint {
    static let allCases = (0...UInt8.max).map(Count.init)
    let value: UInt8

    init(_ value: UInt8) { self.value = value }
    init(cellBits: UInt64) { value = UInt8(cellBits) }
    var cellBits: UInt64 { UInt64(value) }
    var label: String { "count-\(value)" }
  }

  let point: Cell<Count>
  private let steps: Int

  init(point: Cell<Count>, steps: Int) { (self.point, self.steps) = (point, steps) }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let next = Int(state[point].value) + 1
    state[point] = Count(next == steps ? 0 : UInt8(next))
    return next == steps ? .completed : .advanced
  }
}

/// Threads that count without touching each other, so the counts of everything are known.
struct Counters {
  var builder: SystemBuilder
  private(set) var counts: [Cell<Counter.Count>] = []

  /// `padding` adds that many words to each state.
  init(_ steps: [Int], padding: Int = 0, laps: Int = 1) {
    builder = SystemBuilder(threads: steps.indices.map { "t\($0)" })
    for word in 0..<padding {
      let _: Cell<UInt64> = builder.layout.cell("pad\(word)", bits: 64, initial: UInt64.max)
    }
    for thread in builder.threads {
      let point: Cell<Counter.Count> = builder.layout.cell(
        "t\(thread.index)", role: .local(thread))
      let machine = Counter(point: point, steps: steps[thread.index])
      builder.run(Array(repeating: machine, count: laps), on: thread)
      counts.append(point)
    }
  }

  func system(_ properties: Property...) -> System {
    var builder = builder
    for property in properties { builder.add(property) }
    return builder.build()
  }
}
