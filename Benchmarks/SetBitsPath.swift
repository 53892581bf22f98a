import Scheduler

/// `setrc` of `rc-race`: sets R and C in a host entry and in one guest's shadow entry.
final class SetBitsPath: StepMachine {
  enum Point: UInt8, ProgramPoint { case pick, lock, setHost, setShadow, unlock }

  let point: Cell<Point>
  private let world: RaceWorld
  private let round: Cell<Round>
  private let rounds: UInt8

  init(_ world: RaceWorld, _ rounds: Int, _ thread: ThreadID, in layout: inout Layout) {
    self.world = world
    self.rounds = UInt8(rounds)
    round = layout.cell("setrc.round", bits: Round.bits, role: .local(thread), initial: Round())
    point = layout.cell("setrc.point", role: .local(thread))
  }

  @inline(__always) func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    switch state[point] {
    case .pick:
      let guests = min(world.guests, 2)
      state[round].page = UInt8(truncatingIfNeeded: choice % world.pages)
      state[round].guest = UInt8(truncatingIfNeeded: choice / world.pages)
      state[point] = .lock
      return choice &+ 1 < world.pages &* guests ? .advanced.withMoreChoices : .advanced
    case .lock:
      if !world.acquire(state) { return .blocked }
      state[point] = .setHost
    case .setHost:
      let page = Int(state[round].page)
      let entry = state[world.host][page]
      if entry.has(Entry.present) {
        state[world.host][page] = Entry(entry.bits | Entry.referencedAndChanged)
        state[point] = .setShadow
      } else {
        state[point] = .unlock
      }
    case .setShadow:
      let place = Int(state[round].guest) &* world.pages &+ Int(state[round].page)
      let entry = state[world.shadow][place]
      if entry.has(Entry.present) {
        state[world.shadow][place] = Entry(entry.bits | Entry.referencedAndChanged)
      }
      state[point] = .unlock
    case .unlock:
      world.release(state)
      state[point] = .pick
      return state[round].finish(of: rounds)
    }
    return .advanced
  }
}
