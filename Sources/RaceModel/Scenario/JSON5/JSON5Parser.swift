/// Reads one JSON5 value from the bytes of a file.
///
/// Stricter than JSON5 where a file could fool its author: equal keys are refused.
/// Complexity: O(bytes); the stack is bounded by ``depthLimit``.
struct JSON5Parser {
  /// Lists and objects may be nested this deep.
  static let depthLimit = 32

  private var lexer: JSON5Lexer
  private var token: JSON5Token

  static func parse(_ bytes: [UInt8]) throws(ScenarioFault) -> JSON5Value {
    var parser = try JSON5Parser(bytes)
    let value = try parser.value(depth: 0, expected: .value)
    guard parser.token.kind == .end else { throw parser.unexpected(.endOfFile) }
    return value
  }

  private init(_ bytes: [UInt8]) throws(ScenarioFault) {
    lexer = try JSON5Lexer(bytes)
    token = try lexer.next()
  }

  /// `depth` counts the lists and objects around the value.
  private mutating func value(
    depth: Int, expected: ScenarioError.Expected
  ) throws(ScenarioFault) -> JSON5Value {
    let position = token.position
    let kind: JSON5Value.Kind
    switch token.kind {
    case .leftBrace: kind = .object(try members(depth: depth))
    case .leftBracket: kind = .list(try items(depth: depth))
    case .string(let text): kind = .string(text)
    case .number(let number): kind = .number(number)
    case .word("null"): kind = .null
    case .word("true"): kind = .flag(true)
    case .word("false"): kind = .flag(false)
    case .word(let word) where word == "Infinity" || word == "NaN":
      kind = .number(JSON5Number(text: word, integer: nil))
    case .word(let word):
      // A key here means that the list or object before it was not closed.
      if let next = try? lexer.next(), next.kind == .colon { throw unexpected(expected) }
      throw ScenarioFault(.needsQuotes(word), at: position)
    case .rightBrace, .rightBracket, .colon, .comma, .end: throw unexpected(expected)
    }
    token = try lexer.next()
    return JSON5Value(kind: kind, position: position)
  }

  /// The items of a list; leaves its closing bracket as the current token.
  private mutating func items(depth: Int) throws(ScenarioFault) -> [JSON5Value] {
    try checkDepth(depth)
    token = try lexer.next()
    var items: [JSON5Value] = []
    while token.kind != .rightBracket {
      items.append(try value(depth: depth + 1, expected: .item))
      guard token.kind == .comma else { break }
      token = try lexer.next()
    }
    guard token.kind == .rightBracket else { throw unexpected(.commaOrBracket) }
    return items
  }

  /// The members of an object; leaves its closing brace as the current token.
  private mutating func members(depth: Int) throws(ScenarioFault) -> [JSON5Member] {
    try checkDepth(depth)
    token = try lexer.next()
    var members: [JSON5Member] = []
    var lines: [String: Int] = [:]
    while token.kind != .rightBrace {
      let (key, position) = (try key(), token.position)
      if let firstLine = lines.updateValue(position.line, forKey: key) {
        throw ScenarioFault(.duplicateKey(key, firstLine: firstLine), at: position)
      }
      token = try lexer.next()
      guard token.kind == .colon else { throw unexpected(.colon) }
      token = try lexer.next()
      let value = try value(depth: depth + 1, expected: .value)
      members.append(JSON5Member(key: key, keyPosition: position, value: value))
      guard token.kind == .comma else { break }
      token = try lexer.next()
    }
    guard token.kind == .rightBrace else { throw unexpected(.commaOrBrace) }
    return members
  }

  private func key() throws(ScenarioFault) -> String {
    switch token.kind {
    case .string(let text), .word(let text): return text
    case .leftBrace, .rightBrace, .leftBracket, .rightBracket, .colon, .comma, .number, .end:
      throw unexpected(.key)
    }
  }

  private func checkDepth(_ depth: Int) throws(ScenarioFault) {
    guard depth < Self.depthLimit else {
      throw ScenarioFault(.nestedTooDeep(limit: Self.depthLimit), at: token.position)
    }
  }

  private func unexpected(_ expected: ScenarioError.Expected) -> ScenarioFault {
    ScenarioFault(.unexpectedToken(token.kind.found, expected: expected), at: token.position)
  }
}
