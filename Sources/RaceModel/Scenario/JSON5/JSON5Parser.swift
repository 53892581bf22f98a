/// Reads one JSON5 value from the bytes of a file.
///
/// Stricter than JSON5 where a file could fool its author: equal keys are refused.
/// Goes on behind a mistake where there is one way to understand what follows: a word that cannot
/// be read, a missing or a superfluous comma, a missing value or colon. There is none where
/// brackets do not match, and what the rest would mean is not asked.
/// Complexity: O(bytes); the stack is bounded by ``depthLimit``.
struct JSON5Parser {
  /// Lists and objects may be nested this deep.
  static let depthLimit = 32

  private let faults: FaultList
  private var lexer: JSON5Lexer
  private var token = JSON5Token(kind: .end, position: SourcePosition(line: 1, column: 1))
  /// Whether nothing more can be made of the text.
  private var isLost = false
  /// Keys that were given before, which counts only where brackets match.
  private var duplicates: [ScenarioFault] = []

  /// The value of a text; nil if brackets do not match.
  ///
  /// What is wrong is noted.
  static func parse(_ bytes: [UInt8], _ faults: FaultList) -> JSON5Value? {
    guard let lexer = faults.attempt({ () throws(ScenarioFault) in try JSON5Lexer(bytes) }) else {
      return nil
    }
    var parser = JSON5Parser(lexer: lexer, faults: faults)
    parser.advance()
    while parser.token.kind == .broken, parser.following.kind.startsValue { parser.advance() }
    let value = parser.value(depth: 0, expected: .value)
    while parser.token.kind == .broken { parser.advance() }
    if !parser.isLost, parser.token.kind != .end { parser.lose(.endOfFile) }
    guard !parser.isLost else { return nil }
    parser.duplicates.forEach(faults.note)
    return value
  }

  /// The value of a text.
  ///
  /// - Throws: the first fault.
  static func parse(_ bytes: [UInt8]) throws(ScenarioFault) -> JSON5Value {
    let faults = FaultList()
    let value = parse(bytes, faults)
    guard let value, faults.isEmpty else {
      guard let first = faults.ordered.first else { preconditionFailure("a fault was noted") }
      throw first
    }
    return value
  }

  private init(lexer: JSON5Lexer, faults: FaultList) {
    (self.lexer, self.faults) = (lexer, faults)
  }

  // MARK: - Tokens

  private mutating func advance() {
    var lexer = lexer
    token = read(with: &lexer)
    self.lexer = lexer
  }

  /// The token after the current one.
  private var following: JSON5Token {
    mutating get {
      var ahead = lexer
      return read(with: &ahead)
    }
  }

  private mutating func read(with lexer: inout JSON5Lexer) -> JSON5Token {
    if isLost { return JSON5Token(kind: .end, position: token.position) }
    do throws(ScenarioFault) {
      return try lexer.next()
    } catch {
      faults.note(error)
      lexer.recover(from: error)
      if lexer.isLost {
        isLost = true
        return JSON5Token(kind: .end, position: error.position)
      }
      return JSON5Token(kind: .broken, position: error.position)
    }
  }

  private func noteUnexpected(_ expected: ScenarioError.Expected) {
    if isLost { return }
    faults.note(.unexpectedToken(token.kind.found, expected: expected), at: token.position)
  }

  /// Notes what stands here instead of what should, and gives the rest up.
  private mutating func lose(_ expected: ScenarioError.Expected) {
    noteUnexpected(expected)
    isLost = true
  }

  // MARK: - Values

  /// `depth` counts the lists and objects around the value.
  private mutating func value(depth: Int, expected: ScenarioError.Expected) -> JSON5Value {
    let position = token.position
    let kind: JSON5Value.Kind
    switch token.kind {
    case .leftBrace: kind = .object(members(depth: depth))
    case .leftBracket: kind = .list(items(depth: depth))
    case .string(let text): kind = .string(text)
    case .number(let number): kind = .number(number)
    case .word("null"): kind = .null
    case .word("true"): kind = .flag(true)
    case .word("false"): kind = .flag(false)
    case .word(let word) where word == "Infinity" || word == "NaN":
      kind = .number(JSON5Number(text: word, integer: nil))
    case .word(let word):
      kind = .broken
      if following.kind == .colon {
        // A key here means that the list or object before it was not closed.
        lose(expected)
      } else {
        faults.note(.needsQuotes(word), at: position)
      }
    case .broken: kind = .broken
    case .comma, .rightBrace, .rightBracket:
      // What stands here ends the value that is missing.
      noteUnexpected(expected)
      return JSON5Value(kind: .broken, position: position)
    case .colon, .end:
      lose(expected)
      kind = .broken
    }
    advance()
    return JSON5Value(kind: kind, position: position)
  }

