internal import Scheduler

/// A line of a trace table, before it is laid out.
struct TraceLine {
  enum Content {
    /// The thread enters a function.
    case function(String)
    /// Why the thread does not go on here.
    case pause(String)
    case step(Trace.Step, changes: [String])
    /// The step that follows is the first of those that are repeated for ever.
    case loopStart
  }

  var thread: ThreadID
  var content: Content
  /// By lock: who holds it on this line; a step that takes or releases it counts.
  var owners: [Owners]

  /// A step can release what another thread waits for, but never hands a lock over.
  typealias Owners = Set<ThreadID>
}

extension TraceReport {
  /// The lines of the table: steps from number `first` on, and what there is to say between them.
  func lines(from first: Int) -> [TraceLine] {
    var lines: [TraceLine] = []
    var functions = [String?](repeating: nil, count: threads.count)
    var held = [ThreadID?](repeating: nil, count: locks.count)
    for (index, step) in steps.enumerated() {
      let before = held.map { $0.map { Set([$0]) } ?? [] }
      func add(_ thread: ThreadID, _ content: TraceLine.Content) {
        if step.number >= first {
          lines.append(TraceLine(thread: thread, content: content, owners: before))
        }
      }
      if index > 0, steps[index - 1].thread != step.thread {
        let last = steps[index - 1].thread
        add(last, .pause(step.isPreemption ? "preempted" : pause(of: last, after: index - 1)))
      }
      if step.number == loopStart { add(step.thread, .loopStart) }
      if let function = step.location.function, functions[step.thread.index] != function {
        add(step.thread, .function(function + "()"))
      }
      functions[step.thread.index] = step.location.function
      let owners = zip(before, step.lockOwners).map { before, after in
        after.map { before.union([$0]) } ?? before
      }
      let changes = lockChanges(from: held, to: step.lockOwners) + Self.changes(of: step)
      if step.number >= first {
        lines.append(
          TraceLine(thread: step.thread, content: .step(step, changes: changes), owners: owners))
      }
      held = step.lockOwners
    }
    return lines
  }

  /// Why a thread that was not preempted stopped after a step.
  private func pause(of thread: ThreadID, after index: Int) -> String {
    if let next = steps[index...].dropFirst().first(where: { $0.thread == thread }) {
      let owners = steps[index].lockOwners
      let wanted = locks.indices.first { next.lockOwners[$0] == thread && owners[$0] != thread }
      return wanted.map { "waits for \(locks[$0].name)" } ?? "cannot go on"
    }
    guard let unfinished = unfinished.first(where: { $0.thread == thread }) else {
      return "finished"
    }
    return unfinished.waitsFor.first.map { "waits for \($0.lock)" } ?? "cannot go on"
  }

  private func lockChanges(from before: [ThreadID?], to after: [ThreadID?]) -> [String] {
    locks.indices.flatMap { index -> [String] in
      if before[index] == after[index] { return [] }
      return (before[index] == nil ? [] : ["unlock \(locks[index].name)"])
        + (after[index] == nil ? [] : ["lock \(locks[index].name)"])
    }
  }

  /// What the step changed for others to see; ghosts, which only properties look at, in brackets.
  private static func changes(of step: Trace.Step) -> [String] {
    step.changes.compactMap { change in
      let text = "\(change.name): \(change.old) -> \(change.new)"
      switch change.role {
      case .shared: return text
      case .ghost: return "(\(text))"
      case .local, .lock: return nil
      }
    }
  }

  /// Whether `other` takes the steps of this run first and then more.
  package func isStart(of other: TraceReport) -> Bool {
    steps.count < other.steps.count
      && zip(steps, other.steps).allSatisfy { $0.thread == $1.thread && $0.choice == $1.choice }
  }
}

extension Trace.Step {
  /// The label, with the choice where the step had several results and not the first was taken.
  var text: String { choice == 0 ? location.label : "\(location.label), choice \(choice)" }
}
