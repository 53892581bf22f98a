// Expressions as operations.
extension CodeBuilder {
  func node(_ number: Int32) -> Node { program.nodes[Int(number)] }

  // MARK: - What is known beforehand

  /// The value of a node that has but one and cannot fail.
  func constant(_ number: Int32) -> Int64? {
    let node = node(number)
    switch node.operation {
    case .constant: return node.value
    case .convert: return constant(node.a).map(node.converted)
    case .memberAddress:
      return constant(node.a).flatMap { program.part(of: $0, at: node.value) }
    case .minus: return constant(node.a).map { node.type.wrap(0 &- $0) }
    case .complement: return constant(node.a).map { node.type.wrap(~$0) }
    case .not: return constant(node.a).map { $0 == 0 ? 1 : 0 }
    case .binary:
      guard let left = constant(node.a), let right = constant(node.b) else { return nil }
      return Arithmetic.apply(node.binary, left, right, in: node.type)
    case .elementAddress:
      guard let base = constant(node.a), let index = constant(node.b), index >= 0,
        index < Int64(node.elementLimit)
      else { return nil }
      return program.part(of: base, at: index &* node.value)
    default: return nil
    }
  }

  /// The numbers that a node can be.
  private func range(_ number: Int32) -> ClosedRange<Int64> {
    if let value = constant(number) { return value...value }
    let node = node(number)
    switch node.operation {
    case .slot: return range(slot: node.a)
    case .not, .and, .or: return 0...1
    case .binary where node.binary.isComparison: return 0...1
    case .binary where node.binary == .and:
      let ranges = [range(node.a), range(node.b)].filter { $0.lowerBound >= 0 }
      guard let most = ranges.map(\.upperBound).min() else { return node.type.range }
      return 0...most
    case .binary, .minus, .complement: return node.type.range
    case .convert:
      let inner = range(node.a)
      if node.keepsAddresses { return .min ... .max }
      return node.type.range.contains(inner) ? inner : node.type.range
    case .load:
      if case .slot(let slot) = target(of: node.a, as: node.kind) { return range(slot: slot) }
      return .min ... .max
    default: return .min ... .max
    }
  }

  private func range(slot: Int32) -> ClosedRange<Int64> {
    let content: ClosedRange<Int64> =
      switch program.slots[Int(slot)].content {
      case .integer(let type): type.range
      case .upTo(let most): 0...most
      case .pointer, .lock: .min ... .max
      }
    guard register(of: slot) == nil else { return content }
    let cell = cells[Int(slot)].range
    return content.contains(cell) ? cell : content
  }

  /// The node that a node is as good as: conversions that change nothing are left out.
  func bare(_ number: Int32) -> Int32 {
    let node = node(number)
    guard node.operation == .convert, node.type.range.contains(range(node.a)) else { return number }
    return bare(node.a)
  }

  // MARK: - Where addresses lead

  /// Where an address leads, as far as that is known beforehand.
  enum Target {
    case slot(Int32)
    /// The element that a node says of so many, slots apart, from a slot on.
    case element(Int32, first: Int32, stride: Int32, count: Int32)
    case unknown
  }

  /// Where an access of a kind leads: what lies there is of that kind.
  func target(of address: Int32, as kind: CellKind) -> Target {
    // What may have been freed is looked at by whoever knows whether it has been.
    func fits(_ slot: Int32) -> Bool {
      program.slots[Int(slot)].life < 0
        && (kind == .any || CellKind(program.slots[Int(slot)], in: program) == kind)
    }
    if let value = constant(address) {
      let slot = slot(at: value)
      return slot < 0 || !fits(slot) ? .unknown : .slot(slot)
    }
    var (element, offset) = (node(address), Int64(0))
    if element.operation == .memberAddress {
      offset = element.value
      element = node(element.a)
    }
    guard element.operation == .elementAddress, let base = constant(element.a) else {
      return .unknown
    }
    let first = slot(at: base &+ offset)
    guard first >= 0, element.c > 0, element.value > 0, element.value < 1 << 20,
      !element.endsBehind
    else { return .unknown }
    let stride = Int32(element.value)
    for index in 0..<element.c {
      let slot = slot(at: base &+ offset &+ Int64(index) &* element.value)
      guard slot == first + index * stride,
        program.part(of: base, at: offset + Int64(index) * element.value) != nil,
        cells[Int(slot)].register < 0, !isLock(slot), fits(slot)
      else { return .unknown }
    }
    return .element(element.b, first: first, stride: stride, count: element.c)
  }

