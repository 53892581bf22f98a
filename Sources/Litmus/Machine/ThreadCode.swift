internal import Scheduler

/// A thread's instructions as operations.
struct ThreadCode {
  /// Where a step from a stop begins.
  struct Entry {
    var operation: Int32
    /// Whether the step begins with an access.
    var hasPassed: Bool
  }

  let code: OperationCode
  let entries: [Entry]

  init(
    _ thread: LoweredThread, in program: LoweredProgram, _ cells: [SlotCell], noCell: Cell<UInt64>
  ) {
    var builder = ThreadCodeBuilder(thread, in: program, cells, noCell: noCell)
    (code, entries) = builder.build()
  }
}

/// Goes through the instructions of a thread.
private struct ThreadCodeBuilder {
  private let thread: LoweredThread
  private let program: LoweredProgram
  private var builder: CodeBuilder
  private var stopNumbers: [Int32: Int32] = [:]
  private var targets: Set<Int32> = []
  private let within: Set<Int32>
  private var entries: [Int]
  private var uses: [[Int32]] = []

  init(
    _ thread: LoweredThread, in program: LoweredProgram, _ cells: [SlotCell], noCell: Cell<UInt64>
  ) {
    (self.thread, self.program) = (thread, program)
    builder = CodeBuilder(program, cells, noCell: noCell, labels: thread.code.count)
    for (number, stop) in thread.stops.enumerated() { stopNumbers[stop] = Int32(number) }
    var analysis = StopAnalysis(thread.code)
    _ = analysis.run()
    within = analysis.jumpsWithin
    entries = Array(repeating: 0, count: thread.stops.count)
    targets = Set(thread.stops)
    for instruction in thread.code {
      switch instruction.operation {
      case .jump: targets.insert(instruction.next)
      case .branch: targets.formUnion([instruction.next, instruction.other])
      default: break
      }
      uses.append(slots(in: [instruction.address, instruction.value, instruction.second]))
    }
    for slot in uses.joined() { builder.uses[slot, default: 0] += 1 }
  }

  /// The slots that expressions read, as often as they do.
  private func slots(in roots: [Int32]) -> [Int32] {
    var (stack, found) = (roots.filter { $0 >= 0 }, [Int32]())
    while let next = stack.popLast() {
      let node = program.nodes[Int(next)]
      switch node.operation {
      case .constant: break
      case .slot: found.append(node.a)
      case .element: stack.append(node.b)
      case .elementAddress: stack += [node.a, node.b]
      default: stack += [node.a, node.b, node.c].filter { $0 >= 0 }
      }
    }
    return found
  }

  mutating func build() -> (OperationCode, [ThreadCode.Entry]) {
    for index in thread.code.indices { add(index) }
    let (code, places) = builder.finish(entries)
    let stops = thread.stops
    return (
      code,
      zip(places, stops).map { place, stop in
        ThreadCode.Entry(
          operation: Int32(place), hasPassed: thread.code[Int(stop)].isStep)
      }
    )
  }

  private mutating func add(_ index: Int) {
    let (instruction, number) = (thread.code[index], Int32(index))
    // Passing slots are of no interest to a step that begins.
    if instruction.isStep { builder.forgetAliases() }
    if targets.contains(number) { builder.keepAliases() }
    builder.place(number, keepsCurrent: !targets.contains(number) && index > 0)
    if let stop = stopNumbers[number] {
      if instruction.isStep { emitStop(stop, .stop) }
      entries[Int(stop)] = builder.operations.count
    }
    switch instruction.operation {
    case .jump: addJump(instruction, number)
    case .end: emitStop(stopNumbers[number] ?? 0, .end)
    default: add(instruction, number)
    }
  }

  private mutating func emitStop(_ stop: Int32, _ code: MachineOperation.Code) {
    let cleared = builder.clear(thread.clears[Int(stop)])
    builder.emit(code, a: cleared.count, b: cleared.first, next: stop)
  }

