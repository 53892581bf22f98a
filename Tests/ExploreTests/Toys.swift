import RaceModel
import Scheduler

@testable import explore

/// A thread that takes two locks, writes a cell and lets the locks go.
final class Writer: StepMachine {
  enum Point: UInt8, ProgramPoint {
    case prepare, lockOuter, lockInner, writeValue, unlockInner, unlockOuter

    var function: String? {
      switch self {
      case .prepare: nil
      case .lockOuter, .unlockOuter: "outer_function"
      case .lockInner, .writeValue, .unlockInner: "inner_function_with_a_rather_long_name"
      }
    }
  }

  let point: Cell<Point>
  private let thread: ThreadID
  private let locks: [Lock]
  private let value: Cell<UInt8>

  init(_ point: Cell<Point>, _ thread: ThreadID, _ locks: [Lock], _ value: Cell<UInt8>) {
    (self.point, self.thread, self.locks, self.value) = (point, thread, locks, value)
  }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .prepare: state[point] = .lockOuter
    case .lockOuter:
      guard locks[0].acquire(state, by: thread) else { return .blocked }
      state[point] = .lockInner
    case .lockInner:
      guard locks[1].acquire(state, by: thread) else { return .blocked }
      state[point] = .writeValue
    case .writeValue:
      state[value] += 1
      state[point] = .unlockInner
    case .unlockInner:
      locks[1].release(state, by: thread)
      state[point] = .unlockOuter
    case .unlockOuter:
      locks[0].release(state, by: thread)
      state[point] = .prepare
      return .completed
    }
    return .advanced
  }
}

/// Waits for a flag that nobody sets: without stepping, or by looking again and again.
final class Waiter: StepMachine {
  enum Point: UInt8, ProgramPoint { case look, wait, done }
  enum Way { case blocking, spinning }

  let point: Cell<Point>
  private let way: Way

  init(_ point: Cell<Point>, _ way: Way) { (self.point, self.way) = (point, way) }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .look: state[point] = .wait
    case .wait:
      if way == .blocking { return .blocked }
      state[point] = .look
    case .done: return .completed
    }
    return .advanced
  }
}

enum Toys {
  /// `count` writers; the values that they write fit `bits` bits.
  static func writers(_ count: Int, bits: Int = 8) -> System {
    var builder = SystemBuilder(threads: (0..<count).map { "thread\($0)" })
    let locks = builder.locks([
      .init("outer_mutex", kind: .mutex, rank: 0), .init("inner_lock", kind: .spin, rank: 1),
    ])
    let value = builder.layout.cell("a_shared_value[0x1000]", bits: bits, initial: UInt8(0))
    for thread in builder.threads {
      let point = builder.layout.cell(
        "point\(thread.index)", bits: Writer.Point.bits, role: .local(thread),
        initial: Writer.Point.prepare)
      builder.run([Writer(point, thread, locks, value)], on: thread)
    }
    return builder.build()
  }

  /// Two threads of which one waits for what nobody does.
  static func waiting(_ way: Waiter.Way, _ properties: Property...) -> System {
    var builder = SystemBuilder(threads: ["first", "second"])
    for thread in builder.threads {
      let point = builder.layout.cell(
        "point\(thread.index)", bits: Waiter.Point.bits, role: .local(thread),
        initial: thread.index == 0 ? Waiter.Point.look : .done)
      builder.run([Waiter(point, way)], on: thread)
    }
    for property in properties { builder.add(property) }
    return builder.build()
  }

  /// The row of a search of `system`, under the name of a scenario that is not its own.
  static func row(of system: System) throws -> RowReport {
    var input = try InputFiles(system: OneFile(text: Samples.race)).read("race.json5")
    input.file = "toy.json5"
    let job = try Job.jobs(of: input, Request(command: .run))[0]
    return RowReport(
      job, Explored(system: system, exploration: Explorer.explore(system)), .standard)
  }

  /// The job of the first row of a file.
  static func job(of text: String, named file: String = "race.json5") throws -> Job {
    let input = try InputFiles(system: OneFile(text: text)).read(file)
    return try Job.jobs(of: input, Request(command: .run))[0]
  }
}
