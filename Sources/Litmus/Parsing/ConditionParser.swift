// herd7's initial state and conditions.
extension Parser {
  /// `{ x = 1; int y; 0:r1 = x; }` at the start of a file.
  func parseInitialState(into tree: inout SyntaxTree) {
    let open = current.offset
    advance()
    while !accept(.closeBrace) {
      if isAtEnd {
        report(.syntax, at: open, "the initial state that begins here has no end '}'")
        return
      }
      if accept(.semicolon) { continue }
      let start = index
      do throws(Abandoned) {
        tree.initial.append(try parseInitialValue())
        if !current.is(.closeBrace) { try expect(.semicolon, after: "the initial value") }
      } catch {
        skipStatement(from: start)
      }
    }
  }

  private func parseInitialValue() throws(Abandoned) -> InitialValue {
    let offset = current.offset
    var type: TypeName?
    if beginsType(current) || identifier(current) != nil && identifier(token(ahead: 1)) != nil {
      try requireType()
      let specifiers = try parseSpecifiers()
      type = TypeName(
        base: specifiers.base, declarator: Declarator(name: nil, offset: offset), offset: offset)
      var stars = 0
      while accept(.star) { stars += 1 }
      type?.declarator.derivations = Array(
        repeating: .pointer, count: min(stars, FileLimits.nesting))
    }
    let isBracketed = type == nil && accept(.openBracket)
    var target: InitialValue.Target
    if case .number(let bits, _) = current.kind, token(ahead: 1).is(.colon) {
      guard let process = Int(exactly: bits) else { throw unexpected("the number of a process") }
      advance()
      advance()
      target = .register(process: process, try expectIdentifier("the name of a register").name)
    } else {
      target = .global(try expectIdentifier("a name").name)
    }
    if isBracketed { try expect(.closeBracket, after: "the name") }
    var lengths: [Declarator.Derivation] = []
    while current.is(.openBracket) {
      let place = current.offset
      advance()
      lengths.append(.array(current.is(.closeBracket) ? nil : try parseConditional(), place))
      try expect(.closeBracket, after: "the length of an array")
    }
    if !lengths.isEmpty {
      if type == nil {
        type = TypeName(
          base: .integer(.int), declarator: Declarator(name: nil, offset: offset), offset: offset)
      }
      let element = type?.declarator.derivations ?? []
      type?.declarator.derivations = lengths + element
    }
    let value = accept(.assign) ? try parseInitializer() : nil
    return InitialValue(target: target, type: type, value: value, offset: offset)
  }

  /// A clause of herd7, if one stands here.
  func parseCondition(into tree: inout SyntaxTree) throws(Abandoned) -> Bool {
    let offset = current.offset
    let isNegated = current.is(.tilde) || word(current) == "not"
    let word = isNegated ? word(token(ahead: 1)) : word(current)
    switch word {
    case "exists", "forall":
      if isNegated { advance() }
      advance()
      let quantifier: Condition.Quantifier =
        word == "exists" ? (isNegated ? .notExists : .exists) : .forall
      if isNegated, word == "forall" {
        throw fail(.refused, at: offset, "'~forall' is no question of herd7")
      }
      let condition = Condition(
        quantifier: quantifier, proposition: try parseProposition(), offset: offset)
      if tree.condition != nil {
        throw fail(.duplicate, at: offset, "a file has one condition")
      }
      tree.condition = condition
    case "filter" where !isNegated:
      advance()
      let filter = try parseProposition()
      if tree.filter != nil { throw fail(.duplicate, at: offset, "a file has one filter") }
      tree.filter = filter
    case "locations" where !isNegated:
      advance()
      try expect(.openBracket, after: "'locations'")
      while !accept(.closeBracket) {
        let place = current.offset
        tree.locations.append((try parseTerm(isLeft: true), place))
        if !accept(.semicolon), !current.is(.closeBracket) { throw unexpected("';' or ']'") }
      }
    default: return false
    }
    return true
  }

  // MARK: - Propositions: `=>` binds least, then `\/`, then `/\`, then `~`.

  private func parseProposition() throws(Abandoned) -> Proposition {
    try nested { () throws(Abandoned) in
      let left = try parseAny()
      guard accept(.implication) else { return left }
      return .implies(left, try parseProposition())
    }
  }

  private func parseAny() throws(Abandoned) -> Proposition {
    var parts = [try parseAll()]
    while accept(.disjunction) || accept(.orOr) { parts.append(try parseAll()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private func parseAll() throws(Abandoned) -> Proposition {
    var parts = [try parseNegation()]
    while accept(.conjunction) || accept(.andAnd) { parts.append(try parseNegation()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private func parseNegation() throws(Abandoned) -> Proposition {
    if accept(.tilde) || accept(.not) || acceptWord("not") {
      return .not(try nested { () throws(Abandoned) in try parseNegation() })
    }
    if accept(.openParen) {
      let inner = try parseProposition()
      try expect(.closeParen, after: "the proposition")
      return inner
    }
    if acceptWord("true") { return .constant(true) }
    if acceptWord("false") { return .constant(false) }
    let left = try parseTerm(isLeft: true)
    let offset = current.offset
    let isEqual = current.is(.assign) || current.is(.equal)
    guard isEqual || current.is(.notEqual) else { throw unexpected("'=' or '!='") }
    advance()
    return .compare(left, isEqual: isEqual, try parseTerm(isLeft: false), offset)
  }

  private func acceptWord(_ text: String) -> Bool {
    guard word(current) == text else { return false }
    advance()
    return true
  }

  /// `x`, `[x]`, `x[1]`, `0:r1`, `THREAD:local`; on the right also a number or an address.
  private func parseTerm(isLeft: Bool) throws(Abandoned) -> ConditionTerm {
    let token = current
    if case .number(let bits, _) = token.kind {
      advance()
      guard accept(.colon) else {
        if isLeft {
          throw fail(.syntax, at: token.offset, "a condition compares a location, not a number")
        }
        return .number(Int64(bitPattern: bits))
      }
      guard let process = Int(exactly: bits) else { throw unexpected("the number of a process") }
      return .register(.process(process), try expectIdentifier("the name of a register").name)
    }
    if !isLeft, accept(.minus) {
      guard case .number(let bits, _) = current.kind else { throw unexpected("a number") }
      advance()
      return .number(0 &- Int64(bitPattern: bits))
    }
    if !isLeft, accept(.ampersand) { return .address(try expectIdentifier("a name").name) }
    let isBracketed = accept(.openBracket)
    let isDereferenced = isLeft && !isBracketed && accept(.star)
    let name = try expectIdentifier("the name of a location").name
    if isBracketed { try expect(.closeBracket, after: "the name") }
    if isDereferenced || isBracketed { return .global(name, index: nil) }
    if current.is(.colon), let local = identifier(self.token(ahead: 1)) {
      advance()
      advance()
      return .register(.name(name), local)
    }
    guard accept(.openBracket) else { return .global(name, index: nil) }
    guard case .number(let bits, _) = current.kind, let index = Int(exactly: bits) else {
      throw unexpected("an index")
    }
    advance()
    try expect(.closeBracket, after: "the index")
    return .global(name, index: index)
  }
}
