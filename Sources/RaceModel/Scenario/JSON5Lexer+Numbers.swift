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
