// Statements within expressions: `({ ... })`.
extension Checker {
  /// The value of `({ ... })`: that of the last statement, if it is an expression.
  func value(of statements: [Statement], at offset: Int) throws(Abandoned) -> TypedExpression {
    guard let outer = current, outer.process == nil else {
      throw fail(.refused, at: offset, "statements within expressions stand in functions only")
    }
    current?.isInStatements = true
    current?.casesAround = outer.cases.count
    current?.breakLabels = []
    current?.continueLabels = []
    defer {
      current?.isInStatements = outer.isInStatements
      current?.casesAround = outer.casesAround
      current?.breakLabels = outer.breakLabels
      current?.continueLabels = outer.continueLabels
    }
    var checked: [TypedStatement] = []
    var result = nothing(at: offset)
    try inScope { () throws(Abandoned) in
      for (index, statement) in statements.enumerated() {
        if index == statements.count - 1, case .expression(let last) = statement.kind {
          result = try anyValue(last)
        } else {
          try check(statement, into: &checked)
        }
      }
    }
    return TypedExpression(kind: .statements(checked, result), type: result.type, offset: offset)
  }

  /// Refuses what would lead out of an expression, or into one.
  func refuseWithinExpression(_ what: String, at offset: Int) throws(Abandoned) {
    if current?.isInStatements ?? false {
      throw fail(.refused, at: offset, "\(what) has no place within '({ ... })'")
    }
  }
}
