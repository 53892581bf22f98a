/// A thread's number, its only identity: its place in ``System/threads``, from 0.
@frozen public struct ThreadID: Hashable, Sendable, Comparable {
  public let index: Int

  /// `index` is 0..<64.
  public init(_ index: Int) {
    precondition(index >= 0 && index < 64, "a system has at most 64 threads")
    self.index = index
  }

  public static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}
