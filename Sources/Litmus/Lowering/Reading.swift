internal import Scheduler

/// How a program is read, where that is not what the language says.
///
/// A verdict must not depend on a reading by chance: tests put another one in its place, and see a
/// row turn.
struct Reading: Sendable {
  /// Makes other instructions of those of a machine, as many of them; nil leaves them alone.
  var rewrite: (@Sendable ([Instruction]) -> [Instruction])?
  /// What a deadlock is; nil if it is what the language says.
  var deadlock: DeadlockRule?

  /// What the language says.
  static let standard = Reading()
}
