// Types, declarators and initial values.
extension Parser {
  /// Whether a type can begin with a token.
  func beginsType(_ token: Token) -> Bool {
    if let keyword = keyword(token) { return keyword.beginsDeclaration }
    guard let name = identifier(token) else { return false }
    if typedefs.contains(name) { return true }
    let text = text(name)
    return KnownType.integers[text] != nil || KnownType.objects.contains(text)
  }

  /// What stands before the declarators of a declaration.
  struct Specifiers {
    var base: BaseType
    var isTypedef = false
    var isStatic = false
    var isExtern = false
    var isPerCPU = false
    var offset: Int
  }

  /// The words of a type, and what kind of declaration they begin.
  func parseSpecifiers() throws(Abandoned) -> Specifiers {
    let offset = current.offset
    var result = Specifiers(base: .void, offset: offset)
    var base: BaseType?
    var words = IntegerWords()
    while true {
      let token = current
      if let keyword = keyword(token) {
        switch keyword {
        case .typedef: result.isTypedef = true
        case .static: result.isStatic = true
        case .extern: result.isExtern = true
        case .const, .volatile, .inline, .register, .auto, .restrict: break
        case .void: try set(&base, .void, words, at: token.offset)
        case .struct:
          try set(&base, .structure(try parseStructure()), words, at: token.offset)
          continue
        case .enum:
          try set(&base, .enumeration(try parseEnumeration()), words, at: token.offset)
          continue
        case .typeof:
          try set(&base, try parseTypeOf(), words, at: token.offset)
          continue
        case .autoType: try set(&base, .inferred, words, at: token.offset)
        case .union, .float, .double:
          throw fail(
            .refused, at: token.offset, "'\(keyword.rawValue)' has no place in a race file")
        default:
          guard words.add(keyword) else { return try finish(result, base, words) }
          if base != nil { throw fail(.syntax, at: token.offset, "a second type") }
        }
        advance()
      } else if word(token) == "__attribute__" {
        advance()
        if word(self.token(ahead: 2)) == "percpu" { result.isPerCPU = true }
        try skipParentheses()
      } else if base == nil, words.isEmpty, let name = identifier(token), beginsType(token) {
        base = .named(name)
        advance()
      } else {
        return try finish(result, base, words)
      }
    }
  }

  private func set(
    _ base: inout BaseType?, _ type: BaseType, _ words: IntegerWords, at offset: Int
  ) throws(Abandoned) {
    if base != nil || !words.isEmpty { throw fail(.syntax, at: offset, "a second type") }
    base = type
  }

  private func finish(
    _ specifiers: Specifiers, _ base: BaseType?, _ words: IntegerWords
  ) throws(Abandoned) -> Specifiers {
    var result = specifiers
    if let base {
      result.base = base
    } else if !words.isEmpty {
      guard let type = words.type else {
        throw fail(.syntax, at: specifiers.offset, "these words are no type together")
      }
      result.base = .integer(type)
    } else {
      throw unexpected("a type")
    }
    return result
  }

  private func parseTypeOf() throws(Abandoned) -> BaseType {
    advance()
    try expect(.openParen, after: "'typeof'")
    let operand: Expression
    if beginsType(current) {
      let type = try parseTypeName()
      operand = try make(.type(type), at: type.offset)
    } else {
      operand = try nested { () throws(Abandoned) in try parseExpression() }
    }
    try expect(.closeParen, after: "what 'typeof' is about")
    return .typeOf(operand)
  }

  private func skipParentheses() throws(Abandoned) {
    guard current.is(.openParen) else { throw unexpected("'('") }
    var open = 0
    while !isAtEnd {
      if current.is(.openParen) { open += 1 }
      if current.is(.closeParen) { open -= 1 }
      advance()
      if open == 0 { return }
    }
  }

