/// What takes a lock for the last reference or not at all, and small helpers.
enum SmallFunction: Hashable, Sendable {
  /// The least or the greatest of three, or of two as unsigned numbers; a number without its sign.
  case lesserOfThree, greaterOfThree, lesserUnsigned, greaterUnsigned, magnitude
  case isErrorOrNull, errorOrZero
  /// `rcu_replace_pointer(p, new, c)`: what was there before.
  case replacePointer
  /// `smp_cond_load_acquire(&x, VAL != 0)`.
  case readUntil
  /// Drops a reference, and takes a lock where it is the last.
  case dropAndLock(LastReference)
  /// `spin_trylock_irqsave(&l, flags)`.
  case tryLockSaved

  /// What is counted, and what is taken for the last reference.
  struct LastReference: Hashable, Sendable {
    var isRefcount: Bool
    var lock: ObjectKind
    var savesInterrupts = false

    init(isRefcount: Bool, on lock: ObjectKind, savesInterrupts: Bool = false) {
      (self.isRefcount, self.lock, self.savesInterrupts) = (isRefcount, lock, savesInterrupts)
    }
  }

  /// By name.
  static let table: [String: SmallFunction] = {
    var table: [String: SmallFunction] = [
      "max3": .greaterOfThree, "min3": .lesserOfThree, "umin": .lesserUnsigned,
      "umax": .greaterUnsigned, "abs": .magnitude, "IS_ERR_OR_NULL": .isErrorOrNull,
      "PTR_ERR_OR_ZERO": .errorOrZero, "rcu_replace_pointer": .replacePointer,
      "smp_cond_load_acquire": .readUntil, "smp_cond_load_relaxed": .readUntil,
      "refcount_dec_and_lock": .dropAndLock(.init(isRefcount: true, on: .spinlock)),
      "refcount_dec_and_mutex_lock": .dropAndLock(.init(isRefcount: true, on: .mutex)),
      "refcount_dec_and_lock_irqsave": .dropAndLock(
        .init(isRefcount: true, on: .spinlock, savesInterrupts: true)),
      "atomic_dec_and_lock": .dropAndLock(.init(isRefcount: false, on: .spinlock)),
      "atomic_dec_and_lock_irqsave": .dropAndLock(
        .init(isRefcount: false, on: .spinlock, savesInterrupts: true)),
      "atomic_dec_and_mutex_lock": .dropAndLock(.init(isRefcount: false, on: .mutex)),
      "spin_trylock_irqsave": .tryLockSaved, "raw_spin_trylock_irqsave": .tryLockSaved,
    ]
    for prefix in ["atomic_", "atomic64_", "atomic_long_"] {
      for suffix in ["acquire", "relaxed"] { table["\(prefix)cond_read_\(suffix)"] = .readUntil }
    }
    return table
  }()

  var argumentCount: Int {
    switch self {
    case .lesserOfThree, .greaterOfThree, .replacePointer: 3
    case .dropAndLock(let last): last.savesInterrupts ? 3 : 2
    case .lesserUnsigned, .greaterUnsigned, .readUntil, .tryLockSaved: 2
    case .magnitude, .isErrorOrNull, .errorOrZero: 1
    }
  }
}

extension Checker {
  func call(
    _ function: SmallFunction, _ name: String, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    switch function {
    case .lesserOfThree, .greaterOfThree, .lesserUnsigned, .greaterUnsigned, .magnitude:
      try extreme(function, name, arguments, at: offset)
    case .isErrorOrNull, .errorOrZero: try error(function, arguments, at: offset)
    case .replacePointer: try replacePointer(arguments, at: offset)
    case .readUntil: try readUntil(arguments, name, at: offset)
    case .dropAndLock(let last): try dropAndLock(last, name, arguments, at: offset)
    case .tryLockSaved: try tryLockSaved(arguments, name, at: offset)
    }
  }

  /// The place that a pointer leads to, which is computed once, by the expressions beside it.
  private func objectOnce(
    _ argument: Expression, _ kinds: [ObjectKind], _ name: String
  ) throws(Abandoned) -> (place: Place, before: [TypedExpression]) {
    once(try objectPlace(argument, kinds, name).place)
  }

