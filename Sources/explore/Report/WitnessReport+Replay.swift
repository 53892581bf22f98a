import RaceModel
import Scheduler

extension WitnessReport {
  /// The run of a schedule that the engine itself found.
  init(_ schedule: Schedule, isMinimal: Bool, of id: String, _ job: Job, _ system: System) {
    let trace: Trace
    do {
      trace = try system.replay(schedule)
    } catch {
      preconditionFailure("a schedule that the search found does not replay: \(error)")
    }
    token = schedule.token(for: system)
    (preemptions, switches) = (trace.preemptions, schedule.switches)
    (steps, self.isMinimal) = (schedule.steps.count, isMinimal)
    loopStart = trace.broken.contains(id) ? trace.loopStart : nil
    self.trace = TraceReport(trace, of: system)
    explanation = self.trace.explanation(of: id, in: trace)
    let words = ["explore", "replay", job.typedFile, "--schedule", token] + job.replayOptions
    replay = words.map(shellQuoted).joined(separator: " ")
  }
}

extension TraceReport {
  init(_ trace: Trace, of system: System) {
    threads = system.threads.map(\.name)
    locks = system.locks.map { LockReport(name: $0.name, kind: $0.kind) }
    (steps, unfinished, loopStart) = (trace.steps, trace.unfinished, trace.loopStart)
  }

  /// What is wrong at the end of the run, or at the step where `id` broke.
  func explanation(of id: String, in trace: Trace) -> String? {
    if let explanation = trace.explanations[id] { return explanation }
    if id == Check.deadlock.id { return unfinishedText.joined(separator: "; ") }
    if id == Check.cellOverflow.id, let cell = trace.overflowed {
      return "a value did not fit into the cell \(cell)"
    }
    return steps.last { $0.broken.contains(id) }.map { step in
      "broken by step \(step.number), \(name(of: step.thread)) at \(step.location.label)"
        + (step.location.function.map { " in \($0)()" } ?? "")
    }
  }

  /// Where each unfinished thread stands and what it waits for, a sentence each.
  var unfinishedText: [String] {
    unfinished.map { thread in
      let place =
        "\(name(of: thread.thread)) is at \(thread.location.label)"
        + (thread.location.function.map { " in \($0)()" } ?? "")
      if thread.canStep { return place + " and could go on" }
      if thread.waitsFor.isEmpty { return place + " and cannot go on" }
      let waits = thread.waitsFor.map { "\($0.lock), which \(name(of: $0.owner)) holds" }
      return place + " and waits for " + list(waits, "and")
    }
  }
}