  /// The items of a list; leaves its closing bracket as the current token.
  private mutating func items(depth: Int) -> [JSON5Value] {
    guard isWithinLimit(depth) else { return [] }
    advance()
    var items: [JSON5Value] = []
    while !isLost, token.kind != .rightBracket {
      switch token.kind {
      case .comma: noteUnexpected(.item)
      case .rightBrace: lose(.item)
      default: items.append(value(depth: depth + 1, expected: .item))
      }
      endItem(closing: .rightBracket, expected: .commaOrBracket)
    }
    return items
  }

  /// The members of an object; leaves its closing brace as the current token.
  private mutating func members(depth: Int) -> [JSON5Member] {
    let start = token.position
    guard isWithinLimit(depth) else { return [] }
    advance()
    var members: [JSON5Member] = []
    var lines: [String: Int] = [:]
    while !isLost, token.kind != .rightBrace {
      if token.kind == .broken, following.kind != .colon {
        advance()
        faults.markUnclear(start)
        continue
      }
      if token.kind == .comma {
        noteUnexpected(.key)
        faults.markUnclear(start)
      } else if let member = member(depth: depth) {
        if let firstLine = lines[member.key] {
          duplicates.append(
            ScenarioFault(
              .duplicateKey(member.key, firstLine: firstLine), at: member.keyPosition))
          faults.markUnclear(start)
        } else {
          lines[member.key] = member.keyPosition.line
          members.append(member)
        }
      } else {
        faults.markUnclear(start)
      }
      endItem(closing: .rightBrace, expected: .commaOrBrace)
    }
    return members
  }

  /// A key with its value; nil where the key cannot be read.
  private mutating func member(depth: Int) -> JSON5Member? {
    let (key, position) = (token.kind.key, token.position)
    switch token.kind {
    case .broken, .string, .word: break
    case .number where following.kind == .colon: noteUnexpected(.key)
    case .leftBrace, .rightBrace, .leftBracket, .rightBracket, .colon, .comma, .number, .end:
      lose(.key)
      return nil
    }
    advance()
    // Something that cannot be read may stand for the colon; that has been said.
    let hasBrokenColon = token.kind == .broken
    while token.kind == .broken { advance() }
    if token.kind == .colon {
      advance()
    } else if token.kind.startsValue {
      if !hasBrokenColon { noteUnexpected(.colon) }
    } else {
      lose(.colon)
      return nil
    }
    let value = value(depth: depth + 1, expected: .value)
    return key.map { JSON5Member(key: $0, keyPosition: position, value: value) }
  }

  /// Moves to the next item or to the closing mark, past a comma, which may be missing.
  private mutating func endItem(
    closing: JSON5Token.Kind, expected: ScenarioError.Expected
  ) {
    var hasComma = false
    while token.kind == .broken {
      advance()
      hasComma = true
    }
    if isLost || token.kind == closing { return }
    if token.kind == .comma { return advance() }
    // It has been said that something else stands where a comma should.
    if hasComma { return }
    if closing == .rightBrace ? startsMember() : startsItem() {
      noteUnexpected(expected)
    } else {
      lose(expected)
    }
  }

  private mutating func startsMember() -> Bool {
    token.kind.key != nil && following.kind == .colon
  }

  private mutating func startsItem() -> Bool {
    if case .word = token.kind { return false }
    return token.kind.startsValue && following.kind != .colon
  }

  private mutating func isWithinLimit(_ depth: Int) -> Bool {
    if depth < Self.depthLimit { return true }
    faults.note(.nestedTooDeep(limit: Self.depthLimit), at: token.position)
    isLost = true
    return false
  }
}

extension JSON5Token.Kind {
  /// The key that the token is, if it is one.
  fileprivate var key: String? {
    switch self {
    case .string(let text), .word(let text): text
    case .leftBrace, .rightBrace, .leftBracket, .rightBracket, .colon, .comma, .number, .end,
      .broken:
      nil
    }
  }

  /// Whether a value that is no bare word begins with the token.
  fileprivate var startsValue: Bool {
    switch self {
    case .leftBrace, .leftBracket, .string, .number: true
    case .rightBrace, .rightBracket, .colon, .comma, .word, .end, .broken: false
    }
  }
}
