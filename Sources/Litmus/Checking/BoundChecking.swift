// `min`, `max` and `clamp`, which compute each of their arguments once, as the kernel's do.
extension Checker {
  func bounded(
    _ function: CompositeFunction, _ name: String, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    var arguments = arguments
    var type: CType?
    switch function {
    case .lesser(isTyped: true), .greater(isTyped: true), .clampTyped:
      let first = arguments.removeFirst()
      guard case .type(let syntax) = first.kind else {
        throw fail(.type, at: first.offset, "'\(name)' takes a type first")
      }
      type = try resolve(syntax)
    default: break
    }
    var values: [TypedExpression] = []
    for argument in arguments { values.append(try value(argument)) }
    if function == .clampValue { type = values[0].type }
    var common = type ?? .int
    if type == nil { common = try commonType(of: values, name, at: offset) }
    guard common.integer != nil else {
      throw fail(.type, at: offset, "'\(name)' compares numbers, not '\(text(common))'")
    }
    var kept: [(place: Place, assign: TypedExpression, read: TypedExpression)] = []
    for value in values {
      kept.append(keep(try convert(value, to: common, for: "the argument"), as: name))
    }
    let reads = kept.map(\.read)
    func choose(
      _ operation: BinaryOperator, _ left: TypedExpression, _ right: TypedExpression,
      _ first: TypedExpression, _ second: TypedExpression
    ) -> TypedExpression {
      let test = TypedExpression(
        kind: .binary(operation, left, right, in: common), type: .int, offset: offset)
      return TypedExpression(kind: .conditional(test, first, second), type: common, offset: offset)
    }
    let result =
      switch function {
      case .lesser: choose(.less, reads[0], reads[1], reads[0], reads[1])
      case .greater: choose(.greater, reads[0], reads[1], reads[0], reads[1])
      default:
        choose(
          .greaterOrEqual, reads[0], reads[2], reads[2],
          choose(.lessOrEqual, reads[0], reads[1], reads[1], reads[0]))
      }
    return after(kept.map(\.assign), result)
  }

  /// The type in which values are compared, whose signs must not be mixed, as in the kernel.
  func commonType(
    of values: [TypedExpression], _ name: String, at offset: Int
  ) throws(Abandoned) -> CType {
    var (common, signs) = (IntegerType?.none, Set<Bool>())
    for value in values {
      guard let type = value.type.integer else {
        throw fail(.type, at: value.offset, "'\(name)' compares numbers, not '\(text(value.type))'")
      }
      common = common?.common(with: type) ?? type.promoted
      // A constant that is not negative goes with both.
      if fold(value).map({ $0 < 0 }) ?? true { signs.insert(type.promoted.isSigned) }
    }
    guard signs.count < 2 else {
      throw fail(
        .type, at: offset,
        "'\(name)' does not mix signed and unsigned numbers: write '\(name)_t(TYPE, ...)'")
    }
    return .integer(common ?? .int)
  }

  /// Assigns a value to what an expression names.
  func store(
    _ value: TypedExpression, into left: Expression, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let (place, type) = try self.place(left)
    var stored = try store(value, in: place, type, isMarked: false, at: offset)
    stored.type = .void
    return stored
  }
}
