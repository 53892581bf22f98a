internal import Scheduler

// What a step does with threads that sleep.
extension RaceTeller {
  /// What is told of the next step of a thread that is about sleeping or waking; nil if none is.
  func waitNotes(of dry: DryRun) -> [Trace.Access]? {
    guard case .wait(let operation) = dry.instruction.operation else { return nil }
    let (memory, me) = (dry.memory, dry.machine.thread)
    var evaluator = Evaluator(image, memory)
    let instruction = dry.instruction
    func value(_ node: Int32) -> Int64 { node < 0 ? 0 : evaluator.value(node) }
    switch operation {
    case .setState: return [state(of: me, memory, becomes: value(instruction.value))]
    case .prepare:
      let queue = value(instruction.address)
      let waiters = threads(in: queue, memory)
      let now = waiters.contains(me) ? waiters : (waiters + [me]).sorted()
      return [
        state(of: me, memory, becomes: value(instruction.value)),
        Trace.Access("in \(name(of: queue))", old: names(waiters), new: names(now)),
      ]
    case .sleep: return [state(of: me, memory, becomes: TaskState.running)]
    case .leave:
      let queue = value(instruction.address)
      let waiters = threads(in: queue, memory)
      return [
        state(of: me, memory, becomes: TaskState.running),
        Trace.Access(
          "in \(name(of: queue))", old: names(waiters), new: names(waiters.filter { $0 != me })),
      ]
    case .wakeUp(let mask):
      let woken = threads(in: value(instruction.address), memory).filter {
        image.taskStates[$0] >= 0 && memory.read(image.taskStates[$0]) & Int64(mask) != 0
      }
      return [Trace.Access("woken", old: names(woken))]
    case .wakeTask:
      let slot = slot(of: dry)
      let woken = machines.indices.filter { image.taskStates[$0] == slot }.filter {
        memory.read(image.taskStates[$0]) & TaskState.normal != 0
      }
      return [Trace.Access("woken", old: names(woken))]
    case .hasWaiters:
      let queue = value(instruction.address)
      return [Trace.Access("in \(name(of: queue))", old: names(threads(in: queue, memory)))]
    case .take, .tryTake, .complete: return nil
    }
  }

  private func state(of thread: Int, _ memory: TellingMemory, becomes new: Int64) -> Trace.Access {
    let slot = image.taskStates[thread]
    let old = slot < 0 ? TaskState.running : memory.read(slot)
    return Trace.Access(
      "\(name(of: ThreadID(thread))).state", old: TaskState.text(old),
      new: old == new ? nil : TaskState.text(new))
  }

  private func names(_ threads: [Int]) -> String {
    threads.isEmpty ? "nobody" : threads.map { name(of: ThreadID($0)) }.joined(separator: ", ")
  }

  /// The name of a queue by its address.
  func name(of queue: Int64) -> String {
    let text = printer.text(queue)
    return text.hasPrefix("&") ? String(text.dropFirst()) : text
  }

  /// The threads that stand in a queue.
  func threads(in queue: Int64, _ memory: TellingMemory) -> [Int] {
    let entries = (0..<image.entryCount).filter { memory.read(image.entries[$0].slot) == queue }
    return Set(entries.map { Int(image.entries[$0].thread) }).sorted()
  }
}
