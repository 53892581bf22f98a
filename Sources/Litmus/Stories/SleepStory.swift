internal import Scheduler

/// What is told of a thread that sleeps at the end of a run: since when, on what, and who woke it
/// too early.
struct SleepStory {
  private let teller: RaceTeller
  private let run: ToldRun
  private let dry: DryRun
  private let thread: ThreadID
  /// How many steps the run has.
  private let count: Int
  /// The queue in which the thread stands; nil if it stands in none.
  private let queue: Int64?

  /// Nil if the thread does not sleep.
  init?(of dry: DryRun, _ teller: RaceTeller, _ run: ToldRun) {
    let me = dry.machine.thread
    guard dry.instruction.operation.isSleep, teller.image.isAsleep(me, dry.memory) else {
      return nil
    }
    (self.teller, self.run, self.dry, thread) = (teller, run, dry, ThreadID(me))
    count = run.trace.steps.count
    let image = teller.image
    queue = (0..<image.entryCount).lazy.map { image.entries[$0] }
      .filter { Int($0.thread) == me }.map { dry.memory.read($0.slot) }.first { $0 != 0 }
  }

  /// `sleeps at FILE:12 in wq since step 4`, and what there is to say about wake-ups.
  func text(at place: String, isLost: Bool) -> String {
    let queueName = queue.map { " in \(teller.name(of: $0))" } ?? ""
    let start = lastStep { $0 == .wait(.prepare) || $0 == .wait(.setState) }
    let since = start.map { " since step \($0.number)" } ?? ""
    return "sleeps at \(place)\(queueName)\(since)" + (isLost ? condition : "")
      + wakeUps(after: start?.number ?? 0)
  }

  /// What the thread would find if it were woken.
  private var condition: String {
    run.state(after: count) { state in
      var awake = DryRun(teller.machines[thread.index], state)
      awake.memory.write(teller.image.taskStates[thread.index], TaskState.running)
      var found: [String] = []
      for _ in 0..<Self.mostSteps {
        let step = awake.take()
        for access in step.accesses.map(teller.told) where access.new == nil {
          let text = "\(access.name) = \(access.old)"
          if !found.contains(text) { found.append(text) }
        }
        guard case .stopped = step.result, !awake.instruction.isEndOfLook else { break }
      }
      return ", and what it waits for is true" + (found.isEmpty ? "" : ": ")
        + found.joined(separator: ", ")
    }
  }

  private static let mostSteps = 100

  /// The last step of the thread whose instruction is as asked.
  private func lastStep(where test: (Instruction.Operation) -> Bool) -> Trace.Step? {
    run.trace.steps.last { step in
      step.thread == thread
        && run.state(after: step.number - 1) {
          test(DryRun(teller.machines[thread.index], $0).instruction.operation)
        }
    }
  }

  /// The last wake-up that was meant for the thread.
  private func wakeUps(after start: Int) -> String {
    guard let last = run.trace.steps.last(where: isWakeUp) else {
      return "; nobody has woken \(queue.map(teller.name) ?? "it")"
    }
    let who = "\(teller.name(of: last.thread)) at \(teller.place(of: last))"
    let what = queue.map { "the last wake-up of \(teller.name(of: $0))" } ?? "its last wake-up"
    if last.number < start { return "; \(what), by \(who), came before that" }
    let slot = teller.image.taskStates[thread.index]
    return "; \(what), by \(who), wakes nobody who sleeps as "
      + TaskState.text(dry.memory.read(slot))
  }

  private func isWakeUp(_ step: Trace.Step) -> Bool {
    run.state(after: step.number - 1) { state in
      let other = DryRun(teller.machines[step.thread.index], state)
      switch other.instruction.operation {
      case .wait(.wakeUp):
        var evaluator = Evaluator(teller.image, other.memory)
        return queue != nil && evaluator.value(other.instruction.address) == queue
      case .wait(.wakeTask):
        return teller.slot(of: other) == teller.image.taskStates[thread.index]
      default: return false
      }
    }
  }
}

extension Instruction {
  /// Whether a thread that has looked at what it waits for has done so when it comes here.
  fileprivate var isEndOfLook: Bool {
    switch operation {
    case .wait(.leave), .wait(.sleep), .wait(.setState), .end: true
    default: false
    }
  }
}