  private func parseStructure() throws(Abandoned) -> StructureSyntax {
    let offset = current.offset
    advance()
    let name = identifier(current)
    if name != nil { advance() }
    guard accept(.openBrace) else {
      if name == nil { throw unexpected("the name of a structure or '{'") }
      return StructureSyntax(name: name, members: nil, offset: offset)
    }
    var members: [Declaration] = []
    try nested { () throws(Abandoned) in
      while !accept(.closeBrace) {
        if isAtEnd { throw unexpected("'}' after the members") }
        let start = index
        do throws(Abandoned) { members.append(try parseMember()) } catch {
          skipStatement(from: start)
        }
      }
    }
    return StructureSyntax(name: name, members: members, offset: offset)
  }

  private func parseMember() throws(Abandoned) -> Declaration {
    try requireType()
    let specifiers = try parseSpecifiers()
    var variables: [Declaration.Variable] = []
    repeat {
      let declarator = try parseDeclarator()
      if current.is(.colon) {
        throw fail(.refused, at: current.offset, "bit-fields are not read")
      }
      variables.append(Declaration.Variable(declarator: declarator, initializer: nil))
    } while accept(.comma)
    try expect(.semicolon, after: "the member")
    return Declaration(base: specifiers.base, variables: variables, offset: specifiers.offset)
  }

  private func parseEnumeration() throws(Abandoned) -> EnumerationSyntax {
    let offset = current.offset
    advance()
    let name = identifier(current)
    if name != nil { advance() }
    guard accept(.openBrace) else {
      if name == nil { throw unexpected("the name of an enumeration or '{'") }
      return EnumerationSyntax(name: name, constants: nil, offset: offset)
    }
    var constants: [(name: Name, value: Expression?, offset: Int)] = []
    while !accept(.closeBrace) {
      let constant = try expectIdentifier("the name of a constant")
      let value = accept(.assign) ? try parseConditional() : nil
      constants.append((constant.name, value, constant.offset))
      if !accept(.comma), !current.is(.closeBrace) { throw unexpected("',' or '}'") }
    }
    return EnumerationSyntax(name: name, constants: constants, offset: offset)
  }

  /// A type where no name is declared, as in a cast.
  func parseTypeName() throws(Abandoned) -> TypeName {
    let specifiers = try parseSpecifiers()
    let declarator = try parseDeclarator()
    if declarator.name != nil {
      throw fail(.syntax, at: declarator.offset, "a type has no name here")
    }
    return TypeName(base: specifiers.base, declarator: declarator, offset: specifiers.offset)
  }

  /// Stars, a name and what comes after it; the name may be missing.
  func parseDeclarator() throws(Abandoned) -> Declarator {
    try nested { () throws(Abandoned) in
      if accept(.star) {
        while let keyword = keyword(current), [.const, .volatile, .restrict].contains(keyword) {
          advance()
        }
        var declarator = try parseDeclarator()
        declarator.derivations.append(.pointer)
        return declarator
      }
      var declarator: Declarator
      if current.is(.openParen), isInnerDeclarator() {
        advance()
        declarator = try parseDeclarator()
        try expect(.closeParen, after: "the declarator")
      } else {
        declarator = Declarator(name: identifier(current), offset: current.offset)
        if declarator.name != nil { advance() }
      }
      while let derivation = try parseSuffix() {
        declarator.derivations.append(derivation)
        if declarator.derivations.count > FileLimits.nesting { throw tooDeep(at: current.offset) }
      }
      while keyword(current) == .const { advance() }
      return declarator
    }
  }

  /// Whether the parenthesis here holds a declarator, and not parameters.
  private func isInnerDeclarator() -> Bool {
    let next = token(ahead: 1)
    return next.is(.star) || next.is(.openParen) || identifier(next) != nil && !beginsType(next)
  }

  private func parseSuffix() throws(Abandoned) -> Declarator.Derivation? {
    let offset = current.offset
    if accept(.openBracket) {
      if accept(.closeBracket) { return .array(nil, offset) }
      let length = try parseConditional()
      try expect(.closeBracket, after: "the length of an array")
      return .array(length, offset)
    }
    guard current.is(.openParen) else { return nil }
    advance()
    return .function(try parseParameters())
  }

