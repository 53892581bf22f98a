/// Races, and who has to begin a run in which they are the other way round.
extension SourceDPOR {
  /// Asks for races of the next step of `thread` after a cut to be reversed; returns what the step
  /// read and wrote wherever it was asked anew.
  mutating func reverse(_ races: [Int], of thread: Int, after cut: Run.Cut) -> Footprint {
    var reversal = Reversal(thread: thread)
    for race in races { reverse(&reversal, without: race, of: cut) }
    return reversal.touched
  }

  /// Asks for more races to be reversed once a run has ended.
  ///
  /// A step that was taken before others, with which it does not conflict, may conflict with them
  /// without what it raced with: it may even be blocked until they are taken. So its races are looked
  /// at again, after all that does not follow it. And threads that are still blocked race.
  mutating func reverseRacesLeft(at node: Node) {
    for (thread, next) in node.next.enumerated() where next.isBlocked {
      _ = reverse(waits(of: next, thread, after: node.cut), of: thread, after: node.cut)
    }
    for place in run.events.indices where !asked[place].reads.isEmpty {
      let later = place + 1..<run.count
      let mayMatter = later.contains {
        run.events[$0].footprint.conflicts(with: asked[place])
          && !run.happens(place, before: $0)
      }
      if !mayMatter { continue }
      let event = run.events[place]
      let others = run.cut(node.cut, without: place)
      let past = run.past(of: event.footprint, by: event.thread, after: others)
      _ = reverse(past.races, of: event.thread, after: others)
    }
  }

  /// The places of the steps that a blocked step races with: the last ones, by order of the run, that
  /// wrote what it read.
  private func waits(of next: NextStep, _ thread: Int, after cut: Run.Cut) -> [Int] {
    var reads = Footprint()
    reads.reads = next.touched.reads
    return run.past(of: reads, by: thread, after: cut).races
  }

  /// The work of reversing the races of one step.
  private struct Reversal {
    let thread: Int
    /// What is left of the run after taking out events, as far as that has been done.
    var seen: Set<Run.Cut> = []
    var touched = Footprint()
  }

  /// Asks for a run in which a step comes before an event that it races with in `cut`.
  ///
  /// What is left of the cut without the event, and what it happens before, can be run from where the
  /// event was, and then the step. If it is blocked there, what blocks it is taken out too.
  private mutating func reverse(
    _ reversal: inout Reversal, without race: Int, of cut: Run.Cut
  ) {
    let (thread, rest) = (reversal.thread, run.cut(cut, without: race))
    if !reversal.seen.insert(rest).inserted { return }
    var state = self.state
    var first = run.count
    for place in run.events.indices.reversed() where !run.isIn(rest, place) {
      first = place
      let change = run.events[place].change
      for word in state.indices { state[word] ^= change[word] }
    }
    let next = stepper.next(thread, from: state)
    reversal.touched.formUnion(next.touched)
    if next.canStep {
      ask(for: thread, next.touched, after: rest, at: first)
    } else {
      for race in waits(of: next, thread, after: rest) {
        reverse(&reversal, without: race, of: rest)
      }
    }
  }

  /// Asks for a run with the events of `cut` and then a step of `thread`, from the node before the event
  /// at `first` on, which is not in the cut: unless a thread that can begin such a run is explored
  /// there or sleeps.
  private mutating func ask(
    for thread: Int, _ footprint: Footprint, after cut: Run.Cut, at first: Int
  ) {
    let node = nodes[first]
    var beginners: UInt64 = 0
    for place in first..<run.count
    where run.isIn(cut, place) && run.isNext(after: node.cut, place) {
      beginners |= 1 << UInt64(run.events[place].thread)
    }
    let past = run.past(of: footprint, by: thread, after: cut)
    if zip(past.clock, node.cut).allSatisfy({ $0 <= $1 }) { beginners |= 1 << UInt64(thread) }
    precondition(beginners != 0, "some step begins every run")
    if beginners & (node.backtrack | node.asleep) != 0 { return }
    nodes[first].backtrack |= beginners & (~beginners &+ 1)
    counts.reversed += 1
  }
}
