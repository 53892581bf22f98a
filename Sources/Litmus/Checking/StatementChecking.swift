// Functions' bodies.
extension Checker {
  func checkBody(of syntax: FunctionSyntax) throws(Abandoned) {
    guard case .function(let number)? = scopes[0][syntax.name],
      program.functions[number].offset == syntax.offset
    else { return }
    var state = FunctionState(number: number)
    if case .process(let process) = syntax.role { state.process = process }
    current = state
    defer { current = nil }
    var body: [TypedStatement] = []
    try inScope { () throws(Abandoned) in
      if let process = state.process { try defineHerdParameters(of: syntax, process) }
      for (parameter, variable) in zip(syntax.parameters, program.functions[number].parameters) {
        guard let name = parameter.type.declarator.name else { continue }
        try define(name, as: .variable(variable), at: parameter.type.declarator.offset)
      }
      body = try check(syntax.body)
    }
    for (name, label) in current?.gotoLabels ?? [:] where !label.isPlaced {
      let known = current?.gotoLabels.filter(\.value.isPlaced).keys.map(text) ?? []
      diagnostics.report(
        .unknownName, at: label.offset,
        "there is no label '\(text(name))'\(suggestion(for: text(name), among: known))")
    }
    program.functions[number].body = body
  }

  /// The statements of a block, in a scope of their own.
  private func check(_ statements: [Statement]) throws(Abandoned) -> [TypedStatement] {
    var checked: [TypedStatement] = []
    try inScope { () throws(Abandoned) in
      // What a guard holds, it holds up to the end of the block.
      var guards: [(before: [TypedStatement], end: TypedExpression)] = []
      for statement in statements {
        attempt { () throws(Abandoned) in
          guard let taken = try guardStatement(statement) else {
            return try check(statement, into: &checked)
          }
          checked.append(.expression(taken.lock))
          guards.append((checked, taken.unlock))
          checked = []
        }
      }
      for guarded in guards.reversed() {
        checked = guarded.before + [.guarded(checked, then: guarded.end)]
      }
    }
    return checked
  }

  private func check(_ statement: Statement) throws(Abandoned) -> TypedStatement {
    var checked: [TypedStatement] = []
    try inScope { () throws(Abandoned) in try check(statement, into: &checked) }
    return checked.count == 1 ? checked[0] : .block(checked)
  }

  func newLabel() -> Int {
    guard let current else { return 0 }
    program.functions[current.number].labels += 1
    return program.functions[current.number].labels - 1
  }

  func check(
    _ statement: Statement, into checked: inout [TypedStatement]
  ) throws(Abandoned) {
    let offset = statement.offset
    switch statement.kind {
    case .empty: break
    case .expression(let expression):
      if try isFallthrough(expression) { break }
      checked.append(.expression(try anyValue(expression)))
    case .declaration(let declaration):
      try declaring(declaration.names) { () throws(Abandoned) in
        try declareLocals(declaration, into: &checked)
      }
    case .compound(let statements): checked.append(.block(try check(statements)))
    case .condition(let expression, let then, let otherwise):
      let test = try condition(expression)
      let first = try check(then)
      var second: TypedStatement?
      if let otherwise { second = try check(otherwise) }
      checked.append(.condition(test, first, second))
    case .while(let expression, let body):
      let test = try condition(expression)
      checked.append(try loop(test, body))
    case .doWhile(let body, let expression):
      let test = try condition(expression)
      checked.append(try loop(test, testsLast: true, body))
    case .for(let first, let expression, let step, let body):
      try inScope { () throws(Abandoned) in
        var parts: [TypedStatement] = []
        if let first { try check(first, into: &parts) }
        var test: TypedExpression?
        if let expression { test = try condition(expression) }
        var last: TypedExpression?
        if let step { last = try anyValue(step) }
        parts.append(try loop(test, step: last, body))
        checked.append(.block(parts))
      }
    case .switch(let expression, let body): try checkSwitch(expression, body, into: &checked)
    case .caseLabel(let expression): try checkCase(expression, at: offset, into: &checked)
    case .label(let name):
      let known = current?.gotoLabels[name]
      if known?.isPlaced ?? false {
        throw fail(.duplicate, at: offset, "the label '\(text(name))' stands here twice")
      }
      let label = known?.label ?? newLabel()
      current?.gotoLabels[name] = (label, true, offset)
      if current?.isInAtomic ?? false {
        throw fail(.refused, at: offset, "a label has no place in 'atomic': nothing jumps into it")
      }
      try refuseWithinExpression("a label", at: offset)
      checked.append(.label(label))
    case .goto(let name):
      if current?.isInAtomic ?? false {
        throw fail(.refused, at: offset, "'goto' has no place in 'atomic'")
      }
      try refuseWithinExpression("'goto'", at: offset)
      if let number = current?.number { program.functions[number].jumps = true }
      let label = current?.gotoLabels[name]?.label ?? newLabel()
      if current?.gotoLabels[name] == nil { current?.gotoLabels[name] = (label, false, offset) }
      checked.append(.jump(label, offset: offset))
    case .break:
      guard let label = current?.breakLabels.last else {
        throw fail(.syntax, at: offset, "'break' stands outside of loops and 'switch'")
      }
      checked.append(.jump(label, offset: offset))
    case .continue:
      guard let label = current?.continueLabels.last else {
        throw fail(.syntax, at: offset, "'continue' stands outside of loops")
      }
      checked.append(.jump(label, offset: offset))
    case .return(let expression): try checkReturn(expression, at: offset, into: &checked)
    case .atomic(let body): try checkAtomic(body, at: offset, into: &checked)
    case .scopedGuard(let name, let arguments, let body):
      let taken = try takeGuard(name, arguments, at: offset)
      let label = newLabel()
      // It is a loop that runs once: 'break' and 'continue' leave it.
      current?.breakLabels.append(label)
      current?.continueLabels.append(label)
      defer {
        current?.breakLabels.removeLast()
        current?.continueLabels.removeLast()
      }
      checked += [
        .expression(taken.lock), .guarded([try check(body)], then: taken.unlock), .label(label),
      ]
    case .maybe(let name, let body):
      program.labels.insert(text(name))
      if labels.contains(text(name)) { checked.append(try check(body)) }
    }
  }

