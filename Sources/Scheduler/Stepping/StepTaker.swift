/// Takes the next step of a thread from a state, in all its choices: the one statement of what a
/// step is.
///
/// 1. A state in which a check is broken is final: no thread takes a step from it.
/// 2. A thread whose script is finished takes no step.
/// 3. Otherwise the machine at the thread's position in its script is asked, on a fresh copy of
///    the state each time, in choice 0, 1, ... for as long as its outcome promises more, 256 times
///    at most.
/// 4. A blocked outcome undoes what the machine has changed and ends the choices, unless a check
///    has been broken: such a step was taken, even if the machine could not go on from there.
/// 5. A completed outcome moves the thread on to the next machine of its script.
///
/// ``Successors`` follows the same rule in a loop over many states; the tests compare the two.
final class StepTaker<R: StepRecording> {
  /// What came of asking a thread for its next step.
  enum Answer {
    /// The step has ``StepTaker/count`` results.
    case taken
    case blocked
    case scriptIsFinished
    /// A check is broken.
    case runHasEnded
  }

  private let width: AnyWidth
  private let scripts: [[any StepMachine]]
  private let positions: [Cell<UInt8>]
  // What is recorded and the results are used by one thread, for every step of a reduced search:
  // checks at run time that nobody else uses them would cost a good part of it.

  /// What is recorded of the step last asked for.
  let recording: R
  /// How many results the step has, one for each choice; none if it was not taken.
  private(set) var count = 0
  /// Whether one of the results breaks a check.
  private(set) var breaksCheck = false
  /// The results, one after another.
  @exclusivity(unchecked) private var results: StateBuffer

  static var mostChoices: Int { 256 }

  init(of system: System) {
    width = AnyWidth(words: system.layout.wordCount)
    scripts = system.threads.map(\.script)
    positions = system.threads.map(\.position)
    recording = R(cells: system.layout.fields.count)
    results = StateBuffer(8, words: width.words)
  }

  /// The state that a choice leads to; good until the next step is asked for.
  @inline(__always) func result(_ choice: Int) -> StateRef { results[choice] }

  /// Whether the script of a thread is finished in a state.
  @inline(__always) func isFinished(_ thread: Int, in state: StateRef) -> Bool {
    position(of: thread, in: state) == scripts[thread].count
  }

  @inline(__always) private func position(of thread: Int, in state: StateRef) -> Int {
    Int(StateView(state, NoRecorder())[positions[thread]])
  }

  /// Asks a thread for its next step from a state, which is left as it is.
  ///
  /// The choices after `last` are not asked for.
  @discardableResult
  func take(_ thread: Int, from state: StateRef, upTo last: Int = .max) -> Answer {
    recording.reset()
    (count, breaksCheck) = (0, false)
    if Check.isBroken(in: state) { return .runHasEnded }
    let position = position(of: thread, in: state)
    let script = scripts[thread]
    if position == script.count { return .scriptIsFinished }
    let machine = script[position]
    while true {
      if count == results.capacity { results.grow(to: count * 2, keeping: count) }
      let next = result(count)
      width.copy(state, to: next)
      let outcome = recording.ask(machine, next, choice: count)
      let isBroken = Check.isBroken(in: next)
      let isTaken = !outcome.isBlocked || isBroken
      recording.settle(choice: count, isTaken: isTaken)
      if !isTaken { break }
      breaksCheck = breaksCheck || isBroken
      if outcome.isCompleted {
        StateView(next, NoRecorder())[positions[thread]] = UInt8(truncatingIfNeeded: position &+ 1)
      }
      count &+= 1
      if !outcome.hasMoreChoices || count > last { break }
      precondition(count < Self.mostChoices, "a step has at most \(Self.mostChoices) choices")
    }
    return count == 0 ? .blocked : .taken
  }

}

extension StepTaker {
  /// The same for a state in an array.
  @discardableResult
  func take(_ thread: Int, from state: [UInt64], upTo last: Int = .max) -> Answer {
    withState(state) { take(thread, from: $0, upTo: last) }
  }

  /// The state that a choice leads to, as an array.
  func state(after choice: Int) -> [UInt64] {
    Array(UnsafeBufferPointer(start: result(choice).pointer, count: width.words))
  }
}

extension Check {
  /// Whether a check is broken in a state, which is then final.
  @inline(__always) static func isBroken(in state: StateRef) -> Bool { state[0] & mask != 0 }
}

/// What is recorded of a step while it is taken.
protocol StepRecording: AnyObject {
  /// `cells` is how many cells a state has.
  init(cells: Int)
  /// Asks a machine for one choice of its step, which changes `state`.
  func ask(_ machine: any StepMachine, _ state: StateRef, choice: Int) -> Outcome
  /// Forgets the step before.
  func reset()
  /// Hears whether a choice that was asked for has been taken; otherwise it is undone.
  func settle(choice: Int, isTaken: Bool)
}

/// Records nothing.
final class Unrecorded: StepRecording {
  init(cells: Int) {}

  @inline(__always)
  func ask(_ machine: any StepMachine, _ state: StateRef, choice: Int) -> Outcome {
    machine.stepPlain(StateView(state, NoRecorder()), choice: choice)
  }

  @inline(__always) func reset() {}
  @inline(__always) func settle(choice: Int, isTaken: Bool) {}
}

/// Records the cells that decide about a step and those that it changes.
final class StepFootprint: StepRecording {
  // Behind pointers, so that an access costs no check for exclusive use: this is where a reduced
  // search spends its time.
  private let total: UnsafeMutablePointer<Footprint>
  /// That of the choice last asked for, unless it was choice 0.
  private let single: UnsafeMutablePointer<Footprint>
  private var isFirstChoice = true

  init(cells: Int) {
    total = .allocate(capacity: 1)
    single = .allocate(capacity: 1)
    total.initialize(to: Footprint(room: cells))
    single.initialize(to: Footprint(room: cells))
  }

  deinit {
    for footprint in [total, single] {
      footprint.deinitialize(count: 1)
      footprint.deallocate()
    }
  }

  /// Of all choices together: every cell read when the machine was asked, also where it was
  /// blocked, and every cell written in a choice that was taken.
  @inline(__always) var whole: Footprint { total.pointee }

  /// What is known of the check that the choice last asked for breaks, if it breaks one.
  var failure: Footprint.Failure? { (isFirstChoice ? total : single).pointee.failure }

  @inline(__always) func reset() { total.pointee.removeAll() }

  @inline(__always)
  func ask(_ machine: any StepMachine, _ state: StateRef, choice: Int) -> Outcome {
    isFirstChoice = choice == 0
    if choice == 0 {
      return machine.stepRecorded(StateView(state, FootprintRecorder(into: total)), choice: 0)
    }
    single.pointee.removeAll()
    let view = StateView(state, FootprintRecorder(into: single))
    let outcome = machine.stepRecorded(view, choice: choice)
    total.pointee.reads.formUnion(single.pointee.reads)
    return outcome
  }

  @inline(__always) func settle(choice: Int, isTaken: Bool) {
    if choice == 0 {
      if !isTaken { total.pointee.writes.removeAll() }
    } else if isTaken {
      total.pointee.writes.formUnion(single.pointee.writes)
    }
  }
}
