internal import Scheduler

/// Carries out operations on a state; nothing is allocated, and no references are counted.
struct Interpreter<R: AccessRecorder> {
  /// How a run of operations ends.
  enum Exit {
    /// At the operation with the number ``place``, which is a stop or the thread's end.
    case stopped, ended
    case blocked
    /// As ``finding`` says.
    case failed
    /// With the value of an expression, ``value``.
    case given
  }

  let memory: StateMemory<R>
  let code: UnsafeMutablePointer<MachineOperation>
  let operands: UnsafeMutablePointer<Operand>
  let registers: UnsafeMutablePointer<Int64>
  private let clears: UnsafeMutablePointer<Clear>
  private unowned(unsafe) let image: ProgramImage
  let thread: Int
  let choice: Int

  private(set) var hasMore = false
  private(set) var place = 0
  private(set) var finding = Finding.assert
  private(set) var value: Int64 = 0

  /// Code, image and cells must outlive the interpreter; `registers` are as many as `code` needs.
  @inline(__always) init(
    _ code: OperationCode, _ image: ProgramImage, _ cells: SystemCells, _ state: StateView<R>,
    _ registers: UnsafeMutablePointer<Int64>, thread: Int = 0, choice: Int = 0
  ) {
    (self.code, operands, clears) = (code.operations, code.operands, code.clears)
    memory = StateMemory(state, cells, registers)
    (self.image, self.registers) = (image, registers)
    (self.thread, self.choice) = (thread, choice)
  }

  @inline(__always) private func read(_ operand: Int32) -> Int64 {
    operands[Int(operand)].read(memory.state)
  }

  @inline(__always) private func write(_ operand: Int32, _ value: Int64) {
    operands[Int(operand)].write(memory.state, value)
  }

  /// Whether the object still is that a slot belongs to.
  @inline(never) private func isAlive(_ slot: Int32) -> Bool {
    let life = image.lifeOfSlot[Int(slot)]
    return life < 0 || memory.readCell(life) == LifeStage.alive.rawValue
  }

  @inline(__always)
  private static func extend(_ value: Int64, _ shift: UInt8) -> Int64 {
    let shift = Int64(shift)
    return (value &<< shift) &>> shift
  }

  private mutating func fail(_ finding: Finding?) -> Exit {
    self.finding = finding ?? .wild
    return .failed
  }

