// Locals that are declared without a value: their parts say so until they are given one.
extension Lowering {
  /// Whether the parts of a local have no value at first, and say so.
  ///
  /// A local without an address does so only where a read may come before the first value.
  func startsWithoutValue(_ number: Int) -> Bool {
    let variable = program.variables[number]
    guard variable.function != nil, !variable.startsAsZero else { return false }
    if variable.isAddressTaken || program.needsMemory(variable.type) {
      return mayStartEmpty(number) && program.hasValues(variable.type)
    }
    if case .array = variable.type { return mayStartEmpty(number) }
    return flagged.contains(number) || isAskedAbout(number)
  }

  /// Whether the life of a local can begin without a value.
  private func mayStartEmpty(_ number: Int) -> Bool {
    !program.variables[number].hasInitializer || jumpedOver.contains(number)
  }

  /// What a jump passes over begins its life there, without a value.
  func declareJumpedOver(by jump: JumpsOver.Jump, at offset: Int) {
    for number in jumpsOver[frame.function]?.locals[jump] ?? []
    where !program.variables[number].startsAsZero { declare(number, at: offset) }
  }

  /// Finds out whether structures that are copied, or what pointers lead to, may lack values.
  func findMissingValues() {
    for (number, function) in program.functions.enumerated() {
      guard let body = function.body else { continue }
      let found = JumpsOver(body)
      if found.locals.isEmpty { continue }
      jumpsOver[number] = found
      for locals in found.locals.values { jumpedOver.formUnion(locals) }
    }
    for number in program.variables.indices where startsWithoutValue(number) {
      if program.holdsStructure(program.variables[number].type) { structuresMayLackValues = true }
      if program.variables[number].isAddressTaken { pointeesMayLackValues = true }
    }
    if program.allocatesWithoutValues { structuresMayLackValues = true }
    if structuresMayLackValues { pointeesMayLackValues = true }
  }

  /// Whether a read of a place looks whether it has a value.
  func mayLackValue(_ place: Place) -> Bool {
    switch place {
    case .variable(let number):
      startsWithoutValue(number)
        || structuresMayLackValues && program.holdsStructure(program.variables[number].type)
    case .member(let base, _), .element(let base, _, _, _): mayLackValue(base)
    case .pointee: pointeesMayLackValues
    case .result: structuresMayLackValues
    }
  }

  /// Whether a property looks at a local, which then keeps its last value.
  private func isAskedAbout(_ number: Int) -> Bool {
    pinnedVariables.values.contains { $0.contains(number) }
  }

  /// The value of a slot where no instruction looks first; what has no value leads nowhere.
  func checkedSlot(_ number: Int32) -> Int32 {
    let missing = constant(Address.noValue)
    return node(
      Node(
        operation: .conditional, a: binary(.notEqual, slot(number), missing, .long),
        b: slot(number), c: node(Node(operation: .load, a: missing))))
  }

  /// Ends the run unless a slot has a value.
  func requireValue(in number: Int32, of place: Place, at offset: Int) {
    let test = binary(.notEqual, slot(number), constant(Address.noValue), .long)
    result.valueNames[test] = program.text(of: place)
    emit(Instruction(operation: .check(.uninitialised), value: test), at: offset)
  }

  /// The cells of something of a type that hold values of its own, from its start.
  func valueCells(of type: CType) -> [Int] {
    switch type {
    case .integer, .pointer, .object(.atomic), .object(.refcount): return [0]
    case .array(let element, let count):
      let (inner, size) = (valueCells(of: element), program.size(of: element))
      return (0..<count).flatMap { index in inner.map { index * size + $0 } }
    case .structure(let number):
      return (program.structures[number].members ?? []).flatMap { member in
        valueCells(of: member.type).map { member.offset + $0 }
      }
    case .object, .void, .function: return []
    }
  }
}
