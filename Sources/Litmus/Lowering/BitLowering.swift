// Bits of numbers, and locks in them.
extension Lowering {
  func bit(
    _ primitive: Primitive, _ place: Place?, _ number: Int32, _ type: CType, at offset: Int
  ) -> Int32 {
    guard let place else { return constant(0) }
    let (address, bit) = word(of: place, bit: number, at: offset)
    switch primitive {
    case .bit(let operation, isAtomic: false, let returnsOld):
      return plainBit(operation, returnsOld: returnsOld, address, bit, at: offset)
    case .bit(let operation, isAtomic: true, let returnsOld):
      return modify(.bit(operation, returnsOld: returnsOld), address, bit, type, at: offset)
    case .testBit: return modify(.testBit, address, bit, type, at: offset)
    case .bitLock(let operation): return bitLock(operation, address, bit, at: offset)
    default: return constant(0)
    }
  }

  /// The number that holds a bit, and which of its bits it is: bits go on in the next number.
  private func word(of place: Place, bit: Int32, at offset: Int) -> (Int32, Int32) {
    let address = placeAddress(place)
    let bits = Int64(program.type(of: place)?.integer?.bits ?? 64)
    if let known = constantValue(bit), known >= 0, known < bits { return (address, bit) }
    let inRange = binary(.greaterOrEqual, bit, constant(0), .long)
    emit(Instruction(operation: .check(.outOfBounds), value: inRange), at: offset)
    let count = binary(.divide, bit, constant(bits), .long)
    let word = node(Node(operation: .offset, a: address, b: count, value: 1))
    kinds[word] = kinds[address]
    return (
      word,
      binary(.remainder, bit, constant(bits), .long)
    )
  }

  private func modify(
    _ modification: Instruction.Modification, _ address: Int32, _ bit: Int32, _ type: CType,
    at offset: Int
  ) -> Int32 {
    let target = type == .void ? -1 : temporary(type)
    emit(
      Instruction(
        operation: .modify(modification), isStep: true, isMarked: true, target: target,
        address: address, value: bit), at: offset)
    return target < 0 ? constant(0) : slot(target)
  }

  /// Whether anybody asks how many bits the thread has locked.
  private var countsBits: Bool { depthSlot >= 0 || isInitial }

  /// Waits until the bit is clear and sets it, in one step; nobody knows who has set it.
  private func bitLock(
    _ operation: Primitive.BitLockOperation, _ address: Int32, _ bit: Int32, at offset: Int
  ) -> Int32 {
    switch operation {
    case .lock:
      refuseWait("a lock", at: offset)
      let word = node(Node(operation: .load, a: address))
      let isSet = binary(.and, binary(.shiftRight, word, bit, .long), constant(1), .long)
      emit(Instruction(operation: .atomicBegin, isStep: true, isMarked: true), at: offset)
      emit(
        Instruction(operation: .await, isMarked: true, value: unary(.not, isSet, .long)),
        at: offset)
      emit(
        Instruction(
          operation: .modify(.bit(.set, returnsOld: false)), isMarked: true, address: address,
          value: bit), at: offset)
      emit(Instruction(operation: .atomicEnd), at: offset)
      if countsBits { hold(.bits, at: offset) }
      return constant(0)
    case .tryLock:
      let wasSet = modify(.bit(.set, returnsOld: true), address, bit, .int, at: offset)
      let got = unary(.not, wasSet, .int)
      if countsBits { hold(.bits, if: got, at: offset) }
      return got
    case .unlock:
      let wasSet = modify(.bit(.clear, returnsOld: true), address, bit, .int, at: offset)
      emit(
        Instruction(operation: .check(.lockMisuse), address: address, value: wasSet), at: offset)
      if countsBits { letGo(of: .bits, at: offset) }
      return constant(0)
    }
  }

  /// `__set_bit` and its relatives: a read, then a write.
  private func plainBit(
    _ operation: Primitive.BitOperation, returnsOld: Bool, _ address: Int32, _ bit: Int32,
    at offset: Int
  ) -> Int32 {
    let long = CType.integer(.long)
    let old = temporary(long)
    emit(Instruction(operation: .load, isStep: true, target: old, address: address), at: offset)
    let mask = binary(.shiftLeft, constant(1), bit, .long)
    let new =
      switch operation {
      case .set: binary(.or, slot(old), mask, .long)
      case .clear: binary(.and, slot(old), unary(.complement, mask, .long), .long)
      case .change: binary(.xor, slot(old), mask, .long)
      }
    emit(Instruction(operation: .store, isStep: true, address: address, value: new), at: offset)
    guard returnsOld else { return constant(0) }
    return binary(.notEqual, binary(.and, slot(old), mask, .long), constant(0), .long)
  }
}