  /// Drops a reference that is not the last; otherwise takes the lock, and drops it under that.
  func dropAndLock(
    _ last: SmallFunction.LastReference, _ name: String, _ arguments: [Expression],
    at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let counter: ObjectKind = last.isRefcount ? .refcount : .atomic(.int)
    let (count, before) = try objectOnce(arguments[0], [counter], name)
    let (lock, beforeLock) = try objectOnce(arguments[1], [last.lock], name)
    let one = constant(1, at: offset)
    let isNotLast =
      last.isRefcount
      ? primitive(.refcount(.decrementNotOne), count, [one], .int, at: offset)
      : primitive(
        .addUnless(.equal, .isDone), count, [constant(-1, at: offset), one], .int, at: offset)
    let isLast =
      last.isRefcount
      ? primitive(.refcount(.decrementAndTest), count, [one], .int, at: offset)
      : primitive(.fetch(.subtract, .isZero), count, [one], .int, at: offset)
    let context: Primitive.LockContext = last.savesInterrupts ? .savedInterrupts : .none
    var taken = primitive(.lock(.lock, in: context), lock, at: offset)
    var kept: [TypedExpression] = []
    if last.savesInterrupts {
      let (flags, type) = try pointee(of: try pointerValue(arguments[2]), at: arguments[2].offset)
      guard type == .integer(.unsignedLong) else {
        throw fail(
          .type, at: arguments[2].offset,
          "'\(name)' keeps interrupts in an 'unsigned long', not in a '\(text(type))'")
      }
      taken.type = type
      let saved = keep(taken, as: "flags")
      taken = after(
        [saved.assign], try store(saved.read, in: flags, type, isMarked: false, at: offset))
      kept = [saved.read]
    }
    let released = primitive(.lock(.unlock, in: context), lock, kept, at: offset)
    let test = TypedExpression(
      kind: .conditional(isLast, one, inOrder(released, constant(0, at: offset))), type: .int,
      offset: offset)
    let result = TypedExpression(
      kind: .conditional(isNotLast, constant(0, at: offset), inOrder(taken, test)), type: .int,
      offset: offset)
    return after(before + beforeLock, result)
  }

  /// Disables interrupts and tries the lock; enables them again where it is not free.
  func tryLockSaved(
    _ arguments: [Expression], _ name: String, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let (lock, before) = try objectOnce(arguments[0], [.spinlock], name)
    let flags = try place(arguments[1])
    guard flags.type.integer != nil else {
      throw fail(
        .type, at: arguments[1].offset, "'\(name)' keeps a number, not a '\(text(flags.type))'")
    }
    let saved = keep(
      primitive(.disable(.savedInterrupts), nil, [], .integer(.unsignedLong), at: offset),
      as: "flags")
    let stored = try store(saved.read, in: flags.place, flags.type, isMarked: false, at: offset)
    let restored = primitive(.enable(.savedInterrupts), nil, [saved.read], at: offset)
    let taken = primitive(.lock(.tryLock, in: .none), lock, [], .int, at: offset)
    let result = TypedExpression(
      kind: .conditional(
        taken, constant(1, at: offset), inOrder(restored, constant(0, at: offset))), type: .int,
      offset: offset)
    return after(before + [saved.assign, stored], result)
  }

  /// Reads until a condition is true, which has what was read as `VAL`.
  func readUntil(
    _ arguments: [Expression], _ name: String, at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let target = try numberPlace(arguments[0], name)
    let (place, before) = once(target.place)
    let type = valueType(of: target.type) ?? .int
    guard let current else { throw unknown(names.name(name), at: offset) }
    let value = names.name("VAL")
    let variable = addVariable(
      value, type, function: current.number, startsAsZero: false, at: offset)
    program.variables[variable].hasInitializer = true
    var condition: TypedExpression?
    try inScope { () throws(Abandoned) in
      try define(value, as: .variable(variable), at: offset)
      condition = try self.condition(arguments[1])
    }
    guard let condition else { return constant(0, at: offset) }
    return after(
      before, primitive(.readUntil(variable: variable), place, [condition], type, at: offset))
  }