  private func slot(at address: Int64) -> Int32 {
    let location = address &- Address.base
    guard location > 0, location < Int64(program.slotOfLocation.count) else { return -1 }
    return program.slotOfLocation[Int(location)]
  }

  // MARK: - Values

  /// The operand that a node is; nil if it must be computed.
  mutating func simple(_ number: Int32) -> Int32? {
    if let value = constant(number) { return operand(constant: value) }
    let number = bare(number)
    let node = node(number)
    switch node.operation {
    case .slot: return takeAlias(node.a) ?? operand(slot: node.a)
    case .load:
      if case .slot(let slot) = target(of: node.a, as: node.kind), hasValues(slot) {
        return operand(slot: slot)
      }
      return nil
    default: return nil
    }
  }

  /// Whether a node is an operand.
  func isSimple(_ number: Int32) -> Bool {
    if constant(number) != nil { return true }
    let node = node(bare(number))
    switch node.operation {
    case .slot: return hasAlias(node.a) || hasOperand(node.a)
    case .load:
      if case .slot(let slot) = target(of: node.a, as: node.kind), hasValues(slot) {
        return hasOperand(slot)
      }
      return false
    default: return false
    }
  }

  /// Whether a node is the current number.
  func isCurrent(_ number: Int32) -> Bool {
    let node = node(bare(number))
    return node.operation == .slot && node.a == current
  }

  /// The current number becomes the value of a node.
  mutating func compute(_ number: Int32) {
    if let value = constant(number) {
      emit(.read, a: operand(constant: value))
      current = -1
      return
    }
    let number = bare(number)
    let node = node(number)
    switch node.operation {
    case .slot: return read(slot: node.a)
    case .constant: break
    case .element:
      readElement(node.b, first: node.a, stride: 1, count: node.c)
      requireValue((node.a..<node.a + node.c))
    case .minus:
      compute(node.a)
      emit(.negate, shift: 64 - node.type.bits)
      extend(node.type)
    case .complement:
      compute(node.a)
      emit(.complement)
      extend(node.type)
    case .not:
      compute(node.a)
      emit(.not)
    case .binary: computeBinary(node)
    case .convert:
      compute(node.a)
      let keeps = node.keepsAddresses && node.type.bits < 64
      if keeps { convertNumber(node.type) } else { convert(node.type) }
    case .offset, .elementAddress, .distance: computeAddress(node)
    case .place:
      compute(node.a)
      emit(.place)
    case .memberAddress:
      compute(node.a)
      emit(.part, b: operand(constant: node.value))
    case .container:
      compute(node.a)
      emit(.container, next: Int32(node.value))
    case .and, .or:
      let (yes, no, end) = (newLabel(), newLabel(), newLabel())
      branch(number, yes, no)
      choose(yes, no, end, { $0.emit(.read, a: $0.operand(constant: 1)) }) {
        $0.emit(.read, a: $0.operand(constant: 0))
      }
    case .conditional:
      let (yes, no, end) = (newLabel(), newLabel(), newLabel())
      branch(node.a, yes, no)
      choose(yes, no, end, { $0.compute(node.b) }) { $0.compute(node.c) }
    case .load:
      readMemory(node.a, as: node.kind, isLockSeen: true)
      switch target(of: node.a, as: node.kind) {
      case .slot(let slot): requireValue(slot..<slot + 1)
      case .element(_, let first, let stride, let count):
        requireValue(first..<first + (count - 1) * stride + 1)
      case .unknown: emit(.requireValue)
      }
    }
    current = -1
  }

  /// Whether a slot has a cell that can hold nothing but values.
  private func hasValues(_ slot: Int32) -> Bool {
    cells[Int(slot)].isPlain && cells[Int(slot)].span != ~0
  }