  private mutating func addJump(_ instruction: Instruction, _ number: Int32) {
    builder.keepAliases()
    let isBack = instruction.next <= number
    if !isBack || !instruction.isIdle && !within.contains(number) {
      builder.emit(.jump, next: instruction.next)
    } else if within.contains(number) {
      builder.emit(.jumpWithin, next: instruction.next)
    } else {
      let stop = stopNumbers[number]
      let cleared = builder.clear(stop.map { thread.clears[Int($0)] } ?? [])
      builder.emit(
        .jumpBack, a: cleared.count, b: cleared.first, next: instruction.next, other: stop ?? -1)
      // Whoever stands before the jump takes it.
      if let stop {
        entries[Int(stop)] = builder.operations.count
        builder.emit(.jump, next: instruction.next)
      }
    }
  }

  // MARK: - What instructions do

  private mutating func add(_ instruction: Instruction, _ number: Int32) {
    let used = Set(uses[Int(number)])
    switch instruction.operation {
    case .undefine, .atomicBegin, .atomicEnd, .mark: break
    case .branch:
      builder.keepAliases(except: used)
      builder.branch(instruction.value, instruction.next, instruction.other)
    case .check(let finding):
      let (fine, broken) = (builder.newLabel(), builder.newLabel())
      builder.branch(instruction.value, fine, broken)
      builder.place(broken)
      builder.emit(.fail, next: Int32(finding.rawValue))
      builder.place(fine)
    case .await:
      let (fine, wait) = (builder.newLabel(), builder.newLabel())
      builder.branch(instruction.value, fine, wait)
      builder.place(wait)
      builder.emit(.block)
      builder.place(fine)
    case .set:
      if instruction.target >= 0 {
        builder.assign(instruction.target, instruction.value)
      } else if !builder.isSimple(instruction.value) {
        // It may fail.
        builder.compute(instruction.value)
      }
    case .load: addLoad(instruction)
    case .store:
      builder.keepAliases(except: used)
      builder.writeMemory(instruction.address, instruction.value, as: instruction.kind)
    case .choose: addChoice(instruction, number)
    case .lock(let operation, .exclusive): addLock(instruction, number, operation)
    default: perform(number)
    }
  }

  private mutating func addLoad(_ instruction: Instruction) {
    let target = instruction.target
    if target >= 0, builder.register(of: target) != nil, builder.uses[target] == 1,
      case .slot(let slot) = builder.target(of: instruction.address, as: instruction.kind),
      let operand = builder.operand(slot: slot)
    {
      // Read where it is needed.
      builder.addAlias(target, operand)
      if builder.current == target { builder.current = -1 }
      return
    }
    builder.readMemory(instruction.address, as: instruction.kind)
    if target >= 0 { builder.write(slot: target) }
  }

  private mutating func addChoice(_ instruction: Instruction, _ number: Int32) {
    guard let first = builder.constant(instruction.value),
      let count = Int32(exactly: min(256, instruction.limit - first + 1)),
      let first = Int32(exactly: first)
    else { return perform(number) }
    builder.emit(.choose, next: first, other: count)
    builder.current = -1
    if instruction.target >= 0 { builder.write(slot: instruction.target) }
  }

  private mutating func addLock(
    _ instruction: Instruction, _ number: Int32, _ operation: Primitive.LockOperation
  ) {
    guard instruction.depthSlot < 0, instruction.limit == 0,
      case .slot(let slot) = builder.target(of: instruction.address, as: instruction.kind),
      let lock = builder.lock(of: slot)
    else { return perform(number) }
    switch operation {
    case .lock: builder.emit(.acquire, next: lock)
    case .unlock: builder.emit(.release, next: lock)
    default: perform(number)
    }
  }

  /// Leaves an instruction to who knows them all.
  private mutating func perform(_ number: Int32) {
    builder.keepAliases()
    builder.emit(.perform, next: number)
    builder.current = -1
  }
}
