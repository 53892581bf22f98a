// Expressions: places, values and their types.
extension Checker {
  // MARK: - Values

  /// The value of an expression; an array is a pointer to its first element.
  func value(_ expression: Expression) throws(Abandoned) -> TypedExpression {
    let offset = expression.offset
    switch expression.kind {
    case .number(let bits, let suffix): return number(bits, suffix, at: offset)
    case .string:
      throw fail(.refused, at: offset, "strings have no place in a race file")
    case .name, .index, .member, .unary(.dereference, _): return try placeValue(expression)
    case .unary(.address, let operand): return try address(of: operand, at: offset)
    case .unary(let operation, let operand): return try unary(operation, operand, at: offset)
    case .binary(let operation, let left, let right):
      return try binary(operation, try value(left), try value(right), at: offset)
    case .assign(nil, let left, let right): return try assign(left, right, at: offset)
    case .assign(let operation?, let left, let right):
      return try update(left, operation, try value(right), givesOld: false, at: offset)
    case .conditional(let condition, let first, let second):
      let result = try conditional(condition, first, second, at: offset)
      if result.type == .void { throw noValue(result) }
      return result
    case .comma(let left, let right): return inOrder(try anyValue(left), try value(right))
    case .call(let callee, let arguments):
      let result = try call(callee, arguments, at: offset)
      if result.type == .void { throw noValue(result) }
      return result
    case .cast(let type, let operand): return try cast(type, operand, at: offset)
    case .sizeOf(let operand): return try sizeOf(operand, at: offset)
    case .type: throw fail(.syntax, at: offset, "a type is no value")
    case .range: throw fail(.syntax, at: offset, "a range has a place in 'choose' only")
    case .statements(let statements):
      let result = try value(of: statements, at: offset)
      if result.type == .void { throw noValue(result) }
      return result
    case .local(let thread, let name): return try local(name, of: thread, at: offset)
    }
  }

  /// Refuses to look at what a call gives that gives nothing.
  func noValue(_ call: TypedExpression) -> Abandoned {
    if case .primitive(.mark(let name), _, _) = call.kind {
      return fail(
        .refused, at: call.offset,
        "'\(name)' is only declared: its value is not known, and is looked at here")
    }
    if case .statements = call.kind {
      return fail(.type, at: call.offset, "the last of these statements gives no value")
    }
    return fail(.type, at: call.offset, "this call gives no value")
  }

  /// The value of an expression, or nothing where a call gives none.
  func anyValue(_ expression: Expression) throws(Abandoned) -> TypedExpression {
    switch expression.kind {
    case .call(let callee, let arguments):
      return try call(callee, arguments, at: expression.offset)
    case .cast(let type, let operand):
      if case .void = type.base, type.declarator.derivations.isEmpty {
        return inOrder(try anyValue(operand), nothing(at: expression.offset))
      }
      return try value(expression)
    case .conditional(let condition, let first, let second):
      return try conditional(condition, first, second, at: expression.offset)
    case .comma(let left, let right): return inOrder(try anyValue(left), try anyValue(right))
    case .statements(let statements): return try value(of: statements, at: expression.offset)
    default: return try value(expression)
    }
  }

  /// A value that is asked whether it is 0.
  func condition(_ expression: Expression) throws(Abandoned) -> TypedExpression {
    let value = try value(expression)
    guard value.type.isScalar else {
      throw fail(.type, at: expression.offset, "'\(text(value.type))' is no condition")
    }
    return value
  }

  private func number(_ bits: UInt64, _ suffix: NumberSuffix, at offset: Int) -> TypedExpression {
    let value = Int64(bitPattern: bits)
    let type: IntegerType =
      if !suffix.isUnsigned, !suffix.isLong, bits <= UInt64(Int32.max) {
        .int
      } else if !suffix.isLong, suffix.isUnsigned || !suffix.isDecimal, bits <= UInt64(UInt32.max) {
        .unsignedInt
      } else if !suffix.isUnsigned, bits <= UInt64(Int64.max) {
        .long
      } else {
        .unsignedLong
      }
    return constant(value, .integer(type), at: offset)
  }

  /// A thread as a value.
  private func task(_ which: Primitive.WaitOperation, at offset: Int) -> TypedExpression {
    program.namesThreads = true
    return TypedExpression(
      kind: .primitive(.wait(which), nil, []), type: .pointer(.object(.waiting(.task))),
      offset: offset)
  }

