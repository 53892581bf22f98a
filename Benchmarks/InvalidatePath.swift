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
  private let rounds: Rounds

  init(_ world: RaceWorld, _ rounds: Int, _ thread: ThreadID, in layout: inout Layout) {
    self.world = world
    self.rounds = Rounds(rounds, of: "inval", thread, in: &layout)
    point = layout.cell("inval.point", role: .local(thread))
  }

  private func lock<R>(_ state: StateView<R>, then next: Point) -> Outcome {
    if !world.acquire(state) { return .blocked }
    state[point] = next
    return .advanced
  }

  private func unlock<R>(_ state: StateView<R>, then next: Point) -> Outcome {
    world.release(state)
    state[point] = next
    return .advanced
  }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .pick:
      state[rounds.page] = UInt8(truncatingIfNeeded: choice)
      state[point] = .lockToStart
      return choice &+ 1 < world.pages ? .advanced.withMoreChoices : .advanced
    case .lockToStart: return lock(state, then: .countUp)
    case .countUp:
      state[world.inProgress] = state[world.inProgress] &+ 1
      state[point] = .unlockAfterStart
    case .unlockAfterStart: return unlock(state, then: .lockToUnmap)
    case .lockToUnmap: return lock(state, then: .clearHost)
    case .clearHost:
      let page = Int(state[rounds.page])
      state[world.host][page] = Entry(state[world.host][page].bits & Entry.mark)
      state[point] = .clearShadow
    case .clearShadow:
      let guest = Int(state[rounds.guest])
      state[world.shadow][guest &* world.pages &+ Int(state[rounds.page])] = Entry(0)
      let isLast = guest &+ 1 == world.guests
      state[rounds.guest] = isLast ? 0 : UInt8(truncatingIfNeeded: guest &+ 1)
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
      let page = Int(state[rounds.page])
      state[world.host][page] = Entry((state[world.host][page].bits ^ Entry.mark) | Entry.present)
      state[point] = .unlockAfterMap
    case .unlockAfterMap:
      world.release(state)
      state[point] = .pick
      return rounds.finish(state)
    }
    return .advanced
  }
}
