// Pools, and what is allocated and freed.
extension Checker {
  func declare(_ pool: PoolSyntax, at offset: Int) throws(Abandoned) {
    let structure = try structure(ofPool: pool)
    let name = text(pool.name)
    if program.pools.contains(where: { $0.structure == structure }) {
      throw fail(.duplicate, at: offset, "'\(name)' has a pool already")
    }
    let count = try constantValue(of: pool.count)
    guard count >= 1, count <= FileLimits.count else {
      throw fail(
        .limit, at: pool.count.offset,
        "a pool has 1 to \(FileLimits.count) objects, not \(count)")
    }
    let size = try size(of: .structure(structure), at: pool.nameOffset)
    cells += size * Int(count)
    if cells > Self.mostCells { throw tooLarge(at: offset) }
    program.pools.append(
      Pool(
        structure: structure, name: name, count: Int(count), mayFail: pool.mayFail,
        offset: pool.nameOffset))
  }

  private func structure(ofPool pool: PoolSyntax) throws(Abandoned) -> Int {
    if let number = structureNumbers[pool.name] { return number }
    if case .structure(let number)? = typedefs[pool.name] { return number }
    if brokenNames.contains(pool.name) { throw Abandoned() }
    throw fail(
      .unknownName, at: pool.nameOffset,
      "there is no 'struct \(text(pool.name))' above this pool"
        + suggestion(for: text(pool.name), among: structureNumbers.keys.map(text)))
  }

  // MARK: - Calls

  func call(
    _ function: HeapFunction, _ name: String, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let count = function.argumentCount
    guard count.contains(arguments.count) else {
      let wanted =
        count.count == 1 ? "\(count.lowerBound)" : "\(count.lowerBound) or \(count.upperBound)"
      throw fail(
        .type, at: offset,
        "'\(name)' takes \(wanted) argument\(count.upperBound == 1 ? "" : "s"), "
          + "not \(arguments.count)")
    }
    switch function {
    case .allocate(let form, let isZeroed):
      return try allocate(form, isZeroed: isZeroed, name, arguments, at: offset)
    case .duplicate: return try duplicate(name, arguments, at: offset)
    case .free(let behindCache, let maySleep):
      if behindCache { try checkUnevaluated(arguments[0]) }
      let pointer = try pointerValue(arguments[arguments.count - 1])
      let end = TypedExpression(
        kind: .primitive(.free, nil, [pointer]), type: .void, offset: offset)
      if !maySleep { return end }
      let sleep = TypedExpression(
        kind: .primitive(.mightSleep, nil, []), type: .void, offset: offset)
      return inOrder(sleep, end)
    }
  }

  private func allocate(
    _ form: HeapFunction.HeapArguments, isZeroed: Bool, _ name: String, _ arguments: [Expression],
    at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    var structure: Int?
    switch form {
    case .size, .sizeAlone: structure = try self.structure(ofSize: arguments[0], name)
    case .count:
      guard try constantValue(of: arguments[0]) == 1 else {
        throw fail(
          .refused, at: arguments[0].offset,
          "'\(name)' allocates one object here: arrays have no pool")
      }
      structure = try self.structure(ofSize: arguments[1], name)
    case .object:
      let type = try type(of: arguments[0])
      structure = try pooled(type, at: arguments[0].offset)
    case .cache: try checkUnevaluated(arguments[0])
    }
    let hasFlags = form == .object ? arguments.count > 1 : form != .sizeAlone
    let flags =
      hasFlags
      ? try convert(
        try value(arguments[arguments.count - 1]), to: .integer(.unsignedInt),
        for: "the mask of flags")
      : constant(AllocationFlags.usual, .integer(.unsignedInt), at: offset)
    return allocation(of: structure, isZeroed: isZeroed, flags, at: offset)
  }

  private func allocation(
    of structure: Int?, isZeroed: Bool, _ flags: TypedExpression, at offset: Int
  ) -> TypedExpression {
    let allocation = Primitive.Allocation(structure: structure, isZeroed: isZeroed)
    return TypedExpression(
      kind: .primitive(.allocate(allocation), nil, [flags]),
      type: .pointer(structure.map { .structure($0) } ?? .void), offset: offset)
  }

  /// The structure that a size is of; nil if it is a number, which says nothing.
  private func structure(
    ofSize argument: Expression, _ name: String
  ) throws(Abandoned) -> Int? {
    if case .sizeOf(let operand) = argument.kind {
      return try pooled(try type(of: operand), at: argument.offset)
    }
    guard fold(try value(argument)) != nil else {
      throw fail(
        .refused, at: argument.offset,
        "'\(name)' is given the size of a structure that has a pool: 'sizeof(*p)'")
    }
    return nil
  }

  /// The number of a type that can be allocated.
  private func pooled(_ type: CType, at offset: Int) throws(Abandoned) -> Int {
    guard case .structure(let number) = type else {
      throw fail(
        .refused, at: offset,
        "structures are allocated here, and nothing else: put the '\(text(type))' into one")
    }
    guard program.pools.contains(where: { $0.structure == number }) else {
      if brokenStructures.contains(number) || !tree.brokenNames.isEmpty { throw Abandoned() }
      let name = program.structures[number].name
      throw fail(
        .type, at: offset,
        "'\(text(type))' has no pool to allocate from: write 'pool \(name) 1', or how many there "
          + "can be at once, outside of functions")
    }
    return number
  }

  /// An allocation whose structure is that of the pointer to which it is assigned; nil if the
  /// value is none, or the structure is known.
  func allocation(
    _ value: TypedExpression, as type: CType
  ) throws(Abandoned) -> TypedExpression? {
    guard case .primitive(.allocate(var allocation), let place, let arguments) = value.kind,
      allocation.structure == nil, let pointee = type.pointee, pointee != .void
    else { return nil }
    allocation.structure = try pooled(pointee, at: value.offset)
    return TypedExpression(
      kind: .primitive(.allocate(allocation), place, arguments), type: type, offset: value.offset)
  }

  /// A new object, and copies of the members of another, if there is one.
  private func duplicate(
    _ name: String, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let source = keep(try pointerValue(arguments[0]), as: "\(name).source")
    let type = source.read.type.pointee ?? .void
    var known = try structure(ofSize: arguments[1], name)
    if known == nil { known = try pooled(type, at: arguments[0].offset) }
    guard let structure = known else { return nothing(at: offset) }
    guard type == .structure(structure) else {
      throw fail(
        .type, at: arguments[0].offset,
        "'\(name)' copies a '\(text(.structure(structure)))', not a '\(text(type))'")
    }
    try requireCopy(type, at: offset)
    let flags = try convert(
      try value(arguments[2]), to: .integer(.unsignedInt), for: "the mask of flags")
    let made = keep(
      allocation(of: structure, isZeroed: false, flags, at: offset), as: "\(name).copy")
    let copy = TypedExpression(
      kind: .copy(.pointee(made.read), .pointee(source.read)), type: .void, offset: offset)
    let copied = TypedExpression(
      kind: .conditional(made.read, copy, nothing(at: offset)), type: .void, offset: offset)
    return after([source.assign, made.assign, copied], made.read)
  }
}
