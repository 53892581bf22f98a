/// Keeps one state of each orbit: the states that differ only by permutations of parts.
///
/// The one kept is the one whose words come first. That the permutations leave the system as it is gets
/// tried, not assumed: in every state *s* that is expanded, for every exchange *g*,
///
/// - what thread *g*(*t*) does in *g*(*s*) must be what *t* does in *s*, exchanged; of a step with several
///   results each, in whatever order;
/// - the properties must say the same of *s* and of *g*(*s*).
///
/// This suffices. Let every state that some run of k steps leads to be *g*(*s*) for an expanded *s* and
/// one of the permutations or the identity; for the initial state that is so. A step of *t* from *g*(*s*)
/// leads to *g*(*u*), where *u* is what a step of *g*'s inverse of *t* leads to from *s*. The state kept for
/// *u* is *h*(*u*), it is expanded too, and *g*(*u*) is an exchange of it because permutations form a group. So
/// all states are permutations of expanded ones, and no property can tell them from those. If a trial fails, the
/// search starts again without symmetry.
///
/// Exchanges that generate the others would not do for the trial: *g*(*h*(*s*)) is what *g* would have to be
/// tried in, and only *s* is expanded. So the trial steps through all states of the orbit, as a search
/// without symmetry does; what is saved is their room.
///
/// Kept are the first words of an orbit and not the state that the search came by: with several workers that
/// would be another one on every run. A run of kept states is therefore no run of the system before
/// ``run(for:)`` has found the one that it stands for.
final class Orbits {
  private let system: System
  private let width: AnyWidth
  private let rewritings: [StatePermutation]
  private let threads: [[Int]]
  private let properties: PropertyTable
  private let jury: StateLabelling
  private let there: Successors
  /// The states of a batch, exchanged.
  private let images: Words
  /// By place in the batch: how many permutations leave the state as it is, the identity included.
  private var fixing: [Int]
  /// The first words of the orbit, by successor.
  private var first: Words
  private var capacity = 256
  private let exchanged: Words
  /// By successor of the exchanged states: whether it has been found to be the image of one.
  private var isMatched = OwnedBuffer<Bool>(capacity: 0)
  /// Whether a trial has failed.
  private(set) var isBroken = false
  /// How many states there are in the orbits of the states expanded.
  private(set) var members = 0

  init(of system: System, _ symmetry: Symmetry, batch: Int) {
    self.system = system
    width = AnyWidth(words: system.layout.wordCount)
    rewritings = symmetry.permutations.map { StatePermutation($0, of: system.layout) }
    threads = symmetry.permutations.map(\.threads)
    properties = PropertyTable(of: system)
    jury = StateLabelling(of: properties)
    there = Successors(of: system, batch: batch)
    images = .allocate(capacity: batch * width.words)
    fixing = Array(repeating: 1, count: batch)
    first = .allocate(capacity: capacity * width.words)
    exchanged = .allocate(capacity: width.words)
  }

  deinit {
    images.deallocate()
    first.deallocate()
    exchanged.deallocate()
  }

  /// Tries the permutations in a batch of states, and replaces their successors by the states kept.
  func fold(_ batch: Int, _ here: Successors, place: (Int) -> Words) {
    makeRoom(for: here.count)
    for index in 0..<here.count { width.copy(here.state(index), to: first(index)) }
    for index in 0..<batch { fixing[index] = 1 }
    let verdicts = jury.verdicts(on: batch, place: place)
    for (rewriting, threads) in zip(rewritings, threads) where !isBroken {
      for index in 0..<batch {
        let image = images + index &* width.words
        rewriting.apply(to: place(index), width, into: image)
        if width.equal(image, place(index)) { fixing[index] &+= 1 }
      }
      there.expand(batch) { images + $0 &* width.words }
      isBroken =
        !stepAlike(here, rewriting, threads, place: place)
        || !endAlike(batch, here, place: place)
        || jury.verdicts(on: batch) { images + $0 &* width.words } != verdicts
    }
    for index in 0..<batch { members &+= (rewritings.count &+ 1) / fixing[index] }
    for index in 0..<here.count {
      let state = here.state(index)
      if width.equal(state, first(index)) { continue }
      width.copy(first(index), to: state)
      here.hashes[index] = width.hash(state)
    }
  }

  private func first(_ index: Int) -> Words { first + index &* width.words }

  private func makeRoom(for count: Int) {
    if count <= capacity { return }
    while capacity < count { capacity *= 2 }
    first.deallocate()
    first = .allocate(capacity: capacity * width.words)
  }

