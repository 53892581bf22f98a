/// Keeps one state of each orbit: of the states that differ only by permutations of a system's
/// parts.
///
/// The one kept, the orbit's representative, is the one whose words come first. That the
/// permutations leave the system as it is gets tried, not assumed: in every state *s* that is
/// expanded, for every permutation *g*,
///
/// - what thread *g*(*t*) does in *g*(*s*) must be the image under *g* of what *t* does in *s*; of
///   a step with several results each, in whatever order;
/// - the properties must say the same of *s* and of *g*(*s*).
///
/// This suffices. Let every state that some run of k steps leads to be *g*(*s*) for an expanded
/// *s* and one of the permutations or the identity; for the initial state that is so. A step of
/// *t* from *g*(*s*) leads to *g*(*u*), where *u* is what a step of *g*'s inverse of *t* leads to
/// from *s*. The representative of *u* is *h*(*u*), it is expanded too, and *g*(*u*) is an image
/// of it because permutations form a group. So all states are images of expanded ones, and no
/// property can tell them from those. If one of these tests fails, the search starts again without
/// symmetry.
///
/// Permutations that generate the others would not do: *g*(*h*(*s*)) is what *g* would have to be
/// tried in, and only *s* is expanded. So all states of the orbit are stepped through, as a search
/// without symmetry does; what is saved is their room.
///
/// Kept are the first words of an orbit and not the state that the search came by: with several
/// workers that would be another one on every run. A run of representatives is therefore no run of
/// the system before ``run(for:)`` has found the one that it stands for.
///
/// Orbits, representatives and scalarsets are those of Ip and Dill, "Better verification through
/// symmetry", 1996; there a type system sees to what is tried here.
final class Orbits {
  private let system: System
  private let width: AnyWidth
  private let permutations: [StatePermutation]
  /// By permutation and thread: the thread that it becomes.
  private let threads: [[Int]]
  private let properties: PropertyTable
  private let labelling: StateLabelling
  /// The successors of the images of a batch's states.
  private let imageSuccessors: Successors
  /// The images of the states of a batch.
  private let images: StateBuffer
  /// By index in the batch: how many permutations leave the state as it is, the identity included.
  private var fixing: [Int]
  /// By successor: the first words of its orbit, as far as that has been searched.
  private var firsts: StateBuffer
  /// By successor: the permutation by which it becomes these words, from 1; 0 for none.
  private var chosen = OwnedBuffer<UInt8>(capacity: 0)
  /// The image of one state.
  private let imageMemory: StateBuffer
  /// By successor of the images: whether it has been found to be the image of a successor.
  private var isMatched = OwnedBuffer<Bool>(capacity: 0)
  /// Whether a permutation turned out not to leave the system as it is.
  private(set) var isBroken = false
  /// How many states there are in the orbits of the states expanded.
  private(set) var members = 0

  init(of system: System, _ symmetry: Symmetry, batch: Int) {
    self.system = system
    width = AnyWidth(words: system.layout.wordCount)
    permutations = symmetry.permutations.map { StatePermutation($0, of: system.layout) }
    threads = symmetry.permutations.map(\.threads)
    properties = PropertyTable(of: system)
    labelling = StateLabelling(of: properties)
    imageSuccessors = Successors(of: system, batch: batch)
    images = StateBuffer(batch, words: width.words)
    firsts = StateBuffer(0, words: width.words)
    fixing = Array(repeating: 1, count: batch)
    imageMemory = StateBuffer(1, words: width.words)
  }

  private var image: StateRef { imageMemory[0] }

  // MARK: - Trying the permutations

  /// Tries the permutations in the states of a batch, and replaces their successors by the
  /// representatives of these.
  func canonicalize(_ successors: Successors, of states: StateRow, _ batch: Int) {
    if firsts.capacity < successors.count {
      firsts.grow(to: successors.capacity)
      chosen.grow(to: successors.capacity)
    }
    for index in 0..<successors.count {
      width.copy(successors.state(index), to: firsts[index])
      chosen[index] = 0
    }
    for index in 0..<batch { fixing[index] = 1 }
    let verdicts = labelling.verdicts(on: states, batch)
    for (number, permutation) in permutations.enumerated() where !isBroken {
      let threads = threads[number]
      for index in 0..<batch {
        permutation.apply(to: states[index], width, into: images[index])
        if width.equal(images[index], states[index]) { fixing[index] &+= 1 }
      }
      imageSuccessors.expand(images.row, batch)
      isBroken =
        !stepAlike(successors, of: states, permutation, number + 1, threads)
        || !endAlike(successors, of: states, batch)
        || labelling.verdicts(on: images.row, batch) != verdicts
    }
    for index in 0..<batch { members &+= (permutations.count &+ 1) / fixing[index] }
    for index in 0..<successors.count {
      let state = successors.state(index)
      if width.equal(state, firsts[index]) { continue }
      width.copy(firsts[index], to: state)
      successors.hashes[index] = width.hash(state)
    }
  }

  /// The permutation by which a successor became the one that is kept, from 1; 0 for none.
  @inline(__always) func permutation(of index: Int) -> Int { Int(chosen[index]) }

