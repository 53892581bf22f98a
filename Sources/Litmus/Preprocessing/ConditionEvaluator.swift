/// Evaluates the condition of `#if`, in 64 bits, which are unsigned where C has them so.
///
/// A name that is no macro is 0, but for the kernel's constants.
struct ConditionEvaluator {
  /// A number, and whether it is of the unsigned type.
  private struct Value {
    var bits: Int64
    var isUnsigned = false

    var isTrue: Bool { bits != 0 }
  }

  private let tokens: [Token]
  private let names: NameTable
  private let end: Int
  private let diagnostics: Diagnostics
  private var index = 0
  private var depth = 0

  /// `end` is the place that a condition which stops too early is reported at.
  init(_ tokens: [Token], names: NameTable, end: Int, diagnostics: Diagnostics) {
    (self.tokens, self.names, self.end) = (tokens, names, end)
    self.diagnostics = diagnostics
  }

  /// Whether the condition is true.
  mutating func evaluate() throws(Abandoned) -> Bool {
    let value = try ternary(counts: true)
    if index < tokens.count { throw unexpected() }
    return value.isTrue
  }

  private var current: Punctuator? {
    if index < tokens.count, case .mark(let mark) = tokens[index].kind { return mark }
    return nil
  }

  private func unexpected() -> Abandoned {
    index < tokens.count
      ? diagnostics.fail(.syntax, at: tokens[index].offset, "this has no place in a condition")
      : diagnostics.fail(.syntax, at: end, "the condition is incomplete")
  }

  private mutating func skip(_ mark: Punctuator) throws(Abandoned) {
    guard current == mark else { throw unexpected() }
    index += 1
  }

  /// `counts` is false where C does not evaluate, and division by 0 does no harm.
  private mutating func ternary(counts: Bool) throws(Abandoned) -> Value {
    let condition = try binary(above: 0, counts: counts)
    guard current == .question else { return condition }
    index += 1
    let first = try nested { (self: inout Self) throws(Abandoned) in
      try self.ternary(counts: counts && condition.isTrue)
    }
    try skip(.colon)
    let second = try nested { (self: inout Self) throws(Abandoned) in
      try self.ternary(counts: counts && !condition.isTrue)
    }
    return Value(
      bits: condition.isTrue ? first.bits : second.bits,
      isUnsigned: first.isUnsigned || second.isUnsigned)
  }

  private mutating func nested(
    _ body: (inout Self) throws(Abandoned) -> Value
  ) throws(Abandoned) -> Value {
    depth += 1
    defer { depth -= 1 }
    if depth > FileLimits.nesting {
      throw diagnostics.fail(
        .limit, at: end, "the condition is nested more than \(FileLimits.nesting) deep")
    }
    return try body(&self)
  }

  private mutating func binary(above level: Int, counts: Bool) throws(Abandoned) -> Value {
    var left = try unary(counts: counts)
    while let mark = current, let binary = mark.binary, binary.precedence > level {
      let offset = tokens[index].offset
      index += 1
      let decided =
        binary.operation == .logicalAnd && !left.isTrue
        || binary.operation == .logicalOr && left.isTrue
      let right = try nested { [counts] (self: inout Self) throws(Abandoned) in
        try self.binary(above: binary.precedence, counts: counts && !decided)
      }
      guard let value = Self.apply(binary.operation, left, right) else {
        if counts && !decided {
          throw diagnostics.fail(.syntax, at: offset, "division by 0 in a condition")
        }
        left = Value(bits: 0)
        continue
      }
      left = value
    }
    return left
  }

  /// Both sides are unsigned if one is, but for those of a shift.
  private static func apply(_ operation: BinaryOperator, _ left: Value, _ right: Value) -> Value? {
    if operation == .logicalAnd || operation == .logicalOr {
      return operation.apply(left.bits, right.bits).map { Value(bits: $0) }
    }
    let isUnsigned = left.isUnsigned || !operation.isShift && right.isUnsigned
    let type = isUnsigned ? IntegerType.unsignedLong : .long
    return Arithmetic.apply(operation, left.bits, right.bits, in: type).map {
      Value(bits: $0, isUnsigned: isUnsigned && !operation.isComparison)
    }
  }

  private mutating func unary(counts: Bool) throws(Abandoned) -> Value {
    guard index < tokens.count else { throw unexpected() }
    switch tokens[index].kind {
    case .number(let bits, let suffix):
      index += 1
      return Value(
        bits: Int64(bitPattern: bits), isUnsigned: suffix.isUnsigned || bits > UInt64(Int64.max))
    case .name(let name):
      if Checker.cpuCounts.contains(names.text(of: name)) {
        throw diagnostics.fail(
          .refused, at: tokens[index].offset,
          "'\(names.text(of: name))' is not known yet where conditions are evaluated")
      }
      index += 1
      let known = KnownConstant.table[names.text(of: name)]
      return Value(bits: known?.value ?? 0, isUnsigned: known?.type == .unsignedLong)
    case .mark(.openParen):
      index += 1
      let value = try nested { (self: inout Self) throws(Abandoned) in
        try self.ternary(counts: counts)
      }
      try skip(.closeParen)
      return value
    case .mark(let mark) where [.not, .tilde, .minus, .plus].contains(mark):
      index += 1
      let value = try nested { (self: inout Self) throws(Abandoned) in
        try self.unary(counts: counts)
      }
      return switch mark {
      case .not: Value(bits: value.isTrue ? 0 : 1)
      case .tilde: Value(bits: ~value.bits, isUnsigned: value.isUnsigned)
      case .minus: Value(bits: 0 &- value.bits, isUnsigned: value.isUnsigned)
      default: value
      }
    default: throw unexpected()
    }
  }
}