  @inline(__always) mutating func run(from start: Int, hasPassed: Bool) -> Exit {
    var (index, now, hasPassed) = (start, Int64(0), hasPassed)
    var jumps = 0
    while true {
      let operation = code + index
      index &+= 1
      @inline(__always) func go(_ condition: Bool) {
        index = Int(condition ? operation.pointee.next : operation.pointee.other)
      }
      @inline(__always) var a: Int64 { read(operation.pointee.a) }
      @inline(__always) var b: Int64 { read(operation.pointee.b) }
      let shift = operation.pointee.shift
      switch operation.pointee.code {
      case .read: now = a
      case .register: now = registers[Int(operation.pointee.a)]
      case .readSlot: now = memory.readCell(operation.pointee.next)
      case .keep: registers[Int(operation.pointee.a)] = now
      case .write: write(operation.pointee.c, now)
      case .writeSlot: memory.writeCell(operation.pointee.next, now)
      case .move:
        now = a
        write(operation.pointee.c, now)
      case .add: now = Self.extend(a &+ b, shift)
      case .subtract: now = Self.extend(a &- b, shift)
      case .multiply: now = Self.extend(a &* b, shift)
      case .and: now = a & b
      case .or: now = a | b
      case .xor: now = a ^ b
      case .addTo: now = Self.extend(now &+ b, shift)
      case .subtractFrom: now = Self.extend(now &- b, shift)
      case .multiplyBy: now = Self.extend(now &* b, shift)
      case .andWith: now &= b
      case .orWith: now |= b
      case .xorWith: now ^= b
      case .addInto:
        now = Self.extend(a &+ b, shift)
        write(operation.pointee.c, now)
      case .binary:
        guard let result = binary(operation.pointee, now) else { return fail(.division) }
        now = result
      case .equal: now = a == b ? 1 : 0
      case .notEqual: now = a != b ? 1 : 0
      case .less: now = a < b ? 1 : 0
      case .lessOrEqual: now = a <= b ? 1 : 0
      case .equalTo: now = now == b ? 1 : 0
      case .notEqualTo: now = now != b ? 1 : 0
      case .lessThan: now = now < b ? 1 : 0
      case .lessOrEqualTo: now = now <= b ? 1 : 0
      case .greaterThan: now = now > b ? 1 : 0
      case .greaterOrEqualTo: now = now >= b ? 1 : 0
      case .branch: go(now != 0)
      case .branchEqual: go(a == b)
      case .branchLess: go(a < b)
      case .branchLessOrEqual: go(a <= b)
      case .branchAnd: go(a & b != 0)
      case .branchEqualTo: go(now == b)
      case .branchLessThan: go(now < b)
      case .branchGreaterThan: go(now > b)
      case .branchAndWith: go(now & b != 0)
      case .not: now = now == 0 ? 1 : 0
      case .truth: now = now == 0 ? 0 : 1
      case .negate: now = Self.extend(0 &- now, shift)
      case .complement: now = ~now
      case .extendSign: now = Self.extend(now, shift)
      case .extendZero:
        let shift = UInt64(shift)
        now = Int64(bitPattern: (UInt64(bitPattern: now) &<< shift) &>> shift)
      case .convertNumber:
        let type = IntegerType(bits: operation.pointee.shift, isSigned: operation.pointee.c != 0)
        if !Address.isAddress(now) { now = type.wrap(now) }
      case .readElement, .readElementAt:
        let element = operation.pointee.code == .readElement ? a : now
        guard UInt64(bitPattern: element) < UInt64(operation.pointee.other) else {
          return fail(.outOfBounds)
        }
        now = memory.readCell(Self.slot(element, operation))
      case .writeElement:
        let element = a
        guard UInt64(bitPattern: element) < UInt64(operation.pointee.other) else {
          return fail(.outOfBounds)
        }
        memory.writeCell(Self.slot(element, operation), now)
      case .writeElementAt, .writeElementFrom:
        guard UInt64(bitPattern: now) < UInt64(operation.pointee.other) else {
          return fail(.outOfBounds)
        }
        memory.writeCell(
          Self.slot(now, operation),
          operation.pointee.code == .writeElementAt ? b : registers[Int(operation.pointee.b)])
      case .readAt, .readAtOrLock, .writeAt:
        let (slot, fault) = image.slot(at: now)
        if slot < 0 { return fail(fault) }
        if image.hasLives, !isAlive(slot) { return fail(.useAfterFree) }
        let kind = CellKind(rawValue: UInt8(truncatingIfNeeded: operation.pointee.b))
        let isPlain = kind == .any || image.kinds[Int(slot)] == kind
        if !isPlain, !image.isAccessed(slot, as: kind) { return fail(.wild) }
        if operation.pointee.code == .writeAt {
          let value = registers[Int(operation.pointee.a)]
          memory.writeCell(slot, isPlain ? value : image.written(value, to: slot, as: kind))
        } else if operation.pointee.code == .readAtOrLock, image.lockOfSlot[Int(slot)] >= 0 {
          now = memory.isFree(lock: image.lockOfSlot[Int(slot)]) ? 0 : 1
        } else {
          now = memory.readCell(slot)
          if !isPlain { now = image.read(now, from: slot, as: kind) }
        }
      case .requireValue: if now == Address.noValue { return fail(.uninitialised) }
      case .part:
        let (address, fault) = image.part(of: now, at: b)
        if let fault { return fail(fault) }
        now = address
      case .container:
        let (address, fault) = image.container(of: now, Int(operation.pointee.next))
        if let fault { return fail(fault) }
        now = address
      case .isTaken: now = memory.isFree(lock: operation.pointee.next) ? 0 : 1
      case .elementAddress:
        guard UInt64(bitPattern: now) < UInt64(operation.pointee.other) else {
          return fail(.outOfBounds)
        }
        let cells = now &* Int64(operation.pointee.next)
        let (address, fault) = image.part(of: registers[Int(operation.pointee.a)], at: cells)
        if let fault { return fail(fault) }
        now = address
      case .offset:
        let cells = now &* Int64(operation.pointee.next)
        let (address, fault) = image.moved(registers[Int(operation.pointee.a)], by: cells)
        if let fault { return fail(fault) }
        now = address
      case .distance:
        now = (registers[Int(operation.pointee.a)] &- now) / max(1, Int64(operation.pointee.next))
      case .place: now = image.place(of: now)
      case .acquire:
        let lock = operation.pointee.next
        if memory.isHeld(lock: lock, by: thread) { return fail(.lockMisuse) }
        if !memory.acquire(lock: lock, by: thread) { return .blocked }
      case .release:
        let lock = operation.pointee.next
        if !memory.isHeld(lock: lock, by: thread) { return fail(.lockMisuse) }
        memory.release(lock: lock, by: thread)
      case .choose:
        hasMore = choice &+ 1 < Int(operation.pointee.other)
        now = Int64(operation.pointee.next) &+ Int64(choice)
      case .jump: index = Int(operation.pointee.next)
      case .jumpBack:
        if !hasPassed {
          place = index &- 1
          value = Int64(operation.pointee.other)
          return .stopped
        }
        hasPassed = false
        index = Int(operation.pointee.next)
      case .jumpWithin:
        jumps &+= 1
        if jumps > Executor<StateMemory<R>>.mostJumps { return fail(.endless) }
        index = Int(operation.pointee.next)
      case .stop:
        value = Int64(operation.pointee.next)
        place = index &- 1
        return .stopped
      case .end:
        value = Int64(operation.pointee.next)
        place = index &- 1
        return .ended
      case .fail: return fail(Finding(rawValue: UInt8(truncatingIfNeeded: operation.pointee.next)))
      case .block: return .blocked
      case .perform:
        if let exit = perform(operation.pointee.next) { return exit }
      case .give:
        value = now
        return .given
      }
    }
  }

