// herd7's initial state, the parameters of its processes, its conditions; properties.
extension Checker {
  /// Declares the globals of the initial state that have a type there.
  func declareInitialState() {
    for value in tree.initial {
      attempt { () throws(Abandoned) in
        guard case .global(let name) = value.target, let syntax = value.type else { return }
        if herdGlobals[name] != nil {
          throw fail(.duplicate, at: value.offset, "'\(text(name))' is declared twice")
        }
        let type = try resolve(
          resolve(syntax.base, at: syntax.offset), syntax.declarator, initializer: value.value)
        try addHerdGlobal(name, type, at: value.offset)
      }
    }
  }

  private func addHerdGlobal(_ name: Name, _ type: CType, at offset: Int) throws(Abandoned) {
    if case .variable(let known)? = scopes[0][name] {
      // A global of C that a process names, too.
      herdGlobals[name] = known
      return
    }
    let number = addVariable(name, type, function: nil, startsAsZero: true, at: offset)
    program.variables[number].isAddressTaken = true
    herdGlobals[name] = number
  }

  /// The parameters of a process are the addresses of globals, which they declare.
  func declareHerdParameters(of syntax: FunctionSyntax) throws(Abandoned) {
    for parameter in syntax.parameters {
      let declarator = parameter.type.declarator
      guard let name = declarator.name else {
        throw fail(.syntax, at: declarator.offset, "a parameter has a name")
      }
      let type = decay(try resolve(parameter.type))
      guard let pointee = type.pointee, pointee != .void else {
        throw fail(
          .type, at: declarator.offset,
          "a parameter of a process is the address of a global: 'int *\(text(name))'")
      }
      if herdGlobals[name] == nil { try addHerdGlobal(name, pointee, at: declarator.offset) }
    }
  }

  func defineHerdParameters(of syntax: FunctionSyntax, _ process: Int) throws(Abandoned) {
    for parameter in syntax.parameters {
      guard let name = parameter.type.declarator.name, let global = herdGlobals[name] else {
        continue
      }
      try define(name, as: .address(global), at: parameter.type.declarator.offset)
    }
    for value in registerValues[process] ?? [] {
      if value.type == nil, scopes[1][value.name] != nil { continue }
      guard let current, scopes[1][value.name] == nil else { continue }
      let number = addVariable(
        value.name, value.type ?? .integer(.long), function: current.number, startsAsZero: true,
        at: value.offset)
      scopes[1][value.name] = .variable(number)
      program.initialValues.append(
        Program.InitialCell(variable: number, offset: 0, value: value.value))
    }
  }

  /// Gives globals and registers the values of the initial state.
  func finishInitialState() {
    // Within the initial state a name is an address.
    current = FunctionState(number: -1, process: -1)
    defer { current = nil }
    for value in tree.initial {
      attempt { () throws(Abandoned) in
        switch value.target {
        case .global(let name):
          if herdGlobals[name] == nil { try addHerdGlobal(name, .int, at: value.offset) }
        case .register: break
        }
      }
    }
    for value in tree.initial {
      if case .value(let expression)? = value.value, let name = Self.location(expression),
        herdGlobals[name] == nil, scopes[0][name] == nil
      {
        attempt { () throws(Abandoned) in try addHerdGlobal(name, .int, at: expression.offset) }
      }
    }
    scopes.append(herdGlobals.mapValues { Entity.address($0) })
    defer { scopes.removeLast() }
    for value in tree.initial { attempt { () throws(Abandoned) in try apply(value) } }
  }

  /// The location whose address an initial value is: `x` or `&x`.
  private static func location(_ expression: Expression) -> Name? {
    switch expression.kind {
    case .name(let name): name
    case .unary(.address, let operand): location(operand)
    default: nil
    }
  }

  private func apply(_ value: InitialValue) throws(Abandoned) {
    switch value.target {
    case .global(let name):
      guard let number = herdGlobals[name], let initializer = value.value else { return }
      try addInitialValues(
        of: number, at: 0, program.variables[number].type, initializer, value.offset)
    case .register(let process, let name):
      _ = try thread(.process(process), at: value.offset)
      var type: CType?
      if let syntax = value.type { type = try resolve(syntax) }
      var constant = ConstantValue.number(0)
      if case .value(let expression)? = value.value {
        let typed = try self.value(expression)
        guard let known = fold(typed).map({ .number($0) }) ?? address(typed) else {
          throw fail(.type, at: expression.offset, "a register starts as a constant or an address")
        }
        constant = known
      }
      registerValues[process, default: []].append((name, type, constant, value.offset))
    }
  }

