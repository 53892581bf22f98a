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
    switch frame.storage[number] {
    case .memory(let location)?:
      // The object of the round before is no more.
      if frame.repeats { endLife(of: result.objectOfLocation[location], at: offset) }
      if !isParameter, startsWithoutValue(number) {
        for cell in valueCells(of: variable.type) {
          set(
            result.slotOfLocation[location + cell], to: constant(Address.noValue), at: offset)
        }
      }
    case .slots(let first)?:
      let isArray = if case .array = variable.type { true } else { false }
      for slot in first..<first + Int32(slotCount(of: variable.type)) {
        if !isArray {
          emit(
            Instruction(operation: .undefine, target: slot, limit: Int64(number)), at: offset)
        }
        if !isParameter, startsWithoutValue(number) {
          set(slot, to: constant(Address.noValue), at: offset)
        }
      }
    case nil: break
    }
  }

  /// Ends the life of a local that has an address: nobody may hold a lock in it or read under it,
  /// and it must not stand in a wait queue.
  func endLife(of object: Int32, at offset: Int) {
    let memory = result.objects[Int(object)]
    var location = memory.base - 1
    for number in memory.slots {
      let slot = result.slots[Int(number)]
      if slot.use != .other { location += 1 }
      guard let breach = slot.breach else { continue }
      emit(
        Instruction(
          operation: .check(breach),
          address: constant(Address.value(of: location)),
          value: unary(.not, self.slot(number), .long), limit: Int64(object) + 1), at: offset)
    }
    emit(Instruction(operation: .kill, limit: Int64(object)), at: offset)
  }

  private func addStorage(_ number: Int, isParameter: Bool) {
    let variable = program.variables[number]
    let name = "\(threadName).\(variable.name)"
    let isInMemory = variable.isAddressTaken || program.needsMemory(variable.type)
    let isArray = if case .array = variable.type { true } else { false }
    if isInMemory {
      let location = addObject(name, variable.type, thread: thread, at: variable.offset)
      frame.storage[number] = .memory(location)
      frame.objects.append(result.objectOfLocation[location])
      return
    }
    if isArray, case .array(let element, let count) = variable.type {
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
  }

  func contents(of type: CType) -> [Slot.Content] {
    switch type {
    case .structure(let number):
      (program.structures[number].members ?? []).flatMap { contents(of: $0.type) }
    case .array(let element, let count):
      Array(repeating: contents(of: element), count: count).flatMap { $0 }
    default: [content(of: type)]
    }
  }

  /// How many slots a local takes that has no address.
  func slotCount(of type: CType) -> Int {
    if case .array(_, let count) = type { return count }
    return contents(of: type).count
  }

  // MARK: - Places

  func access(_ place: Place) -> Access {
    let access = lie(of: place)
    if case .memory(let address) = access {
      result.placeNames[address] = program.text(of: place)
      if !isProcess { kinds[address] = program.kind(of: place) }
      if case .variable(let number) = place.root, program.variables[number].function != nil,
        !program.variables[number].isAddressTaken
      {
        ownAddresses.insert(address)
      }
    }
    return access
  }

  private func lie(of place: Place) -> Access {
    switch place {
    case .variable(let number):
      switch storage(of: number) {
      case .slots(let first): return .slot(first)
      case .memory(let location): return .memory(constant(Address.value(of: location)))
      }
    case .pointee(let pointer):
      if case .address(let place) = pointer.kind { return lie(of: place) }
      return .memory(lower(pointer))
    case .result(let call):
      // A call's value is the slots that it returns.
      let value = lower(call)
      return .slot(result.nodes[Int(value)].a)
    case .member(let base, let offset):
      switch access(base) {
      case .slot(let first): return .slot(first + Int32(offset))
      case .slotElement(let first, let index, let count):
        return .slotElement(first: first, index: index, count: count)
      case .memory(let address):
        if offset == 0, mayBeNoContainer(base), constantValue(address) == nil {
          return .memory(node(Node(operation: .memberAddress, a: address, value: 0)))
        }
        return .memory(member(address, offset))
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
        return .memory(element(index, of: address, stride: stride, count: count))
      }
    }
  }

  private func element(
    _ index: Int32, of address: Int32, stride: Int, count: Int, endsBehind: Bool = false
  ) -> Int32 {
    node(
      Node(
        operation: .elementAddress, a: address, b: index, c: Int32(count), value: Int64(stride),
        endsBehind: endsBehind))
  }

  func constantValue(_ node: Int32) -> Int64? {
    let node = result.nodes[Int(node)]
    return node.operation == .constant ? node.value : nil
  }

  func member(_ address: Int32, _ offset: Int) -> Int32 {
    if offset == 0 { return address }
    if let known = constantValue(address), let part = result.part(of: known, at: Int64(offset)) {
      return constant(part)
    }
    return node(Node(operation: .memberAddress, a: address, value: Int64(offset)))
  }

  /// The address of a place that is only computed: that of an element may lie behind the last.
  func computedAddress(of place: Place) -> Int32 {
    guard case .element(let base, let index, let stride, let count) = place,
      case .memory(let address) = access(base)
    else { return self.address(of: place) }
    let number = lower(index)
    let found: Int32
    if let known = constantValue(number), known >= 0, known <= Int64(count) {
      found = member(address, Int(known) * stride)
    } else {
      found = element(number, of: address, stride: stride, count: count, endsBehind: true)
    }
    result.placeNames[found] = program.text(of: place)
    return found
  }

  /// The address of a place, which has one.
  func address(of place: Place) -> Int32 {
    if case .memory(let address) = access(place) { return address }
    return constant(0)
  }

  /// The node of what a place holds.
  func read(_ place: Place, _ type: CType, isMarked: Bool, at offset: Int) -> Int32 {
    if case .variable(let number) = place, let known = frame.values[number] { return known }
    let value = value(of: place, type, isMarked: isMarked, at: offset)
    result.valueNames[value] = program.text(of: place)
    return value
  }

  private func value(of place: Place, _ type: CType, isMarked: Bool, at offset: Int) -> Int32 {
    switch access(place) {
    case .slot(let number):
      guard mayLackValue(place) else { return slot(number) }
      if looksAtMemory { return checkedSlot(number) }
      requireValue(in: number, of: place, at: offset)
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
      if mayLackValue(place) { requireValue(in: target, of: place, at: offset) }
      let read = slot(target)
      result.readNodes.insert(read)
      return read
    }
  }

  func assign(
    _ value: Int32, to access: Access, isMarked: Bool, at offset: Int
  ) {
    switch access {
    case .slot(let number): set(number, to: value, at: offset)
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
