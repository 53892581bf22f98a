internal import Scheduler

// What is told of callbacks of RCU and SRCU.
extension RaceTeller {
  func name(of head: CallbackHead) -> String {
    if head.object >= 0 { return program.objects[Int(head.object)].name }
    return program.slots[Int(program.slotOfLocation[Int(head.location)])].name
  }

  /// The last step, of the first `count`, that queued a head.
  func queued(_ head: CallbackHead, before count: Int, of run: ToldRun) -> Trace.Step? {
    func isQueued(after steps: Int) -> Bool {
      run.state(after: steps) { StateMemory($0, cells).read(head.queued) != 0 }
    }
    let place = (0..<count).last { !isQueued(after: $0) && isQueued(after: $0 + 1) }
    return place.map { run.trace.steps[$0] }
  }

  /// The callbacks that a machine waits for, in words.
  func awaitedCallbacks(by machine: Int, _ memory: TellingMemory) -> [String] {
    func isAwaited(_ slot: Int32) -> Bool {
      slot >= 0 && memory.read(slot) >> Int64(machine) & 1 != 0
    }
    let waiting = program.heads.filter { isAwaited($0.awaited) }.map { head in
      "\(name(of: head)), \(printer.text(memory.read(head.queued), in: program.slots[Int(head.queued)]))"
    }
    return waiting + (isAwaited(program.callbacks.awaited) ? ["the one that runs"] : [])
  }
}

extension FindingStory {
  /// The head whose callback runs in the machine of the step.
  var headThatRuns: String? {
    let slots = teller.program.callbacks
    guard slots.machine >= 0, Int(slots.machine) == step.thread.index else { return nil }
    let address = memory.read(slots.argument)
    return teller.program.heads.first { Address.value(of: Int($0.location)) == address }
      .map(teller.name)
  }

  /// A callback that starts after its object has ended.
  var lateCallback: String? {
    let started = teller.program.heads.first { memory.written[$0.queued] == 0 }
    guard instruction.operation == .callback(.start), let head = started else { return nil }
    let queued = teller.queued(head, before: count, of: run).map {
      ", which \(teller.name(of: $0.thread)) queued at \(teller.place(of: $0)),"
    }
    let object = ObjectStory(
      at: Address.value(of: Int(head.location)), teller, run, before: count)
    return "the callback of \(teller.name(of: head))\(queued ?? "") starts after the end of "
      + (object?.end ?? "its object")
  }

  /// A head that is queued while it is queued.
  var queuedTwice: String? {
    guard case .callback(let step) = instruction.operation, step != .start,
      case .success(let address) = values.value(of: instruction.address),
      let head = teller.program.heads.first(where: {
        Address.value(of: Int($0.location)) == address && memory.read($0.queued) != 0
      })
    else { return nil }
    return "\(call) queues \(teller.name(of: head)) again"
      + (teller.queued(head, before: count, of: run).map {
        ", which \(teller.name(of: $0.thread)) queued at \(teller.place(of: $0))"
      } ?? "")
  }
}
