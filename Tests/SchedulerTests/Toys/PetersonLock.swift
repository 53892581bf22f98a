import Scheduler

/// One of two threads that enter and leave a critical section for ever.
final class PetersonThread: StepMachine {
  /// What a thread does before it waits; only one order keeps the other thread out.
  enum Order { case flagThenTurn, turnThenFlag }
  enum Point: UInt8, ProgramPoint { case rest, first, second, wait, critical, leave }

  let point: Cell<Point>
  private let (me, other, order): (Int, Int, Order)
  private let flags: CellRow<Bool>
  private let turn: Cell<UInt8>

  init(_ me: Int, _ order: Order, point: Cell<Point>, flags: CellRow<Bool>, turn: Cell<UInt8>) {
    (self.me, other, self.order) = (me, 1 - me, order)
    (self.point, self.flags, self.turn) = (point, flags, turn)
  }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .rest: state[point] = .first
    case .first:
      if order == .flagThenTurn { raiseFlag(state) } else { giveTurn(state) }
      state[point] = .second
    case .second:
      if order == .flagThenTurn { giveTurn(state) } else { raiseFlag(state) }
      state[point] = .wait
    case .wait:
      if state[flags, other] && state[turn] == other { return .blocked }
      state[point] = .critical
    case .critical: state[point] = .leave
    case .leave:
      state[flags, me] = false
      state[point] = .rest
    }
    return .advanced
  }

  private func raiseFlag<R>(_ state: StateView<R>) { state[flags, me] = true }
  private func giveTurn<R>(_ state: StateView<R>) { state[turn] = UInt8(other) }
}

func petersonLock(_ order: PetersonThread.Order) -> System {
  var builder = SystemBuilder(threads: ["left", "right"])
  let flags = builder.layout.row("flag", initial: [false, false])
  let turn: Cell<UInt8> = builder.layout.cell("turn", bits: 1)
  let points = builder.threads.map { thread in
    let point: Cell<PetersonThread.Point> = builder.layout.cell(
      "point\(thread.index)", role: .local(thread))
    let machine = PetersonThread(thread.index, order, point: point, flags: flags, turn: turn)
    builder.run([machine], on: thread)
    return point
  }
  builder.identity = "\(order)"
  builder.add(
    Property(
      "mutual-exclusion", sentence: "At most one thread is in the critical section.",
      kind: .always { state in points.count { state[$0] == .critical } < 2 }))
  return builder.build()
}
