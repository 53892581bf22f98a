import Scheduler

/// A thread of straight-line code over shared variables, as the literature writes small examples.
///
/// The ops are those of ``Op``; a register that no op names costs no state.
final class RegisterProgram: StepMachine {
  /// An op's place in the program; the end is the place after the last op.
  struct Place: ProgramPoint {
    static let allCases = (0..<UInt8(32)).map(Place.init)
    let index: UInt8

    init(_ index: UInt8) { self.index = index }
    init(cellBits: UInt64) { index = UInt8(cellBits) }
    var cellBits: UInt64 { UInt64(index) }
    var label: String { "op-\(index)" }
  }

  let point: Cell<Place>
  private let thread: ThreadID
  private let text: [String]
  private let ops: [Op]

  init(thread: ThreadID, point: Cell<Place>, text: [String], ops: [Op]) {
    (self.thread, self.point, self.text, self.ops) = (thread, point, text, ops)
  }

  func location(in state: StateView<NoRecorder>) -> Location {
    Location(label: text[Int(state[point].index)])
  }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let place = Int(state[point].index)
    var next = place + 1
    var hasMore = false
    switch ops[place] {
    case .read(let shared, let register):
      let value = state[shared]
      if let register { state[register] = value }
    case .write(let shared, let value):
      state[shared] = value
    case .writeSum(let shared, let register, let more):
      state[shared] = state[register] &+ more
    case .add(let shared):
      state[shared] = state[shared] &+ 1
    case .lock(let lock):
      guard lock.acquire(state, by: thread) else { return .blocked }
    case .unlock(let lock):
      lock.release(state, by: thread)
    case .stopUnless(let test):
      if !test.holds(state) { next = ops.count }
    case .await(let test):
      guard test.holds(state) else { return .blocked }
    case .goTo(let target, let test):
      if test.holds(state) { next = target }
    case .choose(let register, let count):
      state[register] = UInt8(choice)
      hasMore = choice + 1 < count
    case .assert(let test):
      state.require(test.holds(state), saying: "the test is false")
    case .fail(let check):
      state.fail(check, saying: "the program breaks \(check.id)")
    }
    state[point] = Place(UInt8(next))
    let outcome: Outcome = next == ops.count ? .completed : .advanced
    return hasMore ? outcome.withMoreChoices : outcome
  }
}

extension RegisterProgram {
  enum Op: Sendable {
    /// `R x`, `R x>r`
    case read(Cell<UInt8>, into: Cell<UInt8>?)
    /// `W x 1`
    case write(Cell<UInt8>, UInt8)
    /// `W x r+1`
    case writeSum(Cell<UInt8>, Cell<UInt8>, plus: UInt8)
    /// `U x`: an atomic increment.
    case add(Cell<UInt8>)
    /// `LOCK m`
    case lock(Lock)
    /// `UNLOCK m`
    case unlock(Lock)
    /// `IF x=0`: reads, and stops the thread when the test fails.
    case stopUnless(Test)
    /// `AWAIT x=0`: blocked while the test fails.
    case await(Test)
    /// `GOTO 2 x=0`: goes on at the op of that number, from 0, when the test holds.
    case goTo(Int, Test)
    /// `CHOOSE r 3`: one step with the results 0, 1 and 2.
    case choose(Cell<UInt8>, count: Int)
    /// `ASSERT x=0`
    case assert(Test)
    /// `FAIL name`, with the check of that name.
    case fail(Check)
  }

  /// A comparison of a variable with a constant.
  struct Test: Sendable {
    let shared: Cell<UInt8>
    let isEqual: Bool
    let value: UInt8

    func holds<R>(_ state: StateView<R>) -> Bool { (state[shared] == value) == isEqual }
  }
}
