/// A sort of things that the values of some cells name: threads, pages, frames.
///
/// Where two things of a sort change places, so do their names wherever a cell holds one. 0 names nothing.
public struct Scalarset: Hashable, Sendable {
  /// What the things are called; scalarsets with different texts are different.
  public let text: String
  /// How many bits below the name say something else.
  public let shift: Int

  /// Makes the scalarset that is called `text`.
  public init(_ text: String, shift: Int = 0) { (self.text, self.shift) = (text, shift) }

  /// What the owner's cell of a lock names: a thread's number plus one.
  static let owner = Scalarset("owner")
}

extension Scalarset: Comparable {
  public static func < (left: Scalarset, right: Scalarset) -> Bool {
    (left.text, left.shift) < (right.text, right.shift)
  }
}