  /// Clears what the operation at which the run has stopped says.
  @inline(__always) func clear() {
    let operation = code + place
    let first = Int(operation.pointee.b)
    for index in first..<first &+ Int(operation.pointee.a) {
      memory.state[clears[index].cell] = clears[index].bits
    }
  }

  @inline(__always)
  private static func slot(
    _ element: Int64, _ operation: UnsafeMutablePointer<MachineOperation>
  ) -> Int32 {
    operation.pointee.next
      &+ Int32(truncatingIfNeeded: element) &* operation.pointee.c
  }

  @inline(never) private func binary(_ operation: MachineOperation, _ right: Int64) -> Int64? {
    guard let known = BinaryOperator(rawValue: UInt8(truncatingIfNeeded: operation.b)) else {
      return nil
    }
    let type = IntegerType(bits: operation.shift, isSigned: operation.c != 0)
    return Arithmetic.apply(known, registers[Int(operation.a)], right, in: type)
  }

  /// Has an instruction carried out that operations do not say.
  @inline(never) private mutating func perform(_ index: Int32) -> Exit? {
    var executor = Executor(
      image.code(of: thread), of: thread, image, memory, choice: choice)
    let isPossible = executor.perform(index)
    if executor.hasMore { hasMore = true }
    if !isPossible { return .blocked }
    if let fault = executor.evaluator.fault { return fail(fault) }
    return nil
  }
}
