/// What is made of several primitives, or looks at more than values.
enum CompositeFunction: Hashable, Sendable {
  case containerOf
  /// The same, or NULL for NULL.
  case containerOrNull
  /// `try_cmpxchg(&x, &old, new)`: what was found goes to `old` unless it was equal.
  case tryExchange
  case krefSet, krefRead, krefGet, krefGetUnlessZero, krefPut
  case sequenceLock(SequenceLockOperation, in: Primitive.LockContext)
  case buildBug, arraySize
  /// `data_race(value)`.
  case dataRace
  /// The lesser or the greater of two; with `_t` in a type that is given.
  case lesser(isTyped: Bool), greater(isTyped: Bool)
  /// A value within bounds; with `_t` in a type that is given, with `_val` in its own.
  case clamp, clampTyped, clampValue
  /// The values of two places change places.
  case swap
  case heap(HeapFunction)
  /// What is done to a variable that each CPU has; one step, or a read and then a write.
  case perCPU(PerCPUOperation, isAtomic: Bool)
  /// One of those that are listed apart.
  case small(SmallFunction)
  /// What is done to a handler, which is named.
  case handler(Primitive.HandlerOperation)

  enum SequenceLockOperation: Hashable, Sendable {
    case initialize, readBegin, readRetry, lock, unlock, lockExclusive, unlockExclusive
  }

  /// By name.
  static let table: [String: CompositeFunction] = {
    var table: [String: CompositeFunction] = [
      "container_of": .containerOf, "hlist_entry_safe": .containerOrNull, "kref_init": .krefSet,
      "kref_read": .krefRead,
      "kref_get": .krefGet, "kref_get_unless_zero": .krefGetUnlessZero, "kref_put": .krefPut,
      "data_race": .dataRace, "swap": .swap,
      "min": .lesser(isTyped: false), "max": .greater(isTyped: false),
      "min_t": .lesser(isTyped: true), "max_t": .greater(isTyped: true),
      "clamp": .clamp, "clamp_t": .clampTyped, "clamp_val": .clampValue,
      "BUILD_BUG_ON": .buildBug, "static_assert": .buildBug, "ARRAY_SIZE": .arraySize,
      "seqlock_init": .sequenceLock(.initialize, in: .none),
      "read_seqbegin": .sequenceLock(.readBegin, in: .none),
      "read_seqretry": .sequenceLock(.readRetry, in: .none),
    ]
    for (name, function) in HeapFunction.table { table[name] = .heap(function) }
    table.merge(perCPU) { first, _ in first }
    for prefix in ["", "atomic_", "atomic64_", "atomic_long_"] {
      for suffix in ["", "_relaxed", "_acquire", "_release"] {
        table["\(prefix)try_cmpxchg\(suffix)"] = .tryExchange
      }
    }
    for (lock, unlock, suffix, context) in [
      ("", "", "", Primitive.LockContext.none), ("_irq", "_irq", "", .interrupts),
      ("_bh", "_bh", "", .bottomHalves), ("_irqsave", "_irqrestore", "", .savedInterrupts),
    ] {
      table["write_seqlock\(lock)\(suffix)"] = .sequenceLock(.lock, in: context)
      table["write_sequnlock\(unlock)\(suffix)"] = .sequenceLock(.unlock, in: context)
      table["read_seqlock_excl\(lock)\(suffix)"] = .sequenceLock(.lockExclusive, in: context)
      table["read_sequnlock_excl\(unlock)\(suffix)"] = .sequenceLock(
        .unlockExclusive, in: context)
    }
    for (name, operation) in handlerFunctions { table[name] = .handler(operation) }
    return table.merging(SmallFunction.table.mapValues(small)) { first, _ in first }
  }()
}

