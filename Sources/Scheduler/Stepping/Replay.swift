/// Takes single steps of a system and notes all there is to say about each.
struct Replay {
  let properties: PropertyTable
  private var run: StepwiseRun
  /// The states before each step.
  private(set) var visited: [[UInt64]] = []
  private(set) var steps: [Trace.Step] = []
  private var brokenAtStart: [String] = []
  private var explanations: [String: String] = [:]
  private var overflowed: String?

  init(of system: System) {
    properties = PropertyTable(of: system)
    run = StepwiseRun(of: system)
    let broken = brokenByState()
    brokenAtStart = broken.map(properties.id)
    explain(broken)
  }

  var system: System { run.system }
  /// The newest state.
  var state: [UInt64] { run.state }
  private var taker: StepTaker<StepFootprint> { run.taker }

  mutating func take(_ step: Schedule.Step) throws(ReplayError) {
    let (before, location) = (state, location(of: step.thread))
    try run.take(step)
    let failure = taker.recording.failure
    guard let location else { preconditionFailure("a thread that can step stands somewhere") }
    let isPreemption =
      steps.last.map {
        $0.thread != step.thread && canStep($0.thread, from: before)
          && !system.rests($0.thread, in: before)
      } ?? false
    visited.append(before)
    let accesses = system.teller.map { teller in
      system.view(before) { teller.accesses(of: step, from: $0) }
    }
    let broken = (brokenByStep(from: before, by: step.thread) + brokenByState()).sorted()
    explain(broken)
    if let check = withState(state, { properties.brokenCheck(in: $0) }), let failure {
      let words = Failures(in: system, by: step.thread, from: before, to: state)
      let id = properties.id(check)
      explanations[id] = words.text(of: failure, breaking: id)
      if case .cell(let cell) = failure, id == Check.cellOverflow.id {
        overflowed = system.layout.fields[cell].name
      }
    }
    steps.append(
      Trace.Step(
        number: steps.count + 1, thread: step.thread, choice: step.choice, location: location,
        changes: changes(from: before), isPreemption: isPreemption,
        lockOwners: owners(), inside: inside(), accesses: accesses,
        broken: broken.map(properties.id)))
  }

  mutating func finish() -> Trace {
    let loop = brokenLoop()
    for property in loop?.broken ?? [] {
      steps[steps.count - 1].broken.append(properties.id(property))
      explanations[properties.id(property)] = loop?.explanation
    }
    let prospect = prospect()
    if !prospect.stuck.isEmpty, !isStuck {
      let deadlock = properties.id(prospect.property ?? properties.deadlock)
      explanations[deadlock] = prospect.explanation
      if steps.isEmpty {
        brokenAtStart.append(deadlock)
      } else {
        steps[steps.count - 1].broken.append(deadlock)
      }
    }
    let unfinished = system.threads.indices.compactMap { index -> Trace.Unfinished? in
      let thread = ThreadID(index)
      guard let location = location(of: thread), !system.rests(thread, in: state) else {
        return nil
      }
      return Trace.Unfinished(
        thread: thread, location: location,
        canStep: canStep(thread, from: state), waitsFor: waits(of: thread))
    }
    var trace = Trace(
      brokenAtStart: brokenAtStart, steps: steps, final: state, unfinished: unfinished,
      explanations: explanations, overflowed: overflowed, loopStart: loop?.start,
      stuck: prospect.stuck,
      undecided: prospect.isUndecided ? properties.stuckThreads.map(properties.id) : [])
    trace.stepAgain = prospect.stepAgain
    if let teller = system.teller {
      trace.regions = teller.regions
      let run = ToldRun(trace: trace, states: visited + [state], system: system)
      for id in trace.broken { trace.stories[id] = teller.story(of: id, in: run) }
    }
    return trace
  }

  func location(of thread: ThreadID) -> Location? { run.location(of: thread) }

  func canStep(_ thread: ThreadID, from state: [UInt64]) -> Bool {
    run.canStep(thread, from: state)
  }

  private func changes(from before: [UInt64]) -> [Trace.Change] {
    let (was, now) = (holders(in: before), holders(in: state))
    return system.layout.fields.flatMap { field -> [Trace.Change] in
      let old = before.withUnsafeBufferPointer { $0.baseAddress.map(field.bits) ?? 0 }
      let new = state.withUnsafeBufferPointer { $0.baseAddress.map(field.bits) ?? 0 }
      func change(_ name: String, _ old: String, _ new: String) -> [Trace.Change] {
        old == new ? [] : [Trace.Change(name: name, role: field.role, old: old, new: new)]
      }
      // A cell that passes from one variable to another is of both.
      if let (first, empty) = was[field.name], let (second, _) = now[field.name], first != second {
        return change(first, field.print(old), empty) + change(second, empty, field.print(new))
      }
      let name = (now[field.name] ?? was[field.name])?.name ?? field.name
      return old == new ? [] : change(name, field.print(old), field.print(new))
    }
  }

