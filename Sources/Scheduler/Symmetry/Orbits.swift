/// Keeps one state of each set of states that differ only in which of some equal threads is where.
///
/// The one kept is the one whose words come first. That the exchanges leave the system as it is gets
/// tried, not assumed: in every state *s* that is expanded, for every exchange *g*,
///
/// - what thread *g*(*t*) does in *g*(*s*) must be what *t* does in *s*, exchanged, choice by choice;
/// - the properties must say the same of *s* and of *g*(*s*).
///
/// This suffices. Let every state that some run of k steps leads to be *g*(*s*) for an expanded *s* and
/// one of the exchanges or the identity; for the initial state that is so. A step of *t* from *g*(*s*)
/// leads to *g*(*u*), where *u* is what a step of *g*'s inverse of *t* leads to from *s*. The state kept for
/// *u* is *h*(*u*), it is expanded too, and *g*(*u*) is an exchange of it because exchanges form a group. So
/// all states are exchanges of expanded ones, and no property can tell them from those. If a trial fails, the
/// search starts again without symmetry.
final class Orbits<W: Width> {
  private let system: System
  private let width: W
  private let symmetry: Symmetry
  private let subjects: Subjects
  private let here: Successors<W>
  private let there: Successors<W>
  private let exchanged: Words
  private let smallest: Words
  /// Whether a trial has failed.
  private(set) var isBroken = false

  init(of system: System, width: W, _ symmetry: Symmetry) {
    (self.system, self.width, self.symmetry) = (system, width, symmetry)
    subjects = Subjects(of: system)
    here = Successors(of: system, width: width, batch: 1)
    there = Successors(of: system, width: width, batch: 1)
    exchanged = .allocate(capacity: width.words)
    smallest = .allocate(capacity: width.words)
  }

  deinit {
    exchanged.deallocate()
    smallest.deallocate()
  }

  /// Tries the exchanges in a batch of states, and replaces their successors by the states kept.
  func fold(_ batch: Int, _ successors: Successors<W>, place: (Int) -> Words) {
    for index in 0..<batch where !isBroken { isBroken = !isSymmetric(place(index)) }
    for index in 0..<successors.count {
      let state = successors.words + index &* width.words
      if keep(state) != nil { successors.hashes[index] = width.hash(state) }
    }
  }

  /// Replaces a state by the one that is kept for it; returns the exchange that leads there, if not the
  /// identity.
  func keep(_ state: Words) -> ThreadExchange? {
    var best: ThreadExchange?
    width.copy(state, to: smallest)
    for exchange in symmetry.exchanges {
      exchange.apply(to: state, width, into: exchanged)
      if precedes(exchanged, smallest) {
        width.copy(exchanged, to: smallest)
        best = exchange
      }
    }
    if best != nil { width.copy(smallest, to: state) }
    return best
  }

  private func precedes(_ left: Words, _ right: Words) -> Bool {
    for index in 0..<width.words where left[index] != right[index] {
      return left[index] < right[index]
    }
    return false
  }

  private func isSymmetric(_ state: Words) -> Bool {
    here.expand(1) { _ in state }
    return symmetry.exchanges.allSatisfy { exchange in
      exchange.apply(to: state, width, into: exchanged)
      return saySame(state, exchanged) && stepAlike(exchange)
    }
  }

  private func saySame(_ left: Words, _ right: Words) -> Bool {
    let atEnd = here.count == 0 ? subjects.atEnd : []
    return (subjects.always + subjects.quiet + subjects.sometimes + atEnd).allSatisfy {
      subjects.isHit($0, left) == subjects.isHit($0, right)
    }
  }

  /// Whether threads do in the exchanged state what those whose parts they take do in the other.
  private func stepAlike(_ exchange: ThreadExchange) -> Bool {
    let state = exchanged
    there.expand(1) { _ in state }
    if here.count != there.count { return false }
    for index in 0..<here.count {
      let (thread, choice) = (exchange.threads[Int(here.thread[index])], here.choice[index])
      exchange.apply(to: here.words + index &* width.words, width, into: smallest)
      let isThere = (0..<there.count).contains {
        Int(there.thread[$0]) == thread && there.choice[$0] == choice
          && width.equal(there.words + $0 &* width.words, smallest)
      }
      if !isThere { return false }
    }
    return true
  }

  /// The run of the system that a run from state to state kept stands for.
  func run(for kept: Schedule) -> Schedule {
    let state = Words.allocate(capacity: width.words)
    defer { state.deallocate() }
    for (index, word) in system.layout.initial.enumerated() { state[index] = word }
    // Who really steps when a thread steps in the states kept.
    var players = Array(system.threads.indices)
    return Schedule(
      kept.steps.map { step in
        here.expand(1) { _ in state }
        guard
          let index = (0..<here.count).first(where: {
            Int(here.thread[$0]) == step.thread.index && Int(here.choice[$0]) == step.choice
          })
        else { preconditionFailure("a run has a step that cannot be taken: \(step)") }
        width.copy(here.words + index &* width.words, to: state)
        let player = players[step.thread.index]
        if let exchange = keep(state) {
          let old = players
          for thread in old.indices { players[exchange.threads[thread]] = old[thread] }
        }
        return Schedule.Step(ThreadID(player), choice: step.choice)
      })
  }
}
