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
      var (choice, hasMore, reads) = (0, true, CellSet())
      while hasMore {
        guard let (outcome, next, footprint) = step(thread, choice, from: state) else { break }
        reads.formUnion(footprint.reads)
        canGoOn = true
        let isHalt = next[0] & Check.mask != 0
        var clock = system.threads.map { _ in 0 }
        for earlier in run
        where earlier.event.thread == thread
          || earlier.conflicts(reads, footprint.writes, isHalt)
        {
          clock = zip(clock, earlier.event.clock).map { max($0, $1) }
        }
        clock[thread] += 1
        let event = Event(thread: thread, choice: choice, clock: clock)
        walk(
          next,
          run + [Step(event: event, reads: reads, writes: footprint.writes, isHalt: isHalt)])
        hasMore = outcome.hasMoreChoices
        choice += 1
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
    guard let outcome, !outcome.isBlocked || next[0] & Check.mask != 0 else { return nil }
    return (outcome, next, footprint)
  }
}
