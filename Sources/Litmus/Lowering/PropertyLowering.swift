// Properties and conditions, which look at a whole state.
extension Lowering {
  /// Finds the locals that properties and conditions look at; they keep their values.
  func collectPinned() {
    func collect(_ expression: TypedExpression) {
      expression.visit { part in
        if case .local(let thread, let variable) = part.kind {
          pinnedVariables[thread, default: []].insert(variable)
        }
      }
    }
    for property in program.properties { collect(property.expression) }
    for location in program.locations { collect(location.value) }
    for proposition in [program.filter, program.question?.proposition] {
      proposition?.visitExpressions(collect)
    }
  }

  /// Gives those locals of a thread's own function their places.
  func addPinned(of function: Int) {
    for number in (pinnedVariables[thread] ?? []).sorted()
    where program.variables[number].function == function {
      let variable = program.variables[number]
      if variable.isAddressTaken {
        // Its life ends with the thread's, before anybody asks.
        report(
          .refused, at: variable.offset,
          "'\(variable.name)' is asked about at the end, and its address is taken")
      }
      if variable.isAddressTaken {
        declare(number, at: variable.offset)
      } else {
        let first = takeSlots(
          [content(of: variable.type)], named: "\(threadName):\(variable.name)", pinned: true)
        result.slots[Int(first)].initial = registerValues[number] ?? 0
        frame.storage[number] = .slots(first)
      }
      pinned[thread, default: [:]][number] = frame.storage[number]
    }
  }

  /// The node of a local in a property; it is 0 where the thread has not got that far.
  func local(_ variable: Int, of thread: Int, _ type: CType) -> Int32 {
    let value =
      switch pinned[thread]?[variable] {
      case .slots(let number):
        startsWithoutValue(variable)
          ? node(
            Node(
              operation: .conditional,
              a: binary(.notEqual, slot(number), constant(Address.noValue), .long), b: slot(number),
              c: constant(0)))
          : slot(number)
      case .memory(let location):
        node(Node(operation: .load, a: constant(Address.value(of: location))))
      case nil: constant(0)
      }
    result.valueNames[value] =
      "\(program.threads[thread].name):\(program.variables[variable].name)"
    return value
  }

  func lowerProperties() {
    looksAtMemory = true
    for property in program.properties {
      result.properties.append(
        LoweredProperty(
          kind: property.kind, name: property.name, text: property.text,
          node: lower(property.expression)))
    }
    if let filter = program.filter { result.filter = lower(filter) }
    if let question = program.question { result.question = lower(question.proposition) }
    result.shown = program.locations.map { ($0.name, lower($0.value)) }
    looksAtMemory = false
  }

  private func lower(_ proposition: CheckedProposition) -> Int32 {
    switch proposition {
    case .all(let parts): joined(parts, by: .and)
    case .any(let parts): joined(parts, by: .or)
    case .not(let part): unary(.not, lower(part), .int)
    case .implies(let left, let right):
      node(Node(operation: .or, a: unary(.not, lower(left), .int), b: lower(right)))
    case .constant(let value): constant(value ? 1 : 0)
    case .equal(let left, let right): binary(.equal, lower(left), lower(right), .long)
    }
  }

  /// A tree of and or or that is no deeper than it must be.
  private func joined(_ parts: [CheckedProposition], by operation: Node.Operation) -> Int32 {
    var nodes = parts.map(lower)
    while nodes.count > 1 {
      var next: [Int32] = []
      for index in stride(from: 0, to: nodes.count, by: 2) {
        next.append(
          index + 1 < nodes.count
            ? node(Node(operation: operation, a: nodes[index], b: nodes[index + 1])) : nodes[index])
      }
      nodes = next
    }
    return nodes.first ?? constant(operation == .and ? 1 : 0)
  }
}

extension CheckedProposition {
  func visitExpressions(_ visit: (TypedExpression) -> Void) {
    switch self {
    case .all(let parts), .any(let parts): for part in parts { part.visitExpressions(visit) }
    case .not(let part): part.visitExpressions(visit)
    case .implies(let left, let right):
      left.visitExpressions(visit)
      right.visitExpressions(visit)
    case .constant: break
    case .equal(let left, let right):
      visit(left)
      visit(right)
    }
  }
}