extension Checker {
  func call(
    _ function: CompositeFunction, _ name: String, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    if case .heap(let function) = function {
      return try call(function, name, arguments, at: offset)
    }
    let count = argumentCount(of: function, name)
    guard arguments.count == count || name == "static_assert" && !arguments.isEmpty else {
      throw fail(
        .type, at: offset,
        "'\(name)' takes \(count) argument\(count == 1 ? "" : "s"), not \(arguments.count)")
    }
    switch function {
    case .heap: return nothing(at: offset)
    case .containerOf: return try containerOf(arguments, at: offset)
    case .containerOrNull: return try containerOrNull(arguments, at: offset)
    case .tryExchange: return try tryExchange(arguments, name, at: offset)
    case .krefSet, .krefRead, .krefGet, .krefGetUnlessZero:
      return try kref(function, try krefPlace(try pointerValue(arguments[0]), name), at: offset)
    case .krefPut: return try krefPut(arguments, name, at: offset)
    case .perCPU(let operation, let isAtomic):
      let callee = Expression(kind: .name(names.name(name)), offset: offset)
      let call = Expression(kind: .call(callee, arguments), offset: offset)
      return try perCPU(operation, isAtomic: isAtomic, name, arguments, call, at: offset)
    case .sequenceLock(let operation, let context):
      return try sequenceLock(operation, context, name, arguments, at: offset)
    case .dataRace:
      let value = try value(arguments[0])
      return TypedExpression(kind: .unwatched(value), type: value.type, offset: offset)
    case .small(let function): return try call(function, name, arguments, at: offset)
    case .lesser, .greater, .clamp, .clampTyped, .clampValue:
      return try bounded(function, name, arguments, at: offset)
    case .swap:
      let kept = keep(try value(arguments[0]), as: "swapped")
      return after(
        [kept.assign, try assign(arguments[0], arguments[1], at: offset)],
        try store(kept.read, into: arguments[1], at: offset))
    case .handler(let operation):
      return try handlerCall(operation, name, arguments[0], at: offset)
    case .buildBug:
      let isTrue = try constantValue(of: arguments[0]) != 0
      if isTrue == (name == "BUILD_BUG_ON") {
        throw fail(.type, at: offset, "'\(name)' does not hold")
      }
      return nothing(at: offset)
    case .arraySize:
      guard case .array(_, let length) = try place(arguments[0]).type else {
        throw fail(.type, at: arguments[0].offset, "'ARRAY_SIZE' takes an array")
      }
      return constant(Int64(length), .integer(.unsignedLong), at: offset)
    }
  }

  private func argumentCount(of function: CompositeFunction, _ name: String) -> Int {
    switch function {
    case .containerOf, .containerOrNull, .tryExchange, .clamp, .clampValue, .lesser(isTyped: true),
      .greater(isTyped: true):
      3
    case .small(let function): function.argumentCount
    case .clampTyped: 4
    case .perCPU(let operation, _): operation.argumentCount
    case .krefPut, .sequenceLock(.readRetry, _), .swap, .lesser, .greater: 2
    case .sequenceLock(let operation, in: .savedInterrupts):
      [.lock, .unlock, .lockExclusive, .unlockExclusive].contains(operation) ? 2 : 1
    default: 1
    }
  }

  func nothing(at offset: Int) -> TypedExpression {
    TypedExpression(kind: .primitive(.nothing, nil, []), type: .void, offset: offset)
  }

  func primitive(
    _ primitive: Primitive, _ place: Place?, _ arguments: [TypedExpression] = [],
    _ type: CType = .void, at offset: Int
  ) -> TypedExpression {
    TypedExpression(kind: .primitive(primitive, place, arguments), type: type, offset: offset)
  }

  /// Both values are computed, and the second counts.
  func inOrder(_ first: TypedExpression, _ second: TypedExpression) -> TypedExpression {
    TypedExpression(kind: .comma(first, second), type: second.type, offset: second.offset)
  }

  /// A local that the file does not name, and an expression that gives it its value.
  func keep(
    _ value: TypedExpression, as name: String
  ) -> (place: Place, assign: TypedExpression, read: TypedExpression) {
    program.variables.append(
      Variable(
        name: name, type: value.type, function: current?.number ?? -1, hasInitializer: true,
        startsAsZero: false, offset: value.offset))
    let place = Place.variable(program.variables.count - 1)
    return (
      place,
      TypedExpression(
        kind: .assign(place, value, isMarked: false), type: value.type, offset: value.offset),
      TypedExpression(
        kind: .read(place, isMarked: false), type: value.type, offset: value.offset)
    )
  }

