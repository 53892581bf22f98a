/// Cuts JSON5 text into tokens, one per call.
///
/// Follows the lexical grammar of the JSON5 specification 1.0.0. It is stricter in one place: a
/// lone surrogate escape is refused, since it names no character.
struct JSON5Lexer {
  var cursor: SourceCursor
  /// Whether what follows an error cannot be told from what it should have been.
  private(set) var isLost = false

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

  /// Moves behind what ``next()`` could not read.
  mutating func recover(from fault: ScenarioFault) {
    switch fault.reason {
    case .unexpectedCharacter("#"), .unexpectedCharacter("("), .unexpectedCharacter(")"):
      // A comment or a bracket of another language: what it holds, or opens, is not known.
      isLost = true
    case .unexpectedCharacter, .invalidEscape, .loneSurrogate:
      if cursor.position == fault.position { cursor.advance() }
      while let scalar = cursor.current, !scalar.isBlank, !scalar.isMark { cursor.advance() }
    case .unterminatedString, .unterminatedComment: isLost = true
    default: break
    }
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

extension JSON5Lexer {
  /// A number literal with its sign.
  ///
  /// - Throws: `.invalidNumber` with everything up to the next blank or mark.
  mutating func number() throws(ScenarioFault) -> JSON5Number {
    let (start, position) = (cursor.index, cursor.position)
    if cursor.current == "+" || cursor.current == "-" { cursor.advance() }
    let form: NumberForm?
    switch cursor.current {
    case "I": form = skip("Infinity") ? .other : nil
    case "N": form = skip("NaN") ? .other : nil
    case "0" where cursor.following == "x" || cursor.following == "X": form = skipHex()
    default: form = skipDecimal()
    }
    let startsMore = cursor.current.map { $0.continuesWord || $0 == "." } ?? false
    guard let form, !startsMore else {
      while let scalar = cursor.current,
        scalar.continuesWord || ".+-".unicodeScalars.contains(scalar)
      {
        cursor.advance()
      }
      throw ScenarioFault(.invalidNumber(cursor.text(from: start)), at: position)
    }
    let text = cursor.text(from: start)
    return JSON5Number(text: text, integer: form.integer(of: text))
  }

  private enum NumberForm {
    case decimal, hex
    /// A fraction, an exponent, Infinity or NaN.
    case other

    func integer(of text: String) -> Int? {
      switch self {
      case .decimal: Int(text)
      case .hex: Int(text.replacingHexPrefix, radix: 16)
      case .other: nil
      }
    }
  }

  private mutating func skip(_ word: String) -> Bool {
    for scalar in word.unicodeScalars {
      guard cursor.current == scalar else { return false }
      cursor.advance()
    }
    return true
  }

  private mutating func skipHex() -> NumberForm? {
    cursor.advance()
    cursor.advance()
    let start = cursor.index
    while cursor.current?.hexValue != nil { cursor.advance() }
    return cursor.index > start ? .hex : nil
  }

  private mutating func skipDecimal() -> NumberForm? {
    let startsWithZero = cursor.current == "0"
    let whole = skipDigits()
    if startsWithZero, whole > 1 { return nil }
    var form = NumberForm.decimal
    var fraction = 0
    if cursor.current == "." {
      cursor.advance()
      fraction = skipDigits()
      form = .other
    }
    guard whole + fraction > 0 else { return nil }
    if cursor.current == "e" || cursor.current == "E" {
      cursor.advance()
      if cursor.current == "+" || cursor.current == "-" { cursor.advance() }
      guard skipDigits() > 0 else { return nil }
      form = .other
    }
    return form
  }

  /// Skips decimal digits and says how many there were.
  private mutating func skipDigits() -> Int {
    let start = cursor.index
    while let scalar = cursor.current, scalar.isDigit { cursor.advance() }
    return cursor.index - start
  }
}

extension String {
  /// The signed hexadecimal literal without its `0x`, as `Int.init(_:radix:)` wants it.
  fileprivate var replacingHexPrefix: String {
    let digits = drop { $0 == "+" || $0 == "-" }.dropFirst(2)
    return (hasPrefix("-") ? "-" : "") + digits
  }
}

extension JSON5Lexer {
  /// A string literal, without its quotes and with its escapes resolved.
  mutating func string(quote: Unicode.Scalar) throws(ScenarioFault) -> String {
    let start = cursor.position
    var text = String.UnicodeScalarView()
    var fault: ScenarioFault?
    cursor.advance()
    reading: while let scalar = cursor.current {
      switch scalar {
      case quote:
        cursor.advance()
        if let fault { throw fault }
        return String(text)
      case "\\":
        do throws(ScenarioFault) {
          if let escaped = try escape() { text.append(escaped) }
        } catch {
          fault = fault ?? error
        }
      case "\n", "\r": break reading  // U+2028 and U+2029 may stand in a string
      default:
        text.append(scalar)
        cursor.advance()
      }
    }
    isLost = true
    throw fault ?? ScenarioFault(.unterminatedString, at: start)
  }

  /// The character that an escape stands for; nil for a line continuation.
  private mutating func escape() throws(ScenarioFault) -> Unicode.Scalar? {
    let (start, position) = (cursor.index, cursor.position)
    cursor.advance()
    // A file that ends here has an open string, which the caller reports.
    guard let scalar = cursor.current else { return nil }
    switch scalar {
    case "u": return try unicodeEscape(from: start, at: position)
    case "x":
      cursor.advance()
      let value = try hexDigits(2, from: start, at: position)
      return Unicode.Scalar(UInt8(truncatingIfNeeded: value))
    default: break
    }
    cursor.advance()
    switch scalar {
    case "\n", "\u{2028}", "\u{2029}": return nil
    case "\r":
      if cursor.current == "\n" { cursor.advance() }
      return nil
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{B}"
    case "0":
      if let next = cursor.current, next.isDigit {
        cursor.advance()
        throw ScenarioFault(.invalidEscape(cursor.text(from: start)), at: position)
      }
      return "\0"
    case "1"..."9":
      throw ScenarioFault(.invalidEscape(cursor.text(from: start)), at: position)
    default: return scalar
    }
  }

  /// The rest of `\uHHHH`, or of two of them that make a surrogate pair, from the `u` on.
  mutating func unicodeEscape(
    from start: Int, at position: SourcePosition
  ) throws(ScenarioFault) -> Unicode.Scalar {
    cursor.advance()
    let first = try hexDigits(4, from: start, at: position)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, cursor.current == "\\", cursor.following == "u" else {
      throw ScenarioFault(.loneSurrogate(cursor.text(from: start)), at: position)
    }
    cursor.advance()
    cursor.advance()
    let second = try hexDigits(4, from: start, at: position)
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw ScenarioFault(.loneSurrogate(cursor.text(from: start)), at: position) }
    return scalar
  }

  private mutating func hexDigits(
    _ count: Int, from start: Int, at position: SourcePosition
  ) throws(ScenarioFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = cursor.current?.hexValue else {
        throw ScenarioFault(.invalidEscape(cursor.text(from: start)), at: position)
      }
      value = value << 4 | digit
      cursor.advance()
    }
    return value
  }
}
