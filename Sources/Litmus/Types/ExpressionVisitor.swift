extension Program {
  /// Calls `visit` for every expression of every function, each before its parts.
  func visitExpressions(_ visit: (TypedExpression) -> Void) {
    for function in functions {
      for statement in function.body ?? [] { statement.visitExpressions(visit) }
    }
  }

  /// Whether any function uses a primitive that `test` accepts.
  func usesPrimitive(_ test: (Primitive) -> Bool) -> Bool {
    var found = false
    visitExpressions { expression in
      if case .primitive(let primitive, _, _) = expression.kind, test(primitive) { found = true }
    }
    return found
  }
}

extension Program {
  /// Whether an expression looks at values and changes nothing; functions that it calls are one
  /// `return` each.
  func onlyLooks(_ expression: TypedExpression, calls: Int = 0) -> Bool {
    var looks = calls <= FileLimits.nesting
    expression.walk { part in
      switch part.kind {
      case .assign, .update, .copy, .structure, .callThrough, .primitive, .statements: looks = false
      case .call(let number, _):
        let result = functions[number].onlyResult
        looks = looks && (result.map { onlyLooks($0, calls: calls + 1) } ?? false)
      default: break
      }
      return looks
    }
    return looks
  }
}

extension TypedStatement {
  func visitExpressions(_ visit: (TypedExpression) -> Void) {
    walk {
      visit($0)
      return true
    }
  }

  /// Calls `visit` for each expression, and for its parts where that says so.
  func walk(_ visit: (TypedExpression) -> Bool) {
    switch self {
    case .expression(let expression): expression.walk(visit)
    case .declare, .label, .jump: break
    case .block(let statements): for statement in statements { statement.walk(visit) }
    case .condition(let test, let first, let second):
      test.walk(visit)
      first.walk(visit)
      second?.walk(visit)
    case .loop(let loop):
      loop.condition?.walk(visit)
      loop.step?.walk(visit)
      loop.body.walk(visit)
    case .choice(let value, _, let body, _):
      value.walk(visit)
      body.walk(visit)
    case .return(let value, _): value?.walk(visit)
    case .atomic(let body, _): body.walk(visit)
    case .guarded(let body, let end):
      for statement in body { statement.walk(visit) }
      end.walk(visit)
    }
  }
}

extension TypedExpression {
  /// Calls `visit` for this expression and then for its parts.
  func visit(_ visit: (TypedExpression) -> Void) {
    walk {
      visit($0)
      return true
    }
  }

  /// The statements of each `({ ... })` in it that is within no other.
  var outermostStatements: [[TypedStatement]] {
    var found: [[TypedStatement]] = []
    walk { part in
      guard case .statements(let statements, let value) = part.kind else { return true }
      found.append(statements)
      found += value.outermostStatements
      return false
    }
    return found
  }

  /// Calls `visit` for this expression, and then for its parts where that says so.
  func walk(_ visit: (TypedExpression) -> Bool) {
    guard visit(self) else { return }
    switch kind {
    case .constant, .local, .function: break
    case .address(let place), .read(let place, _), .structure(let place): place.walk(visit)
    case .unary(_, let operand), .convert(let operand), .unwatched(let operand),
      .container(let operand, _):
      operand.walk(visit)
    case .binary(_, let left, let right, _), .offset(let left, let right, _),
      .distance(let left, let right, _), .logical(_, let left, let right),
      .comma(let left, let right), .orElse(let left, let right):
      left.walk(visit)
      right.walk(visit)
    case .conditional(let test, let first, let second):
      for part in [test, first, second] { part.walk(visit) }
    case .assign(let place, let value, _), .update(let place, _, let value, _, _):
      value.walk(visit)
      place.walk(visit)
    case .copy(let target, let source):
      source.walk(visit)
      target.walk(visit)
    case .statements(let statements, let value):
      for statement in statements { statement.walk(visit) }
      value.walk(visit)
    case .call(_, let arguments): for argument in arguments { argument.walk(visit) }
    case .callThrough(let pointer, let arguments):
      for part in [pointer] + arguments { part.walk(visit) }
    case .primitive(_, let place, let arguments):
      for argument in arguments { argument.walk(visit) }
      place?.walk(visit)
    }
  }
}

extension Place {
  func walk(_ visit: (TypedExpression) -> Bool) {
    switch self {
    case .variable: break
    case .pointee(let value), .result(let value): value.walk(visit)
    case .member(let base, _): base.walk(visit)
    case .element(let base, let index, _, _):
      base.walk(visit)
      index.walk(visit)
    }
  }
}
