// Expressions, by the precedence of their operators.
extension Parser {
  /// An expression, with commas.
  func parseExpression() throws(Abandoned) -> Expression {
    var left = try parseAssignment()
    while current.is(.comma) {
      let offset = current.offset
      advance()
      left = try make(.comma(left, try parseAssignment()), at: offset)
    }
    return left
  }

  /// An expression without commas, as an argument is.
  func parseAssignment() throws(Abandoned) -> Expression {
    try nested { () throws(Abandoned) in
      let left = try parseConditional()
      guard case .mark(let mark) = current.kind else { return left }
      let operation = mark.compoundAssignment
      guard mark == .assign || operation != nil else { return left }
      let offset = current.offset
      advance()
      return try make(.assign(operation, left, try parseAssignment()), at: offset)
    }
  }

  func parseConditional() throws(Abandoned) -> Expression {
    let condition = try parseBinary(above: 0)
    guard current.is(.question) else { return condition }
    let offset = current.offset
    advance()
    var first: Expression?
    if !current.is(.colon) {
      // Between `?` and `:` a colon is this operator's.
      let outer = namesLocals
      namesLocals = false
      defer { namesLocals = outer }
      first = try parseExpression()
    }
    try expect(.colon, after: "the first value of '?'")
    let second = try nested { () throws(Abandoned) in try parseConditional() }
    return try make(.conditional(condition, first, second), at: offset)
  }

  private func parseBinary(above level: Int) throws(Abandoned) -> Expression {
    var left = try parseUnary()
    while case .mark(let mark) = current.kind, let binary = mark.binary, binary.precedence > level {
      let offset = current.offset
      advance()
      let right = try parseBinary(above: binary.precedence)
      left = try make(.binary(binary.operation, left, right), at: offset)
    }
    return left
  }

  private func parseUnary() throws(Abandoned) -> Expression {
    let token = current
    if case .mark(let mark) = token.kind, let operation = Self.prefixes[mark] {
      advance()
      return try make(.unary(operation, try parseOperand()), at: token.offset)
    }
    if keyword(token) == .sizeof {
      advance()
      if current.is(.openParen), beginsType(self.token(ahead: 1)) {
        advance()
        let type = try parseTypeName()
        try expect(.closeParen, after: "the type")
        return try make(.sizeOf(make(.type(type), at: type.offset)), at: token.offset)
      }
      return try make(.sizeOf(try parseOperand()), at: token.offset)
    }
    if token.is(.openParen), beginsType(self.token(ahead: 1)) {
      advance()
      let type = try parseTypeName()
      try expect(.closeParen, after: "the type")
      if current.is(.openBrace) {
        throw fail(.refused, at: token.offset, "values written as '(TYPE){...}' are not read")
      }
      return try make(.cast(type, try parseOperand()), at: token.offset)
    }
    return try parsePostfix()
  }

  /// What an operator stands before.
  private func parseOperand() throws(Abandoned) -> Expression {
    try nested { () throws(Abandoned) in try parseUnary() }
  }

  private static let prefixes: [Punctuator: UnaryOperator] = [
    .plus: .plus, .minus: .minus, .tilde: .complement, .not: .not, .ampersand: .address,
    .star: .dereference, .increment: .preIncrement, .decrement: .preDecrement,
  ]

  private func parsePostfix() throws(Abandoned) -> Expression {
    var base = try parsePrimary()
    while case .mark(let mark) = current.kind {
      let offset = current.offset
      switch mark {
      case .openBracket:
        advance()
        let index = try parseExpression()
        try expect(.closeBracket, after: "the index")
        base = try make(.index(base, index), at: offset)
      case .openParen:
        advance()
        // A call is pointed at by its name.
        base = try make(.call(base, try parseArguments()), at: base.offset)
      case .dot, .arrow:
        advance()
        let member = try expectIdentifier("the name of a member")
        base = try make(
          .member(base, member.name, throughPointer: mark == .arrow, member.offset), at: offset)
      case .increment, .decrement:
        advance()
        base = try make(
          .unary(mark == .increment ? .postIncrement : .postDecrement, base), at: offset)
      default: return base
      }
    }
    return base
  }