  private func placeValue(_ expression: Expression) throws(Abandoned) -> TypedExpression {
    let offset = expression.offset
    if case .name(let name) = expression.kind {
      switch lookUp(name) {
      case .constant(let value):
        return constant(
          value, value == Int64(Int32(truncatingIfNeeded: value)) ? .int : .integer(.long),
          at: offset)
      case .known(let value, let type): return constant(value, .integer(type), at: offset)
      case .address(let variable):
        return TypedExpression(
          kind: .address(.variable(variable)), type: .pointer(program.variables[variable].type),
          offset: offset)
      case .function(let number):
        if let thread = program.threads.firstIndex(where: { $0.function == number }) {
          return task(.task(thread), at: offset)
        }
        return try address(ofFunction: number, at: offset)
      case nil:
        if text(name) == "NULL" { return constant(0, .pointer(.void), at: offset) }
        if text(name) == "current", language == .race, current != nil {
          return task(.current, at: offset)
        }
        if text(name) == "true" || text(name) == "false" {
          return constant(text(name) == "true" ? 1 : 0, at: offset)
        }
        if deferred.isInTime, DeferredFunction.times.contains(text(name)) {
          return constant(0, .integer(.unsignedLong), at: offset)
        }
      case .variable, .perCPU: break
      }
    }
    let (place, type) = try self.place(expression)
    if case .array(let element, _) = type {
      try requireAddress(place, at: offset)
      markAddressTaken(place)
      return TypedExpression(kind: .address(place), type: .pointer(element), offset: offset)
    }
    if case .object(let kind) = type, language == .litmus || current?.process != nil {
      // herd7 reads an atomic_t as it reads any other location.
      if case .atomic(let integer) = kind {
        return TypedExpression(
          kind: .read(place, isMarked: false), type: .integer(integer), offset: offset)
      }
    }
    guard type.isScalar else {
      throw fail(.type, at: offset, "'\(text(type))' has no value of its own")
    }
    return TypedExpression(kind: .read(place, isMarked: false), type: type, offset: offset)
  }

  private func address(of operand: Expression, at offset: Int) throws(Abandoned) -> TypedExpression
  {
    if case .name(let name) = operand.kind, case .function(let number)? = lookUp(name) {
      return try address(ofFunction: number, at: offset)
    }
    if mixesAddresses, case .name(let name) = operand.kind, case .address? = lookUp(name) {
      // herd7's initial state writes the address of 'x' as 'x' or '&x'.
      return try value(operand)
    }
    let (place, type) = try self.place(operand)
    if case .pointee(let pointer) = place { return pointer }
    try requireAddress(place, at: operand.offset)
    markAddressTaken(place)
    return TypedExpression(kind: .address(place), type: .pointer(type), offset: offset)
  }

  func markAddressTaken(_ place: Place) {
    switch place {
    case .variable(let number): program.variables[number].isAddressTaken = true
    case .member(let base, _), .element(let base, _, _, _): markAddressTaken(base)
    case .pointee, .result: break
    }
  }

  // MARK: - Places

  /// The same, or the structure that a call gives.
  func placeOrResult(_ expression: Expression) throws(Abandoned) -> (place: Place, type: CType) {
    guard case .call = expression.kind else { return try place(expression) }
    if let found = try placeOfCall(expression) { return found }
    let result = try value(expression)
    return (.result(result), result.type)
  }

  /// What an expression names, if it names something with an address.
  func place(_ expression: Expression) throws(Abandoned) -> (place: Place, type: CType) {
    let offset = expression.offset
    switch expression.kind {
    case .name(let name):
      switch lookUp(name) {
      case .variable(let number): return (.variable(number), program.variables[number].type)
      case .perCPU(let number): return try copy(of: number, name, at: offset)
      case .constant, .known:
        throw fail(.type, at: offset, "the constant '\(text(name))' cannot be written")
      case .address:
        throw fail(.type, at: offset, "'\(text(name))' is an address here: write '*\(text(name))'")
      case .function: throw fail(.type, at: offset, "'\(text(name))' is a function")
      case nil:
        guard let current, let process = current.process else { throw unknown(name, at: offset) }
        return try register(name, of: process, function: current.number, at: offset)
      }
    case .unary(.dereference, let operand):
      return try pointee(of: try value(operand), at: offset)
    case .index(let base, let index):
      let number = try value(index)
      guard number.type.integer != nil else {
        throw fail(.type, at: index.offset, "an index is an integer")
      }
      if let (place, type) = try arrayPlace(base), case .array(let element, let count) = type {
        let stride = try size(of: element, at: offset)
        return (.element(place, number, stride: stride, count: count), element)
      }
      let pointer = try binary(.add, try value(base), number, at: offset)
      return try pointee(of: pointer, at: offset)
    case .member(let base, let name, let throughPointer, let nameOffset):
      let (place, type) =
        throughPointer ? try pointee(of: try value(base), at: offset) : try placeOrResult(base)
      let member = try self.member(name, of: type, at: nameOffset)
      return (.member(place, offset: member.offset), member.type)
    case .call:
      if let found = try placeOfCall(expression) { return found }
      throw fail(.type, at: offset, "this has no address and cannot be written")
    default: throw fail(.type, at: offset, "this has no address and cannot be written")
    }
  }

