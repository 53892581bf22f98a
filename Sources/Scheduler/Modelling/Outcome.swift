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
  ///
  /// A step has at most 256 results. ``blocked`` has none: asking it stops the program.
  @inlinable public var withMoreChoices: Outcome {
    precondition(!isBlocked, "a blocked step has no choices")
    return Outcome(flags: flags | 4)
  }

  /// Whether no step was possible.
  @inlinable public var isBlocked: Bool { flags == 0 }
  /// Whether the step was the machine's last.
  @inlinable public var isCompleted: Bool { flags & 2 != 0 }
  /// Whether the step has a result for the next choice too.
  @inlinable public var hasMoreChoices: Bool { flags & 4 != 0 }
}
