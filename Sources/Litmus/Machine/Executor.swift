/// Carries out the instructions of a thread, one step at a time.
struct Executor<Memory: MachineMemory> {
  /// What came of asking for a step.
  enum Result: Equatable {
    /// No step is possible now.
    case blocked
    /// The thread stands before an instruction; the step may have one more result.
    case stopped(at: Int32, hasMore: Bool)
    /// The thread has ended.
    case ended(hasMore: Bool)
    /// The run has ended with this result of the step.
    case failed(Finding, hasMore: Bool)

    /// Whether the step has a result for the next choice too.
    var hasMore: Bool {
      switch self {
      case .blocked: false
      case .stopped(_, let hasMore), .ended(let hasMore), .failed(_, let hasMore): hasMore
      }
    }
  }

  let code: UnsafeMutablePointer<Instruction>
  let thread: Int
  var evaluator: Evaluator<Memory>
  /// Which of a step's results is asked for.
  let choice: Int
  var hasMore = false
  /// The instruction at which the run has ended, if it has.
  private(set) var failedAt: Int32 = -1
  /// What `choose` has given, if it has.
  private(set) var chosen: Int64?

  init(
    _ code: UnsafeMutablePointer<Instruction>, of thread: Int, _ image: ProgramImage,
    _ memory: Memory, choice: Int
  ) {
    (self.code, self.thread, self.choice) = (code, thread, choice)
    evaluator = Evaluator(image, memory)
  }

  var memory: Memory { evaluator.memory }
  var image: ProgramImage { evaluator.image }

  /// How many jumps back an `atomic` block may take.
  static var mostJumps: Int { 10_000 }

  /// Takes a step from an instruction: what may be its one shared access, and the local work
  /// behind it, up to the next one.
  ///
  /// A jump back that has passed no shared access is a step of its own if it can come again
  /// without one, so that every step ends. With `onlyLocal` nothing shared is touched: the thread
  /// is brought to its first access.
  mutating func run(from start: Int32, onlyLocal: Bool = false) -> Result {
    var index = start
    var (isFirst, isInAtomic, hasPassed, jumps) = (!onlyLocal, false, false, 0)
    while true {
      let instruction = code[Int(index)]
      if instruction.isStep, !isFirst { return .stopped(at: index, hasMore: hasMore) }
      if instruction.isStep { hasPassed = true }
      var next = index + 1
      switch instruction.operation {
      case .end: return .ended(hasMore: hasMore)
      case .jump:
        next = instruction.next
        if next <= index {
          if isInAtomic {
            jumps += 1
            if jumps > Self.mostJumps {
              failedAt = index
              return .failed(.endless, hasMore: hasMore)
            }
          } else if instruction.isIdle, !isFirst {
            guard hasPassed else { return .stopped(at: index, hasMore: hasMore) }
            hasPassed = false
          }
        }
      case .branch:
        next = evaluator.value(instruction.value) != 0 ? instruction.next : instruction.other
      case .check(let finding):
        if evaluator.value(instruction.value) == 0 {
          if onlyLocal { return .stopped(at: index, hasMore: false) }
          failedAt = index
          return .failed(evaluator.fault ?? finding, hasMore: hasMore)
        }
      case .set:
        let value = evaluator.value(instruction.value)
        if instruction.target >= 0, evaluator.fault == nil {
          memory.write(instruction.target, value)
        }
      case .undefine: break
      case .atomicBegin: isInAtomic = true
      case .atomicEnd: isInAtomic = false
      default: if !perform(index) { return .blocked }
      }
      if let fault = evaluator.fault {
        failedAt = index
        // What goes wrong before the first step goes wrong in it.
        return onlyLocal
          ? .stopped(at: start, hasMore: false) : .failed(fault, hasMore: hasMore)
      }
      isFirst = false
      index = next
    }
  }

  /// Carries out one instruction that touches memory; false if it has to wait.
  mutating func perform(_ index: Int32) -> Bool {
    let instruction = code[Int(index)]
    switch instruction.operation {
    case .setElement: setElement(instruction)
    case .kill: end(image.lives[Int(instruction.limit)])
    case .free: free(instruction)
    case .allocate(let allocation): allocate(instruction, allocation)
    default: return access(instruction)
    }
    return true
  }

  mutating func fail(_ finding: Finding) {
    if evaluator.fault == nil { evaluator.fault = finding }
  }

  /// A step that gives up goes on in one of these ways, by the choice that it is asked for.
  mutating func giveUp(_ instruction: Instruction, _ ways: UInt8) {
    hasMore = choice + 1 < Int(ways)
    finish(instruction, Int64(choice) + 1)
  }

  func finish(_ instruction: Instruction, _ value: Int64) {
    if instruction.target >= 0 { memory.write(instruction.target, value) }
  }

