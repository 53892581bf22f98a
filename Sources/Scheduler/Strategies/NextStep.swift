/// What asking a thread for its next step in some state comes to.
///
/// It stays true in every state that differs only in cells outside ``touched``.
final class NextStep: Sendable {
  /// One of the step's possible results.
  struct Result: Sendable {
    /// What its being possible and its effect depend on, and what it writes.
    let footprint: Footprint
    /// The state before, exclusive or the state after.
    ///
    /// Differences commute: each cell is written in the same order wherever a run's dependent steps
    /// keep their order, so a state is the initial one and the differences of its steps, however
    /// they are ordered.
    let change: [UInt64]
  }

  /// By choice; empty when the thread has finished or is blocked.
  let results: [Result]
  let isFinished: Bool
  /// All that was read and written to find this out.
  let touched: Footprint

  init(results: [Result], isFinished: Bool, touched: Footprint) {
    (self.results, self.isFinished, self.touched) = (results, isFinished, touched)
  }

  var isBlocked: Bool { results.isEmpty && !isFinished }
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
      return NextStep(results: [], isFinished: true, touched: touched)
    }
    touched.reads.insert(halt)
    if state[0] & Check.mask != 0 {
      return NextStep(results: [], isFinished: false, touched: touched)
    }
    var (results, hasMore): ([NextStep.Result], Bool) = ([], true)
    while hasMore {
      var footprint = Footprint()
      for word in 0..<words { scratch[word] = from[word] }
      let outcome = withUnsafeMutablePointer(to: &footprint) {
        thread.script[position].stepRecorded(
          StateView(scratch, FootprintRecorder(into: $0)), choice: results.count)
      }
      touched.reads.formUnion(footprint.reads)
      let isBroken = scratch[0] & Check.mask != 0
      if outcome.isBlocked && !isBroken { break }
      if outcome.isCompleted {
        StateView(scratch, NoRecorder())[thread.position] = UInt8(position + 1)
      }
      if isBroken { footprint.writes.insert(halt) }
      touched.writes.formUnion(footprint.writes)
      // That there is a choice depends on what the ones before it read.
      footprint.reads = touched.reads
      results.append(
        NextStep.Result(
          footprint: footprint, change: (0..<words).map { from[$0] ^ scratch[$0] }))
      hasMore = outcome.hasMoreChoices
    }
    return NextStep(results: results, isFinished: false, touched: touched)
  }
}