  /// What has been read from one of these slots must be a value.
  private mutating func requireValue(_ slots: Range<Int32>) {
    if !slots.allSatisfy(hasValues) { emit(.requireValue) }
  }

  private mutating func choose(
    _ yes: Int32, _ no: Int32, _ end: Int32, _ first: (inout CodeBuilder) -> Void,
    _ second: (inout CodeBuilder) -> Void
  ) {
    place(yes)
    first(&self)
    emit(.jump, next: end)
    place(no)
    second(&self)
    place(end)
  }

  /// After a sum, product or the like: numbers of types without a sign are extended by 0.
  private mutating func extend(_ type: IntegerType) {
    if !type.isSigned, type.bits < 64 { emit(.extendZero, shift: 64 - type.bits) }
  }

  /// What is no address is converted.
  private mutating func convertNumber(_ type: IntegerType) {
    emit(.convertNumber, shift: type.bits, c: type.isSigned ? 1 : 0)
  }

  private mutating func convert(_ type: IntegerType) {
    if type.bits == 1 {
      emit(.truth)
    } else if type.bits < 64 {
      emit(type.isSigned ? .extendSign : .extendZero, shift: 64 - type.bits)
    }
  }

  private mutating func computeBinary(_ node: Node) {
    guard let codes = Self.codes(of: node) else { return computeAny(node) }
    let shift = node.type.isSigned && codes.wraps ? 64 - node.type.bits : 0
    if let with = codes.with, isCurrent(node.a), let right = simple(node.b) {
      compute(node.a)
      emit(with, shift: shift, b: right)
    } else if let turned = codes.turned, isCurrent(node.b), let left = simple(node.a) {
      compute(node.b)
      emit(turned, shift: shift, b: left)
    } else if let left = simple(node.a) {
      if let right = simple(node.b) {
        if let both = codes.both {
          emit(both, shift: shift, a: left, b: right)
        } else if let swapped = codes.swapped {
          emit(swapped, shift: shift, a: right, b: left)
        }
      } else if let turned = codes.turned {
        compute(node.b)
        emit(turned, shift: shift, b: left)
      } else {
        computeAny(node, left: left)
      }
    } else {
      compute(node.a)
      if let with = codes.with, let right = simple(node.b) {
        emit(with, shift: shift, b: right)
      } else {
        computeRight(node)
      }
    }
    if codes.wraps { extend(node.type) }
  }

  /// Any operator, on a register and the current number.
  private mutating func computeAny(_ node: Node, left: Int32? = nil) {
    if let left { emit(.read, a: left) } else { compute(node.a) }
    computeRight(node)
  }

  /// The left value is the current number.
  private mutating func computeRight(_ node: Node) {
    withTemporary { builder, register in
      builder.emit(.keep, a: register)
      builder.current = -1
      builder.compute(node.b)
      builder.emit(
        .binary, shift: node.type.bits, a: register, b: Int32(node.binary.rawValue),
        c: node.type.isSigned ? 1 : 0)
    }
  }

  private mutating func computeAddress(_ node: Node) {
    compute(node.a)
    withTemporary { builder, register in
      builder.emit(.keep, a: register)
      builder.current = -1
      builder.compute(node.b)
      // Distances and strides are of memory, which has fewer locations than such a number holds.
      let stride = Int32(clamping: node.value)
      switch node.operation {
      case .offset: builder.emit(.offset, a: register, next: stride)
      case .distance: builder.emit(.distance, a: register, next: stride)
      default: builder.emit(.elementAddress, a: register, next: stride, other: node.elementLimit)
      }
    }
  }
}

extension IntegerType {
  /// The numbers of the type, as far as 64 bits with a sign hold them.
  var range: ClosedRange<Int64> {
    switch (bits, isSigned) {
    case (64, _): .min ... .max
    case (_, true): -(1 << Int64(bits - 1))...(1 << Int64(bits - 1)) - 1
    case (_, false): 0...(1 << Int64(bits)) - 1
    }
  }
}
