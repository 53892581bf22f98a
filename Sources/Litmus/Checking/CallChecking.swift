// Calls: of the file's own functions, and of what the kernel and race files give.
extension Checker {
  func call(
    _ callee: Expression, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    guard case .name(let name) = callee.kind else {
      if case .call(let inner, _) = callee.kind, case .name(let name) = inner.kind,
        lookUp(name) == nil, text(name) == "guard"
      {
        throw fail(.syntax, at: offset, "'guard(CLASS)(...)' is a statement of its own")
      }
      return try call(through: callee, arguments, at: offset)
    }
    switch lookUp(name) {
    case .function(let number): return try call(number, arguments, at: offset)
    case .variable, .perCPU, .constant, .known, .address:
      return try call(through: callee, arguments, at: offset)
    case nil: break
    }
    if brokenNames.contains(name) { throw Abandoned() }
    let text = text(name)
    if let composite = CompositeFunction.table[text] {
      return try call(composite, text, arguments, at: offset)
    }
    if let function = PrimitiveFunction.table[text] {
      return try call(function, text, arguments, at: offset)
    }
    if isUnevaluated, Self.lockdepQuestions.contains(text) {
      for argument in arguments { _ = try value(argument) }
      return constant(1, at: offset)
    }
    if PrimitiveFunction.later.contains(text) {
      throw fail(.refused, at: offset, Substitutes.refusal(of: text))
    }
    let known = scopes.flatMap { scope in
      scope.compactMap { entry -> String? in
        if case .function = entry.value { return self.text(entry.key) }
        return nil
      }
    }
    throw fail(
      .unknownName, at: offset,
      "unknown function '\(text)'"
        + suggestion(
          for: text,
          among: known + PrimitiveFunction.table.keys + CompositeFunction.table.keys))
  }

  /// What only conditions for lockdep ask, which nobody computes here.
  private static let lockdepQuestions: Set<String> = [
    "lockdep_is_held", "lockdep_is_held_type", "rcu_read_lock_held", "rcu_read_lock_bh_held",
    "rcu_read_lock_sched_held", "rcu_read_lock_any_held", "srcu_read_lock_held",
  ]

  private func call(
    _ number: Int, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let function = program.functions[number]
    guard function.role == .plain else {
      throw fail(.type, at: offset, "'\(function.name)' is not called: it runs by itself")
    }
    let types = function.parameters.map { program.variables[$0].type }
    let values = try self.arguments(arguments, as: types, of: function.name, at: offset)
    return try call(number, values: values, at: offset)
  }

  /// The arguments of a call, converted to the types of what it calls.
  func arguments(
    _ arguments: [Expression], as types: [CType], of name: String, at offset: Int
  ) throws(Abandoned) -> [TypedExpression] {
    guard arguments.count == types.count else {
      throw fail(
        .type, at: offset, "'\(name)' takes \(types.count) arguments, not \(arguments.count)")
    }
    var values: [TypedExpression] = []
    for (argument, type) in zip(arguments, types) {
      if case .structure = type {
        let place = try structure(argument, of: type, at: argument.offset)
        values.append(
          TypedExpression(kind: .structure(place), type: type, offset: argument.offset))
      } else {
        values.append(try convert(try value(argument), to: type, for: "the argument"))
      }
    }
    return values
  }