  /// The parameters of a function, behind their parenthesis.
  func parseParameters() throws(Abandoned) -> [Parameter] {
    if accept(.closeParen) { return [] }
    if keyword(current) == .void, token(ahead: 1).is(.closeParen) {
      advance()
      advance()
      return []
    }
    var parameters: [Parameter] = []
    repeat {
      if current.is(.ellipsis) {
        throw fail(
          .refused, at: current.offset, "functions of any number of arguments are not read")
      }
      try requireType()
      let specifiers = try parseSpecifiers()
      let type = TypeName(
        base: specifiers.base, declarator: try parseDeclarator(), offset: specifiers.offset)
      parameters.append(Parameter(type: type))
    } while accept(.comma)
    try expect(.closeParen, after: "the parameters")
    return parameters
  }

  /// Refuses a word that stands where a type should and names none.
  func requireType() throws(Abandoned) {
    guard !beginsType(current), let name = identifier(current), word(current) != "__attribute__"
    else { return }
    if PrimitiveFunction.later.contains(text(name)) {
      throw fail(.refused, at: current.offset, Substitutes.refusal(of: text(name)))
    }
    throw fail(
      .unknownName, at: current.offset,
      "unknown type '\(text(name))'\(suggestion(for: text(name), among: knownTypes))")
  }

  private var knownTypes: [String] {
    Array(KnownType.integers.keys) + Array(KnownType.objects) + typedefs.map(text)
      + Keyword.allCases.filter(\.beginsDeclaration).map(\.rawValue)
  }

  // MARK: - Initial values

  func parseInitializer() throws(Abandoned) -> Initializer {
    let offset = current.offset
    guard accept(.openBrace) else { return .value(try parseAssignment()) }
    return try nested { () throws(Abandoned) in
      var elements: [Initializer.Element] = []
      while !accept(.closeBrace) {
        let designators = try parseDesignators()
        elements.append(
          Initializer.Element(designators: designators, value: try parseInitializer()))
        if !accept(.comma), !current.is(.closeBrace) { throw unexpected("',' or '}'") }
      }
      return .list(elements, offset)
    }
  }

  private func parseDesignators() throws(Abandoned) -> [Initializer.Designator] {
    var designators: [Initializer.Designator] = []
    while true {
      if accept(.dot) {
        let member = try expectIdentifier("the name of a member")
        designators.append(.member(member.name, member.offset))
      } else if accept(.openBracket) {
        designators.append(.index(try parseConditional()))
        if current.is(.ellipsis) {
          throw fail(.refused, at: current.offset, "ranges of elements are not read")
        }
        try expect(.closeBracket, after: "the index")
      } else {
        if !designators.isEmpty { try expect(.assign, after: "the designator") }
        return designators
      }
    }
  }
}

/// The words of an integer type, such as `unsigned` and `long`, in any order.
private struct IntegerWords {
  private var counts: [Keyword: Int] = [:]

  var isEmpty: Bool { counts.isEmpty }

  /// Adds a word; false if it is no word of an integer type.
  mutating func add(_ keyword: Keyword) -> Bool {
    guard [.bool, .char, .short, .int, .long, .signed, .unsigned].contains(keyword) else {
      return false
    }
    counts[keyword, default: 0] += 1
    return true
  }

  /// The type that the words name; nil if they name none.
  var type: IntegerType? {
    let longs = counts[.long] ?? 0
    let others = counts.filter { $0.key != .long && $0.value > 1 }
    guard longs <= 2, others.isEmpty else { return nil }
    let isUnsigned = counts[.unsigned] != nil
    if isUnsigned && counts[.signed] != nil { return nil }
    let kinds = [Keyword.bool, .char, .short, .long].filter { counts[$0] != nil }
    guard kinds.count <= 1 else { return nil }
    switch kinds.first {
    case .bool: return counts.count == 1 ? .bool : nil
    case .char:
      guard counts[.int] == nil else { return nil }
      return IntegerType(bits: 8, isSigned: !isUnsigned)
    case .short: return IntegerType(bits: 16, isSigned: !isUnsigned)
    case .long: return IntegerType(bits: 64, isSigned: !isUnsigned)
    default: return IntegerType(bits: 32, isSigned: !isUnsigned)
    }
  }
}
