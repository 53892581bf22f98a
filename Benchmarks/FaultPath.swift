import Scheduler

/// `fault` of `rc-race`: samples the sequence, reads the host entry, and fills the shadow entry.
final class FaultPath: StepMachine {
  enum Point: UInt8, ProgramPoint {
    case pick, readSequence, lockToRead, readHost, unlockAfterRead, compute
    case lockToFill, check, fill, list, unlockAfterFill, retry
  }

  let point: Cell<Point>
  private let world: RaceWorld
  private let round: Cell<Round>
  private let rounds: UInt8
  private let firstShadow: Int
  private let sequence: Cell<UInt8>
  private let copy: Cell<Entry>
  private let tries: Cell<UInt8>

  init(_ world: RaceWorld, _ rounds: Int, _ thread: ThreadID, in layout: inout Layout) {
    let (name, role) = ("fault\(thread.index)", Layout.Role.local(thread))
    self.world = world
    self.rounds = UInt8(rounds)
    round = layout.cell("\(name).round", bits: Round.bits, role: role, initial: Round())
    firstShadow = thread.index % world.guests * world.pages
    point = layout.cell("\(name).point", role: role)
    sequence = layout.cell("\(name).sq", bits: 3, role: role)
    copy = layout.cell("\(name).pte", bits: 4, role: role, initial: Entry(0))
    tries = layout.cell("\(name).rt", bits: 1, role: role)
  }

  @inline(__always) private func finish<R>(_ state: StateView<R>) -> Outcome {
    state[point] = .pick
    state[sequence] = 0
    state[copy] = Entry(0)
    state[tries] = 0
    return state[round].finish(of: rounds)
  }

  @inline(__always) func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .pick:
      state[round].page = UInt8(truncatingIfNeeded: choice)
      state[point] = .readSequence
      return choice &+ 1 < world.pages ? .advanced.withMoreChoices : .advanced
    case .readSequence:
      state[sequence] = state[world.sequence]
      state[point] = .lockToRead
    case .lockToRead:
      if !world.acquire(state) { return .blocked }
      state[point] = .readHost
    case .readHost:
      state[copy] = state[world.host][Int(state[round].page)]
      state[point] = .unlockAfterRead
    case .unlockAfterRead:
      state[point] = .compute
      world.release(state)
    case .compute:
      if !state[copy].has(Entry.present) { return finish(state) }
      state[point] = .lockToFill
    case .lockToFill:
      if !world.acquire(state) { return .blocked }
      state[point] = .check
    case .check:
      let isStale = state[world.inProgress] > 0 || state[sequence] != state[world.sequence]
      state[point] = isStale ? .retry : .fill
    case .fill:
      let place = firstShadow &+ Int(state[round].page)
      state[world.shadow][place] = Entry(
        state[world.shadow][place].bits & Entry.mark | Entry.present
          | state[copy].bits & Entry.referencedAndChanged)
      state[point] = .list
    case .list:
      let place = firstShadow &+ Int(state[round].page)
      state[world.shadow][place] = Entry(state[world.shadow][place].bits | Entry.mark)
      state[point] = .unlockAfterFill
    case .unlockAfterFill:
      world.release(state)
      return finish(state)
    case .retry:
      world.release(state)
      if state[tries] > 0 { return finish(state) }
      state[tries] = 1
      state[copy] = Entry(0)
      state[sequence] = 0
      state[point] = .readSequence
    }
    return .advanced
  }
}