  /// Whether threads do in the exchanged states what those whose parts they take do in the others; notes
  /// the exchanged successors that come first.
  private func stepAlike(
    _ here: Successors, _ rewriting: StatePermutation, _ threads: [Int], place: (Int) -> Words
  ) -> Bool {
    if here.count != there.count { return false }
    if isMatched.capacity < there.count { isMatched.grow(to: there.capacity) }
    for index in 0..<there.count { isMatched[index] = false }
    // Successors are ordered by thread, then by how far its script is, then by state and choice.
    let counterparts = starts(of: there)
    var (thread, shift) = (-1, 0)
    for index in 0..<here.count {
      if Int(here.steps[index].thread) != thread {
        thread = Int(here.steps[index].thread)
        shift = counterparts[threads[thread]] &- index
      }
      let origin = here.steps[index].origin
      rewriting.apply(
        to: here.state(index), near: place(origin),
        images + origin &* width.words, width, into: exchanged)
      let other = index &+ shift
      guard isStep(other, of: threads[thread], from: here.steps[index].origin), mark(near: other)
      else {
        return false
      }
      if precedes(exchanged, first(index)) { width.copy(exchanged, to: first(index)) }
    }
    return true
  }

  private func isStep(_ other: Int, of thread: Int, from origin: Int) -> Bool {
    other >= 0 && other < there.count && Int(there.steps[other].thread) == thread
      && there.steps[other].origin == origin
  }

  /// Marks a result of the step that another one is a result of, if it is ``exchanged`` and unmarked.
  private func mark(near other: Int) -> Bool {
    func isFound(_ index: Int) -> Bool {
      guard !isMatched[index],
        width.equal(exchanged, there.state(index))
      else { return false }
      isMatched[index] = true
      return true
    }
    if isFound(other) { return true }
    let (thread, origin) = (Int(there.steps[other].thread), there.steps[other].origin)
    for step in [1, -1] {
      var index = other &+ step
      while isStep(index, of: thread, from: origin) {
        if isFound(index) { return true }
        index &+= step
      }
    }
    return false
  }

  /// By thread: the index of its first successor.
  private func starts(of successors: Successors) -> [Int] {
    var starts = Array(repeating: successors.count, count: system.threads.count)
    for index in (0..<successors.count).reversed() {
      starts[Int(successors.steps[index].thread)] = index
    }
    return starts
  }

  private func precedes(_ left: Words, _ right: Words) -> Bool {
    for index in 0..<width.words where left[index] != right[index] {
      return left[index] < right[index]
    }
    return false
  }

  /// Whether what is judged in states from which nobody can step is the same in the exchanged ones.
  private func endAlike(_ batch: Int, _ here: Successors, place: (Int) -> Words) -> Bool {
    (0..<batch).allSatisfy { index in
      if here.canStep[index] != 0 { return true }
      return properties.hits(atEnd: place(index), among: properties.atEnd)
        == properties.hits(atEnd: images + index &* width.words, among: properties.atEnd)
    }
  }

  /// Replaces a state by the one that is kept for it.
  private func keep(_ state: Words) {
    let smallest = images
    width.copy(state, to: smallest)
    for rewriting in rewritings {
      rewriting.apply(to: state, width, into: exchanged)
      if precedes(exchanged, smallest) { width.copy(exchanged, to: smallest) }
    }
    width.copy(smallest, to: state)
  }

  /// The run of the system that a run from state to state kept stands for, and where it ends.
  func run(for kept: Schedule) -> (run: Schedule, end: [UInt64]) {
    var run: [Schedule.Step] = []
    let (state, representative) = (copyOfInitialState(), copyOfInitialState())
    let next = Words.allocate(capacity: width.words)
    defer { for words in [state, representative, next] { words.deallocate() } }
    for step in kept.steps {
      there.expand(1) { _ in representative }
      let taken = (0..<there.count).first {
        Int(there.steps[$0].thread) == step.thread.index
          && Int(there.steps[$0].choice) == step.choice
      }
      guard let taken else { preconditionFailure("a run has a step that cannot be taken: \(step)") }
      width.copy(there.state(taken), to: representative)
      keep(representative)
      there.expand(1) { _ in state }
      let really = (0..<there.count).first {
        width.copy(there.state($0), to: next)
        keep(next)
        return width.equal(next, representative)
      }
      guard let really else { preconditionFailure("no step stands for the kept one: \(step)") }
      width.copy(there.state(really), to: state)
      run.append(
        Schedule.Step(
          ThreadID(Int(there.steps[really].thread)), choice: Int(there.steps[really].choice)))
    }
    return (Schedule(run), (0..<width.words).map { state[$0] })
  }

  private func copyOfInitialState() -> Words {
    let words = Words.allocate(capacity: width.words)
    for (index, word) in system.layout.initial.enumerated() { words[index] = word }
    return words
  }
}
