// Pointers to functions: the numbers that they are, and calls through them.
extension Lowering {
  /// Gives a location to each function whose address is taken; no data lies there.
  func layOutFunctions() {
    if program.functions.contains(where: \.isPrelude) {
      result.numberNames = [0x100: "LIST_POISON1", 0x122: "LIST_POISON2"]
    }
    for (number, function) in program.functions.enumerated() where function.addressTakenAt != nil {
      locationOfFunction[number] = addLocation(.function, named: "&\(function.name)")
    }
  }

  /// Adds a location where no data lies, under the name that an address of it has.
  func addLocation(_ kind: Nowhere, named name: String, in object: Int32 = -1) -> Int {
    let location = result.slotOfLocation.count
    result.slotOfLocation.append(kind.rawValue)
    result.objectOfLocation.append(object)
    result.locationNames[location] = name
    return location
  }

  func address(ofFunction number: Int) -> Int64 {
    locationOfFunction[number].map(Address.value) ?? Address.noValue
  }

  /// The node of what a function gives that is one expression, where a whole state is looked at.
  func result(of number: Int, _ arguments: [TypedExpression]) -> Int32 {
    let function = program.functions[number]
    guard let value = function.onlyResult else { return constant(0) }
    var values: [Int: Int32] = [:]
    for (parameter, argument) in zip(function.parameters, arguments) {
      values[parameter] = lower(argument)
    }
    let outer = frame
    frame.values = values
    defer { frame = outer }
    return lower(value)
  }

  /// A call through a pointer: whichever function of its type it leads to is inlined.
  func call(
    through pointer: TypedExpression, _ arguments: [TypedExpression], _ type: CType,
    isUsed: Bool = true, at offset: Int
  ) -> Int32 {
    let kept = temporary(pointer.type)
    set(kept, to: lower(pointer), at: offset)
    let values = arguments.map(cells)
    let contents = type == .void ? [] : contents(of: type)
    let first = contents.isEmpty ? -1 : takeSlots(contents, named: "\(threadName).result")
    let end = newLabel()
    conditions += 1
    for number in pointer.type.pointee.map(program.functions) ?? [] {
      let (yes, no) = (newLabel(), newLabel())
      let isThis = binary(.equal, slot(kept), constant(address(ofFunction: number)), .long)
      emit(
        Instruction(operation: .branch, value: isThis, next: Int32(yes), other: Int32(no)),
        at: offset)
      place(yes)
      let value = inline(number, values, isUsed: isUsed, at: offset)
      if first >= 0 {
        let from = result.nodes[Int(value)].a
        for cell in contents.indices where from >= 0 {
          set(first + Int32(cell), to: slot(from + Int32(cell)), at: offset)
        }
      }
      jump(to: end, at: offset)
      place(no)
    }
    conditions -= 1
    let callee = slot(kept)
    result.valueNames[callee] = program.text(pointer)
    emit(Instruction(operation: .check(.null), value: callee), at: offset)
    let isNothing = binary(.equal, callee, constant(0), .long)
    emit(Instruction(operation: .check(.wild), value: isNothing), at: offset)
    place(end)
    return first < 0 ? constant(0) : slot(first)
  }
}
