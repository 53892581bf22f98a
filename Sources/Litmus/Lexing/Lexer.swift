/// Splits a race file into words.
///
/// Two languages meet in a file: outside of bodies comments are those of herd7, `(* ... *)`, which
/// nest; inside, `(*` begins an expression. The lexer therefore follows the braces, and for that
/// the branches of `#if`, which may each close the same brace.
struct Lexer {
  let source: SourceText
  let language: Language
  let names: NameTable
  let diagnostics: Diagnostics
  var offset: Int
  var text = LexedText()
  private var startsLine = true
  private var followsBlank = false
  /// Open braces.
  private var depth = 0
  /// Whether the braces that are open are those of an initial state.
  private var isInInitialState = false
  /// The depth at each `#if` whose branches are being read.
  private var depthsAtConditions: [Int] = []

  init(_ source: SourceText, as language: Language, names: NameTable, diagnostics: Diagnostics) {
    (self.source, self.language) = (source, language)
    (self.names, self.diagnostics) = (names, diagnostics)
    offset = source.start
  }

  /// Reads a whole file, with its header.
  static func file(
    _ source: SourceText, as language: Language, names: NameTable, diagnostics: Diagnostics
  ) -> LexedText {
    var lexer = Lexer(source, as: language, names: names, diagnostics: diagnostics)
    lexer.readHeader()
    lexer.readTokens()
    return lexer.text
  }

  /// Reads a text that is nothing but tokens, such as the value of a macro.
  static func tokens(
    _ source: SourceText, names: NameTable, diagnostics: Diagnostics
  ) -> [Token] {
    var lexer = Lexer(source, as: .race, names: names, diagnostics: diagnostics)
    lexer.depth = 1
    lexer.readTokens()
    return lexer.text.tokens.dropLast()
  }

  // MARK: - Bytes

  var current: UInt8? { byte(at: offset) }

  func byte(at offset: Int) -> UInt8? { offset < source.bytes.count ? source.bytes[offset] : nil }

  func starts(with text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard offset + count <= source.bytes.count else { return false }
    return (0..<count).allSatisfy { source.bytes[offset + $0] == text.utf8Start[$0] }
  }

  /// Moves to the end of the line, or of the file.
  mutating func skipLine() {
    while let byte = current, !byte.isLineEnd { offset += 1 }
  }

  // MARK: - Comments

  /// Skips a comment `(* ... *)`, in which others may stand.
  mutating func skipNestedComment() {
    let start = offset
    var open = 0
    while current != nil {
      if starts(with: "(*") {
        (open, offset) = (open + 1, offset + 2)
      } else if starts(with: "*)") {
        (open, offset) = (open - 1, offset + 2)
        if open == 0 {
          readResult(in: start..<offset)
          return
        }
      } else {
        offset += 1
      }
    }
    diagnostics.report(.syntax, at: start, "the comment that begins here has no end '*)'")
  }

  /// Skips a comment of C, if one stands here.
  mutating func skipComment() -> Bool {
    if starts(with: "//") {
      skipLine()
      // Lines that a backslash joins are one before comments are looked for.
      while endsInBackslash {
        if starts(with: "\r\n") { offset += 1 }
        offset += 1
        skipLine()
      }
      return true
    }
    guard starts(with: "/*") else { return false }
    let start = offset
    offset += 2
    while current != nil, !starts(with: "*/") { offset += 1 }
    if current == nil {
      diagnostics.report(.syntax, at: start, "the comment that begins here has no end '*/'")
    } else {
      offset += 2
    }
    return true
  }

  /// Whether the line that ends here is joined with the next one.
  private var endsInBackslash: Bool {
    guard current != nil else { return false }
    var last = offset - 1
    while last > source.start, source.bytes[last].isBlank { last -= 1 }
    return last >= source.start && source.bytes[last] == UInt8(ascii: "\\")
  }

  /// Whether `(*` begins a comment here, and not an expression or a declarator.
  private func beginsNestedComment() -> Bool {
    guard starts(with: "(*"), depth == 0 || isInInitialState else { return false }
    if language == .litmus || isInInitialState || startsLine { return true }
    // `(*handler)(int)` is a declarator.
    return !(byte(at: offset + 2)?.beginsName ?? false)
  }

  // MARK: - Tokens

