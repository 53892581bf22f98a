import Scheduler

/// `tcd` of `rc-race`: tests C outside the lock, and clears it in the host and the shadow entries.
final class ClearDirtyPath: StepMachine {
  enum Point: UInt8, ProgramPoint {
    case pick, peek, lock, recheck, clearHost, clearShadow, bump, unlock
  }

  let point: Cell<Point>
  private let world: RaceWorld
  private let round: Cell<Round>
  private let rounds: UInt8

  init(_ world: RaceWorld, _ rounds: Int, _ thread: ThreadID, in layout: inout Layout) {
    self.world = world
    self.rounds = UInt8(rounds)
    round = layout.cell("tcd.round", bits: Round.bits, role: .local(thread), initial: Round())
    point = layout.cell("tcd.point", role: .local(thread))
  }

  @inline(__always) func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .pick:
      state[round].page = UInt8(truncatingIfNeeded: choice)
      state[point] = .peek
      return choice &+ 1 < world.pages ? .advanced.withMoreChoices : .advanced
    case .peek:
      if !state[world.host][Int(state[round].page)].has(Entry.changed) {
        state[point] = .pick
        return state[round].finish(of: rounds)
      }
      state[point] = .lock
    case .lock:
      if !world.acquire(state) { return .blocked }
      state[point] = .recheck
    case .recheck:
      let isChanged = state[world.host][Int(state[round].page)].has(Entry.changed)
      state[point] = isChanged ? .clearHost : .unlock
    case .clearHost:
      world.clear(Entry.changed, inHost: Int(state[round].page), state)
      state[point] = .clearShadow
    case .clearShadow:
      let guest = Int(state[round].guest)
      world.clear(Entry.changed, inShadowOf: guest, Int(state[round].page), state)
      let isLast = guest &+ 1 == world.guests
      state[round].guest = isLast ? 0 : UInt8(truncatingIfNeeded: guest &+ 1)
      if isLast { state[point] = .bump }
    case .bump:
      state[point] = .unlock
    case .unlock:
      world.release(state)
      state[point] = .pick
      return state[round].finish(of: rounds)
    }
    return .advanced
  }
}
