/// Takes single runs of a system, step by step, and sees what breaks on them.
final class Simulator {
  let properties: PropertyTable
  private let system: System
  private let width: AnyWidth
  private let successors: Successors
  /// The newest state and the one before the last step.
  private let states: StateBuffer

  /// What the run so far has broken or reached, with the number of steps that it took.
  private(set) var seen = PropertyMap<Int>()
  private(set) var steps: [Schedule.Step] = []
  private(set) var preemptions = 0
  /// Steps taken on all runs.
  private(set) var stepsTaken = 0

  init(_ system: System) {
    self.system = system
    width = AnyWidth(words: system.layout.wordCount)
    properties = PropertyTable(of: system)
    successors = Successors(of: system, batch: 1)
    states = StateBuffer(2, words: width.words)
  }

  private var state: StateRef { states[0] }
  private var before: StateRef { states[1] }

  /// The steps that can be taken now; good until the next one is taken.
  var possible: PossibleSteps {
    PossibleSteps(
      count: successors.count, steps: UnsafePointer(successors.steps.base),
      canStep: successors.canStep[0])
  }

  /// The newest state.
  var words: [UInt64] { (0..<width.words).map { state[$0] } }

  /// Whether nobody can step any more.
  var isOver: Bool { successors.count == 0 }

  /// Goes back to the initial state.
  func start() {
    for (index, word) in system.layout.initial.enumerated() { state[index] = word }
    seen.removeAll()
    steps.removeAll(keepingCapacity: true)
    preemptions = 0
    look()
  }

  /// Takes one of the possible steps.
  func take(_ index: Int) {
    let thread = Int(successors.steps[index].thread)
    if let last = steps.last?.thread.index, last != thread,
      successors.canStep[0] >> UInt64(last) & 1 == 1, !system.rests(last, in: state)
    {
      preemptions += 1
    }
    steps.append(Schedule.Step(ThreadID(thread), choice: Int(successors.steps[index].choice)))
    stepsTaken += 1
    width.copy(state, to: before)
    width.copy(successors.state(index), to: state)
    look()
    for property in properties.perStep where seen[property] == nil {
      if properties.isHit(property, from: before, to: state, by: thread) { note(property) }
    }
  }

  /// Finds out who can step from the newest state, and what is broken in it.
  private func look() {
    let state = state
    successors.expand(1) { _ in state }
    for property in properties.aboutStates
    where seen[property] == nil && properties.isHit(property, in: state) {
      note(property)
    }
    if isOver {
      properties.hits(atEnd: state, among: properties.atEnd).forEach(note)
    }
  }

  private func note(_ property: PropertyIndex) { seen[property] = steps.count }

  /// Whether something on the run so far is not as it should be.
  var isViolating: Bool { seen.contains { properties.isClaim($0.property) } }
}

/// The steps that can be taken from a state, by thread and then choice.
struct PossibleSteps {
  let count: Int
  let steps: UnsafePointer<BatchStep>
  /// A bit for each thread that can step.
  let canStep: UInt64

  /// The indices of a thread's steps.
  func indices(of thread: Int) -> Range<Int> {
    var start = 0
    while start < count && Int(steps[start].thread) != thread { start += 1 }
    var end = start
    while end < count && Int(steps[end].thread) == thread { end += 1 }
    return start..<end
  }

  /// The index of a step, if it can be taken.
  func index(of step: Schedule.Step) -> Int? {
    (0..<count).first {
      Int(steps[$0].thread) == step.thread.index && Int(steps[$0].choice) == step.choice
    }
  }
}
