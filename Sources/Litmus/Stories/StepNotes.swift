internal import Scheduler

// What a step does that is no access to a variable of the program.
extension RaceTeller {
  /// What is told of the next step of a thread beside what it accesses.
  func notes(of dry: DryRun) -> [Trace.Access] {
    if let notes = waitNotes(of: dry) { return notes }
    if let note = lockNote(of: dry) ?? readersNote(of: dry) { return [note] }
    let note: (String, String)? =
      switch dry.instruction.mark {
      case .interruptsOff, .interruptsSaved: ("interrupts", "off")
      case .interruptsOn: ("interrupts", "on")
      case .interruptsRestored: ("interrupts", "as before")
      case .bottomHalvesOff: ("bottom halves", "off")
      case .bottomHalvesOn: ("bottom halves", "on")
      case .call, nil: handlerNote(of: dry)
      }
    return note.map { [Trace.Access($0.0, old: $0.1)] } ?? []
  }

  /// What becomes of a handler.
  private func handlerNote(of dry: DryRun) -> (String, String)? {
    guard case .handler(let step) = dry.instruction.operation else { return nil }
    let handler = name(of: ThreadID(Int(dry.instruction.limit)))
    switch step {
    case .enter: return (name(of: ThreadID(dry.machine.thread)), "starts")
    case .leave: return nil
    case .raise, .request: return (handler, "raised")
    case .awaitService: return (handler, "has run")
    case .disable: return (handler, "disabled")
    case .enable: return (handler, "enabled")
    case .awaitRest: return (handler, "does not run")
    }
  }

  /// What a step finds that looks at a lock and does not wait: who has it.
  func lockNote(of dry: DryRun) -> Trace.Access? {
    let (isLook, reads): (Bool, Bool)
    switch dry.instruction.operation {
    case .isLocked: (isLook, reads) = (true, false)
    case .lock(.tryLock, _), .lock(.writeTryLock, _), .lock(.writeLock, _):
      (isLook, reads) = (false, false)
    case .lock(.readTryLock, _): (isLook, reads) = (false, true)
    default: return nil
    }
    guard let slot = slot(of: dry), let area = area(of: slot, reads: false) else { return nil }
    let holders = holders(of: slot, dry.memory, me: dry.machine.thread, reads: reads)
    // Who gets the lock is shown as its holder.
    return holders.map { Trace.Access(name(of: area), old: $0) }
      ?? (isLook ? Trace.Access(name(of: area), old: "free") : nil)
  }

  /// `held by a`, `read by a, b` or `waited for by c`; nil if nobody keeps others from a lock.
  ///
  /// Readers keep off who writes, and those who read already.
  private func holders(
    of slot: Int32, _ memory: TellingMemory, me: Int, reads: Bool
  ) -> String? {
    func names(_ threads: [Int]) -> String {
      threads.map { name(of: ThreadID($0)) }.joined(separator: ", ")
    }
    let lock = image.lockOfSlot[Int(slot)]
    if lock >= 0 { return memory.owner(of: lock).map { "held by \(names([$0]))" } }
    let writer = Int(memory.read(slot))
    if writer != 0 { return "held by \(names([writer - 1]))" }
    let count = image.threadCount
    func threads(from first: Int32) -> [Int] {
      (0..<count).filter { memory.read(first + Int32($0)) != 0 }
    }
    let readers = threads(from: slot + 1)
    if !readers.isEmpty, !reads || readers.contains(me) { return "read by \(names(readers))" }
    let waiters = threads(from: slot + 1 + Int32(count))
    return waiters.isEmpty ? nil : "waited for by \(names(waiters))"
  }

  /// Whom a step waits for under RCU, or how deep a reader is inside.
  private func readersNote(of dry: DryRun) -> Trace.Access? {
    let (memory, me) = (dry.memory, dry.machine.thread)
    func readers(_ name: String, _ isInside: (Int) -> Bool) -> Trace.Access {
      let names = (0..<image.threadCount).filter(isInside).map { self.name(of: ThreadID($0)) }
      return Trace.Access(name, old: names.isEmpty ? "none" : names.joined(separator: ", "))
    }
    switch dry.instruction.operation {
    case .rcuNote:
      return readers("readers") {
        image.rcuDepth[$0] >= 0 && memory.read(image.rcuDepth[$0]) > 0
      }
    case .srcuNote:
      guard let slot = slot(of: dry) else { return nil }
      let domain = area(of: slot, reads: true).map { " of \(name(of: $0))" } ?? ""
      return readers("readers" + domain) { memory.read(slot + Int32($0)) != 0 }
    case .rcuAwait: return Trace.Access("readers", old: "all gone")
    case .rcuEnter, .rcuLeave:
      // The outermost ones are shown as what the thread is inside of.
      let depth = memory.read(image.rcuDepth[me])
      let isEntry = dry.instruction.operation == .rcuEnter
      guard depth > (isEntry ? 0 : 1) else { return nil }
      return Trace.Access("RCU depth", old: "\(depth)", new: "\(depth + (isEntry ? 1 : -1))")
    default: return nil
    }
  }

  /// The slot of what the next step of a thread is about; nil if there is none.
  func slot(of dry: DryRun) -> Int32? {
    guard dry.instruction.address >= 0 else { return nil }
    var evaluator = Evaluator(image, dry.memory)
    let slot = evaluator.slot(at: evaluator.value(dry.instruction.address))
    return slot >= 0 ? slot : nil
  }
}

