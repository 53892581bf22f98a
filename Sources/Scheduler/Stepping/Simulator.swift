/// Takes single runs of a system, step by step, and sees what breaks on them.
final class Simulator<W: Width> {
  let subjects: PropertyTable
  private let system: System
  private let width: W
  private let successors: Successors
  private let state: Words
  /// The state before the last step.
  private let before: Words

  /// What the run so far has broken or reached, with the number of steps that it took.
  private(set) var seen: [Int: Int] = [:]
  private(set) var steps: [Schedule.Step] = []
  private(set) var preemptions = 0
  /// Steps taken on all runs.
  private(set) var stepsTaken = 0

  init(_ system: System, _ width: W) {
    (self.system, self.width) = (system, width)
    subjects = PropertyTable(of: system)
    successors = Successors(of: system, batch: 1)
    state = .allocate(capacity: width.words)
    before = .allocate(capacity: width.words)
  }

  deinit {
    state.deallocate()
    before.deallocate()
  }

  /// The steps that can be taken now; good until the next one is taken.
  var possible: PossibleSteps {
    PossibleSteps(
      count: successors.count, steps: UnsafePointer(successors.steps.base),
      canStep: successors.canStep[0])
  }

  /// Whether nobody can step any more.
  var isOver: Bool { successors.count == 0 }

  /// Goes back to the initial state.
  func start() {
    for (index, word) in system.layout.initial.enumerated() { state[index] = word }
    seen.removeAll(keepingCapacity: true)
    steps.removeAll(keepingCapacity: true)
    preemptions = 0
    look()
  }

  /// Takes one of the possible steps.
  func take(_ index: Int) {
    let thread = Int(successors.steps[index].thread)
    if let last = steps.last?.thread.index, last != thread,
      successors.canStep[0] >> UInt64(last) & 1 == 1
    {
      preemptions += 1
    }
    steps.append(Schedule.Step(ThreadID(thread), choice: Int(successors.steps[index].choice)))
    stepsTaken += 1
    width.copy(state, to: before)
    width.copy(successors.state(index), to: state)
    look()
    for subject in subjects.perStep where seen[subject] == nil {
      if subjects.isBroken(subject, from: before, to: state, by: thread) { note(subject) }
    }
  }

  /// Finds out who can step from the newest state, and what is broken in it.
  private func look() {
    let state = state
    successors.expand(1) { _ in state }
    for subject in [subjects.always, subjects.quiet, subjects.sometimes].joined()
    where seen[subject] == nil && subjects.isHit(subject, state) {
      note(subject)
    }
    if isOver {
      subjects.endHits(state, subjects.atEnd).forEach(note)
    }
  }

  private func note(_ subject: Int) { seen[subject] = steps.count }

  /// Whether something on the run so far is not as it should be.
  var isViolating: Bool { seen.keys.contains { !subjects.sometimes.contains($0) } }
}

/// The steps that can be taken from a state, by thread and then choice.
struct PossibleSteps {
  let count: Int
  let steps: UnsafePointer<BatchStep>
  /// A bit for each thread that can step.
  let canStep: UInt64

  /// The places of a thread's steps.
  func places(of thread: Int) -> Range<Int> {
    var start = 0
    while start < count && Int(steps[start].thread) != thread { start += 1 }
    var end = start
    while end < count && Int(steps[end].thread) == thread { end += 1 }
    return start..<end
  }

  /// The place of a step, if it can be taken.
  func place(of step: Schedule.Step) -> Int? {
    (0..<count).first {
      Int(steps[$0].thread) == step.thread.index && Int(steps[$0].choice) == step.choice
    }
  }
}
