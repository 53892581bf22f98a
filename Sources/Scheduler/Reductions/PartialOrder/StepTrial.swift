/// Tries single steps of threads and keeps what came of the last one: its results and its footprint.
final class StepTrial<W: Width> {
  private let width: W
  private let scripts: [[any StepMachine]]
  private let positions: [Cell<UInt8>]
  /// How many results the step has; none if the thread is blocked.
  private(set) var count = 0
  /// The cells that the step touches, in all its choices together.
  private(set) var footprint: Footprint
  /// Whether one of the results breaks a check.
  private(set) var breaksCheck = false
  private var words: Words
  private var room = 8

  init(of system: System, width: W) {
    self.width = width
    scripts = system.threads.map(\.script)
    positions = system.threads.map(\.position)
    footprint = Footprint(room: system.layout.fields.count)
    words = .allocate(capacity: room * width.words)
  }

  deinit { words.deallocate() }

  /// The state that a choice leads to.
  @inline(__always) func result(_ choice: Int) -> Words { words + choice &* width.words }

  func isFinished(_ thread: Int, in state: Words) -> Bool {
    Int(StateView(state, NoRecorder())[positions[thread]]) == scripts[thread].count
  }

  /// Tries the next step of a thread, which must be unfinished, in all its choices.
  func take(_ thread: Int, from state: Words) {
    footprint.removeAll()
    (count, breaksCheck) = (0, false)
    let cell = positions[thread]
    let position = Int(StateView(state, NoRecorder())[cell])
    let machine = scripts[thread][position]
    while true {
      if count == room { makeRoom() }
      let to = result(count)
      width.copy(state, to: to)
      let outcome = withUnsafeMutablePointer(to: &footprint) {
        machine.stepRecorded(StateView(to, FootprintRecorder(into: $0)), choice: count)
      }
      let isBroken = to[0] & Check.mask != 0
      // What breaks a check happened, even if the machine could not go on from there.
      if outcome.isBlocked && !isBroken { return }
      if isBroken { breaksCheck = true }
      if outcome.isCompleted {
        StateView(to, NoRecorder())[cell] = UInt8(truncatingIfNeeded: position &+ 1)
      }
      count &+= 1
      if !outcome.hasMoreChoices { return }
      precondition(count < 256, "a step has at most 256 choices")
    }
  }

  private func makeRoom() {
    let more = Words.allocate(capacity: room * 2 * width.words)
    more.moveInitialize(from: words, count: room * width.words)
    words.deallocate()
    words = more
    room *= 2
  }
}
