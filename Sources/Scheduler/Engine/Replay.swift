/// Takes single steps of a system and notes all there is to say about each.
struct Replay {
  private let system: System
  private let subjects: Subjects
  private var state: [UInt64]
  private var steps: [Trace.Step] = []
  private var overflowed: String?

  init(of system: System) {
    self.system = system
    subjects = Subjects(of: system)
    state = system.layout.initial
  }

  mutating func take(_ step: Schedule.Step) throws(ReplayError) {
    let before = state
    let name = system.threads[step.thread.index].name
    if before[0] & Check.mask != 0 { throw error(.runHasEnded) }
    guard let location = system.view(before, { system.location(of: step.thread, in: $0) }) else {
      throw error(.finished(thread: name))
    }
    guard let (after, footprint) = Self.step(step.thread, step.choice, from: before, of: system)
    else {
      throw error(
        step.choice == 0
          ? .blocked(thread: name, label: location.label)
          : .noSuchChoice(thread: name, label: location.label, choice: step.choice))
    }
    let isPreemption =
      steps.last.map {
        $0.thread != step.thread
          && Self.step($0.thread, 0, from: before, of: system) != nil
      } ?? false
    if let cell = footprint.overflowed { overflowed = system.layout.fields[cell].name }
    state = after
    steps.append(
      Trace.Step(
        number: steps.count + 1, thread: step.thread, choice: step.choice, location: location,
        changes: changes(from: before), isPreemption: isPreemption,
        lockOwners: owners(), broken: broken(from: before, by: step.thread)))
  }

  func finish() -> Trace {
    let unfinished = system.threads.indices.compactMap { index -> Trace.Unfinished? in
      let thread = ThreadID(index)
      guard let location = system.view(state, { system.location(of: thread, in: $0) }) else {
        return nil
      }
      let canStep =
        state[0] & Check.mask == 0 && Self.step(thread, 0, from: state, of: system) != nil
      return Trace.Unfinished(
        thread: thread, location: location, canStep: canStep,
        waitsFor: canStep ? [] : waits(of: thread))
    }
    var explanations: [String: String] = [:]
    let broken = Set(steps.flatMap(\.broken))
    for property in system.properties where broken.contains(property.id) {
      explanations[property.id] = system.view(state) { property.explain($0) }
    }
    return Trace(
      steps: steps, final: state, unfinished: unfinished, explanations: explanations,
      overflowed: overflowed)
  }

  /// The state after a step and the cells it touched, or nil when it cannot be taken.
  private static func step(
    _ thread: ThreadID, _ choice: Int, from state: [UInt64], of system: System
  ) -> (state: [UInt64], footprint: Footprint)? {
    attempt(thread, choice, from: state, of: system).flatMap { result in
      result.outcome.isBlocked ? nil : (result.state, result.footprint)
    }
  }

  private typealias Attempt = (outcome: Outcome, state: [UInt64], footprint: Footprint)

  private static func attempt(
    _ id: ThreadID, _ choice: Int, from state: [UInt64], of system: System
  ) -> Attempt? {
    let thread = system.threads[id.index]
    // A choice exists only if every one before it promised more.
    for earlier in 0..<choice {
      guard let result = attempt(id, earlier, from: state, of: system),
        result.outcome.hasMoreChoices
      else { return nil }
    }
    var after = state
    var footprint = Footprint()
    let outcome: Outcome? = after.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return nil }
      return withUnsafeMutablePointer(to: &footprint) { footprint in
        let view = StateView(base, FootprintRecorder(into: footprint))
        let position = Int(view[thread.position])
        guard position < thread.script.count else { return nil }
        let outcome = thread.script[position].stepRecorded(view, choice: choice)
        if outcome.isCompleted { view[thread.position] = UInt8(position + 1) }
        return outcome
      }
    }
    return outcome.map { ($0, after, footprint) }
  }

  private func changes(from before: [UInt64]) -> [Trace.Change] {
    system.layout.fields.compactMap { field in
      let old = before.withUnsafeBufferPointer { $0.baseAddress.map(field.bits) ?? 0 }
      let new = state.withUnsafeBufferPointer { $0.baseAddress.map(field.bits) ?? 0 }
      return old == new
        ? nil
        : Trace.Change(
          name: field.name, role: field.role, old: field.print(old), new: field.print(new))
    }
  }

  private func owners() -> [ThreadID?] {
    system.view(state) { view in
      system.locks.map { named in
        system.threads.indices.map(ThreadID.init).first { named.lock.isHeld(view, by: $0) }
      }
    }
  }

  private func broken(from before: [UInt64], by thread: ThreadID) -> [String] {
    var (old, new) = (before, state)
    let isEnd = system.view(state) { view in
      system.threads.indices.allSatisfy { system.location(of: ThreadID($0), in: view) == nil }
    }
    let isStuck =
      !isEnd && state[0] & Check.mask == 0
      && system.threads.indices.allSatisfy {
        Self.step(ThreadID($0), 0, from: state, of: system) == nil
      }
    let hits = old.withUnsafeMutableBufferPointer { old in
      new.withUnsafeMutableBufferPointer { new -> [Int] in
        guard let before = old.baseAddress, let after = new.baseAddress else { return [] }
        var hits = (subjects.always + subjects.quiet).filter { subjects.isHit($0, after) }
        if isEnd { hits += subjects.atEnd.filter { subjects.isHit($0, after) } }
        hits += subjects.perStep.filter {
          subjects.isBroken($0, from: before, to: after, by: thread.index)
        }
        if let check = subjects.brokenCheck(in: after) { hits.append(check) }
        if isStuck { hits.append(subjects.deadlock) }
        return hits
      }
    }
    return hits.sorted().map(subjects.id)
  }

  /// The held locks that the blocked step of `thread` looked at.
  private func waits(of thread: ThreadID) -> [Trace.Unfinished.Wait] {
    guard let blocked = Self.attempt(thread, 0, from: state, of: system) else { return [] }
    let owners = owners()
    return system.locks.indices.compactMap { index in
      guard let owner = owners[index], owner != thread,
        blocked.footprint.reads.contains(system.locks[index].lock.ownerCell)
      else { return nil }
      return Trace.Unfinished.Wait(lock: system.locks[index].name, owner: owner)
    }
  }

  private func error(_ problem: ReplayError.Problem) -> ReplayError {
    let runnable = system.threads.indices.compactMap { index -> String? in
      let thread = ThreadID(index)
      guard state[0] & Check.mask == 0, Self.step(thread, 0, from: state, of: system) != nil,
        let location = system.view(state, { system.location(of: thread, in: $0) })
      else { return nil }
      return "\(system.threads[index].name) at '\(location.label)'"
    }
    return ReplayError(step: steps.count + 1, problem: problem, runnable: runnable)
  }
}

extension Lock {
  /// The number of the cell that says who holds the lock.
  var ownerCell: Int { owners[index].number }
}
