/// What asking a thread for its next step in some state comes to.
///
/// It stays true in every state that differs only in cells outside ``touched``.
final class NextStep: Sendable {
  /// By choice, the state before, exclusive or the state after; empty when the thread has finished or
  /// is blocked.
  ///
  /// Such differences commute: each cell is written in the same order wherever dependent steps keep
  /// their order, so a state is the initial one and the differences of its steps, in any order.
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
  private let scratch: Words
  private let from: Words
  private let words: Int
  /// The number of no cell: read by every step and written by one that breaks a check, because
  /// nobody steps after that.
  private let halt: Int

  init(of system: System) {
    self.system = system
    words = system.layout.wordCount
    scratch = .allocate(capacity: words)
    from = .allocate(capacity: words)
    halt = system.layout.fields.count
  }

  deinit {
    scratch.deallocate()
    from.deallocate()
  }

  /// The next step of a thread in a state.
  func next(_ number: Int, from state: [UInt64]) -> NextStep {
    let thread = system.threads[number]
    for word in 0..<words { from[word] = state[word] }
    var touched = Footprint()
    let position = Int(StateView(from, NoRecorder())[thread.position])
    if position == thread.script.count {
      return NextStep(changes: [], isFinished: true, touched: touched)
    }
    touched.reads.insert(halt)
    if state[0] & Check.mask != 0 {
      return NextStep(changes: [], isFinished: false, touched: touched)
    }
    var (changes, hasMore): ([[UInt64]], Bool) = ([], true)
    while hasMore {
      var footprint = Footprint()
      for word in 0..<words { scratch[word] = from[word] }
      let outcome = withUnsafeMutablePointer(to: &footprint) {
        thread.script[position].stepRecorded(
          StateView(scratch, FootprintRecorder(into: $0)), choice: changes.count)
      }
      touched.reads.formUnion(footprint.reads)
      let isBroken = scratch[0] & Check.mask != 0
      // A blocked step undoes what it has written.
      if outcome.isBlocked && !isBroken { break }
      if outcome.isCompleted {
        StateView(scratch, NoRecorder())[thread.position] = UInt8(position + 1)
      }
      touched.writes.formUnion(footprint.writes)
      if isBroken { touched.writes.insert(halt) }
      changes.append((0..<words).map { from[$0] ^ scratch[$0] })
      hasMore = outcome.hasMoreChoices
    }
    return NextStep(changes: changes, isFinished: false, touched: touched)
  }
}
