import Scheduler

/// `age` of `rc-race`: clears R in a host entry and in every listed shadow entry.
final class AgePath: StepMachine {
  enum Point: UInt8, ProgramPoint { case pick, lock, clearHost, clearShadow, unlock }

  let point: Cell<Point>
  private let world: RaceWorld
  private let rounds: Rounds

  init(_ world: RaceWorld, _ rounds: Int, _ thread: ThreadID, in layout: inout Layout) {
    self.world = world
    self.rounds = Rounds(rounds, of: "age", thread, in: &layout)
    point = layout.cell("age.point", role: .local(thread))
  }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .pick:
      state[rounds.page] = UInt8(truncatingIfNeeded: choice)
      state[point] = .lock
      return choice &+ 1 < world.pages ? .advanced.withMoreChoices : .advanced
    case .lock:
      if !world.acquire(state) { return .blocked }
      state[point] = .clearHost
    case .clearHost:
      world.clear(Entry.referenced, inHost: Int(state[rounds.page]), state)
      state[point] = .clearShadow
    case .clearShadow:
      let guest = Int(state[rounds.guest])
      world.clear(Entry.referenced, inShadowOf: guest, Int(state[rounds.page]), state)
      let isLast = guest &+ 1 == world.guests
      state[rounds.guest] = isLast ? 0 : UInt8(truncatingIfNeeded: guest &+ 1)
      if isLast { state[point] = .unlock }
    case .unlock:
      world.release(state)
      state[point] = .pick
      return rounds.finish(state)
    }
    return .advanced
  }
}
