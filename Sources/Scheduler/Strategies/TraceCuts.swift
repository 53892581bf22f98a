/// The states between the steps of all runs of one trace.
///
/// A run of the trace takes, at any time, the steps of one of the trace's cuts, and every cut is what some
/// run has taken. So the states that a system can reach are those of the cuts of its traces, and what
/// is judged on all cuts of all traces is judged on all reachable states (Cooper and Marzullo, "Consistent
/// detection of global predicates", 1991).
struct TraceCuts {
  let run: Run
  let initial: [UInt64]
  private let words: Int

  init(of run: Run, from initial: [UInt64]) {
    (self.run, self.initial) = (run, initial)
    words = initial.count
  }

  /// What a visitor of cuts is shown.
  struct Visitor {
    /// The state after a cut, and the places of the cut's events in the order of the run.
    var state: (Words, ArraySlice<Int>) -> Void
    /// The state before a step, the state after it, the thread that takes it, and the places
    /// before it; nil if nobody wants to know.
    var step: ((Words, Words, Int, ArraySlice<Int>) -> Void)?
    /// Asked at each cut; true ends the visit.
    var isStopped: () -> Bool
  }

  /// Shows every cut once, and every step from a cut; leaves out those that lie among the first
  /// `known` events.
  ///
  /// The places of a cut, in order, can be taken in that order, so adding only later places meets
  /// every cut exactly once.
  /// - Complexity: O(cuts x threads^2).
  func visit(beyond known: Int, _ visitor: Visitor) {
    let states = Words.allocate(capacity: (run.count + 2) * words)
    defer { states.deallocate() }
    for word in 0..<words { states[word] = initial[word] }
    var cut: Run.Cut = Array(repeating: 0, count: run.threads)
    var taken: [Int] = []
    // The places that may still be added to the cut before each of the taken events.
    var open = [ready(cut)]
    if known == 0 { visitor.state(states, taken[...]) }
    showSteps(from: states, cut, taken, beyond: known, visitor)
    while !open.isEmpty {
      if let place = open[open.count - 1].popLast() {
        if visitor.isStopped() { return }
        let state = states + taken.count * words
        apply(run.events[place], to: state, into: state + words)
        taken.append(place)
        cut[run.events[place].thread] += 1
        if place >= known { visitor.state(state + words, taken[...]) }
        showSteps(from: state + words, cut, taken, beyond: known, visitor)
        open.append(ready(cut).filter { $0 > place })
      } else {
        open.removeLast()
        if let place = taken.popLast() { cut[run.events[place].thread] -= 1 }
      }
    }
  }

  /// The places of the events that can be taken next after a cut, by thread.
  func ready(_ cut: Run.Cut) -> [Int] {
    run.places.indices.compactMap { thread in
      let taken = Int(cut[thread])
      guard taken < run.places[thread].count else { return nil }
      let place = run.places[thread][taken]
      return run.isNext(after: cut, place) ? place : nil
    }
  }

  private func apply(_ event: Run.Event, to state: Words, into next: Words) {
    for word in 0..<words { next[word] = state[word] ^ event.change[word] }
  }

  private func showSteps(
    from state: Words, _ cut: Run.Cut, _ taken: [Int], beyond known: Int, _ visitor: Visitor
  ) {
    guard let show = visitor.step else { return }
    let next = Words.allocate(capacity: words)
    defer { next.deallocate() }
    for place in ready(cut) where max(place, taken.last ?? 0) >= known {
      apply(run.events[place], to: state, into: next)
      show(state, next, run.events[place].thread, taken[...])
    }
  }
}
