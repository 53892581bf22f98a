/// A piece of code as a machine that takes one atomic step at a time.
///
/// Write an `enum` of program points, in source order, and one `switch` over them. A step makes at
/// most one access that another thread can race with, moves ``point`` on, and says what came of
/// it. A machine is a class of constants (cell handles and parameters): everything that changes
/// lives in cells. When it returns ``Outcome/completed`` its cells must be as they were at the
/// start, so that it can run again. Clear locals when they die, or equal states look different.
public protocol StepMachine: _StepMachineEntryPoints {
  /// The machine's program points.
  associatedtype Point: ProgramPoint

  /// The cell of the program point; its bits 0 are the first point.
  var point: Cell<Point> { get }

  /// Takes one step from `state`, or returns ``Outcome/blocked``, which undoes what it changed.
  ///
  /// A step that breaks a ``Check`` is taken even if it then returns ``Outcome/blocked``.
  /// A step with several possible results is called with `choice` 0, 1, ... for as long as it
  /// returns ``Outcome/withMoreChoices``, each time on a fresh copy of the state.
  ///
  /// It must depend on nothing but `choice` and the cells that it reads. Writing
  /// `@inline(__always)` before it makes a small machine quicker, for it is then compiled into the
  /// loop over the states of a search; a large machine, or one that runs another as its callee,
  /// gains nothing.
  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome

  /// Where the machine stands: the label and function of its next step.
  ///
  /// The default names ``point``; a machine that runs another one as its callee asks that one.
  func location(in state: StateView<NoRecorder>) -> Location
}

extension StepMachine {
  /// The label and function of the machine's program point.
  public func location(in state: StateView<NoRecorder>) -> Location {
    let point = state[point]
    return Location(label: point.label, function: point.function)
  }
}
