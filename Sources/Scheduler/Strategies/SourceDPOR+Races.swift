/// Races, and who has to begin a run in which they are the other way round.
extension SourceDPOR {
  /// Asks for each race of the next step of `thread` after the last node to be reversed.
  mutating func reverse(_ races: [Int], of thread: Int, in node: Node) {
    if races.isEmpty { return }
    var seen: Set<Run.Cut> = []
    for race in races {
      reverse(thread, without: race, of: node.cut, &seen)
    }
  }

  /// Asks for the races of the threads that are blocked at the end of a run to be reversed.
  mutating func reverseRacesOfBlocked(at node: Node) {
    for (thread, next) in node.next.enumerated() where next.isBlocked {
      reverse(waits(of: next, thread, after: node.cut), of: thread, in: node)
    }
  }

  /// The places of the steps that a blocked step races with: the last ones, by order of the run, that
  /// wrote what it read.
  private func waits(of next: NextStep, _ thread: Int, after cut: Run.Cut) -> [Int] {
    var reads = Footprint()
    reads.reads = next.touched.reads
    return run.past(of: reads, by: thread, after: cut).races
  }

  /// Asks for a run in which the next step of `thread` comes before an event that it races with in
  /// `cut`.
  ///
  /// What is left of the cut without the event, and what it happens before, can be run from where the
  /// event was, and then the thread. If the thread is blocked there, what blocks it is taken out too.
  private mutating func reverse(
    _ thread: Int, without race: Int, of cut: Run.Cut, _ seen: inout Set<Run.Cut>
  ) {
    let rest = run.cut(cut, without: race)
    if !seen.insert(rest).inserted { return }
    var state = self.state
    var first = run.count
    for place in run.events.indices.reversed() where !run.isIn(rest, place) {
      first = place
      let change = run.events[place].result.change
      for word in state.indices { state[word] ^= change[word] }
    }
    let next = stepper.next(thread, from: state)
    for (choice, result) in next.results.enumerated() {
      ask(for: thread, choice, result, after: rest, at: first)
    }
    if next.isBlocked {
      for race in waits(of: next, thread, after: rest) {
        reverse(thread, without: race, of: rest, &seen)
      }
    }
  }

  /// Asks for a run with the events of `cut` and then a step, from the node before the event at
  /// `first` on, which is not in the cut: unless a thread that can begin such a run is explored there,
  /// or what it does sleeps.
  private mutating func ask(
    for thread: Int, _ choice: Int, _ result: NextStep.Result, after cut: Run.Cut, at first: Int
  ) {
    let node = nodes[first]
    var beginners: UInt64 = 0
    for place in first..<run.count where run.isIn(cut, place) {
      let event = run.events[place]
      let bit: UInt64 = 1 << UInt64(event.thread)
      guard run.isNext(after: node.cut, place) else { continue }
      if node.backtrack & bit != 0 || node.asleep[event.thread].contains(event.choice) { return }
      beginners |= bit
    }
    let past = run.past(of: result.footprint, by: thread, after: cut)
    if zip(past.clock, node.cut).allSatisfy({ $0 <= $1 }) {
      let bit: UInt64 = 1 << UInt64(thread)
      if node.backtrack & bit != 0 || node.asleep[thread].contains(choice) { return }
      beginners |= bit
    }
    precondition(beginners != 0, "some step begins every run")
    ask(for: beginners.trailingZeroBitCount, at: first)
  }
}