  private mutating func setElement(_ instruction: Instruction) {
    let value = evaluator.value(instruction.value)
    let element = evaluator.value(instruction.address)
    if evaluator.fault != nil { return }
    guard element >= 0, element < instruction.limit else { return fail(.outOfBounds) }
    memory.write(instruction.target + Int32(element), value)
  }

  /// Carries out what touches shared memory; false if it has to wait.
  private mutating func access(_ instruction: Instruction) -> Bool {
    switch instruction.operation {
    case .load:
      let slot = evaluator.slot(of: instruction)
      if slot >= 0 { finish(instruction, evaluator.read(slot, as: instruction.kind)) }
    case .store:
      let value = evaluator.value(instruction.value)
      let slot = evaluator.slot(of: instruction)
      if slot >= 0, evaluator.fault == nil {
        evaluator.write(slot, value, as: instruction.kind)
      }
    case .modify(let modification): modify(instruction, modification)
    case .await: return evaluator.value(instruction.value) != 0 || evaluator.fault != nil
    case .choose:
      let first = evaluator.value(instruction.value)
      let count = min(256, instruction.limit - first + 1)
      hasMore = Int64(choice) + 1 < count
      chosen = first + Int64(choice)
      finish(instruction, first + Int64(choice))
    case .mark: break
    case .handler(let step): return self.step(step, instruction)
    case .wait(let operation): return wait(instruction, operation)
    case .lock(let operation, .exclusive): return exclusiveLock(instruction, operation)
    case .lock(let operation, .readWrite): return readWriteLock(instruction, operation)
    case .awaitWriteLock: return awaitWriteLock(instruction)
    case .isLocked, .isHeld, .assertHeld, .initialize, .initializeReaders:
      inspectLock(instruction)
    case .readBegin:
      let slot = evaluator.slot(of: instruction)
      if slot < 0 { return true }
      let count = evaluator.read(slot, as: instruction.kind)
      if count & 1 != 0 { return false }
      finish(instruction, count)
    case .rcuEnter, .rcuLeave, .rcuNote, .rcuAwait, .srcuEnter, .srcuLeave, .srcuNote:
      return readers(instruction)
    default: break
    }
    return true
  }

  private mutating func modify(
    _ instruction: Instruction, _ modification: Instruction.Modification
  ) {
    let first = instruction.value >= 0 ? evaluator.value(instruction.value) : 0
    let second = instruction.second >= 0 ? evaluator.value(instruction.second) : 0
    let slot = evaluator.slot(of: instruction)
    guard slot >= 0, evaluator.fault == nil else { return }
    let old = evaluator.read(slot, as: instruction.kind)
    if old == Address.noValue { return fail(.uninitialised) }
    var new: Int64?
    var result = old
    switch modification {
    case .exchange: new = first
    case .compareExchange(let returnsTest):
      let isEqual = old == first || image.place(of: old) == image.place(of: first)
      if isEqual { new = second }
      if returnsTest { result = isEqual ? 1 : 0 }
    case .fetch(let operation, let type, let returned):
      let changed = Arithmetic.apply(operation, old, first, in: type) ?? 0
      new = changed
      switch returned {
      case .nothing, .old, .isDone: break
      case .new: result = changed
      case .isZero: result = changed == 0 ? 1 : 0
      case .isNegative: result = changed < 0 ? 1 : 0
      }
    case .addUnless(let type, let condition, let returned):
      let sum = type.wrap(old &+ first)
      let isLeftOut =
        switch condition {
        case .equal: old == second
        case .negative: old < 0
        case .positive: old > 0
        case .sumNegative: sum < 0
        }
      if !isLeftOut { new = sum }
      result = returned == .isDone ? (isLeftOut ? 0 : 1) : returned == .new ? sum : old
    case .refcount(let operation):
      guard let (count, isTrue) = operation.apply(old, first) else { return fail(.refcount) }
      (new, result) = (count, isTrue ? 1 : 0)
    case .bit(let operation, _):
      let type = image.types[Int(slot)]
      guard first >= 0, first < Int64(type.bits) else { return fail(.outOfBounds) }
      let mask = Int64(1) << first
      switch operation {
      case .set: new = type.wrap(old | mask)
      case .clear: new = type.wrap(old & ~mask)
      case .change: new = type.wrap(old ^ mask)
      }
      result = old & mask != 0 ? 1 : 0
    case .testBit:
      guard first >= 0, first < Int64(image.types[Int(slot)].bits) else {
        return fail(.outOfBounds)
      }
      result = old >> first & 1
    }
    if let new { evaluator.write(slot, new, as: instruction.kind) }
    finish(instruction, result)
  }
}
