internal import Scheduler

/// A line of a trace table, before it is laid out.
struct TraceLine {
  enum Content {
    /// The thread enters a function, so many calls deep.
    case function(String, depth: Int)
    /// Why the thread does not go on here.
    case pause(String)
    case step(Trace.Step, changes: [String])
    /// The step that follows is the first of those that are repeated for ever.
    case loopStart
  }

  var thread: ThreadID
  var content: Content
  /// By region: who is inside on this line; a step that enters or leaves it counts.
  var owners: [Owners]

  /// The widest of what changes on the line.
  var widestChange: Int {
    guard case .step(_, let changes) = content else { return 0 }
    return changes.map(\.count).max() ?? 0
  }

  /// A step can release what another thread waits for, but never hands a lock over.
  typealias Owners = Set<ThreadID>
}

extension TraceReport {
  /// The lines of the table: steps from number `first` on, and what there is to say between them.
  func lines(from first: Int) -> [TraceLine] {
    var lines: [TraceLine] = []
    var stacks = [[Location.Call]](repeating: [], count: threads.count)
    var before = [TraceLine.Owners](repeating: [], count: allRegions.count)
    for (index, step) in steps.enumerated() {
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
      let (stack, old) = (step.location.stack, stacks[step.thread.index])
      let kept = zip(stack, old).prefix { $0 == $1 }.count
      for depth in kept..<stack.count {
        add(step.thread, .function(stack[depth].function + "()", depth: depth))
      }
      stacks[step.thread.index] = stack
      let after = inside(after: step)
      let owners = zip(before, after).map { $0.union($1) }
      let changes = lockChanges(from: before, to: after) + Self.changes(of: step)
      if step.number >= first {
        lines.append(
          TraceLine(thread: step.thread, content: .step(step, changes: changes), owners: owners))
      }
      before = after
    }
    return lines
  }

  /// Why a thread that was not preempted stopped after a step.
  private func pause(of thread: ThreadID, after index: Int) -> String {
    if let next = steps[index...].dropFirst().first(where: { $0.thread == thread }) {
      let (now, then) = (inside(after: steps[index]), inside(after: next))
      let wanted = zip(now, then).enumerated().first {
        $0.element.1.contains(thread) && !$0.element.0.contains(thread)
      }
      return wanted.map { "waits for \(allRegions[$0.offset].name)" } ?? "cannot go on"
    }
    guard let unfinished = unfinished.first(where: { $0.thread == thread }) else {
      return "finished"
    }
    return unfinished.waitsFor.first.map { "waits for \($0.lock)" } ?? "cannot go on"
  }

  private func lockChanges(
    from before: [TraceLine.Owners], to after: [TraceLine.Owners]
  ) -> [String] {
    allRegions.indices.flatMap { index -> [String] in
      let region = allRegions[index]
      let verb = region.kind == .readers ? "read-" : ""
      return (before[index].isSubset(of: after[index]) ? [] : ["\(verb)unlock \(region.name)"])
        + (after[index].isSubset(of: before[index]) ? [] : ["\(verb)lock \(region.name)"])
    }
  }

  /// What the step read, where that is told, and what it changed for others to see; ghosts, which
  /// only properties look at, in brackets.
  private static func changes(of step: Trace.Step) -> [String] {
    if let accesses = step.accesses { return accesses.map(\.text) }
    return step.changes.compactMap { change in
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
  ///
  /// A line of a source stands alone: what was chosen is among the accesses.
  var text: String {
    choice == 0 || location.line != nil ? location.label : "\(location.label), choice \(choice)"
  }

  /// How far the text stands to the right, for the calls that it is inside of.
  var indent: Int { TraceLayout.indent(location.stack.count) }
}

extension Trace.Access {
  /// `x = 1` of a read, `x: 0 -> 1` of a write.
  var text: String { new.map { "\(name): \(old) -> \($0)" } ?? "\(name) = \(old)" }
}

extension Location {
  /// The functions that tables name above the step, outermost first.
  var stack: [Call] {
    line == nil ? function.map { [Call($0, line: 0)] } ?? [] : calls
  }
}
