/// The smallest piece of JSON5 text that means something, and where it starts.
struct JSON5Token: Hashable {
  enum Kind: Hashable {
    case leftBrace, rightBrace, leftBracket, rightBracket, colon, comma
    case string(String)
    case number(JSON5Number)
    /// An unquoted key, or one of null, true, false, Infinity and NaN.
    case word(String)
    case end
    /// Something that cannot be read; that has been said.
    case broken
  }

  var kind: Kind
  var position: SourcePosition
}

extension JSON5Token.Kind {
  /// The token in the words of an error message.
  var found: ScenarioError.Found {
    switch self {
    case .leftBrace: .mark("{")
    case .rightBrace: .mark("}")
    case .leftBracket: .mark("[")
    case .rightBracket: .mark("]")
    case .colon: .mark(":")
    case .comma: .mark(",")
    case .string(let text): .string(text)
    case .number(let number): .number(number.text)
    case .word(let word): .word(word)
    case .end, .broken: .endOfFile
    }
  }
}