  /// The array that an expression names; nil if it names none.
  private func arrayPlace(_ expression: Expression) throws(Abandoned) -> (Place, CType)? {
    switch expression.kind {
    case .name(let name):
      if case .perCPU(let number)? = lookUp(name) {
        let (place, type) = try copy(of: number, name, at: expression.offset)
        if case .array = type { return (place, type) }
        return nil
      }
      guard case .variable(let number)? = lookUp(name), case .array = program.variables[number].type
      else { return nil }
      return (.variable(number), program.variables[number].type)
    case .index, .member:
      let (place, type) = try self.place(expression)
      if case .array = type { return (place, type) }
      return nil
    case .call:
      if let (place, type) = try placeOfCall(expression), case .array = type {
        return (place, type)
      }
      return nil
    default: return nil
    }
  }

  func pointee(of pointer: TypedExpression, at offset: Int) throws(Abandoned) -> (
    place: Place, type: CType
  ) {
    if let type = pointer.type.pointee {
      guard type != .void, !type.isFunction else {
        throw fail(.type, at: offset, "what a '\(text(pointer.type))' points to has no value")
      }
      return (.pointee(pointer), type)
    }
    // A register of herd7 holds whatever it was given.
    if pointer.type.integer != nil, current?.process != nil {
      var address = pointer
      address.type = .pointer(.int)
      return (.pointee(address), .int)
    }
    throw fail(.type, at: offset, "'\(text(pointer.type))' is no pointer")
  }

  func member(_ name: Name, of type: CType, at offset: Int) throws(Abandoned)
    -> Structure.Member
  {
    guard case .structure(let number) = type else {
      throw fail(.type, at: offset, "'\(text(type))' has no members")
    }
    guard let members = program.structures[number].members else {
      if brokenStructures.contains(number) { throw Abandoned() }
      throw fail(.type, at: offset, "'\(text(type))' has no members yet")
    }
    guard let member = members.first(where: { $0.name == text(name) }) else {
      throw fail(
        .unknownName, at: offset,
        "'\(text(type))' has no member '\(text(name))'"
          + suggestion(for: text(name), among: members.map(\.name)))
    }
    return member
  }

  /// A register of a process of herd7, which nobody declares.
  private func register(
    _ name: Name, of process: Int, function: Int, at offset: Int
  ) throws(Abandoned) -> (place: Place, type: CType) {
    if let primitive = PrimitiveFunction.table[text(name)], primitive.arguments.isEmpty {
      throw fail(.type, at: offset, "'\(text(name))' is a function")
    }
    let number = addVariable(
      name, .integer(.long), function: function, startsAsZero: true, at: offset)
    scopes[1][name] = .variable(number)
    return (.variable(number), .integer(.long))
  }

  /// A local of a thread, in a property.
  private func local(
    _ name: Name, of thread: ThreadReference, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let number = try self.thread(thread, at: offset)
    let function = program.threads[number].function
    let found = program.variables.indices.filter {
      program.variables[$0].function == function && program.variables[$0].name == text(name)
    }
    guard let variable = found.first else {
      let known = program.variables.filter { $0.function == function }.map(\.name)
      throw fail(
        .unknownName, at: offset,
        "'\(program.threads[number].name)' has no local '\(text(name))'"
          + suggestion(for: text(name), among: known))
    }
    guard found.count == 1 else {
      throw fail(
        .duplicate, at: offset,
        "'\(program.threads[number].name)' has several locals '\(text(name))'")
    }
    guard program.variables[variable].type.isScalar else {
      throw fail(.type, at: offset, "'\(text(program.variables[variable].type))' has no value")
    }
    return TypedExpression(
      kind: .local(thread: number, variable: variable), type: program.variables[variable].type,
      offset: offset)
  }

  func thread(_ reference: ThreadReference, at offset: Int) throws(Abandoned) -> Int {
    switch reference {
    case .process(let process):
      if let number = program.threads.firstIndex(where: { $0.process == process }) { return number }
      if !tree.brokenNames.isEmpty { throw Abandoned() }
      throw fail(.unknownName, at: offset, "there is no process P\(process)")
    case .name(let name):
      let known = program.threads.map(\.name)
      if let number = known.firstIndex(of: text(name)) { return number }
      if brokenNames.contains(name) { throw Abandoned() }
      throw fail(
        .unknownName, at: offset,
        "there is no thread '\(text(name))'\(suggestion(for: text(name), among: known))")
    }
  }
}
