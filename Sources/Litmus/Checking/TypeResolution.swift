// From types as they are written to types.
extension Checker {
  func resolve(_ type: TypeName) throws(Abandoned) -> CType {
    try resolve(resolve(type.base, at: type.offset), type.declarator, initializer: nil)
  }

  /// A parameter that is an array or a function is a pointer.
  func decay(_ type: CType) -> CType {
    switch type {
    case .array(let element, _): .pointer(element)
    case .function: .pointer(type)
    default: type
    }
  }

  func resolve(_ base: BaseType, at offset: Int) throws(Abandoned) -> CType {
    switch base {
    case .void: return .void
    case .integer(let type): return .integer(type)
    case .named(let name):
      if let type = typedefs[name] { return type }
      let text = text(name)
      if let type = KnownType.integers[text] { return .integer(type) }
      if let kind = ObjectKind.named[text] { return .object(kind) }
      if text == BuiltInStructure.sequenceLock.rawValue {
        return .structure(builtIn(.sequenceLock))
      }
      if brokenNames.contains(name) { throw Abandoned() }
      throw fail(.refused, at: offset, Substitutes.refusal(of: text))
    case .structure(let structure): return try resolve(structure)
    case .typeOf(let operand):
      return try unevaluated { () throws(Abandoned) in try type(of: operand) }
    case .inferred:
      throw fail(
        .type, at: offset, "'__auto_type' is the type of a local that is given a value alone")
    case .enumeration(let enumeration):
      if let constants = enumeration.constants { try define(constants) }
      return .integer(.unsignedInt)
    }
  }

  private func define(
    _ constants: [(name: Name, value: Expression?, offset: Int)]
  ) throws(Abandoned) {
    var next: Int64 = 0
    for constant in constants {
      if let value = constant.value { next = try constantValue(of: value) }
      try define(constant.name, as: .constant(next), at: constant.offset)
      next &+= 1
    }
  }

  private func resolve(_ syntax: StructureSyntax) throws(Abandoned) -> CType {
    if let name = syntax.name, syntax.members == nil {
      let text = text(name)
      if let kind = ObjectKind.structures[text] { return .object(kind) }
      if let number = structureNumbers[name] { return .structure(number) }
      if text == BuiltInStructure.kref.rawValue { return .structure(builtIn(.kref)) }
      if KnownType.structures.contains(text) {
        throw fail(.refused, at: syntax.offset, Substitutes.refusal(of: "struct \(text)"))
      }
      let number = addStructure(name, at: syntax.offset)
      if brokenNames.contains(name) { brokenStructures.insert(number) }
      return .structure(number)
    }
    let number: Int
    if let name = syntax.name, let known = structureNumbers[name] {
      number = known
      if program.structures[known].members != nil {
        throw fail(.duplicate, at: syntax.offset, "'struct \(text(name))' is declared twice")
      }
    } else {
      number = addStructure(syntax.name, at: syntax.offset)
    }
    do throws(Abandoned) { try resolveMembers(of: number, syntax) } catch {
      brokenStructures.insert(number)
      throw error
    }
    return .structure(number)
  }

  private func resolveMembers(
    of number: Int, _ syntax: StructureSyntax
  ) throws(Abandoned) {
    var members: [Structure.Member] = []
    var size = 0
    for declaration in syntax.members ?? [] {
      let base = try resolve(declaration.base, at: declaration.offset)
      for variable in declaration.variables {
        guard let name = variable.declarator.name else { continue }
        let type = try resolve(base, variable.declarator, initializer: nil)
        let cells = try self.size(of: type, at: variable.declarator.offset)
        try requireNoEntry(type, at: variable.declarator.offset)
        if members.contains(where: { $0.name == text(name) }) {
          throw fail(
            .duplicate, at: variable.declarator.offset, "'\(text(name))' is declared twice")
        }
        members.append(Structure.Member(name: text(name), type: type, offset: size))
        size += cells
        if size > Checker.mostCells { throw tooLarge(at: variable.declarator.offset) }
      }
    }
    if members.isEmpty {
      throw fail(.type, at: syntax.offset, "a structure has a member")
    }
    program.structures[number].members = members
    program.structures[number].size = size
  }

  private func addStructure(_ name: Name?, at offset: Int) -> Int {
    program.structures.append(Structure(name: name.map(text) ?? "", members: nil))
    let number = program.structures.count - 1
    if let name { structureNumbers[name] = number }
    return number
  }

