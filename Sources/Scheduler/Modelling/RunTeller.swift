/// What a model can tell of a run beyond what cells, locks and properties say by themselves.
///
/// It is asked while a run is replayed for a report, and never by a search.
public protocol RunTeller: Sendable {
  /// What threads can be inside of, besides the locks of the system.
  var regions: [Trace.Region] { get }

  /// The threads that are inside of each of ``regions`` in a state.
  func threadsInside(_ state: Property.State) -> [[ThreadID]]

  /// What a step accesses that is taken from a state, in its order.
  func accesses(of step: Schedule.Step, from state: Property.State) -> [Trace.Access]

  /// Whose values cells hold in a state that several variables share, by the cell's name: the
  /// variable's name, and how a cell without a value prints.
  func holders(in state: Property.State) -> [String: (name: String, empty: String)]

  /// What went wrong in a run that breaks the property or check `id`; nil if there is no more to
  /// say than the engine does.
  func story(of id: String, in run: ToldRun) -> String?
}

extension RunTeller {
  /// Cells have one variable each.
  public func holders(in _: Property.State) -> [String: (name: String, empty: String)] { [:] }
}

/// A run that somebody tells of: its trace, and all states that it went through.
public struct ToldRun: Sendable {
  /// The steps, and who has not finished; its ``Trace/explanations`` are those of the engine.
  public let trace: Trace
  /// The states before each step, and the last one.
  let states: [[UInt64]]
  let system: System

  /// The number of the first step of a loop that ends with the last step: of the longest way back
  /// to the last state; nil if the run comes to that state once.
  public var loopStart: Int? {
    states.dropLast().firstIndex { $0 == states.last }.map { $0 + 1 }
  }

  /// Calls `body` with the state after so many steps; 0 is the initial state.
  ///
  /// A broken check does not show in the state: threads are seen as they would go on.
  public func state<Result>(
    after steps: Int, _ body: (Property.State) throws -> Result
  ) rethrows -> Result {
    var words = states[steps]
    words[0] &= ~Check.mask
    return try system.view(words, body)
  }
}
