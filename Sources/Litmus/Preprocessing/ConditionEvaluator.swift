/// Evaluates the condition of `#if`, in 64 signed bits; a name that is no macro is 0.
struct ConditionEvaluator {
  private let tokens: [Token]
  private let end: Int
  private let diagnostics: Diagnostics
  private var index = 0
  private var depth = 0

  /// `end` is the place that a condition which stops too early is reported at.
  init(_ tokens: [Token], end: Int, diagnostics: Diagnostics) {
    (self.tokens, self.end, self.diagnostics) = (tokens, end, diagnostics)
  }

  mutating func evaluate() throws(Abandoned) -> Int64 {
    let value = try ternary(counts: true)
    if index < tokens.count { throw unexpected() }
    return value
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
  private mutating func ternary(counts: Bool) throws(Abandoned) -> Int64 {
    let condition = try binary(above: 0, counts: counts)
    guard current == .question else { return condition }
    index += 1
    let first = try nested { (self: inout Self) throws(Abandoned) in
      try self.ternary(counts: counts && condition != 0)
    }
    try skip(.colon)
    let second = try nested { (self: inout Self) throws(Abandoned) in
      try self.ternary(counts: counts && condition == 0)
    }
    return condition != 0 ? first : second
  }

  private mutating func nested(
    _ body: (inout Self) throws(Abandoned) -> Int64
  ) throws(Abandoned) -> Int64 {
    depth += 1
    defer { depth -= 1 }
    if depth > FileLimits.nesting {
      throw diagnostics.fail(
        .limit, at: end, "the condition is nested more than \(FileLimits.nesting) deep")
    }
    return try body(&self)
  }

  private mutating func binary(above level: Int, counts: Bool) throws(Abandoned) -> Int64 {
    var left = try unary(counts: counts)
    while let mark = current, let binary = mark.binary, binary.precedence > level {
      let offset = tokens[index].offset
      index += 1
      let decided =
        binary.operation == .logicalAnd && left == 0
        || binary.operation == .logicalOr && left != 0
      let right = try nested { [counts] (self: inout Self) throws(Abandoned) in
        try self.binary(above: binary.precedence, counts: counts && !decided)
      }
      guard let value = binary.operation.apply(left, right) else {
        if counts && !decided {
          throw diagnostics.fail(.syntax, at: offset, "division by 0 in a condition")
        }
        left = 0
        continue
      }
      left = value
    }
    return left
  }

  private mutating func unary(counts: Bool) throws(Abandoned) -> Int64 {
    guard index < tokens.count else { throw unexpected() }
    switch tokens[index].kind {
    case .number(let bits, _):
      index += 1
      return Int64(bitPattern: bits)
    case .name:
      index += 1
      return 0
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
      case .not: value == 0 ? 1 : 0
      case .tilde: ~value
      case .minus: 0 &- value
      default: value
      }
    default: throw unexpected()
    }
  }
}
