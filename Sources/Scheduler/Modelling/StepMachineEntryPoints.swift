/// What the engine calls of a machine; every ``StepMachine`` has it, made from its `step`.
///
/// The requirements are not generic: calling a generic one through an existential costs half of
/// the speed. Their defaults are inlinable, so that the module of the machine compiles `step` for
/// each.
public protocol _StepMachineEntryPoints: AnyObject, Sendable {
  /// Takes a step whose accesses nobody asks for.
  func stepPlain(_ state: StateView<NoRecorder>, choice: Int) -> Outcome
  /// Takes the step of choice 0 from each of many states.
  func stepEach(_ batch: _StateBatch)
  /// Takes a step and notes its accesses.
  func stepRecorded(_ state: StateView<FootprintRecorder>, choice: Int) -> Outcome
}

extension _StepMachineEntryPoints where Self: StepMachine {
  @inlinable public func stepPlain(_ state: StateView<NoRecorder>, choice: Int) -> Outcome {
    step(state, choice: choice)
  }

  @inlinable public func stepEach(_ batch: _StateBatch) {
    var words = batch.words
    for index in 0..<batch.count {
      batch.outcomes[index] = step(StateView(words, NoRecorder()), choice: 0)
      words += batch.stride
    }
  }

  @inlinable public func stepRecorded(
    _ state: StateView<FootprintRecorder>, choice: Int
  ) -> Outcome {
    step(state, choice: choice)
  }
}

/// States that a machine takes a step from, one after another, and what comes of each.
///
/// One call serves many states: the machine's own module compiles the loop around its `step`.
@frozen public struct _StateBatch {
  @usableFromInline let words: UnsafeMutablePointer<UInt64>
  /// The words from one state to the next.
  @usableFromInline let stride: Int
  @usableFromInline let count: Int
  @usableFromInline let outcomes: UnsafeMutablePointer<Outcome>

  init(
    states: UnsafeMutablePointer<UInt64>, stride: Int, count: Int,
    outcomes: UnsafeMutablePointer<Outcome>
  ) {
    (words, self.stride, self.count, self.outcomes) = (states, stride, count, outcomes)
  }

  // For machines that take the steps in an order of their own.

  /// How many states there are.
  @inlinable public var size: Int { count }

  /// The state at an index.
  @inlinable public func state(_ index: Int) -> StateView<NoRecorder> {
    StateView(words + index &* stride, NoRecorder())
  }

  /// Notes what comes of the step from the state at an index.
  @inlinable public func note(_ outcome: Outcome, at index: Int) { outcomes[index] = outcome }
}