  /// What a pointer was before it was replaced.
  func replacePointer(
    _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let target = try place(arguments[0])
    guard target.type.pointee != nil else {
      throw fail(
        .type, at: arguments[0].offset,
        "'rcu_replace_pointer' works on a pointer, not on a '\(text(target.type))'")
    }
    try checkUnevaluated(arguments[2])
    let (place, before) = once(target.place)
    let old = keep(
      TypedExpression(kind: .read(place, isMarked: false), type: target.type, offset: offset),
      as: "old")
    let new = try store(try value(arguments[1]), in: place, target.type, isMarked: true, at: offset)
    return after(before + [old.assign, new], old.read)
  }

  // MARK: - Values

  func extreme(
    _ function: SmallFunction, _ name: String, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    var values: [TypedExpression] = []
    for argument in arguments {
      let value = try value(argument)
      guard value.type.integer != nil else {
        throw fail(
          .type, at: argument.offset,
          "'\(name)' takes numbers, not a '\(text(value.type))'")
      }
      values.append(value)
    }
    func choose(
      _ operation: BinaryOperator, _ left: TypedExpression, _ right: TypedExpression,
      _ first: TypedExpression, _ second: TypedExpression
    ) -> TypedExpression {
      let test = TypedExpression(
        kind: .binary(operation, left, right, in: left.type), type: .int, offset: offset)
      return TypedExpression(
        kind: .conditional(test, first, second), type: left.type, offset: offset)
    }
    var type = CType.integer(.unsignedLong)
    switch function {
    case .magnitude: type = .integer(values[0].type.integer?.promoted ?? .int)
    case .lesserUnsigned, .greaterUnsigned:
      // Narrow numbers are extended by 0, whatever their sign is.
      for index in values.indices {
        guard let integer = values[index].type.integer else { continue }
        values[index] = try convert(
          values[index], to: .integer(IntegerType(bits: integer.bits, isSigned: false)),
          for: "the argument")
      }
    default: type = try commonType(of: values, name, at: offset)
    }
    var kept: [(place: Place, assign: TypedExpression, read: TypedExpression)] = []
    for value in values {
      kept.append(keep(try convert(value, to: type, for: "the argument"), as: name))
    }
    let reads = kept.map(\.read)
    let result: TypedExpression
    switch function {
    case .magnitude:
      let negative = TypedExpression(
        kind: .unary(.minus, reads[0]), type: type, offset: offset)
      result = choose(.less, reads[0], constant(0, type, at: offset), negative, reads[0])
    case .lesserUnsigned: result = choose(.less, reads[0], reads[1], reads[0], reads[1])
    case .greaterUnsigned: result = choose(.greater, reads[0], reads[1], reads[0], reads[1])
    default:
      let operation: BinaryOperator = function == .lesserOfThree ? .less : .greater
      let two = keep(choose(operation, reads[0], reads[1], reads[0], reads[1]), as: name)
      result = after([two.assign], choose(operation, two.read, reads[2], two.read, reads[2]))
    }
    return after(kept.map(\.assign), result)
  }

  /// Whether a pointer is NULL or an error, or the error that it is.
  func error(
    _ function: SmallFunction, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> TypedExpression {
    let pointer = keep(try pointerValue(arguments[0]), as: "pointer")
    let unsigned = CType.integer(.unsignedLong)
    // No address becomes a number: only what is none is looked at as one.
    let isError = TypedExpression(
      kind: .binary(
        .greaterOrEqual, pointer.read, constant(-4095, unsigned, at: offset), in: unsigned),
      type: .int, offset: offset)
    if function == .isErrorOrNull {
      let isNull = TypedExpression(kind: .unary(.not, pointer.read), type: .int, offset: offset)
      return after(
        [pointer.assign],
        TypedExpression(kind: .logical(.logicalOr, isNull, isError), type: .int, offset: offset))
    }
    let code = TypedExpression(
      kind: .convert(
        TypedExpression(
          kind: .binary(.or, pointer.read, constant(0, unsigned, at: offset), in: unsigned),
          type: unsigned, offset: offset)), type: .int, offset: offset)
    return after(
      [pointer.assign],
      TypedExpression(
        kind: .conditional(isError, code, constant(0, at: offset)), type: .int, offset: offset))
  }
}
