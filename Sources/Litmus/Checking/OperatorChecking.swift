// Operators and conversions.
extension Checker {
  /// Whether integers and addresses are the same to the function in hand, as to herd7.
  var mixesAddresses: Bool { current?.process != nil }

  /// The value as one of another type, as an assignment converts it.
  func convert(
    _ value: TypedExpression, to type: CType, for what: String
  ) throws(Abandoned) -> TypedExpression {
    if value.type == type { return value }
    if let allocation = try allocation(value, as: type) { return allocation }
    switch (value.type, type) {
    case (.integer, .integer): return converted(value, to: type)
    case (.pointer, .integer(.bool)):
      return TypedExpression(
        kind: .binary(.notEqual, value, constant(0, value.type, at: value.offset), in: value.type),
        type: type, offset: value.offset)
    case (.pointer(let from), .pointer(let to))
    where from == .void || to == .void || mixesAddresses:
      try requireAlike(value, to)
      return converted(value, to: type)
    case (.integer, .pointer) where value.constant == 0 || mixesAddresses:
      return converted(value, to: type)
    case (.pointer, .integer) where mixesAddresses: return converted(value, to: type)
    default:
      throw fail(
        .type, at: value.offset, "\(what) is a '\(text(type))', not a '\(text(value.type))'")
    }
  }

  private func converted(_ value: TypedExpression, to type: CType) -> TypedExpression {
    if let constant = value.constant {
      return self.constant(type.integer?.wrap(constant) ?? constant, type, at: value.offset)
    }
    return TypedExpression(kind: .convert(value), type: type, offset: value.offset)
  }

  func cast(
    _ name: TypeName, _ operand: Expression, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let type = try resolve(name)
    let value = try value(operand)
    if type == .void { return inOrder(value, nothing(at: offset)) }
    guard type.isScalar else {
      throw fail(.type, at: offset, "nothing can be made a '\(text(type))' by a cast")
    }
    if type == .bool { return try convert(value, to: type, for: "this") }
    if let allocation = try allocation(value, as: type) { return allocation }
    if let target = type.pointee { try requireAlike(value, target) }
    return converted(value, to: type)
  }

  /// Refuses a pointer that is made one to something whose cells are of another width or kind, as
  /// far as the expression shows what it pointed to.
  private func requireAlike(_ value: TypedExpression, _ target: CType) throws(Abandoned) {
    var shown = value
    while case .convert(let operand) = shown.kind, operand.type.pointee != nil { shown = operand }
    guard !mixesAddresses, let pointee = shown.type.pointee,
      let (own, other) = program.difference(from: pointee, to: target)
    else { return }
    throw fail(
      .refused, at: value.offset,
      "a '\(text(.pointer(target)))' would see a '\(own.text)' as a '\(other.text)': a cell has "
        + "one width and kind")
  }

  func sizeOf(_ operand: Expression, at offset: Int) throws(Abandoned) -> TypedExpression {
    let type = try type(of: operand)
    guard let bits = type.integer?.bits ?? (type.pointee != nil ? 64 : nil) else {
      throw fail(.refused, at: offset, "the size of a '\(text(type))' is not known")
    }
    return constant(max(1, Int64(bits) / 8), .integer(.unsignedLong), at: offset)
  }

  /// The type of an expression, which may be a type itself; that of an array stays one.
  func type(of operand: Expression) throws(Abandoned) -> CType {
    switch operand.kind {
    case .type(let name): return try resolve(name)
    case .index, .member: return try place(operand).type
    case .unary(.dereference, let pointer):
      let pointer = try value(pointer)
      if let pointee = pointer.type.pointee, pointee.isFunction || pointee == .void {
        return pointee
      }
      return try pointee(of: pointer, at: operand.offset).type
    case .name(let name):
      switch lookUp(name) {
      case .variable(let number): return program.variables[number].type
      case .perCPU(let number):
        if case .array(let type, _) = program.variables[number].type { return type }
        return program.variables[number].type
      case .function(let number): return program.type(of: program.functions[number])
      default: return try value(operand).type
      }
    default: return try anyValue(operand).type
    }
  }