  /// A call whose arguments fit.
  func call(
    _ number: Int, values: [TypedExpression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let function = program.functions[number]
    if let current { calls[current.number, default: []].append((number, offset)) }
    if function.body == nil, isUnevaluated {
      return TypedExpression(kind: .constant(1), type: function.returns, offset: offset)
    }
    if function.body == nil {
      // A function that is only declared leaves a mark in the trace, and nobody knows its value.
      return TypedExpression(
        kind: .primitive(.mark(function.name), nil, values), type: .void, offset: offset)
    }
    return TypedExpression(kind: .call(number, values), type: function.returns, offset: offset)
  }

  private func call(
    _ function: PrimitiveFunction, _ name: String, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    guard
      arguments.count == function.arguments.count
        || function.further != nil && arguments.count > function.arguments.count
    else {
      let count = function.arguments.count
      throw fail(
        .type, at: offset,
        "'\(name)' takes \(count) argument\(count == 1 ? "" : "s"), not \(arguments.count)")
    }
    var (target, kept): ((place: Place, type: CType)?, (place: Place, type: CType)?)
    var values: [TypedExpression] = []
    for (index, argument) in arguments.enumerated() {
      let kind =
        index < function.arguments.count ? function.arguments[index] : function.further ?? .dropped
      switch kind {
      case .unevaluated: try checkUnevaluated(argument)
      case .dropped where argument.isText: break
      case .place: target = try place(argument)
      case .kept: kept = try place(argument)
      case .pointer:
        target = try numberPlace(argument, name)
        if function.isAboutBits { try requireWord(target?.type, name, at: argument.offset) }
      case .object(let kinds): target = try objectPlace(argument, kinds, name)
      case .range: values += try range(argument)
      case .queue: target = try queuePlace(argument, name)
      case .entry:
        _ = try objectPlace(argument, [.waiting(.entry)], name)
        values.append(try pointerValue(argument))
      case .value, .dropped, .condition:
        let value = try value(argument)
        guard value.type.isScalar else {
          throw fail(.type, at: argument.offset, "'\(text(value.type))' is no value")
        }
        values.append(value)
      }
    }
    let result = try finish(function, name, target, values, at: offset)
    guard let kept else { return result }
    // What the call gives is put into the number.
    guard kept.type.integer != nil else {
      throw fail(.type, at: offset, "'\(name)' keeps a number, not a '\(text(kept.type))'")
    }
    var value = result
    value.type = .integer(.unsignedLong)
    var stored = try store(value, in: kept.place, kept.type, isMarked: false, at: offset)
    stored.type = .void
    return stored
  }

  /// Checks an argument that is not computed, so that it changes nothing.
  func checkUnevaluated(_ argument: Expression) throws(Abandoned) {
    if argument.isText { return }
    _ = try unevaluated { () throws(Abandoned) in try anyValue(argument) }
  }

  /// Checks something that is not computed, so that it changes nothing.
  func unevaluated<Result>(
    _ check: () throws(Abandoned) -> Result
  ) throws(Abandoned) -> Result {
    let (taken, outer) = (program.variables.map(\.isAddressTaken), isUnevaluated)
    let (called, throughPointers) = (calls, callsThroughPointers)
    isUnevaluated = true
    defer {
      isUnevaluated = outer
      (calls, callsThroughPointers) = (called, throughPointers)
      for (number, isTaken) in taken.enumerated() {
        program.variables[number].isAddressTaken = isTaken
      }
    }
    return try check()
  }

  private func finish(
    _ function: PrimitiveFunction, _ name: String, _ target: (place: Place, type: CType)?,
    _ arguments: [TypedExpression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    var held: CType?
    if let target {
      held = valueType(of: target.type)
      if held == nil, function.arguments.contains(.place) {
        throw fail(.type, at: offset, "a '\(text(target.type))' has no value of its own")
      }
    }
    let type: CType =
      switch function.result {
      case .nothing: .void
      case .int: .int
      case .bool: .int
      case .long: .integer(.long)
      case .value: held ?? .int
      }
    switch function.meaning {
    case .load:
      guard let target, let held else { return constant(0, at: offset) }
      return TypedExpression(kind: .read(target.place, isMarked: true), type: held, offset: offset)
    case .plainLoad:
      guard let target, let held else { return constant(0, at: offset) }
      return TypedExpression(kind: .read(target.place, isMarked: false), type: held, offset: offset)
    case .store:
      guard let target, let value = arguments.first else { return constant(0, at: offset) }
      var stored = try store(value, in: target.place, target.type, isMarked: true, at: offset)
      stored.type = .void
      return stored
    case .primitive(let primitive):
      var values = arguments
      // What is put into a place is of its type.
      switch primitive {
      case .exchange, .compareExchange, .testAndExchange, .fetch, .addUnless:
        if let held {
          for index in values.indices {
            values[index] = try convert(values[index], to: held, for: "the argument")
          }
        }
      case .refcount:
        for index in values.indices {
          values[index] = try convert(values[index], to: .int, for: "the argument")
        }
      default: break
      }
      values += function.constants.map { constant($0, held ?? .int, at: offset) }
      if case .choose = primitive, values.count == 2 { try checkChoice(values, at: offset) }
      return TypedExpression(
        kind: .primitive(primitive, target?.place, values), type: type, offset: offset)
    }
  }

  private func checkChoice(_ values: [TypedExpression], at offset: Int) throws(Abandoned) {
    guard let first = values[0].constant, let last = values[1].constant else {
      throw fail(.type, at: offset, "the ends of 'choose' are constants")
    }
    guard first <= last else {
      throw fail(.type, at: offset, "'choose(\(first)..\(last))' has no value")
    }
    if last.subtractingReportingOverflow(first).partialValue >= FileLimits.count
      || last.subtractingReportingOverflow(first).overflow
    {
      throw fail(.limit, at: offset, "'choose' has at most \(FileLimits.count) values")
    }
  }

  private func range(_ argument: Expression) throws(Abandoned) -> [TypedExpression] {
    guard case .range(let first, let last) = argument.kind else {
      throw fail(.syntax, at: argument.offset, "'choose' takes FIRST..LAST")
    }
    return [
      try convert(try value(first), to: .int, for: "the first value"),
      try convert(try value(last), to: .int, for: "the last value"),
    ]
  }

  /// What an argument points to, which must be a number of some kind.
  func numberPlace(
    _ argument: Expression, _ name: String
  ) throws(Abandoned) -> (place: Place, type: CType) {
    let pointer = try pointerValue(argument)
    let (place, type) = try pointee(of: pointer, at: argument.offset)
    // herd7 does not tell an atomic_t from a number, and a number will do for one elsewhere too.
    let wanted = mixesAddresses ? nil : PrimitiveFunction.counter(of: name)
    if let wanted, type != .object(wanted), type.integer == nil || wanted == .refcount {
      throw fail(
        .type, at: argument.offset,
        "'\(name)' works on '\(wanted.text)', not on '\(text(type))'")
    }
    guard type.isScalar || wanted != nil || mixesAddresses && valueType(of: type) != nil else {
      throw fail(
        .type, at: argument.offset,
        "'\(name)' works on numbers, not on '\(text(type))'")
    }
    return (self.place(of: pointer) ?? place, type)
  }

  /// Refuses bits of what is no `unsigned long`, which the kernel's functions work on.
  private func requireWord(_ type: CType?, _ name: String, at offset: Int) throws(Abandoned) {
    guard let type, type.integer?.bits != 64, !mixesAddresses else { return }
    throw fail(
      .type, at: offset,
      "'\(name)' works on bits of an 'unsigned long', not of a '\(text(type))'")
  }

  func objectPlace(
    _ argument: Expression, _ kinds: [ObjectKind], _ name: String
  ) throws(Abandoned) -> (place: Place, type: CType) {
    let pointer = try pointerValue(argument)
    let (place, type) = try pointee(of: pointer, at: argument.offset)
    if case .object(let kind) = type, kinds.contains(kind) {
      return (self.place(of: pointer) ?? place, type)
    }
    throw fail(
      .type, at: argument.offset,
      "'\(name)' works on '\(kinds.map(\.text).joined(separator: "' or '"))', not on '\(text(type))'"
    )
  }

  /// A wait queue that is named itself.
  private func queuePlace(
    _ argument: Expression, _ name: String
  ) throws(Abandoned) -> (place: Place, type: CType) {
    let (place, type) = try place(argument)
    guard type == .object(.waiting(.queue)) else {
      throw fail(
        .type, at: argument.offset,
        "'\(name)' takes a 'wait_queue_head_t' itself, not a '\(text(type))'")
    }
    markAddressTaken(place)
    return (place, type)
  }

  func pointerValue(_ argument: Expression) throws(Abandoned) -> TypedExpression {
    let pointer = try value(argument)
    guard pointer.type.pointee != nil || mixesAddresses else {
      throw fail(
        .type, at: argument.offset,
        "a pointer is expected here, not a '\(text(pointer.type))': is a '&' missing?")
    }
    return pointer
  }

  /// The place whose address a value is, if it is written there.
  private func place(of pointer: TypedExpression) -> Place? {
    if case .address(let place) = pointer.kind { return place }
    return nil
  }
}
