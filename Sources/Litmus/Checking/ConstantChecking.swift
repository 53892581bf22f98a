// Constants, and what is known before the program runs.
extension Checker {
  /// The value of an expression that is known before the program runs.
  func constantValue(of expression: Expression) throws(Abandoned) -> Int64 {
    guard let value = fold(try value(expression)) else {
      throw fail(.type, at: expression.offset, "a constant is expected here")
    }
    return value
  }

  /// The value of an expression of constants; nil if it is none.
  func fold(_ expression: TypedExpression) -> Int64? {
    switch expression.kind {
    case .constant(let value): value
    case .convert(let operand): fold(operand).map { convert($0, to: expression.type) }
    case .unary(let operation, let operand):
      fold(operand).flatMap { value in
        switch operation {
        case .minus: convert(0 &- value, to: expression.type)
        case .complement: convert(~value, to: expression.type)
        case .not: value == 0 ? 1 : 0
        case .plus: value
        default: nil
        }
      }
    case .binary(let operation, let left, let right, let type):
      fold(left).flatMap { left in
        fold(right).flatMap { right in
          Arithmetic.apply(operation, left, right, in: type.integer ?? .long)
        }
      }
    case .logical(let operation, let left, let right):
      fold(left).flatMap { left in
        if operation == .logicalAnd && left == 0 { return 0 }
        if operation == .logicalOr && left != 0 { return 1 }
        return fold(right).map { $0 != 0 ? 1 : 0 }
      }
    case .conditional(let condition, let first, let second):
      fold(condition).flatMap { fold($0 != 0 ? first : second) }
    case .orElse(let first, let second): fold(first).flatMap { $0 != 0 ? $0 : fold(second) }
    default: nil
    }
  }

  private func convert(_ value: Int64, to type: CType) -> Int64 {
    type.integer.map { $0.wrap(value) } ?? value
  }

  func constant(_ value: Int64, _ type: CType = .int, at offset: Int) -> TypedExpression {
    TypedExpression(kind: .constant(value), type: type, offset: offset)
  }
}