  func unary(
    _ operation: UnaryOperator, _ operand: Expression, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    switch operation {
    case .preIncrement, .preDecrement, .postIncrement, .postDecrement:
      let isIncrement = operation == .preIncrement || operation == .postIncrement
      return try update(
        operand, isIncrement ? .add : .subtract, constant(1, at: offset),
        givesOld: operation == .postIncrement || operation == .postDecrement, at: offset)
    case .not:
      return TypedExpression(
        kind: .unary(.not, try condition(operand)), type: .int, offset: offset)
    default:
      let value = try value(operand)
      guard let type = value.type.integer else {
        throw fail(.type, at: offset, "'\(text(value.type))' is no number")
      }
      try refuseAddress(value)
      let promoted = CType.integer(type.promoted)
      let wide = try convert(value, to: promoted, for: "this")
      if operation == .plus { return wide }
      return simplified(
        TypedExpression(kind: .unary(operation, wide), type: promoted, offset: offset))
    }
  }

  /// A constant where the value is known.
  private func simplified(_ expression: TypedExpression) -> TypedExpression {
    fold(expression).map { constant($0, expression.type, at: expression.offset) } ?? expression
  }

  func binary(
    _ operation: BinaryOperator, _ left: TypedExpression, _ right: TypedExpression, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    if operation == .logicalAnd || operation == .logicalOr {
      guard left.type.isScalar, right.type.isScalar else {
        throw fail(.type, at: offset, "both sides are conditions")
      }
      return TypedExpression(kind: .logical(operation, left, right), type: .int, offset: offset)
    }
    if let type = left.type.integer, let other = right.type.integer {
      if !operation.isComparison {
        try refuseAddress(left)
        try refuseAddress(right)
      }
      let common = CType.integer(operation.isShift ? type.promoted : type.common(with: other))
      let first = try convert(left, to: common, for: "this")
      let second =
        try operation.isShift
        ? convert(right, to: .integer(other.promoted), for: "this")
        : convert(right, to: common, for: "this")
      return simplified(
        TypedExpression(
          kind: .binary(operation, first, second, in: common),
          type: operation.isComparison ? .int : common, offset: offset))
    }
    return try pointerBinary(operation, left, right, at: offset)
  }

  /// Refuses to compute with a number that a cast has just made of a pointer: what an address is
  /// in bytes, and which of its bits are free, is not modelled.
  private func refuseAddress(_ value: TypedExpression) throws(Abandoned) {
    var shown = value
    while case .convert(let operand) = shown.kind {
      if operand.type.pointee != nil, shown.type.integer != nil, !mixesAddresses {
        throw fail(
          .refused, at: value.offset,
          "a number that is made of a pointer is compared or made a pointer again, and no more: "
            + "addresses are not counted in bytes")
      }
      shown = operand
    }
  }

  private func pointerBinary(
    _ operation: BinaryOperator, _ left: TypedExpression, _ right: TypedExpression, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    if operation.isComparison {
      let isComparable =
        left.type == right.type || left.type.pointee == .void || right.type.pointee == .void
        || left.constant == 0 || right.constant == 0 || mixesAddresses
      guard isComparable else {
        throw fail(
          .type, at: offset, "'\(text(left.type))' and '\(text(right.type))' are not compared")
      }
      let type = CType.integer(.unsignedLong)
      return TypedExpression(
        kind: .binary(operation, left, right, in: type), type: .int, offset: offset)
    }
    if operation == .add, left.type.integer != nil, right.type.pointee != nil {
      return try pointerBinary(.add, right, left, at: offset)
    }
    if let pointee = left.type.pointee, operation == .add || operation == .subtract {
      let stride = try size(of: pointee, at: offset)
      if right.type.integer != nil {
        var count = try convert(right, to: .integer(.long), for: "this")
        if operation == .subtract {
          count = simplified(
            TypedExpression(kind: .unary(.minus, count), type: count.type, offset: offset))
        }
        return TypedExpression(
          kind: .offset(left, count, stride: stride), type: left.type, offset: offset)
      }
      if operation == .subtract, left.type == right.type {
        return TypedExpression(
          kind: .distance(left, right, stride: stride), type: .integer(.long), offset: offset)
      }
    }
    if mixesAddresses {
      let long = CType.integer(.long)
      return try binary(
        operation, convert(left, to: long, for: "this"), convert(right, to: long, for: "this"),
        at: offset)
    }
    throw fail(
      .type, at: offset,
      "'\(text(left.type))' and '\(text(right.type))' do not go together here")
  }

  func assign(
    _ left: Expression, _ right: Expression, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let (place, type) = try self.place(left)
    if case .structure = type {
      try requireAddress(place, at: left.offset)
      let source = try structure(right, of: type, at: offset)
      return TypedExpression(kind: .copy(place, source), type: .void, offset: offset)
    }
    return try store(try value(right), in: place, type, isMarked: false, at: offset)
  }