  private mutating func readTokens() {
    while let byte = current, !diagnostics.isFull {
      if byte.isLineEnd {
        (startsLine, followsBlank) = (true, true)
        offset += 1
      } else if byte.isBlank {
        followsBlank = true
        offset += 1
      } else if byte == UInt8(ascii: "\\"), isContinuation() {
        followsBlank = true
      } else if beginsNestedComment() {
        let line = source.line(of: offset)
        skipNestedComment()
        // What follows a comment of several lines begins a line of its own.
        if source.line(of: offset) != line { startsLine = true }
        followsBlank = true
      } else if skipComment() {
        followsBlank = true
      } else {
        readToken(beginningWith: byte)
      }
    }
    append(.endOfFile, from: source.bytes.count, to: source.bytes.count)
  }

  /// Skips a backslash and the end of its line, if they stand here.
  private mutating func isContinuation() -> Bool {
    var end = offset + 1
    while let byte = byte(at: end), byte.isBlank { end += 1 }
    guard let byte = byte(at: end), byte.isLineEnd else { return false }
    let isCRLF = byte == UInt8(ascii: "\r") && self.byte(at: end + 1) == UInt8(ascii: "\n")
    offset = end + (isCRLF ? 2 : 1)
    return true
  }

  private mutating func readToken(beginningWith byte: UInt8) {
    let start = offset
    if byte.beginsName {
      while let next = current, next.continuesName { offset += 1 }
      readRowOrName(from: start)
    } else if byte.isDigit {
      readNumber()
    } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
      readQuoted(by: byte)
    } else if let mark = mark() {
      offset += mark.rawValue.utf8.count
      follow(mark)
      let isDirective = mark == .hash && startsLine
      append(.mark(mark), from: start, to: offset)
      if isDirective { followDirective() }
    } else {
      diagnostics.report(.syntax, at: start, "unexpected character \(scalarText())")
      offset += 1
      while let next = current, next & 0xC0 == 0x80 { offset += 1 }
    }
  }

  private func mark() -> Punctuator? {
    guard let byte = current, byte < 128 else { return nil }
    return Punctuator.byFirstByte[Int(byte)].first { entry in
      offset + entry.bytes.count <= source.bytes.count
        && source.bytes[offset..<offset + entry.bytes.count].elementsEqual(entry.bytes)
    }?.punctuator
  }

  /// The character under the cursor, in quotes or by its number.
  private func scalarText() -> String {
    let rest = source.bytes[offset..<min(offset + 4, source.bytes.count)]
    guard let scalar = String(decoding: rest, as: UTF8.self).unicodeScalars.first else { return "" }
    let number = String(scalar.value, radix: 16, uppercase: true)
    let padded = String(repeating: "0", count: max(0, 4 - number.count)) + number
    return scalar.value > 0x20 && scalar.value < 0x7F ? "'\(scalar)'" : "U+\(padded)"
  }

  mutating func append(_ kind: Token.Kind, from start: Int, to end: Int) {
    text.tokens.append(
      Token(
        kind: kind, offset: start, end: end, startsLine: startsLine, followsBlank: followsBlank))
    (startsLine, followsBlank) = (false, false)
  }

  // MARK: - Braces and conditions

  private mutating func follow(_ mark: Punctuator) {
    switch mark {
    case .openBrace:
      if depth == 0 { isInInitialState = text.tokens.isEmpty }
      depth += 1
    case .closeBrace:
      depth = max(0, depth - 1)
      if depth == 0 { isInInitialState = false }
    default: break
    }
  }

  /// Looks at the directive whose `#` has just been read.
  private mutating func followDirective() {
    while let byte = current, byte.isBlank { offset += 1 }
    let start = offset
    var end = offset
    while let byte = byte(at: end), byte.continuesName { end += 1 }
    switch source.text(start..<end) {
    case "if", "ifdef", "ifndef": depthsAtConditions.append(depth)
    case "else", "elif": if let depth = depthsAtConditions.last { self.depth = depth }
    case "endif": _ = depthsAtConditions.popLast()
    case "error", "warning", "pragma", "include":
      offset = end
      append(.name(names.name(source.text(start..<end))), from: start, to: end)
      skipLine()
    default: break
    }
  }

  /// Reads a line `row ...` whole, wherever conditions put it: rows are read before the program.
  private mutating func readRowOrName(from start: Int) {
    let word = source.text(start..<offset)
    guard word == "row", language == .race, startsLine, depth == 0, let next = current, next.isBlank
    else { return append(.name(names.name(word)), from: start, to: offset) }
    let first = offset
    while let byte = current, !byte.isLineEnd, !starts(with: "//"), !starts(with: "/*"),
      !starts(with: "(*")
    {
      offset += 1
    }
    text.rows.append(LexedText.RowLine(range: first..<offset, offset: start))
  }
}
