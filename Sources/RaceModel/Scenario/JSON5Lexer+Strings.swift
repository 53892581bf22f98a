extension JSON5Lexer {
  /// A string literal, without its quotes and with its escapes resolved.
  mutating func string(quote: Unicode.Scalar) throws(ScenarioFault) -> String {
    let start = cursor.position
    var text = String.UnicodeScalarView()
    cursor.advance()
    while let scalar = cursor.current {
      switch scalar {
      case quote:
        cursor.advance()
        return String(text)
      case "\\":
        if let escaped = try escape() { text.append(escaped) }
      case "\n", "\r":  // U+2028 and U+2029 may stand in a string
        throw ScenarioFault(.unterminatedString, at: start)
      default:
        text.append(scalar)
        cursor.advance()
      }
    }
    throw ScenarioFault(.unterminatedString, at: start)
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