  /// The arguments of a call, behind its parenthesis.
  func parseArguments() throws(Abandoned) -> [Expression] {
    var arguments: [Expression] = []
    if accept(.closeParen) { return [] }
    repeat {
      if beginsType(current) {
        let type = try parseTypeName()
        arguments.append(try make(.type(type), at: type.offset))
        continue
      }
      var argument = try parseAssignment()
      if current.is(.dots) {
        let offset = current.offset
        advance()
        argument = try make(.range(argument, try parseAssignment()), at: offset)
      }
      arguments.append(argument)
    } while accept(.comma)
    try expect(.closeParen, after: "the arguments")
    return arguments
  }

  private func parsePrimary() throws(Abandoned) -> Expression {
    let token = current
    switch token.kind {
    case .number(let bits, let suffix):
      advance()
      if namesLocals, current.is(.colon), let local = identifier(self.token(ahead: 1)) {
        guard let process = Int(exactly: bits) else { throw unexpected("the number of a process") }
        advance()
        advance()
        return try make(.local(.process(process), local), at: token.offset)
      }
      return try make(.number(bits, suffix), at: token.offset)
    case .string:
      // Strings that follow each other are one.
      while current.kind == .string { advance() }
      return try make(.string, at: token.offset)
    case .mark(.openParen):
      advance()
      if current.is(.openBrace) { return try parseStatements(at: token.offset) }
      let expression = try parseExpression()
      try expect(.closeParen, after: "the expression")
      return expression
    case .name(let name):
      if let keyword = keyword(token) {
        if keyword == .asm {
          throw fail(.refused, at: token.offset, "assembly has no place in a race file")
        }
        throw unexpected("an expression")
      }
      advance()
      if namesLocals, current.is(.colon), !current.followsBlank,
        let local = identifier(self.token(ahead: 1)), !self.token(ahead: 1).followsBlank
      {
        advance()
        advance()
        return try make(.local(.name(name), local), at: token.offset)
      }
      return try make(.name(name), at: token.offset)
    default: throw unexpected("an expression")
    }
  }

  /// `({ ... })`, whose parenthesis has been read.
  private func parseStatements(at offset: Int) throws(Abandoned) -> Expression {
    let (open, outer) = (current.offset, deepest)
    deepest = 0
    advance()
    let statements = try nested { () throws(Abandoned) in try parseBlock(openedAt: open) }
    try expect(.closeParen, after: "'({ ... }'")
    if deepest >= FileLimits.nesting { throw tooDeep(at: offset) }
    let depth = deepest + 1
    deepest = max(outer, depth)
    return Expression(kind: .statements(statements), offset: offset, depth: depth)
  }

  /// Makes an expression of others, which must not be nested too deep: those that come after the
  /// parser call themselves for each level, as in `a + a + a + ...`.
  func make(_ kind: Expression.Kind, at offset: Int) throws(Abandoned) -> Expression {
    let inner =
      switch kind {
      case .name, .number, .string, .type, .local: 0
      case .statements: deepest
      case .unary(_, let operand), .cast(_, let operand), .sizeOf(let operand): operand.depth
      case .member(let base, _, _, _): base.depth
      case .binary(_, let left, let right), .assign(_, let left, let right),
        .comma(let left, let right), .index(let left, let right), .range(let left, let right):
        max(left.depth, right.depth)
      case .conditional(let condition, let first, let second):
        max(condition.depth, first?.depth ?? 0, second.depth)
      case .call(let callee, let arguments):
        max(callee.depth, arguments.map(\.depth).max() ?? 0)
      }
    if inner >= FileLimits.nesting { throw tooDeep(at: offset) }
    deepest = max(deepest, inner + 1)
    return Expression(kind: kind, offset: offset, depth: inner + 1)
  }
}
