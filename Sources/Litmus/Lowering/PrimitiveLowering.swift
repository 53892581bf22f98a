// What the functions of the kernel and of race files become.
extension Lowering {
  func lower(
    _ primitive: Primitive, _ place: Place?, _ arguments: [TypedExpression], _ type: CType,
    at offset: Int
  ) -> Int32 {
    // The value comes before the address, as in an assignment.
    switch primitive {
    case .await: return lowerAwait(arguments[0], at: offset)
    case .nothing:
      for argument in arguments { evaluate(argument) }
      return constant(0)
    case .wait(let operation): return wait(operation, place, arguments, type, at: offset)
    case .readUntil(let variable):
      return readUntil(arguments[0], place, variable, type, at: offset)
    default: break
    }
    if primitive == .mightSleep {
      for argument in arguments { evaluate(argument) }
      requireAwake(at: offset)
      return constant(0)
    }
    let values = arguments.map(lower)
    switch primitive {
    case .exchange: return modify(.exchange, place, values, type, at: offset)
    case .compareExchange:
      return modify(.compareExchange(returnsTest: false), place, values, type, at: offset)
    case .testAndExchange:
      return modify(.compareExchange(returnsTest: true), place, values, type, at: offset)
    case .fetch(let operation, let returned):
      let held = arguments.first?.type.integer ?? .int
      return modify(.fetch(operation, held, returned), place, values, type, at: offset)
    case .addUnless(let condition, let returned):
      let held = arguments.first?.type.integer ?? .int
      return modify(.addUnless(held, condition, returned), place, values, type, at: offset)
    case .refcount(let operation):
      return modify(.refcount(operation), place, values, type, at: offset)
    case .bit, .testBit, .bitLock:
      return bit(primitive, place, values[0], type, at: offset)
    case .lock(let operation, let context):
      return lock(operation, context, place, values, type, at: offset)
    case .isLocked:
      return step(.isLocked, place, type, at: offset)
    case .assertHeld(let mode): return assertHeld(mode, place, at: offset)
    case .isHeld, .assertNotHeld:
      return isHeld(place, isRefused: primitive == .assertNotHeld, at: offset)
    case .lockOrGiveUp(let operation, let value):
      return lock(operation, place, orGive: value, at: offset)
    case .disable(let context): return disable(context, at: offset)
    case .enable(let context):
      enable(context, values.first, at: offset)
      return constant(0)
    case .sequence(let operation): return sequence(operation, place, values, type, at: offset)
    case .fence: return constant(0)
    case .rcu(let operation): return rcu(operation, at: offset)
    case .srcu(let operation): return srcu(operation, place, values, type, at: offset)
    case .assert:
      emit(Instruction(operation: .check(.assert), value: values[0]), at: offset)
      return constant(0)
    case .warn:
      emit(
        Instruction(operation: .check(.assert), value: unary(.not, values[0], .int)), at: offset)
      return constant(0)
    case .assume:
      emit(Instruction(operation: .check(.assume), value: values[0]), at: offset)
      return constant(0)
    case .choose: return choose(values, at: offset)
    case .preemption(let isOff):
      if isOff { hold(.preemption, at: offset) } else { release(.preemption, at: offset) }
      return constant(0)
    case .context(let question): return context(question, at: offset)
    case .handler(let operation, let machine):
      handler(operation, machine, at: offset)
      return constant(0)
    case .initialize: return initialize(place, at: offset)
    case .allocate(let allocation): return allocate(allocation, values[0], type, at: offset)
    case .free:
      emit(
        Instruction(operation: .free, isStep: true, isMarked: true, address: values[0]), at: offset)
      return constant(0)
    case .mark:
      emit(Instruction(operation: .mark, isStep: true, isMarked: true), at: offset)
      return constant(0)
    case .processor: return constant(Int64(program.cpu(of: thread)))
    case .await, .nothing, .mightSleep, .wait, .readUntil: return constant(0)
    }
  }

  func placeAddress(_ place: Place?) -> Int32 {
    place.map { address(of: $0) } ?? constant(0)
  }

