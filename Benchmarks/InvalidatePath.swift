import Scheduler

/// `inval` of `rc-race`: unmaps a page between a count up and down, and maps another frame.
final class InvalidatePath: StepMachine {
  enum Point: UInt8, ProgramPoint {
    case pick, lockToStart, countUp, unlockAfterStart
    case lockToUnmap, clearHost, clearShadow, unlockAfterUnmap
    case lockToEnd, bump, countDown, unlockAfterEnd
    case lockToMap, map, unlockAfterMap
  }

  let point: Cell<Point>
  private let world: RaceWorld
  private let round: Cell<Round>
  private let rounds: UInt8

  init(_ world: RaceWorld, _ rounds: Int, _ thread: ThreadID, in layout: inout Layout) {
    self.world = world
    self.rounds = UInt8(rounds)
    round = layout.cell("inval.round", bits: Round.bits, role: .local(thread), initial: Round())
    point = layout.cell("inval.point", role: .local(thread))
  }

  @inline(__always) private func lock<R>(_ state: StateView<R>, then next: Point) -> Outcome {
    if !world.acquire(state) { return .blocked }
    state[point] = next
    return .advanced
  }

  @inline(__always) private func unlock<R>(_ state: StateView<R>, then next: Point) -> Outcome {
    world.release(state)
    state[point] = next
    return .advanced
  }

  @inline(__always) func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .pick:
      state[round].page = UInt8(truncatingIfNeeded: choice)
      state[point] = .lockToStart
      return choice &+ 1 < world.pages ? .advanced.withMoreChoices : .advanced
    case .lockToStart: return lock(state, then: .countUp)
    case .countUp:
      state[world.inProgress] = state[world.inProgress] &+ 1
      state[point] = .unlockAfterStart
    case .unlockAfterStart: return unlock(state, then: .lockToUnmap)
    case .lockToUnmap: return lock(state, then: .clearHost)
    case .clearHost:
      let page = Int(state[round].page)
      state[world.host][page] = Entry(state[world.host][page].bits & Entry.mark)
      state[point] = .clearShadow
    case .clearShadow:
      let guest = Int(state[round].guest)
      state[world.shadow][guest &* world.pages &+ Int(state[round].page)] = Entry(0)
      let isLast = guest &+ 1 == world.guests
      state[round].guest = isLast ? 0 : UInt8(truncatingIfNeeded: guest &+ 1)
      if isLast { state[point] = .unlockAfterUnmap }
    case .unlockAfterUnmap: return unlock(state, then: .lockToEnd)
    case .lockToEnd: return lock(state, then: .bump)
    case .bump:
      state[world.sequence] = (state[world.sequence] &+ 1) & 7
      state[point] = .countDown
    case .countDown:
      state[world.inProgress] = state[world.inProgress] &- 1
      state[point] = .unlockAfterEnd
    case .unlockAfterEnd: return unlock(state, then: .lockToMap)
    case .lockToMap: return lock(state, then: .map)
    case .map:
      let page = Int(state[round].page)
      state[world.host][page] = Entry((state[world.host][page].bits ^ Entry.mark) | Entry.present)
      state[point] = .unlockAfterMap
    case .unlockAfterMap:
      world.release(state)
      state[point] = .pick
      return state[round].finish(of: rounds)
    }
    return .advanced
  }
}
