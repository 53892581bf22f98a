/// An operator with two operands.
enum BinaryOperator: UInt8, Hashable {
  case add, subtract, multiply, divide, remainder
  case and, or, xor, shiftLeft, shiftRight
  case equal, notEqual, less, greater, lessOrEqual, greaterOrEqual
  case logicalAnd, logicalOr

  /// Whether the result is 0 or 1 whatever the operands' type.
  var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual: true
    default: false
    }
  }

  var isShift: Bool { self == .shiftLeft || self == .shiftRight }

  /// The result for 64-bit signed operands; nil for a division that has none.
  func apply(_ left: Int64, _ right: Int64) -> Int64? {
    switch self {
    case .add: left &+ right
    case .subtract: left &- right
    case .multiply: left &* right
    case .divide: right == 0 ? nil : left.dividedReportingOverflow(by: right).partialValue
    case .remainder:
      right == 0 ? nil : left.remainderReportingOverflow(dividingBy: right).partialValue
    case .and: left & right
    case .or: left | right
    case .xor: left ^ right
    case .shiftLeft: left &<< right
    case .shiftRight: left &>> right
    case .equal: left == right ? 1 : 0
    case .notEqual: left != right ? 1 : 0
    case .less: left < right ? 1 : 0
    case .greater: left > right ? 1 : 0
    case .lessOrEqual: left <= right ? 1 : 0
    case .greaterOrEqual: left >= right ? 1 : 0
    case .logicalAnd: left != 0 && right != 0 ? 1 : 0
    case .logicalOr: left != 0 || right != 0 ? 1 : 0
    }
  }
}

/// An operator with one operand.
enum UnaryOperator: UInt8, Hashable {
  case plus, minus, complement, not
  case address, dereference
  case preIncrement, preDecrement, postIncrement, postDecrement
}

extension Punctuator {
  /// The operator between two operands that the mark is, and how tightly it binds.
  var binary: (operation: BinaryOperator, precedence: Int)? {
    switch self {
    case .orOr: (.logicalOr, 1)
    case .andAnd: (.logicalAnd, 2)
    case .pipe: (.or, 3)
    case .caret: (.xor, 4)
    case .ampersand: (.and, 5)
    case .equal: (.equal, 6)
    case .notEqual: (.notEqual, 6)
    case .less: (.less, 7)
    case .greater: (.greater, 7)
    case .lessOrEqual: (.lessOrEqual, 7)
    case .greaterOrEqual: (.greaterOrEqual, 7)
    case .shiftLeft: (.shiftLeft, 8)
    case .shiftRight: (.shiftRight, 8)
    case .plus: (.add, 9)
    case .minus: (.subtract, 9)
    case .star: (.multiply, 10)
    case .slash: (.divide, 10)
    case .percent: (.remainder, 10)
    default: nil
    }
  }

  /// The operator of a compound assignment.
  var compoundAssignment: BinaryOperator? {
    switch self {
    case .plusAssign: .add
    case .minusAssign: .subtract
    case .starAssign: .multiply
    case .slashAssign: .divide
    case .percentAssign: .remainder
    case .andAssign: .and
    case .orAssign: .or
    case .xorAssign: .xor
    case .shiftLeftAssign: .shiftLeft
    case .shiftRightAssign: .shiftRight
    default: nil
    }
  }
}
