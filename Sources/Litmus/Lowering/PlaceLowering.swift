// Variables and places: where they lie, how they are read and written.
extension Lowering {
  /// How a place is reached.
  enum Access {
    case slot(Int32)
    case slotElement(first: Int32, index: Int32, count: Int)
    case memory(Int32)
  }

  // MARK: - Variables

  func storage(of variable: Int) -> Storage {
    if let storage = frame.storage[variable] { return storage }
    if let location = locationOfGlobal[variable] { return .memory(location) }
    // A register of herd7 that nobody declares.
    declare(variable, at: program.variables[variable].offset)
    return frame.storage[variable] ?? .slots(-1)
  }

  /// Begins the life of a local.
  func declare(_ number: Int, at offset: Int, isParameter: Bool = false) {
    let variable = program.variables[number]
    if frame.storage[number] == nil { addStorage(number, isParameter: isParameter) }
    if variable.startsAsZero { return }
    if case .slots(let first)? = frame.storage[number], let count = slotCount(of: variable.type) {
      if let flag = frame.flags[number] { set(flag, to: constant(0), at: offset) }
      for index in 0..<count {
        emit(
          Instruction(operation: .undefine, target: first + Int32(index), limit: Int64(number)),
          at: offset)
      }
    }
  }

  private func addStorage(_ number: Int, isParameter: Bool) {
    let variable = program.variables[number]
    let name = "\(threadName).\(variable.name)"
    let isInMemory = variable.isAddressTaken || program.needsMemory(variable.type)
    let isArray = if case .array = variable.type { true } else { false }
    if isInMemory || isArray, !variable.startsAsZero, !variable.hasInitializer,
      !isParameter, program.hasValues(variable.type)
    {
      // Whether such a local has a value where it is read is not followed.
      report(
        .refused, at: variable.offset,
        "'\(variable.name)' needs a value where it is declared, as an array or for its address")
    }
    if isInMemory {
      let location = addObject(name, variable.type, thread: thread)
      frame.storage[number] = .memory(location)
      frame.objects.append(result.objectOfLocation[location])
      return
    }
    if case .array(let element, let count) = variable.type {
      let first = takeSlots(
        Array(repeating: content(of: element), count: count), named: name, pinned: true)
      frame.storage[number] = .slots(first)
      frame.arrays.append((first, count))
      return
    }
    frame.storage[number] = .slots(takeSlots(contents(of: variable.type), named: name))
    if let value = registerValues[number], case .slots(let first)? = frame.storage[number] {
      result.slots[Int(first)].initial = value
    }
    if flagged.contains(number) {
      if case .structure = variable.type {
        report(
          .refused, at: variable.offset,
          "'\(variable.name)' needs a value where it is declared: some part may lack one")
      }
      frame.flags[number] = takeSlots([.upTo(1)], named: "\(name).has-value")
    }
  }

  private func contents(of type: CType) -> [Slot.Content] {
    guard case .structure(let number) = type else { return [content(of: type)] }
    return (program.structures[number].members ?? []).flatMap { contents(of: $0.type) }
  }

  /// How many slots a local takes that is tracked part by part; nil for arrays.
  private func slotCount(of type: CType) -> Int? {
    if case .array = type { return nil }
    return contents(of: type).count
  }

  // MARK: - Places

  func access(_ place: Place) -> Access {
    let access = lie(of: place)
    if case .memory(let address) = access { result.placeNames[address] = program.text(of: place) }
    return access
  }

  private func lie(of place: Place) -> Access {
    switch place {
    case .variable(let number):
      switch storage(of: number) {
      case .slots(let first): return .slot(first)
      case .memory(let location): return .memory(constant(Address.value(of: location)))
      }
    case .pointee(let pointer): return .memory(lower(pointer))
    case .member(let base, let offset):
      switch access(base) {
      case .slot(let first): return .slot(first + Int32(offset))
      case .slotElement(let first, let index, let count):
        return .slotElement(first: first, index: index, count: count)
      case .memory(let address): return .memory(member(address, offset))
      }
    case .element(let base, let index, let stride, let count):
      let base = access(base)
      let index = lower(index)
      switch base {
      case .slot(let first):
        if let known = constantValue(index), known >= 0, known < Int64(count) {
          return .slot(first + Int32(known) * Int32(stride))
        }
        return .slotElement(first: first, index: index, count: count)
      case .slotElement(let first, _, _):
        return .slotElement(first: first, index: index, count: count)
      case .memory(let address):
        if let known = constantValue(index), known >= 0, known < Int64(count) {
          return .memory(member(address, Int(known) * stride))
        }
        return .memory(
          node(
            Node(
              operation: .elementAddress, a: address, b: index, c: Int32(count),
              value: Int64(stride))))
      }
    }
  }

  func constantValue(_ node: Int32) -> Int64? {
    let node = result.nodes[Int(node)]
    return node.operation == .constant ? node.value : nil
  }

  private func member(_ address: Int32, _ offset: Int) -> Int32 {
    if offset == 0 { return address }
    if let known = constantValue(address) { return constant(known + Int64(offset)) }
    return node(Node(operation: .memberAddress, a: address, value: Int64(offset)))
  }

  /// The address of a place, which has one.
  func address(of place: Place) -> Int32 {
    if case .memory(let address) = access(place) { return address }
    return constant(0)
  }

  /// The local whose flag says whether a place has a value.
  func flag(of place: Place) -> Int32? {
    switch place {
    case .variable(let number): frame.flags[number]
    case .member(let base, _), .element(let base, _, _, _): flag(of: base)
    case .pointee: nil
    }
  }

  /// The node of what a place holds.
  func read(_ place: Place, _ type: CType, isMarked: Bool, at offset: Int) -> Int32 {
    let value = value(of: place, type, isMarked: isMarked, at: offset)
    result.valueNames[value] = program.text(of: place)
    return value
  }

  private func value(of place: Place, _ type: CType, isMarked: Bool, at offset: Int) -> Int32 {
    switch access(place) {
    case .slot(let number):
      if let flag = flag(of: place) {
        let hasValue = slot(flag)
        result.valueNames[hasValue] = program.text(of: place)
        emit(Instruction(operation: .check(.uninitialised), value: hasValue), at: offset)
      }
      return slot(number)
    case .slotElement(let first, let index, let count):
      return node(Node(operation: .element, a: first, b: index, c: Int32(count)))
    case .memory(let address):
      if looksAtMemory { return node(Node(operation: .load, a: address)) }
      let target = temporary(type)
      emit(
        Instruction(
          operation: .load, isStep: true, isMarked: isMarked, target: target, address: address),
        at: offset)
      let read = slot(target)
      result.readNodes.insert(read)
      return read
    }
  }

  func assign(
    _ value: Int32, to access: Access, flag: Int32? = nil, isMarked: Bool, at offset: Int
  ) {
    switch access {
    case .slot(let number):
      set(number, to: value, at: offset)
      if let flag { set(flag, to: constant(1), at: offset) }
    case .slotElement(let first, let index, let count):
      emit(
        Instruction(
          operation: .setElement, target: first, address: index, value: value,
          limit: Int64(count)), at: offset)
    case .memory(let address):
      emit(
        Instruction(
          operation: .store, isStep: true, isMarked: isMarked, address: address, value: value),
        at: offset)
    }
  }
}
