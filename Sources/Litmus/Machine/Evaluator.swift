/// Computes the values of nodes, and finds the slots that addresses lead to.
///
/// The first thing that goes wrong is kept in ``fault``; the numbers after it mean nothing.
struct Evaluator<Memory: MachineMemory> {
  unowned(unsafe) let image: ProgramImage
  let memory: Memory
  var fault: Finding?
  /// The slots of memory that have been looked at, if somebody asks.
  var loads: [Int32]?

  init(_ image: ProgramImage, _ memory: Memory) { (self.image, self.memory) = (image, memory) }

  private mutating func fail(_ finding: Finding) -> Int64 {
    if fault == nil { fault = finding }
    return 0
  }

  /// The value of a node.
  mutating func value(_ index: Int32) -> Int64 {
    let node = image.nodes[Int(index)]
    switch node.operation {
    case .constant: return node.value
    case .slot: return memory.read(node.a)
    case .element:
      let index = value(node.b)
      guard index >= 0, index < Int64(node.c) else { return fail(.outOfBounds) }
      let element = memory.read(node.a + Int32(index))
      return element == Address.noValue ? fail(.uninitialised) : element
    case .minus: return node.type.wrap(0 &- value(node.a))
    case .complement: return node.type.wrap(~value(node.a))
    case .not: return value(node.a) == 0 ? 1 : 0
    case .binary:
      let left = value(node.a)
      let right = value(node.b)
      guard let result = Arithmetic.apply(node.binary, left, right, in: node.type) else {
        return fail(.division)
      }
      return result
    case .convert: return node.converted(value(node.a))
    case .offset:
      let base = value(node.a)
      return moved(base, by: value(node.b) &* node.value)
    case .elementAddress:
      let base = value(node.a)
      let index = value(node.b)
      guard index >= 0, index < Int64(node.elementLimit) else { return fail(.outOfBounds) }
      return inside(base, index &* node.value)
    case .memberAddress: return inside(value(node.a), node.value)
    case .container:
      let (address, fault) = image.container(of: value(node.a), Int(node.value))
      if let fault { return fail(fault) }
      return address
    case .distance:
      let left = value(node.a)
      return (left &- value(node.b)) / max(1, node.value)
    case .place: return image.place(of: value(node.a))
    case .and: return value(node.a) != 0 && value(node.b) != 0 ? 1 : 0
    case .or: return value(node.a) != 0 || value(node.b) != 0 ? 1 : 0
    case .conditional: return value(node.a) != 0 ? value(node.b) : value(node.c)
    case .load: return load(value(node.a), as: node.kind)
    }
  }

  /// The address of a part of an object.
  private mutating func inside(_ address: Int64, _ cells: Int64) -> Int64 {
    let (part, fault) = image.part(of: address, at: cells)
    if let fault { return fail(fault) }
    return part
  }

  /// The address so many cells further, which must be in the same object or just behind its end.
  private mutating func moved(_ address: Int64, by cells: Int64) -> Int64 {
    let (target, fault) = image.moved(address, by: cells)
    if let fault { return fail(fault) }
    return target
  }

  /// The slot that an address leads to; -1 if it leads to none.
  mutating func slot(at address: Int64) -> Int32 {
    let (slot, fault) = image.slot(at: address)
    if let fault { _ = fail(fault) }
    if image.hasLives, slot >= 0, !isAlive(slot) {
      _ = fail(.useAfterFree)
      return -1
    }
    return slot
  }

  /// Whether the object still is that a slot belongs to.
  private func isAlive(_ slot: Int32) -> Bool {
    let life = image.lifeOfSlot[Int(slot)]
    return life < 0 || memory.read(life) == LifeStage.alive.rawValue
  }

  /// The same for what an instruction accesses, which must be what it takes it for.
  mutating func slot(of instruction: Instruction) -> Int32 {
    slot(at: value(instruction.address), as: instruction.kind)
  }

  mutating func slot(at address: Int64, as kind: CellKind) -> Int32 {
    let slot = slot(at: address)
    guard slot >= 0, !image.isAccessed(slot, as: kind) else { return slot }
    _ = fail(.wild)
    return -1
  }

  /// What an instruction reads from a slot, and what it leaves there.
  func read(_ slot: Int32, as kind: CellKind) -> Int64 {
    image.read(memory.read(slot), from: slot, as: kind)
  }

  func write(_ slot: Int32, _ value: Int64, as kind: CellKind) {
    memory.write(slot, image.written(value, to: slot, as: kind))
  }

  private mutating func load(_ address: Int64, as kind: CellKind) -> Int64 {
    let slot = slot(at: address, as: kind)
    if slot < 0 { return 0 }
    // What stands behind a fault is not come to.
    if loads != nil, fault == nil { loads?.append(slot) }
    let lock = image.lockOfSlot[Int(slot)]
    if lock >= 0 { return memory.isFree(lock: lock) ? 0 : 1 }
    let value = read(slot, as: kind)
    return value == Address.noValue ? fail(.uninitialised) : value
  }
}
