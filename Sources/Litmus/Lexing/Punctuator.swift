/// The operators and marks of C and of herd7's conditions.
enum Punctuator: String, CaseIterable {
  case openParen = "(", closeParen = ")", openBracket = "[", closeBracket = "]"
  case openBrace = "{", closeBrace = "}"
  case semicolon = ";", comma = ",", colon = ":", question = "?"
  case dot = ".", dots = "..", ellipsis = "...", arrow = "->"
  case increment = "++", decrement = "--"
  case plus = "+", minus = "-", star = "*", slash = "/", percent = "%"
  case ampersand = "&", pipe = "|", caret = "^", tilde = "~", not = "!"
  case andAnd = "&&", orOr = "||"
  case equal = "==", notEqual = "!=", less = "<", greater = ">"
  case lessOrEqual = "<=", greaterOrEqual = ">=", shiftLeft = "<<", shiftRight = ">>"
  case assign = "=", plusAssign = "+=", minusAssign = "-=", starAssign = "*=", slashAssign = "/="
  case percentAssign = "%=", andAssign = "&=", orAssign = "|=", xorAssign = "^="
  case shiftLeftAssign = "<<=", shiftRightAssign = ">>="
  case hash = "#", hashHash = "##", at = "@", backslash = "\\"
  /// And, or and implication in herd7's conditions.
  case conjunction = "/\\", disjunction = "\\/", implication = "=>"

  /// The punctuators that begin with a byte, the longest first.
  static let byFirstByte: [[(bytes: [UInt8], punctuator: Punctuator)]] = {
    var table: [[(bytes: [UInt8], punctuator: Punctuator)]] = Array(repeating: [], count: 128)
    for punctuator in allCases {
      let bytes = Array(punctuator.rawValue.utf8)
      table[Int(bytes[0])].append((bytes, punctuator))
    }
    return table.map { $0.sorted { $0.bytes.count > $1.bytes.count } }
  }()
}
