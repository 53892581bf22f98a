internal import Scheduler

/// Turns instructions and nodes into operations, once it is known which cells slots have.
struct CodeBuilder {
  let program: LoweredProgram
  let cells: [SlotCell]
  private let noCell: Cell<UInt64>
  private(set) var operations: [MachineOperation] = []
  private(set) var operands: [Operand] = []
  private var constants: [Int64: Int32] = [:]
  private var numbers: [Int32: Int32] = [:]
  private(set) var clears: [Clear] = []
  /// By label: the operation that it stands before; operations name labels until they are
  /// resolved.
  private var labels: [Int]
  /// Operations that turn out not to be needed.
  private var dropped: Set<Int> = []

  private(set) var registers: Int
  private let firstTemporary: Int
  private var temporaries = 0

  /// The slot whose value the current number is; -1 if it is not known.
  var current: Int32 = -1
  /// Where passing slots that are read in one place only were kept.
  private var keeps: [Int32: Int] = [:]
  /// Passing slots, each read in one place only, that are what an operand is until that changes.
  private var aliases: [Int32: Int32] = [:]
  /// By slot: in how many places it is read.
  var uses: [Int32: Int] = [:]

  /// `labels` are as many as the instructions, whose labels are their numbers.
  init(_ program: LoweredProgram, _ cells: [SlotCell], noCell: Cell<UInt64>, labels count: Int = 0)
  {
    (self.program, self.cells, self.noCell) = (program, cells, noCell)
    labels = Array(repeating: -1, count: count)
    firstTemporary = cells.reduce(0) { max($0, Int($1.register) + 1) }
    registers = firstTemporary
  }

  // MARK: - Operations

  @discardableResult
  mutating func emit(
    _ code: MachineOperation.Code, shift: UInt8 = 0, a: Int32 = 0, b: Int32 = 0, c: Int32 = 0,
    next: Int32 = 0, other: Int32 = 0
  ) -> Int {
    operations.append(
      MachineOperation(code: code, shift: shift, a: a, b: b, c: c, next: next, other: other))
    return operations.count - 1
  }

  mutating func newLabel() -> Int32 {
    labels.append(-1)
    return Int32(labels.count - 1)
  }

  mutating func place(_ label: Int32, keepsCurrent: Bool = false) {
    labels[Int(label)] = operations.count
    if !keepsCurrent { current = -1 }
  }

  /// A register for a value that is computed in parts; it is free again after `body`.
  mutating func withTemporary<Result>(
    _ body: (inout CodeBuilder, Int32) -> Result
  ) -> Result {
    let register = firstTemporary + temporaries
    temporaries += 1
    registers = max(registers, register + 1)
    defer { temporaries -= 1 }
    return body(&self, Int32(register))
  }

  /// The operations, with labels replaced, and what has become of the places of some of them.
  mutating func finish(_ places: [Int]) -> (code: OperationCode, places: [Int]) {
    var numbers: [Int] = []
    var kept: [MachineOperation] = []
    for (index, operation) in operations.enumerated() {
      numbers.append(kept.count)
      if !dropped.contains(index) { kept.append(operation) }
    }
    numbers.append(kept.count)
    for index in kept.indices {
      let code = kept[index].code
      if code.goesToNext { kept[index].next = target(kept[index].next, numbers) }
      if code.goesToOther { kept[index].other = target(kept[index].other, numbers) }
    }
    let code = OperationCode(kept, operands, clears: clears, registers: registers)
    return (code, places.map { numbers[$0] })
  }

  private func target(_ label: Int32, _ numbers: [Int]) -> Int32 {
    precondition(labels[Int(label)] >= 0, "every label has been placed")
    return Int32(numbers[labels[Int(label)]])
  }

  // MARK: - Operands

  mutating func operand(constant value: Int64) -> Int32 {
    if let known = constants[value] { return known }
    operands.append(Operand(cell: noCell, low: value, isConstant: true))
    constants[value] = Int32(operands.count - 1)
    return Int32(operands.count - 1)
  }

  /// The operand of a slot; nil if it has no cell for plain numbers.
  mutating func operand(slot: Int32) -> Int32? {
    guard hasOperand(slot) else { return nil }
    let cell = cells[Int(slot)]
    if let known = numbers[slot] { return known }
    operands.append(Operand(cell: cell.cell, low: cell.low))
    numbers[slot] = Int32(operands.count - 1)
    return Int32(operands.count - 1)
  }

  func hasOperand(_ slot: Int32) -> Bool {
    let cell = cells[Int(slot)]
    return cell.register < 0 && cell.isPlain && !isLock(slot)
  }

  func hasAlias(_ slot: Int32) -> Bool { aliases[slot] != nil }

  func isLock(_ slot: Int32) -> Bool { lock(of: slot) != nil }

  func lock(of slot: Int32) -> Int32? {
    if case .lock(let number) = program.slots[Int(slot)].content { return Int32(number) }
    return nil
  }

  func register(of slot: Int32) -> Int32? {
    let register = cells[Int(slot)].register
    return register < 0 ? nil : register
  }

  /// Notes cells to be cleared; the number of the first.
  mutating func clear(_ slots: [Int32]) -> (first: Int32, count: Int32) {
    let first = Int32(clears.count)
    clears += slots.map { Clear(cell: cells[Int($0)].cell, bits: cells[Int($0)].encode(0)) }
    return (first, Int32(slots.count))
  }

  // MARK: - The current number

  /// The current number becomes what a slot holds.
  mutating func read(slot: Int32) {
    if current == slot {
      if let kept = keeps.removeValue(forKey: slot) { dropped.insert(kept) }
      return
    }
    if let operand = aliases.removeValue(forKey: slot) ?? operand(slot: slot) {
      emit(.read, a: operand)
    } else if let register = register(of: slot) {
      emit(.register, a: register)
    } else {
      emit(.readSlot, next: slot)
    }
    current = slot
  }

  /// A slot becomes the current number.
  mutating func write(slot: Int32) {
    if let register = register(of: slot) {
      let place = emit(.keep, a: register)
      keeps[slot] = uses[slot] == 1 ? place : nil
    } else if let operand = operand(slot: slot) {
      emit(.write, c: operand)
    } else {
      emit(.writeSlot, next: slot)
    }
    current = slot
  }

  /// What a passing slot is, until something else is written; nil if nobody knows.
  mutating func takeAlias(_ slot: Int32) -> Int32? { aliases.removeValue(forKey: slot) }

  mutating func addAlias(_ slot: Int32, _ operand: Int32) { aliases[slot] = operand }

  /// Keeps what is about to change, but for what the instruction at hand reads itself.
  mutating func keepAliases(except used: Set<Int32> = []) {
    for slot in aliases.keys.sorted() where !used.contains(slot) {
      guard let operand = aliases.removeValue(forKey: slot), let register = register(of: slot)
      else { continue }
      emit(.read, a: operand)
      emit(.keep, a: register)
      current = -1
    }
  }

  mutating func forgetAliases() { aliases = [:] }
}

extension MachineOperation.Code {
  /// Whether `next` says where to go on.
  var goesToNext: Bool {
    switch self {
    case .jump, .jumpBack, .jumpWithin: true
    default: goesToOther
    }
  }

  var goesToOther: Bool {
    switch self {
    case .branch, .branchEqual, .branchLess, .branchLessOrEqual, .branchAnd, .branchEqualTo,
      .branchLessThan, .branchGreaterThan, .branchAndWith:
      true
    default: false
    }
  }
}
