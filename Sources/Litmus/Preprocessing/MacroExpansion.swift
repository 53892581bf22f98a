/// Replaces macros by what they stand for.
///
/// The rules are those of C: arguments are expanded before they are put in, the result is looked
/// at again together with what follows, and a macro's name within its own text stands for itself.
/// Nothing here calls itself for each macro within a macro: they are on ``frames``. Only the
/// arguments of arguments are, and both are limited by ``FileLimits/nesting``.
struct MacroExpansion {
  /// The text of a macro, as far as it has been read.
  private struct Frame {
    let macro: Name
    let tokens: [Token]
    var index = 0
  }

  private var frames: [Frame] = []
  /// A token that was looked at and not taken.
  private var ahead: Token?
  /// The macros whose text this expansion is a part of.
  private let outer: [Name]
  private let depth: Int

  init(within outer: [Name] = [], depth: Int = 0) { (self.outer, self.depth) = (outer, depth) }

  /// The next token after all macros; nil at the end.
  ///
  /// `next` gives the tokens of the text, and nil at its end.
  mutating func next(
    _ preprocessor: Preprocessor, from next: () throws(Abandoned) -> Token?
  ) throws(Abandoned) -> Token? {
    while var token = try take(preprocessor, from: next) {
      guard case .name(let name) = token.kind, !token.standsForItself else { return token }
      if name == preprocessor.isEnabled, try isCall(preprocessor, from: next) {
        return try readIsEnabled(token, preprocessor, from: next)
      }
      guard let macro = preprocessor.macros[name] else { return token }
      if frames.contains(where: { $0.macro == name }) || outer.contains(name) {
        token.standsForItself = true
        return token
      }
      guard frames.count < FileLimits.nesting else {
        throw preprocessor.exhausted(
          at: token.offset,
          "macros stand inside each other more than \(FileLimits.nesting) deep")
      }
      var body = macro.body
      if let parameters = macro.parameters {
        guard try isCall(preprocessor, from: next) else { return token }
        let arguments = try readArguments(token, preprocessor, from: next)
        let used = macro.takesMore ? Array(arguments.prefix(parameters.count)) : arguments
        body = try substitute(used, for: parameters, in: body, of: token, preprocessor)
      }
      for index in body.indices {
        // A mistake in a macro's text is shown where the macro is used.
        if macro.parameters == nil || body[index].offset < 0 { body[index].offset = token.offset }
        body[index].startsLine = index == 0 && token.startsLine
      }
      frames.append(Frame(macro: name, tokens: body))
    }
    return nil
  }

  // MARK: - Taking tokens

  private mutating func take(
    _ preprocessor: Preprocessor, from next: () throws(Abandoned) -> Token?
  ) throws(Abandoned) -> Token? {
    try preprocessor.countStep()
    while let last = frames.indices.last {
      if frames[last].index < frames[last].tokens.count {
        frames[last].index += 1
        return frames[last].tokens[frames[last].index - 1]
      }
      frames.removeLast()
    }
    if let token = ahead {
      ahead = nil
      return token
    }
    return try next()
  }

  /// Whether the next token is an opening parenthesis.
  private mutating func isCall(
    _ preprocessor: Preprocessor, from next: () throws(Abandoned) -> Token?
  ) throws(Abandoned) -> Bool {
    while let last = frames.last {
      if last.index < last.tokens.count { return last.tokens[last.index].is(.openParen) }
      frames.removeLast()
    }
    if ahead == nil { ahead = try next() }
    return ahead?.is(.openParen) ?? false
  }

  /// Reads the arguments of a macro's use, from the parenthesis on.
  private mutating func readArguments(
    _ use: Token, _ preprocessor: Preprocessor, from next: () throws(Abandoned) -> Token?
  ) throws(Abandoned) -> [[Token]] {
    _ = try take(preprocessor, from: next)
    var arguments: [[Token]] = [[]]
    var open = 1
    while let token = try take(preprocessor, from: next) {
      switch token.kind {
      case .mark(.openParen): open += 1
      case .mark(.closeParen): open -= 1
      case .mark(.comma) where open == 1:
        arguments.append([])
        continue
      case .endOfFile:
        throw preprocessor.diagnostics.fail(
          .syntax, at: use.offset, "the arguments of this macro have no end ')'")
      default: break
      }
      if open == 0 { return arguments }
      arguments[arguments.count - 1].append(token)
    }
    throw preprocessor.diagnostics.fail(
      .syntax, at: use.offset, "the arguments of this macro have no end ')'")
  }

  private func substitute(
    _ arguments: [[Token]], for parameters: [Name], in body: [Token], of use: Token,
    _ preprocessor: Preprocessor
  ) throws(Abandoned) -> [Token] {
    let isWithoutArgument = arguments.count == 1 && arguments[0].isEmpty && parameters.isEmpty
    guard isWithoutArgument || arguments.count == parameters.count else {
      throw preprocessor.diagnostics.fail(
        .syntax, at: use.offset,
        "the macro takes \(parameters.count) arguments, not \(arguments.count)")
    }
    guard depth < FileLimits.nesting else {
      throw preprocessor.exhausted(
        at: use.offset,
        "arguments of macros stand inside each other more than \(FileLimits.nesting) deep")
    }
    let active = outer + frames.map(\.macro)
    var expanded: [[Token]?] = Array(repeating: nil, count: parameters.count)
    var tokens: [Token] = []
    for var token in body {
      guard case .name(let name) = token.kind, let index = parameters.firstIndex(of: name) else {
        token.offset = -1
        tokens.append(token)
        continue
      }
      let argument: [Token]
      if let known = expanded[index] {
        argument = known
      } else {
        argument = try preprocessor.expand(arguments[index], within: active, depth: depth + 1)
        expanded[index] = argument
      }
      try preprocessor.countStep(argument.count)
      tokens += argument
    }
    return tokens
  }

  /// `IS_ENABLED(NAME)`: 1 if the name is a macro that stands for 1, otherwise 0.
  private mutating func readIsEnabled(
    _ use: Token, _ preprocessor: Preprocessor, from next: () throws(Abandoned) -> Token?
  ) throws(Abandoned) -> Token {
    let arguments = try readArguments(use, preprocessor, from: next)
    guard arguments.count == 1, arguments[0].count == 1, case .name(let name) = arguments[0][0].kind
    else {
      throw preprocessor.diagnostics.fail(
        .syntax, at: use.offset, "IS_ENABLED takes the name of a macro")
    }
    var token = use
    let isOn = preprocessor.isOn(name)
    token.kind = .number(isOn ? 1 : 0, NumberSuffix())
    return token
  }
}
