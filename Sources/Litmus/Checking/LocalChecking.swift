// Locals: their declarations, and what they start as.
extension Checker {
  /// What the words of a declaration of locals say, or its one value.
  func base(of declaration: Declaration) throws(Abandoned) -> CType {
    guard case .inferred = declaration.base, declaration.variables.count == 1,
      let variable = declaration.variables.first, variable.declarator.derivations.isEmpty,
      case .value(let value)? = variable.initializer
    else { return try resolve(declaration.base, at: declaration.offset) }
    return decay(try unevaluated { () throws(Abandoned) in try type(of: value) })
  }

  func declareLocals(
    _ declaration: Declaration, into checked: inout [TypedStatement]
  ) throws(Abandoned) {
    guard let current else { return }
    if declaration.isExtern {
      throw fail(
        .refused, at: declaration.offset,
        "'extern' has no place in a function: declare it outside")
    }
    if declaration.isPerCPU {
      throw fail(
        .refused, at: declaration.offset, "a variable of CPUs is declared outside of functions")
    }
    if declaration.isStatic {
      throw fail(.refused, at: declaration.offset, "'static' locals are not read: use a global")
    }
    let base = try base(of: declaration)
    for variable in declaration.variables {
      guard let name = variable.declarator.name else { continue }
      let offset = variable.declarator.offset
      let type = try resolve(base, variable.declarator, initializer: variable.initializer)
      _ = try size(of: type, at: offset)
      if program.holdsDeferred(type) {
        throw fail(
          .refused, at: offset,
          "'\(text(name))' would hold work or a timer on a stack, which has no machine to run it: "
            + "use a global")
      }
      let number: Int
      if current.process != nil, case .variable(let known)? = scopes[1][name],
        program.variables[known].function == current.number
      {
        // Registers of herd7 have one scope, and may have a value from the start.
        number = known
        program.variables[known].type = type
      } else {
        number = addVariable(
          name, type, function: current.number, startsAsZero: current.process != nil, at: offset)
        if current.process != nil {
          scopes[1][name] = .variable(number)
        } else {
          try define(name, as: .variable(number), at: offset)
        }
      }
      checked.append(.declare(number, offset: offset))
      if let initializer = variable.initializer {
        program.variables[number].hasInitializer = true
        try initialize(.variable(number), type, initializer, at: offset, into: &checked)
      }
    }
  }

  /// Assigns what a local starts as; parts that are not named become 0.
  private func initialize(
    _ place: Place, _ type: CType, _ initializer: Initializer, at offset: Int,
    into checked: inout [TypedStatement]
  ) throws(Abandoned) {
    if case .value(let expression) = initializer, case .structure = type {
      let source = try structure(expression, of: type, at: offset)
      return checked.append(
        .expression(TypedExpression(kind: .copy(place, source), type: .void, offset: offset)))
    }
    if case .object = type, case .value(let expression) = initializer {
      return try initialize(object: place, type, expression, into: &checked)
    }
    switch (type, initializer) {
    case (.integer, .value(let expression)), (.pointer, .value(let expression)):
      let stored = try store(
        try value(expression), in: place, type, isMarked: false, at: expression.offset)
      checked.append(.expression(stored))
    case (.structure, .list(let elements, _)), (.array, .list(let elements, _)):
      let parts = try self.parts(of: type, at: offset)
      let given = try assignParts(elements, of: type, parts, at: offset)
      for (index, part) in parts.enumerated() {
        let inner = Place.member(place, offset: part.offset)
        if let value = given[index] {
          try initialize(inner, part.type, value, at: offset, into: &checked)
        } else {
          try clear(inner, part.type, at: offset, into: &checked)
        }
      }
    case (_, .list(let elements, let place)):
      guard elements.count == 1, elements[0].designators.isEmpty else {
        throw fail(.type, at: place, "a '\(text(type))' starts as one value")
      }
      throw fail(.type, at: place, "a '\(text(type))' is not written in braces")
    default: throw fail(.type, at: offset, "a '\(text(type))' starts as values in braces")
    }
  }

  /// `ATOMIC_INIT(1)` and its relatives; a lock starts unlocked anyway.
  private func initialize(
    object place: Place, _ type: CType, _ expression: Expression,
    into checked: inout [TypedStatement]
  ) throws(Abandoned) {
    guard case .number(let number)? = try initialValue(expression, of: type) else { return }
    checked.append(
      .expression(
        try store(
          constant(number, valueType(of: type) ?? .int, at: expression.offset), in: place, type,
          isMarked: true, at: expression.offset)))
  }

  private func clear(
    _ place: Place, _ type: CType, at offset: Int, into checked: inout [TypedStatement]
  ) throws(Abandoned) {
    switch type {
    case .integer, .pointer:
      checked.append(
        .expression(
          TypedExpression(
            kind: .assign(place, constant(0, type, at: offset), isMarked: false), type: type,
            offset: offset)))
    case .array, .structure:
      for part in try parts(of: type, at: offset) {
        try clear(.member(place, offset: part.offset), part.type, at: offset, into: &checked)
      }
    default: break
    }
  }
}
