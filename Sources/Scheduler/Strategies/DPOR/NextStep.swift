/// What asking a thread for its next step in some state comes to.
///
/// It stays true in every state that differs only in cells outside ``touched``.
final class NextStep: Sendable {
  /// By choice, the state before, exclusive or the state after; empty when the thread has finished
  /// or is blocked.
  ///
  /// Such differences commute: each cell is written in the same order wherever dependent steps
  /// keep their order, so a state is the initial one and the differences of its steps, in any
  /// order.
  let changes: [[UInt64]]
  let isFinished: Bool
  /// All that was read and written to find this out: which steps are possible, and what they do.
  let touched: Footprint

  init(changes: [[UInt64]], isFinished: Bool, touched: Footprint) {
    (self.changes, self.isFinished, self.touched) = (changes, isFinished, touched)
  }

  var canStep: Bool { !changes.isEmpty }
  var isBlocked: Bool { changes.isEmpty && !isFinished }
}

/// Asks threads for their next steps.
final class Stepper {
  let system: System
  private let taker: StepTaker<StepFootprint>
  /// The number of no cell: read by every step and written by one that breaks a check, because
  /// nobody steps after that.
  private let halt: Int

  init(of system: System) {
    self.system = system
    taker = StepTaker(of: system)
    halt = system.layout.fields.count
  }

  /// The next step of a thread in a state.
  func next(_ thread: Int, from state: [UInt64]) -> NextStep {
    // A finished thread is not kept from stepping by a broken check.
    if withState(state, { taker.isFinished(thread, in: $0) }) {
      return NextStep(changes: [], isFinished: true, touched: Footprint())
    }
    taker.take(thread, from: state)
    var touched = taker.recording.whole
    touched.reads.insert(halt)
    if taker.breaksCheck { touched.writes.insert(halt) }
    let changes = (0..<taker.count).map { choice in
      let result = taker.result(choice)
      return state.indices.map { state[$0] ^ result[$0] }
    }
    return NextStep(changes: changes, isFinished: false, touched: touched)
  }
}
