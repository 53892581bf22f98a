internal import Scheduler

// What is told of work and timers.
extension RaceTeller {
  /// Work or a timer as it is in a state.
  private struct Stage {
    var name: String
    var isPending: Bool
    var isRunning: Bool

    var text: String { isPending ? "pending" : isRunning ? "running" : "idle" }
  }

  private func stage(_ number: Int, _ memory: TellingMemory) -> Stage {
    let handler = image.handlers[image.deferred[number].thread]
    return Stage(
      name: image.deferred[number].name, isPending: memory.read(handler.pending) != 0,
      isRunning: memory.read(handler.running) != 0)
  }

  /// The work or timer that the next step of a thread is about, by its number.
  func deferredItem(of dry: DryRun) -> Int? {
    switch dry.instruction.operation {
    case .handler(.enter):
      return image.deferred.firstIndex { $0.thread == dry.machine.thread }
    case .deferred(.awaitFlush):
      var evaluator = Evaluator(image, dry.memory)
      let item = Int(evaluator.value(dry.instruction.value))
      return item > 0 ? item - 1 : nil
    case .deferred:
      guard let slot = slot(of: dry) else { return nil }
      let item = Int(image.deferredOfSlot[Int(slot)])
      return item >= 0 ? item : nil
    default: return nil
    }
  }

  /// What a step finds or makes of work or a timer.
  func deferredNote(of dry: DryRun) -> Trace.Access? {
    guard let number = deferredItem(of: dry) else { return nil }
    let stage = stage(number, dry.memory)
    func becomes(_ new: String) -> Trace.Access {
      Trace.Access(stage.name, old: stage.text, new: new)
    }
    let found = Trace.Access(stage.name, old: stage.text)
    guard case .deferred(let operation) = dry.instruction.operation else {
      return Trace.Access(stage.name, old: "pending", new: "running")
    }
    let disabled = dry.memory.read(image.deferred[number].slot + 1)
    switch operation {
    case .setUp: return nil
    case .queue, .modify, .add:
      if disabled != 0 { return Trace.Access(stage.name, old: "disabled") }
      return stage.isPending ? found : becomes("pending")
    case .cancel, .cancelIdle:
      return stage.isPending ? becomes(stage.isRunning ? "running" : "idle") : found
    case .tryCancel: return stage.isPending && !stage.isRunning ? becomes("idle") : found
    case .shutDown, .disable: return becomes("disabled")
    case .enable:
      return disabled == 1
        ? Trace.Access(stage.name, old: "disabled", new: "enabled")
        : Trace.Access(stage.name, old: "disabled")
    case .awaitIdle, .awaitFlush: return Trace.Access(stage.name, old: "done")
    case .noteFlush, .isPending, .isBusy: return found
    }
  }

  /// `a queued it at FILE:12, step 3`: the last step that made work or a timer pending.
  func queued(_ number: Int, before count: Int, of run: ToldRun) -> String? {
    let slot = image.handlers[image.deferred[number].thread].pending
    let verb = image.deferred[number].kind == .timer ? "started" : "queued"
    func isPending(after steps: Int) -> Bool {
      run.state(after: steps) { StateMemory($0, cells).read(slot) != 0 }
    }
    let place = (0..<count).last { !isPending(after: $0) && isPending(after: $0 + 1) }
    if place == nil, isPending(after: 0) { return "init \(verb) it" }
    return place.map { step in
      let taken = run.trace.steps[step]
      return "\(name(of: taken.thread)) \(verb) it at \(self.place(of: taken))"
    }
  }
}

extension FindingStory {
  /// What is told where work or a timer cannot be dealt with as a call wants it.
  func deferred(_ finding: Finding) -> String? {
    guard case .deferred(let operation) = instruction.operation else {
      return instruction.operation == .handler(.enter) ? lateStart : nil
    }
    let what = teller.program.placeNames[instruction.address] ?? "it"
    switch (finding, operation) {
    case (.null, _): return "\(call) finds \(what) without a function: nothing has set it up"
    case (.assert, .enable): return "\(call) enables \(what), which is not disabled"
    case (.assert, _), (.useAfterFree, .setUp):
      return "\(call) finds \(what) pending" + (queuer.map { " (\($0))" } ?? "")
    case (.wild, _):
      return "\(call) is not for delayed work, and \(what) is: its time may not have come"
    default: return nil
    }
  }

  /// Work or a timer whose object has ended by the time that it starts.
  private var lateStart: String? {
    guard let number = teller.image.deferred.firstIndex(where: { $0.thread == step.thread.index })
    else { return nil }
    let queuer = teller.queued(number, before: count, of: run)
    return "\(name) starts after the end of what it lies in" + (queuer.map { " (\($0))" } ?? "")
  }

  private var queuer: String? {
    var evaluator = Evaluator(teller.image, memory)
    let slot = evaluator.slot(at: evaluator.value(instruction.address))
    guard slot >= 0 else { return nil }
    let number = Int(teller.image.deferredOfSlot[Int(slot)])
    return number < 0 ? nil : teller.queued(number, before: count, of: run)
  }
}
