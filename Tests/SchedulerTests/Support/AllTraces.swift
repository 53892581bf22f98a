@testable import Scheduler

/// The Mazurkiewicz traces of a small system, told apart by walking every single run.
///
/// It shares no code with the strategies: steps come from ``StepOracle``.
struct AllTraces {
  /// One of a run's steps, with what happens before it.
  private struct Event: Hashable {
    let thread: Int
    let choice: Int
    /// By thread, how many of its steps happen before this one, itself included.
    let clock: [Int]
  }

  private struct Step {
    let event: Event
    let reads: CellSet
    let writes: CellSet
    let isHalt: Bool

    func conflicts(_ reads: CellSet, _ writes: CellSet, _ isHalt: Bool) -> Bool {
      self.isHalt || isHalt || !self.writes.isDisjoint(with: reads)
        || !self.writes.isDisjoint(with: writes) || !self.reads.isDisjoint(with: writes)
    }
  }

  private let system: System
  private var traces: Set<Set<Event>> = []
  private(set) var finalStates: Set<[UInt64]> = []
  var count: Int { traces.count }

  init(_ system: System) {
    self.system = system
    walk(system.layout.initial, [])
  }

  private mutating func walk(_ state: [UInt64], _ run: [Step]) {
    var canGoOn = false
    for thread in system.threads.indices {
      var footprints: [Footprint] = []
      let results = StepOracle.results(of: thread, from: state, in: system) {
        let (outcome, footprint) = Self.footprint(of: $0, $1, choice: $2)
        footprints.append(footprint)
        return outcome
      }
      // What a blocked choice has read counts; what it has written is undone.
      let reads = footprints.reduce(into: CellSet()) { $0.formUnion($1.reads) }
      let writes = footprints.prefix(results.count).reduce(into: CellSet()) {
        $0.formUnion($1.writes)
      }
      let isHalt = results.contains(where: StepOracle.isFinal)
      canGoOn = canGoOn || !results.isEmpty
      var clock = system.threads.map { _ in 0 }
      for earlier in run
      where earlier.event.thread == thread || earlier.conflicts(reads, writes, isHalt) {
        clock = zip(clock, earlier.event.clock).map { max($0, $1) }
      }
      clock[thread] += 1
      for (choice, next) in results.enumerated() {
        let event = Event(thread: thread, choice: choice, clock: clock)
        walk(next, run + [Step(event: event, reads: reads, writes: writes, isHalt: isHalt)])
      }
    }
    if !canGoOn {
      traces.insert(Set(run.map(\.event)))
      finalStates.insert(state)
    }
  }

  /// Asks a machine for one choice of its step and records what it touches.
  static func footprint(
    of machine: any StepMachine, _ words: UnsafeMutablePointer<UInt64>, choice: Int
  ) -> (Outcome, Footprint) {
    var footprint = Footprint()
    let outcome = withUnsafeMutablePointer(to: &footprint) {
      machine.stepRecorded(StateView(words, FootprintRecorder(into: $0)), choice: choice)
    }
    return (outcome, footprint)
  }
}