  /// The type that a declarator makes of `base`; an array without a length has that of its values.
  func resolve(
    _ base: CType, _ declarator: Declarator, initializer: Initializer?
  ) throws(Abandoned) -> CType {
    var type = base
    for (index, derivation) in declarator.derivations.enumerated().reversed() {
      switch derivation {
      case .pointer: type = .pointer(type)
      case .array(let length, let offset):
        guard type != .void, !type.isFunction else {
          throw fail(.type, at: offset, "an array has elements")
        }
        type = .array(
          type, try count(length, at: offset, initializer: index == 0 ? initializer : nil))
      case .function(let parameters):
        if case .array = type {
          throw fail(.type, at: declarator.offset, "a function gives no array")
        }
        if type.isFunction {
          throw fail(
            .type, at: declarator.offset, "a function gives a pointer to a function, not one")
        }
        var types: [CType] = []
        for parameter in parameters { types.append(decay(try resolve(parameter.type))) }
        type = .function(returns: type, parameters: types)
      }
    }
    return type
  }

  private func count(
    _ length: Expression?, at offset: Int, initializer: Initializer?
  ) throws(Abandoned) -> Int {
    if let length {
      let value = try constantValue(of: length)
      guard value >= 1 && value <= FileLimits.count else {
        throw fail(
          .limit, at: length.offset,
          "an array has 1 to \(FileLimits.count) elements, not \(value)")
      }
      return Int(value)
    }
    guard case .list(let elements, _)? = initializer, !elements.isEmpty else {
      throw fail(.type, at: offset, "the array needs a length")
    }
    var (next, most) = (0, 0)
    for element in elements {
      if case .index(let index)? = element.designators.first {
        let value = try constantValue(of: index)
        guard value >= 0, value < FileLimits.count else {
          throw fail(.limit, at: index.offset, "an array has at most \(FileLimits.count) elements")
        }
        next = Int(value)
      }
      next += 1
      most = max(most, next)
    }
    return most
  }

  /// Refuses places in a queue that are no locals: whose they are is not known.
  func requireNoEntry(_ type: CType, at offset: Int) throws(Abandoned) {
    var inner = type
    while case .array(let element, _) = inner { inner = element }
    if case .object(.waiting(.entry)) = inner {
      throw fail(
        .refused, at: offset, "a place in a wait queue is a local: write DEFINE_WAIT(name)")
    }
  }

  /// How many cells all variables may take.
  static let mostCells = 60_000

  func tooLarge(at offset: Int) -> Abandoned {
    fail(.limit, at: offset, "the variables have more than \(Self.mostCells) parts")
  }

  /// How many cells a value of the type takes.
  func size(of type: CType, at offset: Int) throws(Abandoned) -> Int {
    switch type {
    case .void: throw fail(.type, at: offset, "'void' has no values")
    case .function: throw fail(.type, at: offset, "a function is no value")
    case .object(.waiting(.task)):
      throw fail(
        .refused, at: offset, "threads are known by pointers: write 'struct task_struct *'")
    case .integer, .pointer, .object: return 1
    case .array(let element, let count):
      let (size, overflows) = try self.size(of: element, at: offset)
        .multipliedReportingOverflow(by: count)
      if overflows || size > Self.mostCells { throw tooLarge(at: offset) }
      return size
    case .structure(let number):
      guard program.structures[number].members != nil else {
        if brokenStructures.contains(number) { throw Abandoned() }
        throw fail(
          .type, at: offset, "'struct \(program.structures[number].name)' has no members yet")
      }
      return program.structures[number].size
    }
  }

  /// The type as messages show it.
  func text(_ type: CType) -> String {
    switch type {
    case .void: "void"
    case .integer(let integer): integer.text
    case .pointer(.function(let returns, let parameters)):
      "\(text(returns)) (*)(\(text(parameters)))"
    case .pointer(let pointee): text(pointee) + (pointee.pointee == nil ? " *" : "*")
    case .array(let element, let count): "\(text(element))[\(count)]"
    case .structure(let number):
      program.structures[number].builtIn == .sequenceLock
        ? "seqlock_t" : "struct \(program.structures[number].name)"
    case .object(let kind): kind.text
    case .function(let returns, let parameters): "\(text(returns)) (\(text(parameters)))"
    }
  }

  private func text(_ parameters: [CType]) -> String {
    parameters.isEmpty ? "void" : parameters.map(text).joined(separator: ", ")
  }
}
