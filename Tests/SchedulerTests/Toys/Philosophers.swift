import Scheduler

/// A philosopher who takes the left fork, then the right one, and puts them back in that order.
final class Philosopher: StepMachine {
  enum Point: UInt8, ProgramPoint { case takeLeft, takeRight, putLeft, putRight }

  let point: Cell<Point>
  private let forks: CellRow<Bool>
  private let left: Int
  private let right: Int

  init(_ seat: Int, point: Cell<Point>, forks: CellRow<Bool>) {
    (self.point, self.forks) = (point, forks)
    (left, right) = (seat, (seat + 1) % forks.count)
  }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .takeLeft:
      if state[forks, left] { return .blocked }
      state[forks, left] = true
      state[point] = .takeRight
    case .takeRight:
      if state[forks, right] { return .blocked }
      state[forks, right] = true
      state[point] = .putLeft
    case .putLeft:
      state[forks, left] = false
      state[point] = .putRight
    case .putRight:
      state[forks, right] = false
      state[point] = .takeLeft
    }
    return .advanced
  }
}

func philosophers(_ count: Int) -> System {
  var builder = SystemBuilder(threads: (0..<count).map { "p\($0)" })
  let forks = builder.layout.row(
    "fork", initial: [Bool](repeating: false, count: count))
  for thread in builder.threads {
    let point: Cell<Philosopher.Point> = builder.layout.cell(
      "p\(thread.index)", role: .local(thread))
    builder.run([Philosopher(thread.index, point: point, forks: forks)], on: thread)
  }
  return builder.build()
}
