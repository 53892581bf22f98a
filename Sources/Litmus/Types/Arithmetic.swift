/// Computing as the kernel's compilers do: signed numbers wrap, shifts look at the low bits only.
enum Arithmetic {
  /// The result of an operator in a type; nil for a division by 0.
  ///
  /// The operands are values of that type, but for the right one of a shift.
  static func apply(
    _ operation: BinaryOperator, _ left: Int64, _ right: Int64, in type: IntegerType
  ) -> Int64? {
    switch operation {
    case .divide, .remainder:
      if right == 0 { return nil }
      guard type.bits == 64, !type.isSigned else { break }
      let (left, right) = (UInt64(bitPattern: left), UInt64(bitPattern: right))
      return Int64(bitPattern: operation == .divide ? left / right : left % right)
    case .shiftLeft: return type.wrap(left &<< (right & Int64(type.bits - 1)))
    case .shiftRight:
      let count = right & Int64(type.bits - 1)
      if type.isSigned { return left &>> count }
      return Int64(bitPattern: UInt64(bitPattern: left) &>> UInt64(count))
    case .less, .greater, .lessOrEqual, .greaterOrEqual:
      guard type.bits == 64, !type.isSigned else { break }
      // Turning the highest bit over makes unsigned numbers compare as signed ones.
      return operation.apply(left ^ .min, right ^ .min)
    default: break
    }
    guard let value = operation.apply(left, right) else { return nil }
    return operation.isComparison ? value : type.wrap(value)
  }
}
