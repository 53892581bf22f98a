// What variables start as.
extension Checker {
  /// The parts of a structure or an array, with their places in cells.
  func parts(of type: CType, at offset: Int) throws(Abandoned) -> [(offset: Int, type: CType)] {
    switch type {
    case .array(let element, let count):
      let size = try size(of: element, at: offset)
      return (0..<count).map { ($0 * size, element) }
    case .structure(let number):
      guard let members = program.structures[number].members else {
        if brokenStructures.contains(number) { throw Abandoned() }
        throw fail(.type, at: offset, "'\(text(type))' has no members yet")
      }
      return members.map { ($0.offset, $0.type) }
    default: return []
    }
  }

  /// Which values of a list belong to which part.
  func assignParts(
    _ elements: [Initializer.Element], of type: CType, _ parts: [(offset: Int, type: CType)],
    at offset: Int
  ) throws(Abandoned) -> [Int: Initializer] {
    var given: [Int: Initializer] = [:]
    var next = 0
    for element in elements {
      if element.designators.count > 1 {
        throw fail(.refused, at: offset, "designators of inner parts are not read: use braces")
      }
      switch element.designators.first {
      case .member(let name, let place)?:
        guard case .structure(let number) = type,
          let members = program.structures[number].members
        else { throw fail(.type, at: place, "'\(text(type))' has no members") }
        guard let index = members.firstIndex(where: { $0.name == text(name) }) else {
          throw fail(
            .unknownName, at: place,
            "'\(text(type))' has no member '\(text(name))'"
              + suggestion(for: text(name), among: members.map(\.name)))
        }
        next = index
      case .index(let expression)?:
        guard case .array = type else {
          throw fail(.type, at: expression.offset, "'\(text(type))' is no array")
        }
        let index = try constantValue(of: expression)
        guard index >= 0, index < parts.count else {
          throw fail(.type, at: expression.offset, "the array has no element \(index)")
        }
        next = Int(index)
      case nil: break
      }
      guard next < parts.count else {
        throw fail(.type, at: offset, "a '\(text(type))' has only \(parts.count) parts")
      }
      given[next] = element.value
      next += 1
    }
    return given
  }

  /// Notes the values that a global starts with.
  func addInitialValues(
    of variable: Int, at cell: Int, _ type: CType, _ initializer: Initializer, _ offset: Int
  ) throws(Abandoned) {
    switch initializer {
    case .value(let expression):
      guard let value = try initialValue(expression, of: type) else { return }
      program.initialValues.append(
        Program.InitialCell(variable: variable, offset: cell, value: value))
    case .list(let elements, let place):
      let parts = try parts(of: type, at: place)
      if parts.isEmpty {
        throw fail(.type, at: place, "a '\(text(type))' is not written in braces")
      }
      let given = try assignParts(elements, of: type, parts, at: place)
      for index in given.keys.sorted() {
        guard let value = given[index] else { continue }
        try addInitialValues(
          of: variable, at: cell + parts[index].offset, parts[index].type, value, place)
      }
    }
  }

  /// The functions that stand for an object's initial value, and whether they take it.
  private static let initializers: [String: Bool] = [
    "ATOMIC_INIT": true, "ATOMIC64_INIT": true, "ATOMIC_LONG_INIT": true, "REFCOUNT_INIT": true,
    "__SPIN_LOCK_UNLOCKED": false, "__RAW_SPIN_LOCK_UNLOCKED": false, "__MUTEX_INITIALIZER": false,
    "__RWSEM_INITIALIZER": false, "__RW_LOCK_UNLOCKED": false, "SEQCNT_ZERO": false,
    "__WAIT_QUEUE_HEAD_INITIALIZER": false, "COMPLETION_INITIALIZER": false,
    "COMPLETION_INITIALIZER_ONSTACK": false,
    "KREF_INIT": true, "__SEQLOCK_UNLOCKED": false, "__SRCU_STRUCT_INIT": false,
  ]

  /// The value that a cell of a type starts as; nil if it is what it would be anyway.
  func initialValue(
    _ expression: Expression, of type: CType
  ) throws(Abandoned) -> ConstantValue? {
    if case .call(let callee, let arguments) = expression.kind, case .name(let name) = callee.kind,
      let takesValue = Self.initializers[text(name)]
    {
      guard case .object = type else {
        throw fail(.type, at: expression.offset, "'\(text(name))' makes no '\(text(type))'")
      }
      guard takesValue else { return nil }
      guard let argument = arguments.first, let held = valueType(of: type),
        let integer = held.integer
      else { throw fail(.type, at: expression.offset, "'\(text(name))' takes a value") }
      return .number(integer.wrap(try constantValue(of: argument)))
    }
    guard let held = valueType(of: type), type.isScalar || language == .litmus else {
      throw fail(.type, at: expression.offset, "a '\(text(type))' does not start as a value")
    }
    let value = try value(expression)
    if let number = fold(value) {
      _ = try convert(value, to: held, for: "what it starts as")
      return .number(held.integer?.wrap(number) ?? number)
    }
    guard let address = address(value) else {
      throw fail(.type, at: expression.offset, "a global starts as a constant or an address")
    }
    _ = try convert(value, to: held, for: "what it starts as")
    return address
  }

  /// The address that an expression is, if that is known before the program runs.
  func address(_ expression: TypedExpression) -> ConstantValue? {
    switch expression.kind {
    case .address(let place):
      return cell(of: place, endsBehind: true).map { .address(variable: $0, offset: $1) }
    case .function(let number): return .function(number)
    case .container(let pointer, let distance):
      guard case .address(let variable, let start)? = address(pointer), start >= distance else {
        return nil
      }
      return .address(variable: variable, offset: start - distance)
    case .convert(let operand): return address(operand)
    case .offset(let pointer, let count, let stride):
      guard case .address(let variable, let start)? = address(pointer), let count = fold(count),
        count.magnitude <= UInt64(FileLimits.count)
      else { return nil }
      let offset = start + Int(count) * stride
      let isInside = offset >= 0 && offset <= program.size(of: program.variables[variable].type)
      return isInside ? .address(variable: variable, offset: offset) : nil
    default: return nil
    }
  }

  /// Where a global's part lies; with `endsBehind`, also what lies just behind an array.
  private func cell(of place: Place, endsBehind: Bool = false) -> (Int, Int)? {
    switch place {
    case .variable(let number):
      return program.variables[number].function == nil ? (number, 0) : nil
    case .member(let base, let offset):
      return cell(of: base).map { ($0.0, $0.1 + offset) }
    case .element(let base, let index, let stride, let count):
      guard let index = fold(index), index >= 0, index < count || endsBehind && index == count
      else { return nil }
      return cell(of: base).map { ($0.0, $0.1 + Int(index) * stride) }
    case .pointee(let pointer):
      guard case .address(let variable, let offset)? = address(pointer) else { return nil }
      return (variable, offset)
    case .result: return nil
    }
  }
}