  // MARK: - Properties and conditions

  /// Checks what speaks of the whole program.
  func checkLast(_ item: SyntaxTree.Item) throws(Abandoned) {
    switch item.kind {
    case .property(let property):
      let name = text(property.name)
      guard program.properties.count < FileLimits.properties else {
        throw fail(
          .limit, at: item.offset, "a file has at most \(FileLimits.properties) properties")
      }
      if program.properties.contains(where: { $0.name == name }) {
        throw fail(.duplicate, at: item.offset, "there are two properties '\(name)'")
      }
      if Finding.names.contains(name) {
        throw fail(
          .duplicate, at: item.offset, "a property is not called '\(name)', as a finding is")
      }
      let expression = try condition(property.expression)
      try requirePure(expression)
      program.properties.append(
        CheckedProperty(
          kind: property.kind, name: name, expression: expression,
          text: source.trimmedLine(source.line(of: item.offset)), offset: item.offset))
    case .unroll(let expression):
      let count = try constantValue(of: expression)
      guard count >= 1, count <= FileLimits.count else {
        throw fail(
          .limit, at: expression.offset, "loops are unrolled 1 to \(FileLimits.count) times")
      }
    default: break
    }
  }

  /// A property looks at a state and changes nothing.
  private func requirePure(_ expression: TypedExpression) throws(Abandoned) {
    switch expression.kind {
    case .constant, .local, .function: break
    case .address(let place), .read(let place, _), .structure(let place): try requirePure(place)
    case .unary(_, let operand), .convert(let operand), .unwatched(let operand),
      .container(let operand, _):
      try requirePure(operand)
    case .binary(_, let left, let right, _), .offset(let left, let right, _),
      .distance(let left, let right, _), .logical(_, let left, let right),
      .comma(let left, let right), .orElse(let left, let right):
      try requirePure(left)
      try requirePure(right)
    case .conditional(let test, let first, let second):
      for part in [test, first, second] { try requirePure(part) }
    case .assign, .update, .copy:
      throw fail(.type, at: expression.offset, "a property changes nothing")
    case .call(_, let arguments):
      guard program.onlyLooks(expression) else {
        throw fail(
          .type, at: expression.offset,
          "a property calls nothing, but for functions that only 'return' what they look at")
      }
      for argument in arguments { try requirePure(argument) }
    case .callThrough, .primitive, .statements:
      throw fail(.type, at: expression.offset, "a property calls nothing")
    }
  }

  private func requirePure(_ place: Place) throws(Abandoned) {
    switch place {
    case .variable: break
    case .pointee(let value), .result(let value): try requirePure(value)
    case .member(let base, _): try requirePure(base)
    case .element(let base, let index, _, _):
      try requirePure(base)
      try requirePure(index)
    }
  }

  func checkConditions() {
    current = FunctionState(number: -1, process: -1)
    defer { current = nil }
    attempt { () throws(Abandoned) in
      if let filter = tree.filter { program.filter = try check(filter) }
      if let condition = tree.condition {
        program.question = Program.Question(
          quantifier: condition.quantifier, proposition: try check(condition.proposition),
          offset: condition.offset)
      }
      for location in tree.locations { try show(location.term, at: location.offset) }
      if let condition = tree.condition { try showTerms(of: condition.proposition) }
    }
  }

  /// Shows a location of final states, once.
  private func show(_ term: ConditionTerm, at offset: Int) throws(Abandoned) {
    let name = text(term)
    if program.locations.contains(where: { $0.name == name }) { return }
    program.locations.append((name, try check(term, isLeft: true, at: offset)))
  }

