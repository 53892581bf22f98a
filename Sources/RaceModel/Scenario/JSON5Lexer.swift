/// Cuts JSON5 text into tokens, one per call.
///
/// Follows the lexical grammar of the JSON5 specification 1.0.0. It is stricter in one place: a
/// lone surrogate escape is refused, since it names no character.
struct JSON5Lexer {
  var cursor: SourceCursor

  init(_ bytes: [UInt8]) throws(ScenarioFault) { cursor = try SourceCursor(bytes) }

  /// The next token; `.end`, again and again, when there is none.
  mutating func next() throws(ScenarioFault) -> JSON5Token {
    try skipBlanks()
    let position = cursor.position
    guard let scalar = cursor.current else { return JSON5Token(kind: .end, position: position) }
    let kind: JSON5Token.Kind
    switch scalar {
    case "{": kind = mark(.leftBrace)
    case "}": kind = mark(.rightBrace)
    case "[": kind = mark(.leftBracket)
    case "]": kind = mark(.rightBracket)
    case ":": kind = mark(.colon)
    case ",": kind = mark(.comma)
    case "\"", "'": kind = .string(try string(quote: scalar))
    case "0"..."9", "+", "-", ".": kind = .number(try number())
    default:
      guard scalar.startsWord || scalar == "\\" else {
        throw ScenarioFault(.unexpectedCharacter(scalar), at: position)
      }
      kind = .word(try word())
    }
    return JSON5Token(kind: kind, position: position)
  }

  private mutating func mark(_ kind: JSON5Token.Kind) -> JSON5Token.Kind {
    cursor.advance()
    return kind
  }

  /// Skips white space and comments.
  private mutating func skipBlanks() throws(ScenarioFault) {
    while let scalar = cursor.current {
      if scalar.isBlank {
        cursor.advance()
      } else if scalar == "/", cursor.following == "/" {
        while let scalar = cursor.current, !scalar.endsLine { cursor.advance() }
      } else if scalar == "/", cursor.following == "*" {
        try skipBlockComment()
      } else {
        return
      }
    }
  }

  private mutating func skipBlockComment() throws(ScenarioFault) {
    let start = cursor.position
    cursor.advance()
    cursor.advance()
    while let scalar = cursor.current {
      let closes = scalar == "*" && cursor.following == "/"
      cursor.advance()
      if closes {
        cursor.advance()
        return
      }
    }
    throw ScenarioFault(.unterminatedComment, at: start)
  }

  /// An `IdentifierName` of ECMAScript 5.1.
  private mutating func word() throws(ScenarioFault) -> String {
    let (start, position) = (cursor.index, cursor.position)
    var text = String.UnicodeScalarView()
    while let scalar = cursor.current {
      if scalar == "\\" {
        text.append(try wordEscape(isFirst: text.isEmpty))
      } else if scalar.continuesWord {
        text.append(scalar)
        cursor.advance()
      } else {
        break
      }
    }
    // No JSON5 text has a dash right after a word, but kebab-case names written without quotes do.
    guard cursor.current != "-" else {
      while let scalar = cursor.current, scalar.continuesWord || scalar == "-" { cursor.advance() }
      throw ScenarioFault(.needsQuotes(cursor.text(from: start)), at: position)
    }
    return String(text)
  }

  private mutating func wordEscape(isFirst: Bool) throws(ScenarioFault) -> Unicode.Scalar {
    let (start, position) = (cursor.index, cursor.position)
    guard cursor.following == "u" else {
      throw ScenarioFault(.unexpectedCharacter("\\"), at: position)
    }
    cursor.advance()
    let scalar = try unicodeEscape(from: start, at: position)
    guard isFirst ? scalar.startsWord : scalar.continuesWord else {
      throw ScenarioFault(.unexpectedCharacter(scalar), at: position)
    }
    return scalar
  }
}
