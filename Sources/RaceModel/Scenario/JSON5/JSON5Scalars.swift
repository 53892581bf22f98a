/// The character classes of the JSON5 and ECMAScript 5.1 lexical grammars.
extension Unicode.Scalar {
  /// White space or a line terminator.
  var isBlank: Bool {
    switch self {
    case "\t", "\u{B}", "\u{C}", " ", "\n", "\r": true
    case "\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}": true
    default: !isASCII && properties.generalCategory == .spaceSeparator
    }
  }

  /// Whether the scalar is a mark between values.
  var isMark: Bool {
    switch self {
    case "{", "}", "[", "]", ":", ",", "\"", "'": true
    default: false
    }
  }

  var isDigit: Bool { ("0"..."9").contains(self) }

  var hexValue: UInt32? {
    switch self {
    case "0"..."9": value - 0x30
    case "a"..."f": value - 0x61 + 10
    case "A"..."F": value - 0x41 + 10
    default: nil
    }
  }

  /// Whether an unquoted key may start with the scalar.
  var startsWord: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "$", "_": true
    default: !isASCII && properties.generalCategory.isLetter
    }
  }

  /// Whether an unquoted key may go on with the scalar.
  var continuesWord: Bool {
    switch self {
    case "\u{200C}", "\u{200D}": true
    default: startsWord || isDigit || (!isASCII && properties.generalCategory.isMarkOrDigit)
    }
  }
}

extension Unicode.GeneralCategory {
  /// `UnicodeLetter` of ECMAScript 5.1.
  fileprivate var isLetter: Bool {
    [
      .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .letterNumber,
    ].contains(self)
  }

  /// `UnicodeCombiningMark`, `UnicodeDigit` or `UnicodeConnectorPunctuation` of ECMAScript 5.1.
  fileprivate var isMarkOrDigit: Bool {
    [.nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation].contains(self)
  }
}
