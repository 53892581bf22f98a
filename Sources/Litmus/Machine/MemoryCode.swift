// Reads and writes of memory as operations.
extension CodeBuilder {
  mutating func readElement(_ index: Int32, first: Int32, stride: Int32, count: Int32) {
    if !isCurrent(index), let operand = simple(index) {
      emit(.readElement, a: operand, c: stride, next: first, other: count)
    } else {
      compute(index)
      emit(.readElementAt, c: stride, next: first, other: count)
    }
    current = -1
  }

  /// The current number becomes what memory holds at an address.
  mutating func readMemory(_ address: Int32, as kind: CellKind, isLockSeen: Bool = false) {
    switch target(of: address, as: kind) {
    case .slot(let slot):
      if isLockSeen, let lock = lock(of: slot) {
        emit(.isTaken, next: lock)
      } else {
        // Others write it too: it is no slot whose value stays known.
        if let operand = operand(slot: slot) {
          emit(.read, a: operand)
        } else {
          emit(.readSlot, next: slot)
        }
      }
      current = -1
    case .element(let index, let first, let stride, let count):
      readElement(index, first: first, stride: stride, count: count)
    case .unknown:
      compute(address)
      emit(isLockSeen ? .readAtOrLock : .readAt, b: Int32(kind.rawValue))
      current = -1
    }
  }

  /// What memory holds at an address becomes the value of a node, which is computed first.
  mutating func writeMemory(_ address: Int32, _ value: Int32, as kind: CellKind) {
    switch target(of: address, as: kind) {
    case .slot(let slot): assign(slot, value)
    case .element(let index, let first, let stride, let count):
      if !isCurrent(value), let simpleValue = simple(value) {
        compute(index)
        emit(.writeElementAt, b: simpleValue, c: stride, next: first, other: count)
      } else if let simpleIndex = simple(index) {
        compute(value)
        emit(.writeElement, a: simpleIndex, c: stride, next: first, other: count)
      } else {
        compute(value)
        withTemporary { builder, register in
          builder.emit(.keep, a: register)
          builder.current = -1
          builder.compute(index)
          builder.emit(.writeElementFrom, b: register, c: stride, next: first, other: count)
        }
      }
      current = -1
    case .unknown:
      compute(value)
      withTemporary { builder, register in
        builder.emit(.keep, a: register)
        builder.current = -1
        builder.compute(address)
        builder.emit(.writeAt, a: register, b: Int32(kind.rawValue))
      }
      current = -1
    }
  }

  /// A slot becomes the value of a node.
  mutating func assign(_ slot: Int32, _ value: Int32) {
    if !isCurrent(value), let to = operand(slot: slot) {
      let node = node(bare(value))
      if let from = simple(value) {
        emit(.move, a: from, c: to)
        return current = slot
      }
      if node.operation == .binary, node.binary == .add, node.type.isSigned || node.type.bits == 64,
        !isCurrent(node.a), !isCurrent(node.b), let left = simple(node.a)
      {
        if let right = simple(node.b) {
          emit(.addInto, shift: 64 - node.type.bits, a: left, b: right, c: to)
          return current = slot
        }
        compute(node.b)
        emit(.addTo, shift: 64 - node.type.bits, b: left)
        return write(slot: slot)
      }
    }
    compute(value)
    write(slot: slot)
  }
}