  /// The structure of a type that an expression names or a call gives.
  func structure(
    _ expression: Expression, of type: CType, at offset: Int
  ) throws(Abandoned) -> Place {
    let (source, other) = try placeOrResult(expression)
    guard other == type else {
      throw fail(.type, at: offset, "a '\(text(type))' is not a '\(text(other))'")
    }
    try requireCopy(type, at: offset)
    return source
  }

  /// Refuses to write to what a call has given, or to ask for its address.
  func requireAddress(_ place: Place, at offset: Int) throws(Abandoned) {
    switch place {
    case .variable, .pointee: break
    case .member(let base, _), .element(let base, _, _, _): try requireAddress(base, at: offset)
    case .result:
      throw fail(.type, at: offset, "what a call gives has no address and cannot be written")
    }
  }

  /// Refuses to copy locks and other things that only primitives touch.
  func requireCopy(_ type: CType, at offset: Int) throws(Abandoned) {
    if !program.canBeCopied(type) {
      throw fail(.refused, at: offset, "a '\(text(type))' holds what is not copied, such as a lock")
    }
  }

  /// What a place of a type holds as a number; nil if that is no single number.
  func valueType(of type: CType) -> CType? {
    switch type {
    case .integer, .pointer: type
    case .object(.atomic(let integer)): .integer(integer)
    case .object(.refcount), .object(.seqcount): .integer(.unsignedInt)
    default: nil
    }
  }

  func store(
    _ value: TypedExpression, in place: Place, _ type: CType, isMarked: Bool, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    try requireAddress(place, at: offset)
    guard type.isScalar || isMarked || mixesAddresses, let type = valueType(of: type) else {
      throw fail(.type, at: offset, "a '\(text(type))' cannot be assigned to")
    }
    let converted = try convert(value, to: type, for: "what is assigned")
    return TypedExpression(
      kind: .assign(place, converted, isMarked: isMarked), type: type, offset: offset)
  }

  func update(
    _ left: Expression, _ operation: BinaryOperator, _ value: TypedExpression, givesOld: Bool,
    at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let (place, type) = try self.place(left)
    try requireAddress(place, at: offset)
    if let pointee = type.pointee, operation == .add || operation == .subtract {
      let stride = try size(of: pointee, at: offset)
      let count = try convert(value, to: .integer(.long), for: "this")
      let cells = try binary(
        .multiply, count, constant(Int64(stride), .integer(.long), at: offset), at: offset)
      return TypedExpression(
        kind: .update(place, operation, cells, in: type, givesOld: givesOld), type: type,
        offset: offset)
    }
    guard let own = type.integer, let other = value.type.integer else {
      throw fail(
        .type, at: offset,
        "'\(text(type))' and '\(text(value.type))' do not go together here")
    }
    let common = CType.integer(operation.isShift ? own.promoted : own.common(with: other))
    let converted =
      try operation.isShift
      ? convert(value, to: .integer(other.promoted), for: "this")
      : convert(value, to: common, for: "this")
    return TypedExpression(
      kind: .update(place, operation, converted, in: common, givesOld: givesOld), type: type,
      offset: offset)
  }

  func conditional(
    _ condition: Expression, _ first: Expression?, _ second: Expression, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let test = try self.condition(condition)
    var (left, right) = (try first.map(anyValue) ?? test, try anyValue(second))
    if left.type == .void, right.type == .void {
      return TypedExpression(
        kind: .conditional(test, left, right), type: .void, offset: offset)
    }
    for (side, expression) in [(left, first ?? condition), (right, second)]
    where !side.type.isScalar {
      if side.type == .void { throw noValue(side) }
      throw fail(.type, at: expression.offset, "'\(text(side.type))' has no value of its own")
    }
    if let type = left.type.integer, let other = right.type.integer {
      let common = CType.integer(type.common(with: other))
      left = try convert(left, to: common, for: "this")
      right = try convert(right, to: common, for: "this")
    } else if left.type.pointee != nil, left.type.pointee != .void {
      right = try convert(right, to: left.type, for: "the second value")
    } else {
      left = try convert(left, to: right.type, for: "the first value")
    }
    return TypedExpression(
      kind: first == nil ? .orElse(left, right) : .conditional(test, left, right),
      type: left.type, offset: offset)
  }
}
