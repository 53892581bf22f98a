/// What a value in a scenario file must look like before its names are resolved.
///
/// The shapes are data: the reader checks files against them, and a test holds
/// `schemas/scenario.schema.json` to them.
indirect enum Shape: Sendable {
  case flag
  case integer(ClosedRange<Int>)
  /// Text on one line with at most this many scalars, not empty.
  case text(limit: Int)
  case name(NameForm)
  /// One of a few names; `noun` is what messages call them.
  case choice(noun: String, [String])
  /// An entry's bits, as `rwx RC`.
  case entry(ScenarioError.Absence)
  case list(of: Shape, count: ClosedRange<Int>, Repeats)
  case object([Key], ScenarioError.Absence)
  /// An object whose key `tag` decides which other keys it takes.
  case variants(tag: Key, [Variant])

  /// Whether a list of names may hold the same one twice.
  enum Repeats: Sendable { case allowed, refused }

  /// What an object with one value of the tag looks like.
  struct Variant: Sendable {
    var tagValue: String
    /// The keys besides the tag.
    var keys: [Key]
  }

  /// The word that stands for a value that is not there.
  static let absent = "absent"
}

/// A key of an object with the shape of its value.
struct Key: Sendable {
  enum Presence: Hashable, Sendable {
    case required
    case optional
    case defaultsTo(Fallback)
  }

  /// The value of a key that was left out.
  enum Fallback: Hashable, Sendable {
    case integer(Int)
    case text(String)
  }

  var name: String
  var shape: Shape
  var presence: Presence

  init(_ name: String, _ shape: Shape, _ presence: Presence = .required) {
    (self.name, self.shape, self.presence) = (name, shape, presence)
  }
}
