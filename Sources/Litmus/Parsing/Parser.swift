/// Reads the tokens of a race file into a syntax tree.
///
/// A mistake is reported where it is found; then the parser goes on behind the statement or item
/// that has it, so that several mistakes of a file are told at once.
final class Parser {
  let source: SourceText
  let language: Language
  let names: NameTable
  let diagnostics: Diagnostics
  private let tokens: [Token]
  private(set) var index = 0
  /// Where the tokens of a property end; the parser sees the end of the file there.
  private var limit: Int
  private var depth = 0
  /// How deep the deepest expression is of the `({ ... })` that is being read.
  var deepest = 0
  /// Whether the file is nested too deep to go on at all.
  private(set) var isHopeless = false
  private let keywords: [Name: Keyword]
  /// The types that the file has named so far.
  var typedefs: Set<Name> = []
  /// Whether a colon between two names makes them `THREAD:local`.
  var namesLocals = false

  init(
    _ tokens: [Token], of source: SourceText, as language: Language, names: NameTable,
    diagnostics: Diagnostics
  ) {
    (self.tokens, self.source, self.language) = (tokens, source, language)
    (self.names, self.diagnostics) = (names, diagnostics)
    limit = tokens.count - 1
    var keywords: [Name: Keyword] = [:]
    for keyword in Keyword.allCases { keywords[names.name(keyword.rawValue)] = keyword }
    for (text, keyword) in Keyword.aliases { keywords[names.name(text)] = keyword }
    self.keywords = keywords
  }

  // MARK: - Tokens

  var current: Token { token(ahead: 0) }

  func token(ahead: Int) -> Token {
    if index + ahead < limit { return tokens[index + ahead] }
    // What ends a property is not the file's end, but nothing of it is to be read.
    var end = tokens[limit]
    end.kind = .endOfFile
    return end
  }

  var isAtEnd: Bool { current.kind == .endOfFile }
  var previousEnd: Int { index > 0 ? tokens[index - 1].end : source.start }

  func advance() { if index < limit { index += 1 } }

  /// The keyword that a token is.
  func keyword(_ token: Token) -> Keyword? {
    if case .name(let name) = token.kind { return keywords[name] }
    return nil
  }

  /// The identifier that a token is; keywords are none.
  func identifier(_ token: Token) -> Name? {
    if case .name(let name) = token.kind, keywords[name] == nil { return name }
    return nil
  }

  /// The text of the word that a token is, keyword or not.
  func word(_ token: Token) -> String? {
    if case .name(let name) = token.kind { return names.text(of: name) }
    return nil
  }

  func text(_ name: Name) -> String { names.text(of: name) }

  /// Takes a mark if it comes next.
  func accept(_ mark: Punctuator) -> Bool {
    guard current.is(mark) else { return false }
    advance()
    return true
  }

  func accept(_ keyword: Keyword) -> Bool {
    guard self.keyword(current) == keyword else { return false }
    advance()
    return true
  }

  func expect(_ mark: Punctuator, after what: String) throws(Abandoned) {
    if !accept(mark) { throw unexpected("'\(mark.rawValue)' after \(what)") }
  }

  func expectIdentifier(_ what: String) throws(Abandoned) -> (name: Name, offset: Int) {
    guard let name = identifier(current) else { throw unexpected(what) }
    let offset = current.offset
    advance()
    return (name, offset)
  }

  /// Reports that something else was expected at the current token.
  func unexpected(_ wanted: String) -> Abandoned {
    fail(.syntax, at: current.offset, "expected \(wanted), not \(describe(current))")
  }

  func fail(_ kind: Diagnostic.Kind, at offset: Int, _ message: String) -> Abandoned {
    report(kind, at: offset, message)
    return Abandoned()
  }

  func report(_ kind: Diagnostic.Kind, at offset: Int, _ message: String) {
    if !isHopeless { diagnostics.report(kind, at: offset, message) }
  }

  func describe(_ token: Token) -> String {
    switch token.kind {
    case .endOfFile: limit == tokens.count - 1 ? "the end of the file" : "the end of the line"
    case .name(let name): "'\(text(name))'"
    case .number(let bits, _): "the number \(bits)"
    case .string: "a string"
    case .mark(let mark): "'\(mark.rawValue)'"
    }
  }

  // MARK: - Nesting

  /// Calls `body` one level deeper.
  func nested<Value>(_ body: () throws(Abandoned) -> Value) throws(Abandoned) -> Value {
    depth += 1
    defer { depth -= 1 }
    if depth > FileLimits.nesting { throw tooDeep(at: current.offset) }
    return try body()
  }

  /// Reports too deep a nesting, after which nothing more is read.
  func tooDeep(at offset: Int) -> Abandoned {
    report(.limit, at: offset, "nested more than \(FileLimits.nesting) deep")
    isHopeless = true
    index = limit
    return Abandoned()
  }

  // MARK: - Recovery

  /// Skips what is left of a statement: to behind its `;`, or to before the `}` of its block.
  func skipStatement(from start: Int) {
    if index == start { advance() }
    var open = 0
    while !isAtEnd {
      switch current.kind {
      case .mark(.openBrace): open += 1
      case .mark(.closeBrace):
        if open == 0 { return }
        open -= 1
        if open == 0 {
          advance()
          return
        }
      case .mark(.semicolon) where open == 0:
        advance()
        return
      default: break
      }
      advance()
    }
  }

  /// Skips what is left of an item: to behind its `;` or body, or to a word that begins another.
  func skipItem(from start: Int) {
    if index == start { advance() }
    var open = 0
    while !isAtEnd {
      if open <= 0, current.startsLine, beginsItem() { return }
      switch current.kind {
      case .mark(.openBrace): open += 1
      case .mark(.closeBrace):
        open -= 1
        if open <= 0 {
          advance()
          _ = accept(.semicolon)
          return
        }
      case .mark(.semicolon) where open == 0:
        advance()
        return
      default: break
      }
      advance()
    }
  }

  /// The identifiers from a token up to the current one.
  func identifiers(from start: Int) -> [Name] { tokens[start..<index].compactMap(identifier) }

  // MARK: - Lines

  /// Calls `body` so that it sees no token behind the current line, but for those in brackets that
  /// are still open there; then what is left of the line is skipped.
  func inLine<Value>(_ body: () throws(Abandoned) -> Value) throws(Abandoned) -> Value {
    let outer = limit
    var (end, open) = (index, 0)
    while end < outer, end == index || open > 0 || !tokens[end].startsLine {
      switch tokens[end].kind {
      case .mark(.openParen), .mark(.openBracket), .mark(.openBrace): open += 1
      case .mark(.closeParen), .mark(.closeBracket), .mark(.closeBrace): open -= 1
      default: break
      }
      end += 1
    }
    limit = end
    defer {
      if !isHopeless { index = max(index, end) }
      limit = outer
    }
    return try body()
  }
}
