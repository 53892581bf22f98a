// What a file is made of: declarations, functions, properties, conditions.
extension Parser {
  /// Reads the whole file.
  func parseFile() -> SyntaxTree {
    var tree = SyntaxTree()
    if current.is(.openBrace) { parseInitialState(into: &tree) }
    while !isAtEnd, !isHopeless, !diagnostics.isFull {
      let (start, known, reported) = (index, tree.items.count, diagnostics.count)
      do throws(Abandoned) { try parseItem(into: &tree) } catch { skipItem(from: start) }
      if diagnostics.count > reported {
        tree.items.removeSubrange(known...)
        tree.brokenNames.formUnion(identifiers(from: start))
      }
    }
    return tree
  }

  /// Whether a word of race files, or a process of herd7, begins an item here.
  func beginsItem() -> Bool {
    guard let word = word(current) else { return current.is(.tilde) }
    let next = token(ahead: 1)
    if process(word) != nil { return next.is(.openParen) }
    switch word {
    case "exists", "forall", "filter", "not", "locations": return true
    case "static", "struct", "enum", "typedef", "int", "void": return true
    default: break
    }
    guard language == .race else { return false }
    switch word {
    case "thread", "daemon", "irq", "softirq", "work", "timer", "pool", "model", "unroll":
      return identifier(next) != nil || word == "unroll"
    case "always", "quiet", "finally", "sometimes": return token(ahead: 2).is(.colon)
    case "init": return next.is(.openParen)
    case "leaks", "progress": return next.startsLine || next.kind == .endOfFile
    case "data": return next.is(.minus)
    default: return false
    }
  }

  /// The number of the process that a word names: `P0`, `P1`, ...
  func process(_ word: String) -> Int? {
    guard word.utf8.first == UInt8(ascii: "P"), word.utf8.count <= 5 else { return nil }
    let digits = word.dropFirst()
    guard digits.utf8.allSatisfy(\.isDigit), let number = Int(digits) else { return nil }
    return String(number) == digits ? number : nil
  }

  private func parseItem(into tree: inout SyntaxTree) throws(Abandoned) {
    if accept(.semicolon) { return }
    if try parseCondition(into: &tree) { return }
    let offset = current.offset
    func add(_ kind: SyntaxTree.Item.Kind) {
      tree.items.append(SyntaxTree.Item(kind: kind, offset: offset))
    }
    if let word = word(current) {
      if let number = process(word), token(ahead: 1).is(.openParen) {
        let name = names.name(word)
        advance()
        return add(.function(try parseFunction(.process(number), named: name, at: offset)))
      }
      if language == .race, beginsItem(), let kind = try parseWord(word, at: offset) {
        return add(kind)
      }
      if try parseRefusedWord(word) { return }
    }
    if let kind = try parseGlobal() { add(kind) }
  }

  /// An item that begins with a word of race files; nil if it is C after all.
  private func parseWord(_ word: String, at offset: Int) throws(Abandoned) -> SyntaxTree.Item.Kind?
  {
    switch word {
    case "thread", "daemon":
      advance()
      let name = try expectIdentifier("the name of the thread")
      let role: FunctionSyntax.Role = word == "thread" ? .thread : .daemon
      return .function(try parseFunction(role, named: name.name, at: offset))
    case "init":
      let name = names.name(word)
      advance()
      return .function(try parseFunction(.initial, named: name, at: offset))
    case "irq", "softirq", "work", "timer":
      advance()
      let name = try expectIdentifier("the name of the handler")
      guard let kind = HandlerSyntax.Word(rawValue: word) else { return nil }
      return .function(try parseFunction(.handler(kind), named: name.name, at: offset))
    case "pool":
      return .pool(try inLine { () throws(Abandoned) in try parsePool() })
    case "always", "quiet", "finally", "sometimes":
      guard let kind = PropertySyntax.Kind(rawValue: word) else { return nil }
      return .property(try parseProperty(kind))
    case "leaks", "progress", "data":
      return try inLine { () throws(Abandoned) in
        let option = RaceOption(rawValue: restOfLine())
        guard let option else { throw unexpected("'data-races', 'leaks' or 'progress'") }
        return .option(option)
      }
    case "model":
      return try inLine { () throws(Abandoned) in
        advance()
        return .model(restOfLine())
      }
    case "unroll":
      return try inLine { () throws(Abandoned) in
        advance()
        return .unroll(try parseConditional())
      }
    default: return nil
    }
  }

  /// The text of the line from here on, without what does not belong to it.
  private func restOfLine() -> String {
    let start = current.offset
    var end = start
    while !isAtEnd {
      end = max(end, current.end)
      advance()
    }
    return source.text(start..<end).trimmed
  }

  private func parsePool() throws(Abandoned) -> PoolSyntax {
    advance()
    let offset = current.offset
    let name = try expectIdentifier("the name of a structure").name
    if isAtEnd { throw unexpected("how many objects the pool has") }
    let count = try parseConditional()
    let start = current.offset
    let rest = restOfLine()
    guard rest.isEmpty || rest == "may-fail" else {
      throw fail(.syntax, at: start, "expected 'may-fail' or the end of the pool, not '\(rest)'")
    }
    return PoolSyntax(name: name, nameOffset: offset, count: count, mayFail: !rest.isEmpty)
  }

