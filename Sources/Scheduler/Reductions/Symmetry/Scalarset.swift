/// A set of interchangeable things, such as threads, pages or frames, that the values of some
/// cells name.
///
/// The scalarsets of Ip and Dill (1996): give a cell its scalarset as `naming:` when it is laid
/// out, and a ``Permutation`` of the things renames them wherever a cell holds the name of one. 0
/// names nothing.
public struct Scalarset: Hashable, Sendable {
  /// What the things are called; scalarsets with different texts are different.
  public let text: String
  /// How many bits below the name say something else.
  public let shift: Int

  /// Makes the scalarset that is called `text`.
  public init(_ text: String, shift: Int = 0) { (self.text, self.shift) = (text, shift) }

  /// What the owner's cell of a lock names: a thread's number plus one.
  package static let owner = Scalarset("owner")
}

extension Scalarset: Comparable {
  public static func < (left: Scalarset, right: Scalarset) -> Bool {
    (left.text, left.shift) < (right.text, right.shift)
  }
}
