/// A JSON5 value and the place of its first character.
struct JSON5Value: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// Something that cannot be read; that has been said.
    case broken
    case null
    case flag(Bool)
    case number(JSON5Number)
    case string(String)
    case list([JSON5Value])
    /// Members in the order of the file; no two keys are equal.
    case object([JSON5Member])
  }

  var kind: Kind
  var position: SourcePosition
}

/// A key of an object with its value.
struct JSON5Member: Hashable, Sendable {
  var key: String
  var keyPosition: SourcePosition
  var value: JSON5Value
}

/// A number as it was written.
struct JSON5Number: Hashable, Sendable {
  /// The literal with its sign, for messages.
  var text: String
  /// The value of a decimal or hexadecimal integer literal.
  ///
  /// nil for a literal with a point or an exponent, for Infinity and NaN, and for an integer that
  /// does not fit `Int`.
  var integer: Int?
}