  /// A step on an object, with what comes of it.
  func step(
    _ operation: Instruction.Operation, _ place: Place?, _ type: CType, at offset: Int
  ) -> Int32 {
    let address = placeAddress(place)
    let target = type == .void ? -1 : temporary(type)
    emit(
      Instruction(
        operation: operation, isStep: true, isMarked: true, target: target, address: address,
        depthSlot: depthSlot), at: offset)
    return target < 0 ? constant(0) : slot(target)
  }

  func modify(
    _ modification: Instruction.Modification, _ place: Place?, _ values: [Int32], _ type: CType,
    at offset: Int
  ) -> Int32 {
    guard let place else { return constant(0) }
    let address: Int32
    if case .memory(let found) = access(place) { address = found } else { return constant(0) }
    let target = type == .void ? -1 : temporary(type)
    emit(
      Instruction(
        operation: .modify(modification), isStep: true, isMarked: true, target: target,
        address: address, value: values.first ?? -1,
        second: values.count > 1 ? values[1] : -1), at: offset)
    return target < 0 ? constant(0) : slot(target)
  }

  private func sequence(
    _ operation: Primitive.SequenceOperation, _ place: Place?, _ values: [Int32], _ type: CType,
    at offset: Int
  ) -> Int32 {
    switch operation {
    case .writeBegin, .writeEnd:
      return modify(
        .fetch(.add, .unsignedInt, .nothing), place, [constant(1)], .void, at: offset)
    case .readBegin:
      refuseWait("a writer", at: offset)
      return step(.readBegin, place, type, at: offset)
    case .readRetry:
      let now = temporary(type)
      emit(
        Instruction(
          operation: .load, isStep: true, isMarked: true, target: now,
          address: placeAddress(place)), at: offset)
      // What 'read_seqcount_begin' gave is an unsigned number, whatever it was kept in.
      let unsigned = CType.integer(.unsignedInt)
      return binary(
        .notEqual, convert(slot(now), to: unsigned), convert(values[0], to: unsigned),
        .unsignedInt)
    }
  }

  // MARK: - Readers

  private func rcu(_ operation: Primitive.ReaderOperation, at offset: Int) -> Int32 {
    switch operation {
    case .enter:
      emit(Instruction(operation: .rcuEnter, isStep: true, isMarked: true), at: offset)
      deepen(by: constant(1), at: offset)
    case .leave:
      emit(Instruction(operation: .rcuLeave, isStep: true, isMarked: true), at: offset)
      deepen(by: constant(-1), at: offset)
    case .synchronize:
      refuseWait("a grace period", at: offset)
      emit(
        Instruction(
          operation: .rcuNote, isStep: true, isMarked: true, depthSlot: depthSlot), at: offset)
      emit(Instruction(operation: .rcuAwait, isStep: true, isMarked: true), at: offset)
    }
    return constant(0)
  }

  private func srcu(
    _ operation: Primitive.ReaderOperation, _ place: Place?, _ values: [Int32], _ type: CType,
    at offset: Int
  ) -> Int32 {
    switch operation {
    case .enter: return step(.srcuEnter, place, type, at: offset)
    case .leave:
      emit(
        Instruction(
          operation: .srcuLeave, isStep: true, isMarked: true, address: placeAddress(place),
          value: values.first ?? -1), at: offset)
    case .synchronize:
      refuseWait("a grace period", at: offset)
      emit(
        Instruction(
          operation: .srcuNote, isStep: true, isMarked: true, address: placeAddress(place),
          depthSlot: depthSlot), at: offset)
      emit(Instruction(operation: .rcuAwait, isStep: true, isMarked: true), at: offset)
    }
    return constant(0)
  }

  /// Goes round until the condition on what was read is true.
  private func readUntil(
    _ condition: TypedExpression, _ place: Place?, _ variable: Int, _ type: CType, at offset: Int
  ) -> Int32 {
    guard let place else { return constant(0) }
    refuseWait("a value", at: offset)
    let (again, end, next) = (newLabel(), newLabel(), newLabel())
    frame.loops += 1
    conditions += 1
    self.place(again)
    declare(variable, at: offset)
    assign(
      read(place, type, isMarked: true, at: offset), to: access(.variable(variable)),
      isMarked: false, at: offset)
    branch(on: condition, end, next)
    self.place(next)
    jump(to: again, at: offset)
    self.place(end)
    frame.loops -= 1
    conditions -= 1
    return read(.variable(variable), type, isMarked: false, at: offset)
  }

