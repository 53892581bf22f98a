// Structures by value: copied, handed over and returned, cell by cell.
extension Lowering {
  func copy(_ source: Place, to target: Place, at offset: Int) {
    guard let types = program.cells(of: source) else { return }
    let from = fixed(access(source), at: offset)
    let to = fixed(access(target), at: offset)
    for (index, type) in types.enumerated() {
      let value = load(part(from, index), type, at: offset)
      let cell = part(to, index)
      if case .memory(let address) = cell { kinds[address] = program.kinds(of: type).first }
      assign(value, to: cell, isMarked: false, at: offset)
    }
  }

  /// The nodes of an argument's value: one, or those of a structure's cells in order.
  func cells(of expression: TypedExpression) -> [Int32] {
    guard case .structure(let place) = expression.kind else { return [lower(expression)] }
    let from = fixed(access(place), at: expression.offset)
    let types = program.cells(of: place) ?? []
    return types.enumerated().map { load(part(from, $0), $1, at: expression.offset) }
  }

  /// Takes the nodes of a parameter's or a result's cells.
  func assign(_ cells: [Int32], to access: Access, at offset: Int) {
    for (index, cell) in cells.enumerated() {
      assign(cell, to: part(access, index), isMarked: false, at: offset)
    }
  }

  /// The value of a cell, whatever it is: a structure may be copied before all of it has one.
  private func load(_ access: Access, _ type: CType, at offset: Int) -> Int32 {
    switch access {
    case .slot(let number): return slot(number)
    case .slotElement(let first, let index, let count):
      return node(Node(operation: .element, a: first, b: index, c: Int32(count)))
    case .memory(let address):
      let target = temporary(type)
      kinds[address] = program.kinds(of: type).first
      emit(
        Instruction(operation: .load, isStep: true, target: target, address: address), at: offset)
      return slot(target)
    }
  }

  /// An access whose address does not change while cells are written.
  private func fixed(_ access: Access, at offset: Int) -> Access {
    guard case .memory(let address) = access, constantValue(address) == nil else { return access }
    let kept = temporary(.pointer(.void))
    set(kept, to: address, at: offset)
    let node = slot(kept)
    if ownAddresses.contains(address) { ownAddresses.insert(node) }
    return .memory(node)
  }

  private func part(_ access: Access, _ index: Int) -> Access {
    switch access {
    case .slot(let number): return .slot(number + Int32(index))
    case .slotElement: return access
    case .memory(let address):
      let part = member(address, index)
      if ownAddresses.contains(address) { ownAddresses.insert(part) }
      return .memory(part)
    }
  }

  /// Computes an expression, and finds what goes wrong in it, such as a division by 0.
  func evaluate(_ expression: TypedExpression) {
    let value = lower(expression)
    switch expression.kind {
    case .assign, .update, .copy, .call, .callThrough, .primitive, .structure: return
    default: break
    }
    switch result.nodes[Int(value)].operation {
    case .constant, .slot: return
    default: set(temporary(expression.type), to: value, at: expression.offset)
    }
  }

  /// Computes an expression whose value nobody wants.
  func discard(_ expression: TypedExpression) {
    switch expression.kind {
    case .primitive(.wait(let operation), let place, let arguments):
      _ = wait(operation, place, arguments, .void, at: expression.offset)
    case .call(let number, let arguments):
      _ = inline(number, arguments.map(cells), isUsed: false, at: expression.offset)
    case .callThrough(let pointer, let arguments):
      _ = call(through: pointer, arguments, expression.type, isUsed: false, at: expression.offset)
    case .statements(let statements, let value):
      lower(statements)
      discard(value)
    default: evaluate(expression)
    }
  }
}
