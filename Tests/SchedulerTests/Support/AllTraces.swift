@testable import Scheduler

/// The Mazurkiewicz traces of a small system, told apart by walking every single run.
///
/// It shares no code with the strategies: of the product only the machines' steps are used.
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
    for thread in system.threads.indices where state[0] & Check.mask == 0 {
      var (results, reads, writes, isHalt) = ([[UInt64]](), CellSet(), CellSet(), false)
      while let (outcome, next, footprint) = step(thread, results.count, from: state) {
        reads.formUnion(footprint.reads)
        let isBroken = next[0] & Check.mask != 0
        if outcome.isBlocked && !isBroken { break }
        writes.formUnion(footprint.writes)
        isHalt = isHalt || isBroken
        results.append(next)
        if !outcome.hasMoreChoices { break }
      }
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

  private func step(_ number: Int, _ choice: Int, from state: [UInt64])
    -> (Outcome, [UInt64], Footprint)?
  {
    let thread = system.threads[number]
    var (next, footprint) = (state, Footprint())
    let outcome = next.withUnsafeMutableBufferPointer { buffer -> Outcome? in
      guard let base = buffer.baseAddress else { return nil }
      let plain = StateView(base, NoRecorder())
      let position = Int(plain[thread.position])
      guard position < thread.script.count else { return nil }
      let outcome = withUnsafeMutablePointer(to: &footprint) {
        thread.script[position].stepRecorded(
          StateView(base, FootprintRecorder(into: $0)), choice: choice)
      }
      if outcome.isCompleted { plain[thread.position] = UInt8(position + 1) }
      return outcome
    }
    return outcome.map { ($0, next, footprint) }
  }
}