  /// A place that is looked at more than once: what leads to it is computed once, by the
  /// expressions beside it.
  func once(_ place: Place) -> (place: Place, before: [TypedExpression]) {
    switch place {
    case .variable, .result: return (place, [])
    case .member(let base, let offset):
      let (base, before) = once(base)
      return (.member(base, offset: offset), before)
    case .element(let base, let index, let stride, let count):
      let (base, before) = once(base)
      if fold(index) != nil {
        return (.element(base, index, stride: stride, count: count), before)
      }
      let kept = keep(index, as: "index")
      return (.element(base, kept.read, stride: stride, count: count), before + [kept.assign])
    case .pointee(let pointer):
      if fold(pointer) != nil || address(pointer) != nil { return (place, []) }
      let kept = keep(pointer, as: "pointer")
      return (.pointee(kept.read), [kept.assign])
    }
  }

  /// Computes some expressions before another.
  func after(_ before: [TypedExpression], _ result: TypedExpression) -> TypedExpression {
    before.reversed().reduce(result) { inOrder($1, $0) }
  }

  // MARK: - try_cmpxchg

  private func tryExchange(
    _ arguments: [Expression], _ name: String, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let target = try numberPlace(arguments[0], name)
    let type = valueType(of: target.type) ?? .int
    var expected: (place: Place, type: CType)
    if case .unary(.address, let operand) = arguments[1].kind {
      // A local whose address is named only here needs none.
      expected = try place(operand)
    } else {
      expected = try pointee(of: try pointerValue(arguments[1]), at: arguments[1].offset)
    }
    guard expected.type == type else {
      throw fail(
        .type, at: arguments[1].offset,
        "'\(name)' compares with a '\(text(type))', not with a '\(text(expected.type))'")
    }
    let before: [TypedExpression]
    (expected.place, before) = once(expected.place)
    let wanted = keep(
      TypedExpression(
        kind: .read(expected.place, isMarked: false), type: type, offset: offset),
      as: "\(name).expected")
    let new = try convert(try value(arguments[2]), to: type, for: "the argument")
    let found = keep(
      primitive(.compareExchange, target.place, [wanted.read, new], type, at: offset),
      as: "\(name).found")
    let isEqual = TypedExpression(
      kind: .binary(.equal, found.read, wanted.read, in: type), type: .int, offset: offset)
    let store = try store(
      found.read, in: expected.place, expected.type, isMarked: false, at: offset)
    let result = TypedExpression(
      kind: .conditional(
        isEqual, constant(1, at: offset), inOrder(store, constant(0, at: offset))), type: .int,
      offset: offset)
    return after(before + [wanted.assign, found.assign], result)
  }

  // MARK: - kref

  private func krefPlace(_ pointer: TypedExpression, _ name: String) throws(Abandoned) -> Place {
    let (place, type) = try pointee(of: pointer, at: pointer.offset)
    guard type == .structure(builtIn(.kref)) else {
      throw fail(
        .type, at: pointer.offset, "'\(name)' works on 'struct kref', not on '\(text(type))'")
    }
    if case .address(let known) = pointer.kind { return .member(known, offset: 0) }
    return .member(place, offset: 0)
  }

  private func kref(
    _ function: CompositeFunction, _ place: Place, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let unsigned = CType.integer(.unsignedInt)
    let one = constant(1, unsigned, at: offset)
    switch function {
    case .krefSet:
      var stored = try store(one, in: place, .object(.refcount), isMarked: true, at: offset)
      stored.type = .void
      return stored
    case .krefRead:
      return TypedExpression(kind: .read(place, isMarked: true), type: unsigned, offset: offset)
    case .krefGetUnlessZero:
      return primitive(.refcount(.incrementNotZero), place, [one], .int, at: offset)
    default: return primitive(.refcount(.increment), place, [one], at: offset)
    }
  }