// Locks in a bit of a number, which have no owner.
extension RaceTeller {
  /// A bit of a variable.
  struct Bit: Hashable {
    var slot: Int32
    var number: Int64
  }

  func name(of bit: Bit) -> String {
    "bit \(bit.number) of \(program.slots[Int(bit.slot)].name)"
  }

  /// The bit that the next step of a thread waits for and sets; nil if it is no such step.
  func bitLock(of dry: DryRun) -> Bit? {
    let (code, first) = (dry.machine.code, Int(dry.position))
    guard code[first].operation == .atomicBegin, code[first + 1].operation == .await,
      code[first + 2].operation == .modify(.bit(.set, returnsOld: false)),
      code[first + 1].offset == code[first].offset, code[first + 2].offset == code[first].offset
    else { return nil }
    return bit(of: code[first + 2], dry)
  }

  private func bit(of instruction: Instruction, _ dry: DryRun) -> Bit? {
    var evaluator = Evaluator(image, dry.memory)
    let slot = evaluator.slot(at: evaluator.value(instruction.address))
    let number = evaluator.value(instruction.value)
    return slot >= 0 && evaluator.fault == nil ? Bit(slot: slot, number: number) : nil
  }

  /// The step that set a bit, where it still is set after the first `count` steps of a run.
  func setter(of bit: Bit, before count: Int, of run: ToldRun) -> Trace.Step? {
    func isSet(after steps: Int) -> Bool {
      run.state(after: steps) { StateMemory($0, cells).read(bit.slot) >> bit.number & 1 != 0 }
    }
    let place = (0..<count).last { !isSet(after: $0) && isSet(after: $0 + 1) }
    return place.map { run.trace.steps[$0] }
  }

  /// The bits that a thread has locked by its steps among the first `count`, and where.
  func lockedBits(
    by thread: ThreadID, before count: Int, of run: ToldRun
  ) -> [(bit: Bit, step: Trace.Step)] {
    var locked: [(bit: Bit, step: Trace.Step)] = []
    for step in run.trace.steps[..<count] where step.thread == thread {
      run.state(after: step.number - 1) { state in
        let dry = DryRun(machines[thread.index], state)
        if let bit = bitLock(of: dry) { locked.append((bit, step)) }
        let (code, first) = (dry.machine.code, Int(dry.position))
        if code[first].operation == .modify(.bit(.clear, returnsOld: true)),
          case .check(.lockMisuse) = code[first + 1].operation, let bit = bit(of: code[first], dry)
        {
          locked.removeAll { $0.bit == bit }
        }
      }
    }
    return locked
  }
}

// What keeps a thread from sleeping.
extension RaceTeller {
  /// What a thread has turned off by its steps among the first `count`, and since when.
  func turnedOff(
    by thread: ThreadID, before count: Int, of run: ToldRun
  ) -> [(what: String, step: Trace.Step)] {
    var interrupts: Trace.Step?
    var saved: [Trace.Step?] = []
    var bottomHalves: [Trace.Step] = []
    for step in run.trace.steps[..<count] where step.thread == thread {
      let mark = run.state(after: step.number - 1) {
        DryRun(machines[thread.index], $0).instruction.mark
      }
      switch mark {
      case .interruptsOff: interrupts = interrupts ?? step
      case .interruptsSaved:
        saved.append(interrupts)
        interrupts = interrupts ?? step
      case .interruptsOn: interrupts = nil
      case .interruptsRestored: interrupts = saved.popLast() ?? nil
      case .bottomHalvesOff: bottomHalves.append(step)
      case .bottomHalvesOn: _ = bottomHalves.popLast()
      case .call, nil: break
      }
    }
    return (interrupts.map { [("interrupts", $0)] } ?? [])
      + (bottomHalves.first.map { [("bottom halves", $0)] } ?? [])
  }

  /// Why a thread must not sleep at the end of the first `count` steps, in words.
  func reasonsNotToSleep(_ thread: ThreadID, before count: Int, of run: ToldRun) -> String {
    guard count > 0 else { return "" }
    let areas = areas(of: thread, after: run.trace.steps[count - 1]).filter(forbidsSleep)
    let inside =
      areas.map {
        ($0 == rcu ? "in an RCU reader" : "holding \(name(of: $0))")
          + " (\(since(thread, $0, before: count, of: run)))"
      }
      + lockedBits(by: thread, before: count, of: run).map {
        "holding \(name(of: $0.bit)) (\(name(of: thread)) took it at \(place(of: $0.step)))"
      }
    let off = turnedOff(by: thread, before: count, of: run).map {
      ", with \($0.what) off since \(place(of: $0.step))"
    }
    let sleep = run.state(after: count) { state -> String in
      let slot = image.taskStates[thread.index]
      let value = slot < 0 ? TaskState.running : StateMemory(state, cells).read(slot)
      return value == TaskState.running
        ? "" : ", and \(name(of: thread)).state is \(TaskState.text(value)) already"
    }
    return (inside.isEmpty ? "" : " " + inside.joined(separator: " and "))
      + (image.handlers[thread.index].isInterrupt ? " in an interrupt" : "") + off.joined() + sleep
  }

  /// Whether a thread inside must not sleep.
  private func forbidsSleep(_ area: Area) -> Bool {
    switch area {
    case .lock(let number): return !program.locks[number].sleeps
    case .region(let number):
      if area == rcu { return true }
      // Readers stand behind the writers of their lock.
      let writer =
        regions[number].kind == .readers && number > 0 ? regions[number - 1] : regions[number]
      return writer.kind == .lock(.spin) && writer.name == regions[number].name
    }
  }
}
