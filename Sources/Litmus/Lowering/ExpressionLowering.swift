// Expressions: instructions for what they read and write, a node for their value.
extension Lowering {
  /// The node of an expression's value.
  func lower(_ expression: TypedExpression) -> Int32 {
    let offset = expression.offset
    switch expression.kind {
    case .constant(let value): return constant(value)
    case .address(let place): return computedAddress(of: place)
    case .read(let place, let isMarked):
      return read(place, expression.type, isMarked: isMarked, at: offset)
    case .unary(let operation, let operand):
      return unary(operation, lower(operand), expression.type.integer ?? .long)
    case .binary(let operation, let left, let right, let type):
      let first = lower(left)
      return binary(
        operation, place(first, left.type), place(lower(right), right.type),
        type.integer ?? .unsignedLong)
    case .offset(let pointer, let count, let stride):
      let base = lower(pointer)
      return node(Node(operation: .offset, a: base, b: lower(count), value: Int64(stride)))
    case .container(let pointer, let distance):
      return container(of: pointer, expression.type, distance)
    case .distance(let left, let right, let stride):
      let first = lower(left)
      return node(Node(operation: .distance, a: first, b: lower(right), value: Int64(stride)))
    case .convert(let operand): return convert(lower(operand), to: expression.type)
    case .logical(let operation, let left, let right):
      return logical(operation, left, right, at: offset)
    case .conditional(let test, let first, let second):
      return conditional(test, first, second, expression.type, at: offset)
    case .comma(let left, let right):
      discard(left)
      return lower(right)
    case .assign(let place, let value, let isMarked):
      // The right side comes before the left side's address.
      let node = lower(value)
      let access = access(place)
      assign(node, to: access, isMarked: isMarked, at: offset)
      if case .slot(let number) = access { return slot(number) }
      return node
    case .update(let place, let operation, let value, let type, let givesOld):
      return update(
        place, operation, value, in: type, of: expression.type, givesOld: givesOld, at: offset)
    case .copy(let target, let source):
      copy(source, to: target, at: offset)
      return constant(0)
    case .call(let number, let arguments):
      if looksAtMemory { return result(of: number, arguments) }
      // The values of arguments must not change while the others are computed.
      return inline(number, arguments.map(cells), at: offset)
    case .statements(let statements, let value):
      lower(statements)
      return lower(value)
    case .function(let number): return constant(address(ofFunction: number))
    case .callThrough(let pointer, let arguments):
      return call(through: pointer, arguments, expression.type, at: offset)
    case .structure:
      _ = cells(of: expression)
      return constant(0)
    case .orElse(let first, let second):
      return orElse(first, second, expression.type, at: offset)
    case .primitive(let primitive, let place, let arguments):
      return lower(primitive, place, arguments, expression.type, at: offset)
    case .unwatched(let operand):
      let first = code.count
      let value = lower(operand)
      for index in first..<code.count { code[index].isUnwatched = true }
      return value
    case .local(let thread, let variable): return local(variable, of: thread, expression.type)
    }
  }

  func unary(_ operation: UnaryOperator, _ operand: Int32, _ type: IntegerType) -> Int32 {
    switch operation {
    case .minus: node(Node(operation: .minus, type: type, a: operand))
    case .complement: node(Node(operation: .complement, type: type, a: operand))
    case .not: node(Node(operation: .not, a: operand))
    default: operand
    }
  }

  func binary(
    _ operation: BinaryOperator, _ left: Int32, _ right: Int32, _ type: IntegerType
  ) -> Int32 {
    node(Node(operation: .binary, binary: operation, type: type, a: left, b: right))
  }

  /// Whether a process of herd7 is being lowered, where integers and addresses are the same.
  var isProcess: Bool {
    program.threads.indices.contains(thread) && program.threads[thread].process != nil
  }

  func convert(_ value: Int32, to type: CType) -> Int32 {
    guard let integer = type.integer, integer.bits < 64 else { return value }
    return node(
      Node(
        operation: .convert, type: integer, a: value,
        keepsAddresses: isProcess && integer.bits > 1))
  }

  private func update(
    _ place: Place, _ operation: BinaryOperator, _ value: TypedExpression, in type: CType,
    of ownType: CType, givesOld: Bool, at offset: Int
  ) -> Int32 {
    let operand = lower(value)
    let access = access(place)
    func changed(_ old: Int32) -> Int32 {
      guard let integer = type.integer else {
        let cells =
          operation == .add ? operand : node(Node(operation: .minus, type: .long, a: operand))
        return node(Node(operation: .offset, a: old, b: cells, value: 1))
      }
      return convert(binary(operation, convert(old, to: type), operand, integer), to: ownType)
    }
    if case .slot(let number) = access {
      let old = read(place, ownType, isMarked: false, at: offset)
      var kept = old
      if givesOld {
        let copy = temporary(ownType)
        set(copy, to: old, at: offset)
        kept = slot(copy)
      }
      set(number, to: changed(old), at: offset)
      return givesOld ? kept : slot(number)
    }
    let old = temporary(ownType)
    switch access {
    case .memory(let address):
      emit(
        Instruction(operation: .load, isStep: true, target: old, address: address), at: offset)
    case .slotElement(let first, let index, let count):
      set(old, to: node(Node(operation: .element, a: first, b: index, c: Int32(count))), at: offset)
    case .slot: break
    }
    if case .memory = access, mayLackValue(place) { requireValue(in: old, of: place, at: offset) }
    let new = changed(slot(old))
    assign(new, to: access, isMarked: false, at: offset)
    return givesOld ? slot(old) : new
  }
}
