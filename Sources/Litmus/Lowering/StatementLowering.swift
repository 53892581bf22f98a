// Statements.
extension Lowering {
  func lower(_ statements: [TypedStatement]) {
    for statement in statements { lower(statement) }
  }

  /// The label of the current call for a label of its function.
  private func label(_ number: Int) -> Int {
    if let known = frame.labels[number] { return known }
    let label = newLabel()
    frame.labels[number] = label
    return label
  }

  private func lower(_ statement: TypedStatement) {
    switch statement {
    case .expression(let expression): discard(expression)
    case .declare(let number, let offset): declare(number, at: offset)
    case .block(let statements): lower(statements)
    case .condition(let test, let first, let second):
      let (yes, no, end) = (newLabel(), newLabel(), newLabel())
      branch(on: test, yes, no)
      conditions += 1
      place(yes)
      lower(first)
      if let second {
        jump(to: end, at: test.offset)
        place(no)
        lower(second)
      } else {
        place(no)
      }
      place(end)
      conditions -= 1
    case .loop(let loop): lower(loop)
    case .choice(let value, let cases, let body, let end):
      lowerSwitch(value, cases, body, end: end)
    case .label(let number): place(label(number))
    case .jump(let number, let offset):
      leaveGuards(to: number, at: offset)
      declareJumpedOver(by: .goTo(label: number, offset: offset), at: offset)
      jump(to: label(number), at: offset)
    case .return(let value, let offset):
      if let value {
        let cells = cells(of: value)
        if frame.returnSlot >= 0 { assign(cells, to: .slot(frame.returnSlot), at: offset) }
      }
      if conditions > 0 { frame.mayHaveReturned = true }
      leaveGuards()
      jump(to: frame.returnLabel, at: offset)
    case .atomic(let body, let offset): lowerAtomic(body, at: offset)
    case .guarded(let body, let end): lowerGuarded(body, end)
    }
  }

  private func lowerAtomic(_ body: TypedStatement, at offset: Int) {
    emit(Instruction(operation: .atomicBegin, isStep: true, isMarked: true), at: offset)
    let (outer, hadReturned) = (conditions, frame.mayHaveReturned)
    (isInAtomic, atomicStart, conditions) = (true, code.count, 0)
    (atomicChoice, frame.mayHaveReturned) = (nil, false)
    lower(body)
    refuseChoices()
    (isInAtomic, conditions, frame.mayHaveReturned) = (false, outer, hadReturned)
    emit(Instruction(operation: .atomicEnd), at: offset)
  }

  private func lower(_ loop: TypedLoop) {
    frame.loops += 1
    conditions += 1
    defer {
      frame.loops -= 1
      conditions -= 1
    }
    let (start, test) = (newLabel(), newLabel())
    let (next, end) = (label(loop.continueLabel), label(loop.breakLabel))
    let offset = loop.condition?.offset ?? program.functions[frame.function].offset
    if !loop.testsLast {
      place(test)
      if let condition = loop.condition {
        branch(on: condition, start, end)
      }
    }
    place(start)
    lower(loop.body)
    place(next)
    if let step = loop.step { _ = lower(step) }
    if loop.testsLast, let condition = loop.condition {
      branch(on: condition, start, end)
    } else {
      jump(to: test, at: offset)
    }
    place(end)
  }

  private func lowerSwitch(
    _ value: TypedExpression, _ cases: [(value: Int64?, label: Int)], _ body: TypedStatement,
    end endNumber: Int
  ) {
    let end = label(endNumber)
    // The value is read once, whatever the cases are.
    let target = temporary(value.type)
    set(target, to: lower(value), at: value.offset)
    declareJumpedOver(by: .choice(end: endNumber), at: value.offset)
    var other = end
    for entry in cases {
      requireGuards(of: entry.label, at: value.offset)
      guard let number = entry.value else {
        other = label(entry.label)
        continue
      }
      let next = newLabel()
      let test = binary(.equal, slot(target), constant(number), value.type.integer ?? .long)
      emit(
        Instruction(
          operation: .branch, value: test, next: Int32(label(entry.label)), other: Int32(next)),
        at: value.offset)
      place(next)
    }
    jump(to: other, at: value.offset)
    conditions += 1
    lower(body)
    conditions -= 1
    place(end)
  }
}

extension [TypedStatement] {
  /// Whether the last thing that is done is a `return`, so that nothing comes to the end.
  var endsWithReturn: Bool {
    switch last {
    case .return: true
    case .block(let statements), .guarded(let statements, _): statements.endsWithReturn
    case .condition(_, let first, let second?):
      [first].endsWithReturn && [second].endsWithReturn
    case .loop(let loop): loop.condition == nil && !loop.body.jumps(to: loop.breakLabel)
    default: false
    }
  }
}

extension TypedStatement {
  /// Whether something in it jumps to a label.
  func jumps(to label: Int) -> Bool {
    switch self {
    case .jump(label, _): true
    case .block(let statements), .guarded(let statements, _):
      statements.contains { $0.jumps(to: label) }
    case .condition(_, let first, let second):
      first.jumps(to: label) || (second?.jumps(to: label) ?? false)
    case .loop(let loop): loop.body.jumps(to: label)
    case .choice(_, _, let body, _), .atomic(let body, _): body.jumps(to: label)
    default: false
    }
  }
}
