// Statements and blocks.
extension Parser {
  /// The statements up to the `}` that ends a block, whose `{` has been read.
  func parseBlock(openedAt offset: Int) throws(Abandoned) -> [Statement] {
    var statements: [Statement] = []
    while !accept(.closeBrace) {
      if isHopeless { throw Abandoned() }
      if isAtEnd {
        throw fail(.syntax, at: offset, "the block that begins here has no end '}'")
      }
      let start = index
      do throws(Abandoned) { try parseStatement(into: &statements) } catch {
        if isHopeless || diagnostics.isFull { throw error }
        skipStatement(from: start)
      }
    }
    return statements
  }

  /// A statement, or a label and what it labels, as one statement.
  private func parseBody() throws(Abandoned) -> Statement {
    let offset = current.offset
    var statements: [Statement] = []
    try nested { () throws(Abandoned) in try parseStatement(into: &statements) }
    // A label alone labels the next statement.
    while let last = statements.last, last.isLabel, !current.is(.closeBrace), !isAtEnd {
      try nested { () throws(Abandoned) in try parseStatement(into: &statements) }
    }
    return statements.count == 1
      ? statements[0] : Statement(kind: .compound(statements), offset: offset)
  }

  private func parseStatement(into statements: inout [Statement]) throws(Abandoned) {
    let offset = current.offset
    func add(_ kind: Statement.Kind) { statements.append(Statement(kind: kind, offset: offset)) }
    if accept(.semicolon) { return add(.empty) }
    if accept(.openBrace) {
      return add(
        .compound(try nested { () throws(Abandoned) in try parseBlock(openedAt: offset) }))
    }
    if let keyword = keyword(current), let kind = try parseKeyword(keyword) { return add(kind) }
    if beginsType(current), !token(ahead: 1).is(.colon) {
      return add(.declaration(try parseLocalDeclaration()))
    }
    if let name = identifier(current) {
      if token(ahead: 1).is(.colon) {
        advance()
        advance()
        return add(.label(name))
      }
      if let kind = try parseWord(text(name)) { return add(kind) }
      if identifier(token(ahead: 1)) != nil, !token(ahead: 1).startsLine { try requireType() }
    }
    let expression = try parseExpression()
    try expect(.semicolon, after: "the statement")
    add(.expression(expression))
  }

  private func parseKeyword(_ keyword: Keyword) throws(Abandoned) -> Statement.Kind? {
    let offset = current.offset
    switch keyword {
    case .if:
      advance()
      let condition = try parseCondition(of: "if")
      let then = try parseBody()
      let otherwise = accept(.else) ? try parseBody() : nil
      return .condition(condition, then: then, else: otherwise)
    case .while:
      advance()
      let condition = try parseCondition(of: "while")
      return .while(condition, try parseBody())
    case .do:
      advance()
      let body = try parseBody()
      guard accept(.while) else { throw unexpected("'while' after the body of 'do'") }
      let condition = try parseCondition(of: "while")
      try expect(.semicolon, after: "the condition")
      return .doWhile(body, condition)
    case .for: return try parseFor()
    case .switch:
      advance()
      let value = try parseCondition(of: "switch")
      return .switch(value, try parseBody())
    case .case:
      advance()
      let value = try parseConditional()
      if current.is(.ellipsis) {
        throw fail(.refused, at: current.offset, "ranges of cases are not read")
      }
      try expect(.colon, after: "the case")
      return .caseLabel(value)
    case .default:
      advance()
      try expect(.colon, after: "'default'")
      return .caseLabel(nil)
    case .break, .continue:
      advance()
      try expect(.semicolon, after: "'\(keyword.rawValue)'")
      return keyword == .break ? .break : .continue
    case .return:
      advance()
      let value = current.is(.semicolon) ? nil : try parseExpression()
      try expect(.semicolon, after: "'return'")
      return .return(value)
    case .goto:
      advance()
      let label = try expectIdentifier("the name of a label")
      try expect(.semicolon, after: "'goto'")
      return .goto(label.name)
    case .else: throw fail(.syntax, at: offset, "'else' without 'if'")
    default: return nil
    }
  }

  private func parseCondition(of word: String) throws(Abandoned) -> Expression {
    try expect(.openParen, after: "'\(word)'")
    let condition = try parseExpression()
    try expect(.closeParen, after: "the condition")
    return condition
  }

  private func parseFor() throws(Abandoned) -> Statement.Kind {
    advance()
    try expect(.openParen, after: "'for'")
    let offset = current.offset
    var first: Statement?
    if !accept(.semicolon) {
      if beginsType(current) {
        first = Statement(kind: .declaration(try parseLocalDeclaration()), offset: offset)
      } else {
        first = Statement(kind: .expression(try parseExpression()), offset: offset)
        try expect(.semicolon, after: "what 'for' begins with")
      }
    }
    let condition = current.is(.semicolon) ? nil : try parseExpression()
    try expect(.semicolon, after: "the condition")
    let step = current.is(.closeParen) ? nil : try parseExpression()
    try expect(.closeParen, after: "what 'for' ends with")
    return .for(first, condition: condition, step: step, try parseBody())
  }

  private func parseLocalDeclaration() throws(Abandoned) -> Declaration {
    let declaration = try parseDeclaration()
    if declaration.isTypedef {
      throw fail(.refused, at: declaration.offset, "a type gets its name outside of functions")
    }
    return declaration
  }

  /// Statements that race files have beyond C.
  private func parseWord(_ word: String) throws(Abandoned) -> Statement.Kind? {
    let next = token(ahead: 1)
    if word == "atomic", next.is(.openBrace) {
      advance()
      return .atomic(try parseBody())
    }
    if word == "maybe", let label = identifier(next), token(ahead: 2).is(.openBrace) {
      advance()
      advance()
      return .maybe(label, try parseBody())
    }
    if word == "scoped_guard", next.is(.openParen) {
      advance()
      advance()
      let name = try expectIdentifier("the name of a class of locks")
      var arguments: [Expression] = []
      if accept(.comma) {
        arguments = try parseArguments()
      } else {
        try expect(.closeParen, after: "the class")
      }
      return .scopedGuard(name.name, arguments, try parseBody())
    }
    guard word.contains("for_each"), next.is(.openParen) else { return nil }
    report(.refused, at: current.offset, Substitutes.refusal(of: word))
    advance()
    advance()
    _ = try parseArguments()
    return .compound([try parseBody()])
  }
}

extension Statement {
  fileprivate var isLabel: Bool {
    switch kind {
    case .label, .caseLabel: true
    default: false
    }
  }
}