  private func loop(
    _ test: TypedExpression?, testsLast: Bool = false, step: TypedExpression? = nil,
    _ body: Statement
  ) throws(Abandoned) -> TypedStatement {
    let (next, end) = (newLabel(), newLabel())
    current?.breakLabels.append(end)
    current?.continueLabels.append(next)
    defer {
      current?.breakLabels.removeLast()
      current?.continueLabels.removeLast()
    }
    return .loop(
      TypedLoop(
        condition: test, testsLast: testsLast, step: step, body: try check(body),
        continueLabel: next, breakLabel: end))
  }

  /// Whether a statement is the kernel's word that the next case is meant to come after this one.
  private func isFallthrough(_ expression: Expression) throws(Abandoned) -> Bool {
    guard case .name(let name) = expression.kind, text(name) == "fallthrough", lookUp(name) == nil
    else { return false }
    if current?.cases.isEmpty ?? true {
      throw fail(.syntax, at: expression.offset, "'fallthrough' stands outside of 'switch'")
    }
    return true
  }

  private func checkSwitch(
    _ expression: Expression, _ body: Statement, into checked: inout [TypedStatement]
  ) throws(Abandoned) {
    let value = try value(expression)
    guard let type = value.type.integer else {
      throw fail(.type, at: expression.offset, "'switch' looks at a number")
    }
    let promoted = CType.integer(type.promoted)
    let end = newLabel()
    current?.breakLabels.append(end)
    current?.cases.append((promoted, []))
    defer {
      current?.breakLabels.removeLast()
      current?.cases.removeLast()
    }
    let inner = try check(body)
    checked.append(
      .choice(
        try convert(value, to: promoted, for: "this"), current?.cases.last?.labels ?? [], inner,
        end: end))
  }

  private func checkCase(
    _ expression: Expression?, at offset: Int, into checked: inout [TypedStatement]
  ) throws(Abandoned) {
    guard let last = current?.cases.indices.last, let type = current?.cases[last].type else {
      throw fail(.syntax, at: offset, "a case stands outside of 'switch'")
    }
    if let current, current.isInAtomic, last < current.casesAroundAtomic {
      throw fail(
        .refused, at: offset,
        "a case of a 'switch' around 'atomic' has no place in it: nothing jumps into it")
    }
    if let current, current.isInStatements, last < current.casesAround {
      throw fail(
        .refused, at: offset,
        "a case of a 'switch' around '({ ... })' has no place in it: nothing jumps into it")
    }
    var value: Int64?
    if let expression {
      value = type.integer?.wrap(try constantValue(of: expression))
    }
    if current?.cases[last].labels.contains(where: { $0.value == value }) ?? false {
      throw fail(.duplicate, at: offset, "the 'switch' has this case already")
    }
    let label = newLabel()
    current?.cases[last].labels.append((value, label))
    checked.append(.label(label))
  }

  private func checkReturn(
    _ expression: Expression?, at offset: Int, into checked: inout [TypedStatement]
  ) throws(Abandoned) {
    guard let current else { return }
    if current.isInAtomic {
      throw fail(.refused, at: offset, "'return' has no place in 'atomic'")
    }
    try refuseWithinExpression("'return'", at: offset)
    let type = program.functions[current.number].returns
    guard let expression else {
      if type != .void { throw fail(.type, at: offset, "'return' lacks a '\(text(type))'") }
      return checked.append(.return(nil, offset: offset))
    }
    if type == .void {
      throw fail(.type, at: expression.offset, "the function returns no value")
    }
    if case .structure = type {
      let place = try structure(expression, of: type, at: expression.offset)
      let value = TypedExpression(kind: .structure(place), type: type, offset: expression.offset)
      return checked.append(.return(value, offset: offset))
    }
    checked.append(
      .return(try convert(try value(expression), to: type, for: "what is returned"), offset: offset)
    )
  }

  private func checkAtomic(
    _ body: Statement, at offset: Int, into checked: inout [TypedStatement]
  ) throws(Abandoned) {
    if current?.isInAtomic ?? false {
      throw fail(.refused, at: offset, "'atomic' stands within 'atomic'")
    }
    current?.isInAtomic = true
    let cases = current?.cases.count ?? 0
    current?.casesAroundAtomic = cases
    // Nothing inside may jump out.
    let (breaks, continues) = (current?.breakLabels ?? [], current?.continueLabels ?? [])
    current?.breakLabels = []
    current?.continueLabels = []
    defer {
      current?.isInAtomic = false
      current?.breakLabels = breaks
      current?.continueLabels = continues
    }
    checked.append(.atomic(try check(body), offset: offset))
  }
}
