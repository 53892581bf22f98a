import Scheduler

/// `age` of `rc-race`: clears R in a host entry and in every listed shadow entry.
final class AgePath: StepMachine {
  enum Point: UInt8, ProgramPoint { case pick, lock, clearHost, clearShadow, unlock }

  let point: Cell<Point>
  private let world: RaceWorld
  private let round: Cell<Round>
  private let rounds: UInt8

  init(_ world: RaceWorld, _ rounds: Int, _ thread: ThreadID, in layout: inout Layout) {
    self.world = world
    self.rounds = UInt8(rounds)
    round = layout.cell("age.round", bits: Round.bits, role: .local(thread), initial: Round())
    point = layout.cell("age.point", role: .local(thread))
  }

  @inline(__always) func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .pick:
      state[round].page = UInt8(truncatingIfNeeded: choice)
      state[point] = .lock
      return choice &+ 1 < world.pages ? .advanced.withMoreChoices : .advanced
    case .lock:
      if !world.acquire(state) { return .blocked }
      state[point] = .clearHost
    case .clearHost:
      world.clear(Entry.referenced, inHost: Int(state[round].page), state)
      state[point] = .clearShadow
    case .clearShadow:
      let guest = Int(state[round].guest)
      world.clear(Entry.referenced, inShadowOf: guest, Int(state[round].page), state)
      let isLast = guest &+ 1 == world.guests
      state[round].guest = isLast ? 0 : UInt8(truncatingIfNeeded: guest &+ 1)
      if isLast { state[point] = .unlock }
    case .unlock:
      world.release(state)
      state[point] = .pick
      return state[round].finish(of: rounds)
    }
    return .advanced
  }
}