  // MARK: - Words of race files

  private func lowerAwait(_ condition: TypedExpression, at offset: Int) -> Int32 {
    if isInAtomic, code.count != atomicStart {
      report(.refused, at: offset, "'await' comes first within 'atomic', or not at all")
    }
    condition.visit { part in
      switch part.kind {
      case .call where program.onlyLooks(part): break
      case .primitive(let primitive, _, _) where primitive.isThread: break
      case .assign, .update, .copy, .call, .callThrough, .primitive, .statements:
        report(.refused, at: part.offset, "'await' looks at values and calls nothing")
      default: break
      }
    }
    looksAtMemory = true
    let value = lower(condition)
    looksAtMemory = false
    emit(
      Instruction(operation: .await, isStep: true, isMarked: true, value: value), at: offset)
    return constant(0)
  }

  /// A choice among more values than a step can have is made in two steps.
  private func choose(_ values: [Int32], at offset: Int) -> Int32 {
    guard let first = constantValue(values[0]), let last = constantValue(values[1]) else {
      return constant(0)
    }
    if isInAtomic, conditions == 0, !frame.mayHaveReturned {
      return chooseInAtomic(first, count: last - first + 1, at: offset)
    }
    var base = values[0]
    let blocks = (last - first) / 256
    if blocks > 0 {
      if isInAtomic {
        report(.limit, at: offset, "the choices within 'atomic' have more than 256 results")
      }
      let block = temporary(.int)
      emit(
        Instruction(
          operation: .choose, isStep: true, isMarked: true, target: block, value: constant(0),
          limit: blocks), at: offset)
      let distance = binary(.multiply, slot(block), constant(256), .long)
      base = binary(.add, constant(first), distance, .long)
    }
    let target = temporary(.int)
    emit(
      Instruction(
        operation: .choose, isStep: true, isMarked: true, target: target, value: base, limit: last),
      at: offset)
    return slot(target)
  }

  /// Refuses choices in the `atomic` block that has been lowered last where one stands within a
  /// condition and another beside it, or one within a loop: a step has the results of one choice.
  func refuseChoices() {
    let block = atomicStart..<code.count
    let choices = block.filter { code[$0].operation.isChoice }
    guard let first = choices.first else { return }
    let isInLoop = block.contains { index in
      index >= first
        && [code[index].next, code[index].other].contains { label in
          label >= 0 && labels[Int(label)] >= 0 && Int(labels[Int(label)]) <= first
        }
    }
    if choices.count > 1 || isInLoop {
      report(
        .refused, at: Int(code[choices.last ?? first].offset),
        choices.contains { code[$0].operation != .choose }
          ? "an allocation that may fail is a choice, and 'atomic' makes no other beside it"
          : "'choose' within a condition or loop of 'atomic' is its only one, and made once")
    }
  }

  /// All choices of an `atomic` block are made at the first, so that its step has one result for
  /// each way to choose.
  private func chooseInAtomic(_ first: Int64, count: Int64, at offset: Int) -> Int32 {
    let before = atomicChoice?.count ?? 1
    if before * count > 256 {
      report(.limit, at: offset, "the choices within 'atomic' have more than 256 results")
      return constant(0)
    }
    if atomicChoice == nil {
      let target = temporary(.int)
      atomicChoice = (code.count, target, 1)
      emit(
        Instruction(operation: .choose, isMarked: true, target: target, value: constant(0)),
        at: offset)
    }
    guard let choice = atomicChoice, choice.instruction < code.count else { return constant(0) }
    code[choice.instruction].limit = before * count - 1
    atomicChoice?.count = before * count
    let digits = binary(.divide, slot(choice.slot), constant(before), .long)
    return binary(
      .add, constant(first), binary(.remainder, digits, constant(count), .long), .long)
  }
}
