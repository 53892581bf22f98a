// Variables of which each CPU has a copy.
extension Checker {
  /// How many CPUs there are: each thread is one.
  var cpuCount: Int {
    tree.items.count { item in
      guard case .function(let function) = item.kind else { return false }
      return function.role == .thread || function.role == .daemon
    }
  }

  /// The names of how many CPUs there are.
  static let cpuCounts: Set<String> = ["nr_cpu_ids", "NR_CPUS"]

  /// Notes that a global is one for each CPU: its copies are the elements of an array.
  func declarePerCPU(_ name: Name, _ type: CType, at offset: Int) throws(Abandoned) -> Int {
    if case .perCPU(let known)? = scopes[0][name] {
      guard program.variables[known].type == .array(type, max(1, cpuCount)) else {
        throw fail(.duplicate, at: offset, "'\(text(name))' is declared with another type already")
      }
      return known
    }
    let all = CType.array(type, max(1, cpuCount))
    try countCells(of: all, at: offset)
    let number = addVariable(name, all, function: nil, startsAsZero: true, at: offset)
    program.variables[number].isPerCPU = true
    try define(name, as: .perCPU(number), at: offset)
    return number
  }

  /// Gives every copy the value that its variable starts with.
  func addInitialValues(
    ofPerCPU number: Int, _ type: CType, _ initializer: Initializer, _ offset: Int
  ) throws(Abandoned) {
    let size = try size(of: type, at: offset)
    for cpu in 0..<max(1, cpuCount) {
      try addInitialValues(of: number, at: cpu * size, type, initializer, offset)
    }
  }

  /// What the name of such a variable stands for, within what says of which CPU.
  func copy(of number: Int, _ name: Name, at offset: Int) throws(Abandoned) -> (
    place: Place, type: CType
  ) {
    guard let perCPU, perCPU.offset == offset else {
      throw fail(
        .type, at: offset,
        "each CPU has a '\(text(name))': write 'this_cpu_read(\(text(name)))', "
          + "'per_cpu(\(text(name)), THREAD)' or the like")
    }
    guard case .array(let type, let count) = program.variables[number].type else {
      throw Abandoned()
    }
    return (
      .element(
        .variable(number), perCPU.index, stride: try size(of: type, at: offset), count: count),
      type
    )
  }

  /// The part that an expression names of the copy of a CPU.
  private func copy(
    _ expression: Expression, of index: TypedExpression, _ name: String
  ) throws(Abandoned) -> (place: Place, type: CType) {
    var root = expression
    while true {
      if case .member(let base, _, throughPointer: false, _) = root.kind {
        root = base
      } else if case .index(let base, _) = root.kind {
        root = base
      } else {
        break
      }
    }
    guard case .name(let variable) = root.kind, case .perCPU? = lookUp(variable) else {
      if case .name(let variable) = root.kind, brokenNames.contains(variable) { throw Abandoned() }
      throw fail(
        .type, at: expression.offset,
        "'\(name)' is about a variable of DEFINE_PER_CPU, and this is none")
    }
    let outer = perCPU
    perCPU = (root.offset, index)
    defer { perCPU = outer }
    return try place(expression)
  }

  private func processor(at offset: Int) -> TypedExpression {
    TypedExpression(kind: .primitive(.processor, nil, []), type: .int, offset: offset)
  }

  /// A CPU, by the name of its thread or by its number.
  private func cpu(_ expression: Expression) throws(Abandoned) -> TypedExpression {
    if case .name(let name) = expression.kind, case .function(let number)? = lookUp(name),
      let thread = program.threads.firstIndex(where: { $0.function == number })
    {
      return constant(Int64(program.cpu(of: thread)), at: expression.offset)
    }
    return try convert(try value(expression), to: .int, for: "the CPU")
  }

  /// `&x` of what is named there.
  private func pointed(_ expression: Expression, _ name: String) throws(Abandoned) -> Expression {
    guard case .unary(.address, let operand) = expression.kind else {
      throw fail(
        .type, at: expression.offset, "'\(name)' takes the address of a variable of DEFINE_PER_CPU")
    }
    return operand
  }

  /// What a call names that can be written to; nil if it is no such call.
  func placeOfCall(_ expression: Expression) throws(Abandoned) -> (place: Place, type: CType)? {
    guard case .call(let callee, let arguments) = expression.kind,
      case .name(let name) = callee.kind,
      lookUp(name) == nil, case .perCPU(let operation, _)? = CompositeFunction.table[text(name)],
      operation == .copy || operation == .take, arguments.count == operation.argumentCount
    else { return nil }
    if operation == .copy { return try copy(arguments[0], of: try cpu(arguments[1]), text(name)) }
    try requireFunction(text(name), at: expression.offset)
    let own = try copy(arguments[0], of: processor(at: expression.offset), text(name))
    let address = TypedExpression(
      kind: .address(own.place), type: .pointer(own.type), offset: expression.offset)
    return (
      .pointee(inOrder(stay(.preemption(isOff: true), at: expression.offset), address)), own.type
    )
  }

  private func stay(_ primitive: Primitive, at offset: Int) -> TypedExpression {
    TypedExpression(kind: .primitive(primitive, nil, []), type: .void, offset: offset)
  }

