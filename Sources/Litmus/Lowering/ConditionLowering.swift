// Conditions, which read only what C reads.
extension Lowering {
  /// Whether computing an expression takes no instruction.
  func isPure(_ expression: TypedExpression) -> Bool {
    var isPure = true
    expression.visit { part in
      switch part.kind {
      case .call where looksAtMemory: break
      case .primitive(let primitive, _, _) where primitive.isThread: break
      case .assign, .update, .copy, .call, .callThrough, .primitive, .statements:
        isPure = false
      case .read(let place, _):
        if !looksAtMemory, isInMemory(place) { isPure = false }
        if !looksAtMemory, mayLackValue(place) { isPure = false }
      default: break
      }
    }
    return isPure
  }

  func isInMemory(_ place: Place) -> Bool {
    switch place {
    case .variable(let number):
      if case .memory = storage(of: number) { return true }
      return false
    case .pointee: return true
    case .result: return false
    case .member(let base, _), .element(let base, _, _, _): return isInMemory(base)
    }
  }

  func logical(
    _ operation: BinaryOperator, _ left: TypedExpression, _ right: TypedExpression, at offset: Int
  ) -> Int32 {
    if isPure(right) {
      let first = lower(left)
      return node(
        Node(operation: operation == .logicalAnd ? .and : .or, a: first, b: lower(right)))
    }
    let target = temporary(.int)
    conditions += 1
    defer { conditions -= 1 }
    let (yes, no, end) = (newLabel(), newLabel(), newLabel())
    let whole = TypedExpression(
      kind: .logical(operation, left, right), type: .int, offset: offset)
    branch(on: whole, yes, no)
    place(yes)
    set(target, to: constant(1), at: offset)
    jump(to: end, at: offset)
    place(no)
    set(target, to: constant(0), at: offset)
    place(end)
    return slot(target)
  }

  func conditional(
    _ test: TypedExpression, _ first: TypedExpression, _ second: TypedExpression, _ type: CType,
    at offset: Int
  ) -> Int32 {
    if isPure(first), isPure(second) {
      let condition = lower(test)
      let value = lower(first)
      return node(Node(operation: .conditional, a: condition, b: value, c: lower(second)))
    }
    let target = temporary(type)
    let (yes, no, end) = (newLabel(), newLabel(), newLabel())
    branch(on: test, yes, no)
    conditions += 1
    defer { conditions -= 1 }
    place(yes)
    set(target, to: lower(first), at: offset)
    jump(to: end, at: offset)
    place(no)
    set(target, to: lower(second), at: offset)
    place(end)
    return slot(target)
  }

  /// `first ?: second`: the first value, which is computed once, unless it is 0.
  func orElse(
    _ first: TypedExpression, _ second: TypedExpression, _ type: CType, at offset: Int
  ) -> Int32 {
    if isPure(first), isPure(second) {
      let value = lower(first)
      return node(Node(operation: .conditional, a: value, b: value, c: lower(second)))
    }
    let target = temporary(type)
    let (no, end) = (newLabel(), newLabel())
    set(target, to: lower(first), at: offset)
    emit(
      Instruction(
        operation: .branch, value: slot(target), next: Int32(end), other: Int32(no)), at: offset)
    conditions += 1
    place(no)
    set(target, to: lower(second), at: offset)
    place(end)
    conditions -= 1
    return slot(target)
  }

  /// Goes to one label or the other; reads only what C reads.
  func branch(on expression: TypedExpression, _ yes: Int, _ no: Int) {
    switch expression.kind {
    case .logical(let operation, let left, let right) where !isPure(right):
      let middle = newLabel()
      if operation == .logicalAnd {
        branch(on: left, middle, no)
      } else {
        branch(on: left, yes, middle)
      }
      place(middle)
      conditions += 1
      branch(on: right, yes, no)
      conditions -= 1
    case .unary(.not, let operand): branch(on: operand, no, yes)
    default:
      let value = lower(expression)
      if let known = constantValue(value) {
        return jump(to: known != 0 ? yes : no, at: expression.offset)
      }
      emit(
        Instruction(operation: .branch, value: value, next: Int32(yes), other: Int32(no)),
        at: expression.offset)
    }
  }
}