  /// A property ends with its line, but goes on in open brackets.
  private func parseProperty(_ kind: PropertySyntax.Kind) throws(Abandoned) -> PropertySyntax {
    try inLine { () throws(Abandoned) in
      advance()
      let name = try expectIdentifier("the name of the property")
      try expect(.colon, after: "the name of the property")
      namesLocals = true
      defer { namesLocals = false }
      let expression = try parseExpression()
      _ = accept(.semicolon)
      if !isAtEnd { throw unexpected("the end of the property") }
      return PropertySyntax(kind: kind, name: name.name, expression: expression)
    }
  }

  /// Words that look like items of a race file and are none here.
  private func parseRefusedWord(_ word: String) throws(Abandoned) -> Bool {
    let offset = current.offset
    let next = token(ahead: 1)
    switch word {
    case "thread", "daemon", "always", "quiet", "finally", "sometimes", "row":
      guard language == .litmus, identifier(next) != nil else { return false }
      throw fail(.refused, at: offset, "'\(word)' has a place in race files ('.race') only")
    case _
    where identifier(current) != nil && !beginsType(current) && identifier(next) != nil
      && token(ahead: 2).is(.openParen) && language == .race:
      let known = ["thread", "daemon", "irq", "softirq", "work", "timer", "static", "void", "int"]
      throw fail(
        .unknownName, at: offset,
        "unknown word '\(word)' before a function\(suggestion(for: word, among: known))")
    case _
    where identifier(current) != nil && identifier(next) != nil
      && token(ahead: 2).is(.colon) && language == .race:
      throw fail(
        .unknownName, at: offset,
        "unknown property '\(word)'"
          + suggestion(for: word, among: PropertySyntax.Kind.allCases.map(\.rawValue)))
    default: return false
    }
  }

  // MARK: - Declarations and functions

  /// A declaration or function of C; nil if it says nothing.
  private func parseGlobal() throws(Abandoned) -> SyntaxTree.Item.Kind? {
    try requireType()
    let start = current.offset
    let specifiers = try parseSpecifiers()
    if accept(.semicolon) {
      return .declaration(Declaration(base: specifiers.base, variables: [], offset: start))
    }
    let declarator = try parseDeclarator()
    if current.is(.openBrace), let name = declarator.name,
      case .function(let parameters)? = declarator.derivations.first
    {
      var returns = declarator
      returns.name = nil
      returns.derivations.removeFirst()
      let offset = current.offset
      advance()
      let body = try parseBlock(openedAt: offset)
      return .function(
        FunctionSyntax(
          role: .plain, name: name,
          returns: TypeName(base: specifiers.base, declarator: returns, offset: start),
          parameters: parameters, body: body, offset: declarator.offset, end: previousEnd - 1))
    }
    return .declaration(try parseVariables(specifiers, first: declarator))
  }

  /// A declaration of variables, up to its `;`.
  func parseDeclaration() throws(Abandoned) -> Declaration {
    let specifiers = try parseSpecifiers()
    if accept(.semicolon) {
      return Declaration(base: specifiers.base, variables: [], offset: specifiers.offset)
    }
    return try parseVariables(specifiers, first: try parseDeclarator())
  }

  private func parseVariables(
    _ specifiers: Specifiers, first: Declarator
  ) throws(Abandoned) -> Declaration {
    var declaration = Declaration(
      isTypedef: specifiers.isTypedef, isStatic: specifiers.isStatic,
      isExtern: specifiers.isExtern, isPerCPU: specifiers.isPerCPU, base: specifiers.base,
      variables: [],
      offset: specifiers.offset)
    var declarator = first
    while true {
      guard let name = declarator.name else { throw unexpected("a name") }
      if specifiers.isTypedef { typedefs.insert(name) }
      let initializer = accept(.assign) ? try parseInitializer() : nil
      declaration.variables.append(
        Declaration.Variable(declarator: declarator, initializer: initializer))
      if !accept(.comma) { break }
      declarator = try parseDeclarator()
    }
    try expect(.semicolon, after: "the declaration")
    return declaration
  }

  /// The parameters and the body of a function that a word of race files has announced.
  private func parseFunction(
    _ role: FunctionSyntax.Role, named name: Name, at offset: Int
  ) throws(Abandoned) -> FunctionSyntax {
    try expect(.openParen, after: "the name of the function")
    let parameters = try parseParameters()
    var handler: HandlerSyntax?
    if case .handler = role { handler = try parseHandlerHead() }
    let open = current.offset
    try expect(.openBrace, after: handler == nil ? "the parameters" : "the head of the handler")
    let body = try parseBlock(openedAt: open)
    let returns = TypeName(
      base: .void, declarator: Declarator(name: nil, offset: offset), offset: offset)
    return FunctionSyntax(
      role: role, name: name, returns: returns, parameters: parameters, body: body,
      offset: offset, end: previousEnd - 1, handler: handler)
  }

  /// What follows the parameters of a handler, in any order: `on THREAD`, `raised`, `times N` or
  /// `times LEAST..MOST`.
  private func parseHandlerHead() throws(Abandoned) -> HandlerSyntax {
    var head = HandlerSyntax()
    while let word = word(current) {
      let offset = current.offset
      let isRepeated =
        switch word {
        case "on": head.thread != nil
        case "raised": head.isRaised
        case "times": head.times != nil
        default: throw unexpected("'on THREAD', 'raised', 'times N' or the body of the handler")
        }
      if isRepeated { throw fail(.duplicate, at: offset, "'\(word)' stands there twice") }
      advance()
      switch word {
      case "on":
        let thread = try expectIdentifier("the name of the thread that is interrupted")
        head.thread = (thread.name, thread.offset)
      case "raised": head.isRaised = true
      default:
        let least = try parseConditional()
        head.times = (least, accept(.dots) ? try parseConditional() : least)
      }
    }
    return head
  }
}