  /// Shows what a condition speaks of, as herd7 does.
  private func showTerms(of proposition: Proposition) throws(Abandoned) {
    switch proposition {
    case .all(let parts), .any(let parts): for part in parts { try showTerms(of: part) }
    case .not(let part): try showTerms(of: part)
    case .implies(let left, let right):
      try showTerms(of: left)
      try showTerms(of: right)
    case .constant: break
    case .compare(let left, _, let right, let offset):
      try show(left, at: offset)
      if case .register = right { try show(right, at: offset) }
    }
  }

  private func check(_ proposition: Proposition) throws(Abandoned) -> CheckedProposition {
    switch proposition {
    case .all(let parts):
      var checked: [CheckedProposition] = []
      for part in parts { checked.append(try check(part)) }
      return .all(checked)
    case .any(let parts):
      var checked: [CheckedProposition] = []
      for part in parts { checked.append(try check(part)) }
      return .any(checked)
    case .not(let part): return .not(try check(part))
    case .implies(let left, let right): return .implies(try check(left), try check(right))
    case .constant(let value): return .constant(value)
    case .compare(let left, let isEqual, let right, let offset):
      let equal = CheckedProposition.equal(
        try check(left, isLeft: true, at: offset), try check(right, isLeft: false, at: offset))
      return isEqual ? equal : .not(equal)
    }
  }

  private func check(
    _ term: ConditionTerm, isLeft: Bool, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    switch term {
    case .number(let value): return constant(value, .integer(.long), at: offset)
    case .register(.process(let process), let name): return try register(process, name, at: offset)
    case .register(.name(let thread), let name):
      return try value(
        Expression(kind: .local(.name(thread), name), offset: offset))
    case .address(let name): return try address(of: name, at: offset)
    case .global(let name, let index):
      if case .constant(let value)? = scopes[0][name] {
        return constant(value, .integer(.long), at: offset)
      }
      if !isLeft, index == nil { return try address(of: name, at: offset) }
      let global = try global(name, at: offset)
      var (place, type) = (Place.variable(global), program.variables[global].type)
      if let index {
        guard case .array(let element, let count) = type, index < count else {
          throw fail(.type, at: offset, "'\(text(name))' has no element \(index)")
        }
        place = .member(place, offset: index * (try size(of: element, at: offset)))
        type = element
      }
      guard let held = valueType(of: type) ?? (type.isLock ? .int : nil) else {
        throw fail(.type, at: offset, "a '\(text(type))' has no value of its own")
      }
      return TypedExpression(kind: .read(place, isMarked: true), type: held, offset: offset)
    }
  }

  private func address(of name: Name, at offset: Int) throws(Abandoned) -> TypedExpression {
    let global = try global(name, at: offset)
    return TypedExpression(
      kind: .address(.variable(global)), type: .pointer(program.variables[global].type),
      offset: offset)
  }

  private func global(_ name: Name, at offset: Int) throws(Abandoned) -> Int {
    if let number = herdGlobals[name] { return number }
    if case .variable(let number)? = scopes[0][name] { return number }
    if brokenNames.contains(name) { throw Abandoned() }
    let known =
      herdGlobals.keys.map(text) + program.variables.filter { $0.function == nil }.map(\.name)
    throw fail(
      .unknownName, at: offset,
      "unknown location '\(text(name))'\(suggestion(for: text(name), among: known))")
  }

  /// A register of a process; one that the process does not have stays 0, as for herd7.
  private func register(_ process: Int, _ name: Name, at offset: Int) throws(Abandoned)
    -> TypedExpression
  {
    let thread = try thread(.process(process), at: offset)
    let function = program.threads[thread].function
    let found = program.variables.indices.filter {
      program.variables[$0].function == function && program.variables[$0].name == text(name)
    }
    if found.isEmpty { return constant(0, .integer(.long), at: offset) }
    return try value(Expression(kind: .local(.process(process), name), offset: offset))
  }

  private func text(_ term: ConditionTerm) -> String {
    switch term {
    case .number(let value): "\(value)"
    case .global(let name, let index): text(name) + (index.map { "[\($0)]" } ?? "")
    case .address(let name): "&\(text(name))"
    case .register(.process(let process), let name): "\(process):\(text(name))"
    case .register(.name(let thread), let name): "\(text(thread)):\(text(name))"
    }
  }
}

extension CType {
  fileprivate var isLock: Bool {
    switch self {
    case .object(.spinlock), .object(.mutex): true
    default: false
    }
  }
}