  private func krefPut(
    _ arguments: [Expression], _ name: String, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let pointer = keep(try pointerValue(arguments[0]), as: "kref")
    let place = try krefPlace(pointer.read, name)
    let release = try function(arguments[1], taking: [pointer.read.type], for: name)
    // What a pointer leads to is known before the count drops.
    let kept = release.isKnown ? nil : keep(release.value, as: "\(name).release")
    let call = try self.call(
      through: kept?.read ?? release.value, values: [pointer.read], at: arguments[1].offset)
    let last = primitive(
      .refcount(.decrementAndTest), place, [constant(1, .integer(.unsignedInt), at: offset)], .int,
      at: offset)
    let result = TypedExpression(
      kind: .conditional(
        last, inOrder(call, constant(1, at: offset)), constant(0, at: offset)), type: .int,
      offset: offset)
    return after([pointer.assign] + (kept.map { [$0.assign] } ?? []), result)
  }

  // MARK: - seqlock_t

  private func sequenceLock(
    _ operation: CompositeFunction.SequenceLockOperation, _ context: Primitive.LockContext,
    _ name: String, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let pointer = try pointerValue(arguments[0])
    var (place, type) = try pointee(of: pointer, at: pointer.offset)
    guard type == .structure(builtIn(.sequenceLock)) else {
      throw fail(
        .type, at: pointer.offset, "'\(name)' works on 'seqlock_t', not on '\(text(type))'")
    }
    if case .address(let known) = pointer.kind { place = known }
    var before: [TypedExpression] = []
    if [.initialize, .lock, .unlock].contains(operation) { (place, before) = once(place) }
    let (counter, lock) = (Place.member(place, offset: 0), Place.member(place, offset: 1))
    let unsigned = CType.integer(.unsignedInt)
    switch operation {
    case .initialize:
      return after(
        before + [primitive(.initialize, counter, at: offset)],
        primitive(.initialize, lock, at: offset))
    case .readBegin:
      return primitive(.sequence(.readBegin), counter, [], unsigned, at: offset)
    case .readRetry:
      return primitive(
        .sequence(.readRetry), counter, [try value(arguments[1])], .int, at: offset)
    case .lock, .lockExclusive:
      var taken = primitive(.lock(.lock, in: context), lock, at: offset)
      if context == .savedInterrupts {
        let kept = try self.place(arguments[1])
        guard kept.type.integer != nil else {
          throw fail(.type, at: arguments[1].offset, "'\(name)' keeps a number")
        }
        taken.type = .integer(.unsignedLong)
        taken = try store(taken, in: kept.place, kept.type, isMarked: false, at: offset)
        taken.type = .void
      }
      if operation == .lockExclusive { return taken }
      return after(before + [taken], primitive(.sequence(.writeBegin), counter, at: offset))
    case .unlock, .unlockExclusive:
      var kept: [TypedExpression] = []
      if context == .savedInterrupts { kept.append(try value(arguments[1])) }
      let released = primitive(.lock(.unlock, in: context), lock, kept, at: offset)
      if operation == .unlockExclusive { return released }
      return after(before + [primitive(.sequence(.writeEnd), counter, at: offset)], released)
    }
  }
}

/// Structures that the kernel declares, and whose members primitives work on.
enum BuiltInStructure: String, CaseIterable {
  case sequenceLock = "seqlock_t"
  case kref

  var members: [Structure.Member] {
    switch self {
    case .sequenceLock:
      [
        Structure.Member(name: "seqcount", type: .object(.seqcount), offset: 0),
        Structure.Member(name: "lock", type: .object(.spinlock), offset: 1),
      ]
    case .kref: [Structure.Member(name: "refcount", type: .object(.refcount), offset: 0)]
    }
  }
}

extension Checker {
  /// The number of a structure that the kernel declares.
  func builtIn(_ structure: BuiltInStructure) -> Int {
    if let known = program.structures.firstIndex(where: { $0.builtIn == structure }) {
      return known
    }
    let members = structure.members
    program.structures.append(
      Structure(
        name: structure.rawValue, members: members, size: members.count, builtIn: structure))
    return program.structures.count - 1
  }
}