  /// Who asks for its own CPU is a thread.
  private func requireFunction(_ name: String, at offset: Int) throws(Abandoned) {
    if current == nil {
      throw fail(.type, at: offset, "'\(name)' has a place in functions only: it asks who runs")
    }
  }

  func perCPU(
    _ operation: PerCPUOperation, isAtomic: Bool, _ name: String, _ arguments: [Expression],
    _ call: Expression, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    func pointer(_ found: (place: Place, type: CType)) -> TypedExpression {
      markAddressTaken(found.place)
      return TypedExpression(
        kind: .address(found.place), type: .pointer(found.type), offset: offset)
    }
    switch operation {
    case .copy, .take: return try value(of: try placeOfCall(call), at: offset)
    case .copyAddress:
      return pointer(try copy(pointed(arguments[0], name), of: try cpu(arguments[1]), name))
    case .count: return constant(Int64(max(1, cpuCount)), .integer(.unsignedInt), at: offset)
    default: try requireFunction(name, at: offset)
    }
    switch operation {
    case .takeCPU: return inOrder(stay(.preemption(isOff: true), at: offset), processor(at: offset))
    case .giveCPU: return stay(.preemption(isOff: false), at: offset)
    case .give:
      if case .unary(.address, let operand) = arguments[0].kind {
        _ = try copy(operand, of: processor(at: offset), name)
      } else {
        _ = try copy(arguments[0], of: processor(at: offset), name)
      }
      return stay(.preemption(isOff: false), at: offset)
    case .ownAddress:
      return pointer(try copy(pointed(arguments[0], name), of: processor(at: offset), name))
    case .takeAddress:
      return inOrder(
        stay(.preemption(isOff: true), at: offset),
        pointer(try copy(pointed(arguments[0], name), of: processor(at: offset), name)))
    default:
      let own = try copy(arguments[0], of: processor(at: offset), name)
      guard own.type.isScalar else {
        throw fail(.type, at: offset, "'\(name)' works on numbers, not on a '\(text(own.type))'")
      }
      var values: [TypedExpression] = []
      for argument in arguments.dropFirst() {
        values.append(try convert(try value(argument), to: own.type, for: "the argument"))
      }
      return try access(
        operation, isAtomic: isAtomic, own.place, own.type, values, name, at: offset)
    }
  }

  /// The value of a place, or the pointer to the first element of an array.
  private func value(
    of found: (place: Place, type: CType)?, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    guard let (place, type) = found else { throw Abandoned() }
    if case .array(let element, _) = type {
      markAddressTaken(place)
      return TypedExpression(kind: .address(place), type: .pointer(element), offset: offset)
    }
    guard type.isScalar else {
      throw fail(.type, at: offset, "'\(text(type))' has no value of its own")
    }
    return TypedExpression(kind: .read(place, isMarked: false), type: type, offset: offset)
  }

  private func access(
    _ operation: PerCPUOperation, isAtomic: Bool, _ place: Place, _ type: CType,
    _ values: [TypedExpression], _ name: String, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    func primitive(_ primitive: Primitive, _ values: [TypedExpression], _ type: CType)
      -> TypedExpression
    {
      TypedExpression(kind: .primitive(primitive, place, values), type: type, offset: offset)
    }
    func read(_ place: Place) -> TypedExpression {
      TypedExpression(kind: .read(place, isMarked: isAtomic), type: type, offset: offset)
    }
    switch operation {
    case .read: return read(place)
    case .write:
      var stored = try store(values[0], in: place, type, isMarked: isAtomic, at: offset)
      stored.type = .void
      return stored
    case .update(let change, _), .updated(let change, _):
      guard let integer = type.integer else {
        throw fail(.type, at: offset, "'\(name)' works on numbers, not on a '\(text(type))'")
      }
      let amount = values.first ?? constant(1, type, at: offset)
      let isWanted = if case .updated = operation { true } else { false }
      if isAtomic {
        return primitive(
          .fetch(change, isWanted ? .new : .nothing), [amount], isWanted ? type : .void)
      }
      let common = CType.integer(integer.promoted)
      var updated = TypedExpression(
        kind: .update(
          place, change, try convert(amount, to: common, for: "the argument"), in: common,
          givesOld: false), type: type, offset: offset)
      if !isWanted { updated = inOrder(updated, nothing(at: offset)) }
      return updated
    case .exchange where isAtomic: return primitive(.exchange, values, type)
    case .compareExchange where isAtomic: return primitive(.compareExchange, values, type)
    default:
      let (place, before) = once(place)
      let kept = values.map { keep($0, as: name) }
      let found = keep(read(place), as: name)
      let stored = try store(
        kept[kept.count - 1].read, in: place, type, isMarked: false, at: offset)
      var change = inOrder(stored, found.read)
      if operation == .compareExchange {
        let isEqual = TypedExpression(
          kind: .binary(.equal, found.read, kept[0].read, in: type), type: .int, offset: offset)
        change = TypedExpression(
          kind: .conditional(isEqual, change, found.read), type: type, offset: offset)
      }
      return after(before + kept.map(\.assign) + [found.assign], change)
    }
  }
}
