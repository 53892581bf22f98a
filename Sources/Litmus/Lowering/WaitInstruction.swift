/// What an instruction does with threads that sleep, and with what they sleep on.
enum WaitInstruction: Hashable {
  /// The thread's state becomes `value`.
  case setState
  /// The thread stands in the queue at `address`, by the entry at `second` or its own, and its
  /// state becomes `value`.
  case prepare
  /// Goes on when the thread's state says that it runs; `target` is 0. It can be given up in some
  /// ways before that; `target` is then the number of the way, from 1. The `limit` is 1 within
  /// `wait_event`.
  case sleep(ways: UInt8)
  /// The thread runs, and leaves the queue at `address`, if its entry stands in one. With
  /// `touches` the queue is touched anyway.
  case leave(touches: Bool)
  /// Wakes those in the queue at `address` whose states have a bit in common with the mask.
  case wakeUp(mask: Int16)
  /// Whether somebody stands in the queue at `address`.
  case hasWaiters
  /// Wakes the thread at `address`; `target` is 1 if it slept.
  case wakeTask
  /// Goes on when the count at `address` is not 0, and counts down; `target` as for `sleep`.
  case take(ways: UInt8)
  /// The same at once; `target` is 1 if it was not 0.
  case tryTake
  case complete(all: Bool)

  /// What the count of a completion is when all may pass.
  static let all: Int64 = -1
}

extension Instruction.Operation {
  /// Whether a thread that stands before it may be asleep.
  var isSleep: Bool {
    if case .wait(.sleep) = self { return true }
    return false
  }
}
