/// A piece of code as a machine that takes one atomic step at a time.
///
/// Write an `enum` of program points, in source order, and one `switch` over them. A step makes at
/// most one access that another thread can race with, moves ``point`` on, and says what came of it.
/// A machine is a class of constants (cell handles and parameters): everything that changes lives
/// in cells. When it returns ``Outcome/completed`` its cells must be as they were at the start, so
/// that it can run again; locals are cleared when they die, or equal states look different.
public protocol StepMachine: AnyObject, Sendable {
  associatedtype Point: ProgramPoint

  /// The cell of the program point; its bits 0 are the first point.
  var point: Cell<Point> { get }

  /// Takes one step from `state`, or returns ``Outcome/blocked``, which undoes what it changed.
  ///
  /// A step that breaks a ``Check`` is taken even if it then returns ``Outcome/blocked``.
  /// A step with several possible results is called with `choice` 0, 1, ... for as long as it
  /// returns ``Outcome/withMoreChoices``, each time on a fresh copy of the state.
  /// `@inline(__always)` makes a small machine quicker, as it is then compiled into the loop of ``stepEach(_:)``;
  /// a large one, or one that runs another as its callee, gains nothing.
  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome

  /// Where the machine stands: the label and function of its next step.
  ///
  /// The default names ``point``; a machine that runs another one as its callee asks that one.
  func location(in state: StateView<NoRecorder>) -> Location

  /// What the search calls; leave it to the default.
  func stepPlain(_ state: StateView<NoRecorder>, choice: Int) -> Outcome
  /// The same for many states in choice 0; leave it to the default.
  func stepEach(_ batch: StateBatch)
  /// What footprints are taken with; leave it to the default.
  func stepRecorded(_ state: StateView<FootprintRecorder>, choice: Int) -> Outcome
}

extension StepMachine {
  public func location(in state: StateView<NoRecorder>) -> Location {
    let point = state[point]
    return Location(label: point.label, function: point.function)
  }

  // Requirements that are not generic: a generic one called through an existential costs half
  // of the speed. `@inlinable` lets the conforming module specialise `step` for each.
  @inlinable public func stepPlain(_ state: StateView<NoRecorder>, choice: Int) -> Outcome {
    step(state, choice: choice)
  }

  @inlinable public func stepEach(_ batch: StateBatch) {
    var words = batch.words
    for index in 0..<batch.count {
      batch.outcomes[index] = step(StateView(words, NoRecorder()), choice: 0)
      words += batch.stride
    }
  }

  @inlinable public func stepRecorded(_ state: StateView<FootprintRecorder>, choice: Int)
    -> Outcome
  {
    step(state, choice: choice)
  }
}

/// States that a machine takes a step from, one after another, and what comes of each.
///
/// One call for many states: the machine's own module compiles the loop around its `step`.
@frozen public struct StateBatch {
  @usableFromInline let words: UnsafeMutablePointer<UInt64>
  /// The words from one state to the next.
  @usableFromInline let stride: Int
  @usableFromInline let count: Int
  @usableFromInline let outcomes: UnsafeMutablePointer<Outcome>

  init(
    _ words: UnsafeMutablePointer<UInt64>, stride: Int, count: Int,
    _ outcomes: UnsafeMutablePointer<Outcome>
  ) {
    (self.words, self.stride, self.count, self.outcomes) = (words, stride, count, outcomes)
  }
}

/// A program point of a machine: one case per step.
public protocol ProgramPoint: CellValue, CaseIterable {
  /// Kebab-case and stable: labels appear in schedules, reports and documents.
  var label: String { get }
  /// The function that the step belongs to, if the machine restates existing code.
  var function: String? { get }
}

extension ProgramPoint {
  /// The case's name in kebab-case: `lockToFind` is `lock-to-find`.
  public var label: String { kebabCase("\(self)") }

  public var text: String { label }

  public var function: String? { nil }

  /// The bits that a cell for these points needs: none for a single point.
  public static var bits: Int { allCases.count == 1 ? 0 : Layout.bits(for: allCases.count - 1) }
}

extension ProgramPoint where Self: RawRepresentable, RawValue == UInt8 {
  public var text: String { label }
}

/// The label of a step and the function that it belongs to.
public struct Location: Hashable, Sendable {
  public var label: String
  public var function: String?

  public init(label: String, function: String? = nil) {
    (self.label, self.function) = (label, function)
  }
}

/// What came of asking a machine for a step.
@frozen public struct Outcome: Hashable, Sendable {
  @usableFromInline let flags: UInt8

  @inlinable init(flags: UInt8) { self.flags = flags }

  /// No step is possible now.
  @inlinable public static var blocked: Outcome { Outcome(flags: 0) }
  /// A step was taken, and the machine goes on.
  @inlinable public static var advanced: Outcome { Outcome(flags: 1) }
  /// A step was taken, and it was the machine's last.
  @inlinable public static var completed: Outcome { Outcome(flags: 3) }

  /// The same, and the step has at least one more possible result: the next choice.
  @inlinable public var withMoreChoices: Outcome {
    precondition(!isBlocked, "a blocked step has no choices")
    return Outcome(flags: flags | 4)
  }

  @inlinable public var isBlocked: Bool { flags == 0 }
  @inlinable public var isCompleted: Bool { flags & 2 != 0 }
  @inlinable public var hasMoreChoices: Bool { flags & 4 != 0 }
}