  private func holders(in state: [UInt64]) -> [String: (name: String, empty: String)] {
    system.teller.map { teller in system.view(state, teller.holders) } ?? [:]
  }

  private func owners() -> [ThreadID?] {
    system.view(state) { view in
      system.locks.map { named in
        system.threads.indices.map(ThreadID.init).first { named.lock.isHeld(view, by: $0) }
      }
    }
  }

  private func inside() -> [[ThreadID]] {
    system.teller.map { teller in system.view(state, teller.threadsInside) } ?? []
  }

  /// Whether nobody can step from the newest state.
  private var isStuck: Bool {
    !system.threads.indices.contains { canStep(ThreadID($0), from: state) }
  }

  /// The properties that the newest state breaks.
  private func brokenByState() -> [PropertyIndex] {
    let isStuck = isStuck
    return withState(state) { state in
      let hits = properties.invariants.filter { properties.isHit($0, in: state) }
      let atEnd = isStuck ? properties.hits(atEnd: state, among: properties.atEnd) : []
      return (hits + atEnd).sorted()
    }
  }

  /// The properties that the step to the newest state breaks.
  private func brokenByStep(from before: [UInt64], by thread: ThreadID) -> [PropertyIndex] {
    withState(before) { before in
      withState(state) { after in
        properties.perStep.filter {
          properties.isHit($0, from: before, to: after, by: thread.index)
        }
      }
    }
  }

  /// Asks each property what is wrong in the newest state, the first time that it is broken.
  private mutating func explain(_ broken: [PropertyIndex]) {
    for property in broken.compactMap(properties.declared) {
      if explanations[property.id] == nil {
        explanations[property.id] = system.view(state) { property.explain($0) }
      }
    }
  }

  /// The held locks that the blocked step of `thread` looked at.
  func waits(of thread: ThreadID) -> [Trace.Unfinished.Wait] {
    // Also of a run that a broken check has ended: what would block the thread without it?
    var from = state
    from[0] &= ~Check.mask
    guard taker.take(thread.index, from: from, upTo: 0) == .blocked else { return [] }
    let reads = taker.recording.whole.reads
    let owners = owners()
    return system.locks.indices.compactMap { index in
      guard let owner = owners[index], owner != thread,
        reads.contains(system.locks[index].lock.ownerCell)
      else { return nil }
      return Trace.Unfinished.Wait(lock: system.locks[index].name, owner: owner)
    }
  }
}

/// Loops at the end of a replayed run.
extension Replay {
  /// The steps that lead from an earlier state back to it, and what repeating them breaks.
  struct Loop {
    /// The number of the first step.
    var start: Int
    var broken: [PropertyIndex]
    var explanation: String
  }

  /// The longest loop at the end of the run whose repetition for ever would be fair; nil if none
  /// is.
  ///
  /// Whether it is fair is found out here, from the states that the run has visited, and not taken
  /// from whoever made the schedule.
  func brokenLoop() -> Loop? {
    let isOver = system.view(state) { !system.isUnfinished($0) }
    if properties.terminates.isEmpty || system.hasDaemons && isOver { return nil }
    for start in visited.indices where visited[start] == state {
      let turns = turns(from: start)
      let broken = properties.terminates.filter {
        properties.fairness(of: $0).map { turns.passedOver($0) == 0 } ?? false
      }
      if !broken.isEmpty {
        return Loop(start: start + 1, broken: broken, explanation: explanation(start, turns))
      }
    }
    return nil
  }

  private func turns(from start: Int) -> Turns {
    var turns = Turns()
    for index in visited.indices[start...] {
      turns.steps |= 1 << UInt64(steps[index].thread.index)
      turns.visit(
        system.threads.indices.reduce(0) { able, thread in
          canStep(ThreadID(thread), from: visited[index]) ? able | 1 << UInt64(thread) : able
        })
    }
    return turns
  }

  /// What each thread does while the loop is repeated.
  private func explanation(_ start: Int, _ turns: Turns) -> String {
    let threads = system.threads.indices.map { index -> String in
      let name = system.threads[index].name
      func has(_ threads: UInt64) -> Bool { threads >> UInt64(index) & 1 == 1 }
      if has(turns.steps) { return "\(name) goes round" }
      guard let location = location(of: ThreadID(index))
      else { return "\(name) has finished" }
      return has(turns.ever)
        ? "\(name) is passed over at \(location.label), where it can step only now and then"
        : "\(name) waits at \(location.label)"
    }
    let loop =
      start + 1 == steps.count
      ? "step \(steps.count)" : "steps \(start + 1) to \(steps.count)"
    return "\(loop) can be repeated for ever: " + threads.joined(separator: "; ")
  }
}
