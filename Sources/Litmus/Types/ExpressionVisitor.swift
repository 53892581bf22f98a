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

extension TypedStatement {
  func visitExpressions(_ visit: (TypedExpression) -> Void) {
    switch self {
    case .expression(let expression): expression.visit(visit)
    case .declare, .label, .jump: break
    case .block(let statements): for statement in statements { statement.visitExpressions(visit) }
    case .condition(let test, let first, let second):
      test.visit(visit)
      first.visitExpressions(visit)
      second?.visitExpressions(visit)
    case .loop(let loop):
      loop.condition?.visit(visit)
      loop.step?.visit(visit)
      loop.body.visitExpressions(visit)
    case .choice(let value, _, let body, _):
      value.visit(visit)
      body.visitExpressions(visit)
    case .return(let value, _): value?.visit(visit)
    case .atomic(let body, _): body.visitExpressions(visit)
    case .guarded(let body, let end):
      for statement in body { statement.visitExpressions(visit) }
      end.visit(visit)
    }
  }
}

extension TypedExpression {
  /// Calls `visit` for this expression and then for its parts.
  func visit(_ visit: (TypedExpression) -> Void) {
    visit(self)
    switch kind {
    case .constant, .local: break
    case .address(let place), .read(let place, _), .structure(let place): place.visit(visit)
    case .unary(_, let operand), .convert(let operand), .unwatched(let operand):
      operand.visit(visit)
    case .binary(_, let left, let right, _), .offset(let left, let right, _),
      .distance(let left, let right, _), .logical(_, let left, let right),
      .comma(let left, let right), .orElse(let left, let right):
      left.visit(visit)
      right.visit(visit)
    case .conditional(let test, let first, let second):
      for part in [test, first, second] { part.visit(visit) }
    case .assign(let place, let value, _), .update(let place, _, let value, _, _):
      value.visit(visit)
      place.visit(visit)
    case .copy(let target, let source):
      source.visit(visit)
      target.visit(visit)
    case .call(_, let arguments): for argument in arguments { argument.visit(visit) }
    case .primitive(_, let place, let arguments):
      for argument in arguments { argument.visit(visit) }
      place?.visit(visit)
    }
  }
}

extension Place {
  func visit(_ visit: (TypedExpression) -> Void) {
    switch self {
    case .variable: break
    case .pointee(let value), .result(let value): value.visit(visit)
    case .member(let base, _): base.visit(visit)
    case .element(let base, let index, _, _):
      base.visit(visit)
      index.visit(visit)
    }
  }
}
