/// A thread's number: its index in ``System/threads``, and its only identity.
@frozen public struct ThreadID: Hashable, Sendable, Comparable {
  /// The index, 0..<64.
  public let index: Int

  /// Makes the number `index`, which must be in 0..<64.
  public init(_ index: Int) {
    precondition(index >= 0 && index < 64, "a system has at most 64 threads")
    self.index = index
  }

  public static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}
