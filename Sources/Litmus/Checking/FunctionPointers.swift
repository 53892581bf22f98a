// Pointers to functions: where addresses are taken, and calls through them.
extension Program {
  /// The type of a function.
  func type(of function: Function) -> CType {
    .function(
      returns: function.returns, parameters: function.parameters.map { variables[$0].type })
  }

  /// The functions that a pointer of a type can lead to: those of the type whose address is taken.
  func functions(behind type: CType) -> [Int] {
    functions.indices.filter {
      functions[$0].addressTakenAt != nil && self.type(of: functions[$0]) == type
    }
  }
}

extension Checker {
  /// A pointer to a function of the file.
  func address(ofFunction number: Int, at offset: Int) throws(Abandoned) -> TypedExpression {
    let function = program.functions[number]
    guard function.role == .plain else {
      throw fail(.type, at: offset, "'\(function.name)' has no address: it runs by itself")
    }
    if !isUnevaluated, function.addressTakenAt == nil {
      program.functions[number].addressTakenAt = offset
    }
    return TypedExpression(
      kind: .function(number), type: .pointer(program.type(of: function)), offset: offset)
  }

  /// A call of the function that an expression is a pointer to: `p->release(p)`, `(*f)(x)`.
  func call(
    through callee: Expression, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    var pointer = try value(designated(callee))
    if pointer.type.pointee?.isFunction != true { pointer = try value(callee) }
    guard case .function(_, let parameters)? = pointer.type.pointee else {
      throw fail(
        .type, at: offset, "a '\(text(pointer.type))' is no function and not called")
    }
    let values = try self.arguments(
      arguments, as: parameters, of: program.text(pointer), at: offset)
    return try call(through: pointer, values: values, at: offset)
  }

  /// What stands behind the `*` that a call needs not have.
  private func designated(_ callee: Expression) -> Expression {
    if case .unary(.dereference, let operand) = callee.kind { return designated(operand) }
    return callee
  }

  /// A call of what a pointer to a function leads to, whose arguments fit.
  func call(
    through pointer: TypedExpression, values: [TypedExpression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    if case .function(let number) = pointer.kind {
      return try call(number, values: values, at: offset)
    }
    guard let type = pointer.type.pointee, case .function(let returns, _) = type else {
      throw fail(.type, at: offset, "a '\(text(pointer.type))' is no function and not called")
    }
    if let current { callsThroughPointers.append((current.number, type, offset)) }
    return TypedExpression(kind: .callThrough(pointer, values), type: returns, offset: offset)
  }

  /// An argument that is a function which takes these and gives nothing: its name, whose address
  /// nobody keeps, or a pointer that is looked at when the call is made.
  ///
  /// Whoever keeps the pointer for later takes the address by ``address(ofFunction:at:)``.
  func function(
    _ argument: Expression, taking parameters: [CType], for name: String
  ) throws(Abandoned) -> (value: TypedExpression, isKnown: Bool) {
    let wanted = CType.pointer(.function(returns: .void, parameters: parameters))
    var designator = argument
    if case .unary(.address, let operand) = argument.kind { designator = operand }
    var found: TypedExpression
    var isKnown = false
    if case .name(let word) = designator.kind, case .function(let number)? = lookUp(word) {
      found = TypedExpression(
        kind: .function(number), type: .pointer(program.type(of: program.functions[number])),
        offset: argument.offset)
      isKnown = true
    } else {
      found = try value(argument)
    }
    guard found.type == wanted else {
      throw fail(
        .type, at: argument.offset,
        "'\(name)' takes a '\(text(wanted))', not a '\(text(found.type))'")
    }
    return (found, isKnown)
  }

  /// Refuses addresses of functions that nobody has written: a call would mean nothing.
  func checkAddressesOfFunctions() {
    for function in program.functions where function.body == nil {
      if let offset = function.addressTakenAt {
        diagnostics.report(
          .refused, at: offset,
          "'\(function.name)' is only declared: a call through its address would mean nothing")
      }
    }
  }
}
