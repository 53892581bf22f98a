@testable import Scheduler

/// What a step is, told once more for the tests: of the product only the machines' own steps are
/// used.
///
/// All oracles take their steps from here, those of `RaceModelTests` through a symbolic link.
enum StepOracle {
  /// Asks a machine for one choice of its step, on words that it may change.
  typealias Ask = (any StepMachine, UnsafeMutablePointer<UInt64>, _ choice: Int) -> Outcome

  /// The results of each thread's step, by choice.
  static func steps(of system: System, from state: [UInt64]) -> [[[UInt64]]] {
    system.threads.indices.map { results(of: $0, from: state, in: system) }
  }

  /// The results of a thread's step, by choice; none if it takes none.
  ///
  /// Who wants to know what the machine does puts in another way to ask it.
  static func results(
    of thread: Int, from state: [UInt64], in system: System,
    ask: Ask = { $0.stepPlain(StateView($1, NoRecorder()), choice: $2) }
  ) -> [[UInt64]] {
    let (script, position) = (system.threads[thread].script, system.threads[thread].position)
    var results: [[UInt64]] = []
    if isFinal(state) { return results }
    while true {
      var next = state
      let outcome = next.withUnsafeMutableBufferPointer { buffer -> Outcome in
        guard let words = buffer.baseAddress else { return .blocked }
        let view = StateView(words, NoRecorder())
        let done = Int(view[position])
        if done == script.count { return .blocked }
        let outcome = ask(script[done], words, results.count)
        if outcome.isCompleted { view[position] = UInt8(done + 1) }
        return outcome
      }
      // A step that breaks a check is taken, even if the machine then calls itself blocked.
      if outcome.isBlocked && !isFinal(next) { return results }
      results.append(next)
      if !outcome.hasMoreChoices { return results }
    }
  }

  /// Whether a check is broken in a state.
  static func isFinal(_ state: [UInt64]) -> Bool { state[0] & Check.mask != 0 }
}