  /// Whether threads do in the images what those that become them do in the states; notes the
  /// images of successors that come first.
  private func stepAlike(
    _ successors: Successors, of states: StateRow, _ permutation: StatePermutation, _ number: Int,
    _ threads: [Int]
  ) -> Bool {
    let count = successors.count
    if count != imageSuccessors.count { return false }
    if isMatched.capacity < count { isMatched.grow(to: imageSuccessors.capacity) }
    for index in 0..<count { isMatched[index] = false }
    // Successors are ordered by thread, then by how far its script is, then by state and choice.
    let counterparts = firstSteps(of: imageSuccessors)
    var (thread, shift) = (-1, 0)
    for index in 0..<count {
      let step = successors.steps[index]
      if Int(step.thread) != thread {
        thread = Int(step.thread)
        shift = counterparts[threads[thread]] &- index
      }
      permutation.apply(
        to: successors.state(index), near: states[step.origin], images[step.origin], width,
        into: image)
      let other = index &+ shift
      guard isImageStep(other, of: threads[thread], from: step.origin), match(near: other) else {
        return false
      }
      if precedes(image, firsts[index]) {
        width.copy(image, to: firsts[index])
        chosen[index] = UInt8(truncatingIfNeeded: number)
      }
    }
    return true
  }

  /// Whether there is such a successor of an image, from a state of the batch by a thread.
  private func isImageStep(_ index: Int, of thread: Int, from origin: Int) -> Bool {
    index >= 0 && index < imageSuccessors.count
      && Int(imageSuccessors.steps[index].thread) == thread
      && imageSuccessors.steps[index].origin == origin
  }

  /// Marks the result of an image's step that equals ``image`` and is unmarked; whether there is
  /// one.
  ///
  /// `index` is one of the results of the step.
  private func match(near index: Int) -> Bool {
    func isFound(_ index: Int) -> Bool {
      if isMatched[index] || !width.equal(image, imageSuccessors.state(index)) { return false }
      isMatched[index] = true
      return true
    }
    if isFound(index) { return true }
    let step = imageSuccessors.steps[index]
    for direction in [1, -1] {
      var index = index &+ direction
      while isImageStep(index, of: Int(step.thread), from: step.origin) {
        if isFound(index) { return true }
        index &+= direction
      }
    }
    return false
  }

  /// By thread: the index of its first successor.
  private func firstSteps(of successors: Successors) -> [Int] {
    var firstSteps = Array(repeating: successors.count, count: system.threads.count)
    for index in (0..<successors.count).reversed() {
      firstSteps[Int(successors.steps[index].thread)] = index
    }
    return firstSteps
  }

  private func precedes(_ left: StateRef, _ right: StateRef) -> Bool {
    for index in 0..<width.words where left[index] != right[index] {
      return left[index] < right[index]
    }
    return false
  }

  /// Whether what is judged in states from which nobody can step is the same in their images.
  private func endAlike(_ successors: Successors, of states: StateRow, _ batch: Int) -> Bool {
    (0..<batch).allSatisfy { index in
      if successors.canStep[index] != 0 { return true }
      return properties.hits(atEnd: states[index], among: properties.atEnd)
        == properties.hits(atEnd: images[index], among: properties.atEnd)
    }
  }

  // MARK: - Runs

  /// Replaces a state by the representative of its orbit.
  private func canonicalize(_ state: StateRef) {
    let smallest = images[0]
    width.copy(state, to: smallest)
    for permutation in permutations {
      permutation.apply(to: state, width, into: image)
      if precedes(image, smallest) { width.copy(image, to: smallest) }
    }
    width.copy(smallest, to: state)
  }

  /// The run of the system that a run of representatives stands for, and where it ends.
  func run(for kept: Schedule) -> (run: Schedule, end: [UInt64]) {
    var run: [Schedule.Step] = []
    let state = StateBuffer(copying: system.layout.initial)
    let representative = StateBuffer(copying: system.layout.initial)
    let next = StateBuffer(1, words: width.words)
    let successors = imageSuccessors
    for step in kept.steps {
      successors.expand(representative.row, 1)
      let taken = (0..<successors.count).first {
        Int(successors.steps[$0].thread) == step.thread.index
          && Int(successors.steps[$0].choice) == step.choice
      }
      guard let taken else { preconditionFailure("a run has a step that cannot be taken: \(step)") }
      width.copy(successors.state(taken), to: representative[0])
      canonicalize(representative[0])
      successors.expand(state.row, 1)
      let really = (0..<successors.count).first {
        width.copy(successors.state($0), to: next[0])
        canonicalize(next[0])
        return width.equal(next[0], representative[0])
      }
      guard let really else { preconditionFailure("no step stands for the kept one: \(step)") }
      width.copy(successors.state(really), to: state[0])
      let found = successors.steps[really]
      run.append(Schedule.Step(ThreadID(Int(found.thread)), choice: Int(found.choice)))
    }
    return (Schedule(run), (0..<width.words).map { state[0][$0] })
  }
}
