@testable import RaceModel
@testable import Scheduler

/// Runs one system, all of it or at random, and observes each step.
final class AccessObserver {
  private let system: System
  private let settings: Set<String>
  /// By thread, then by place in its script.
  private let scripts: [[MachineNode]]
  /// The cells that say where threads stand and who holds which lock.
  private let control: [Layout.Field]
  /// The steps that have been noted: see ``signature(of:_:_:)``.
  private var known: Set<Int> = []
  /// By cell: its family.
  private let families: [String]
  /// By cell: the thread whose SRCU section it stands for; nil for others.
  private let readers: [Int?]
  private var random = SplitMix64(seed: 1)

  init(_ system: System, _ kernel: Kernel) {
    self.system = system
    settings = Set(kernel.knobs.settings.map(\.description))
    scripts = system.threads.map { $0.script.map { MachineNode($0) } }
    control = system.layout.fields.filter {
      $0.isPoint || $0.role == .lock || $0.name.hasPrefix("srcu[")
    }
    families = system.layout.fields.map { Self.family($0.name) }
    readers = system.layout.fields.map { field in
      system.threads.firstIndex { field.name == "srcu[\($0.name)]" }
    }
  }

  /// `gp[1b].refcnt` is `gp.refcnt`, `node0.next` is `node.next`; a vCPU is called `vcpu`.
  static func family(_ name: String) -> String {
    if name.hasSuffix(".nested") { return "vcpu.nested" }
    var (text, depth) = ("", 0)
    for character in name {
      if character == "[" { depth += 1 }
      if depth == 0 { text.append(character) }
      if character == "]" { depth -= 1 }
    }
    let first = text.prefix { $0 != "." }
    // The number of a slot or node, and the letter of a slot's version.
    return String(first.replacing(/[0-9]+[a-d]?$/, with: "")) + text.dropFirst(first.count)
  }

  /// Runs the threads one after another, then at random, until a number of runs showed nothing
  /// new.
  func observe(into lists: inout ObservedAccessLists, idleRuns: Int) {
    for node in scripts.joined() { lists.add(node) }
    let count = system.threads.count
    for first in 0..<count {
      var thread = first
      _ = run(into: &lists) { wasBlocked in
        if wasBlocked { thread = (thread + 1) % count }
        return thread
      }
    }
    var idle = 0
    while idle < idleRuns {
      // Runs with many switches and runs with few.
      let (pace, count) = ([3, 8, 24][idle % 3], UInt64(count))
      var thread = Int(random.next() % count)
      let isNew = run(into: &lists) { wasBlocked in
        if wasBlocked || self.random.next() % UInt64(pace) == 0 {
          thread = Int(self.random.next() % count)
        }
        return thread
      }
      idle = isNew ? 0 : idle + 1
    }
  }

  /// Takes every step from every state, unless there are too many; whether those were all.
  func observeAll(into lists: inout ObservedAccessLists, states limit: Int) -> Bool {
    for node in scripts.joined() { lists.add(node) }
    var (queue, found) = ([system.layout.initial], Set([system.layout.initial]))
    var first = 0
    while first < queue.count, queue.count < limit {
      for thread in system.threads.indices {
        for next in steps(thread, queue[first], &lists).next where found.insert(next).inserted {
          queue.append(next)
        }
      }
      first += 1
    }
    return first == queue.count
  }

  /// Takes one run, of at most 600 steps; whether it has shown anything new.
  ///
  /// `choose` names the thread that is to go on, and is told whether the one before was blocked.
  private func run(into lists: inout ObservedAccessLists, choose: (Bool) -> Int) -> Bool {
    var (state, isNew, tries) = (system.layout.initial, false, 0)
    for _ in 0..<600 {
      let seen = step(choose(tries > 0), &state, &lists)
      isNew = isNew || seen == true
      tries = seen == nil ? tries + 1 : 0
      if tries > 4 * system.threads.count { break }
    }
    return isNew
  }

  /// Takes a step of a thread; whether it has shown anything new, or nil if it cannot step.
  private func step(
    _ thread: Int, _ state: inout [UInt64], _ lists: inout ObservedAccessLists
  ) -> Bool? {
    let (next, isNew) = steps(thread, state, &lists)
    guard !next.isEmpty else { return nil }
    state = next[Int(random.next() % UInt64(next.count))]
    return isNew
  }

  /// Takes the step of a thread in all its choices; what it leads to, and whether it has shown
  /// anything new.
  private func steps(
    _ thread: Int, _ state: [UInt64], _ lists: inout ObservedAccessLists
  ) -> (next: [[UInt64]], isNew: Bool) {
    let position = Int(system.view(state) { $0[system.threads[thread].position] })
    if position == scripts[thread].count || state[0] & Check.mask != 0 { return ([], false) }
    let top = scripts[thread][position]
    var (next, isNew): ([[UInt64]], Bool) = ([], false)
    while let taken = call(top, in: state, choice: next.count) {
      let isBroken = taken.after[0] & Check.mask != 0
      if taken.outcome.isBlocked && !isBroken { break }
      if !isBroken, known.insert(signature(of: taken, thread, position)).inserted {
        isNew = note(top, taken, thread, next.count, &lists) || isNew
      }
      var after = taken.after
      if taken.outcome.isCompleted {
        after.withUnsafeMutableBufferPointer { buffer in
          guard let base = buffer.baseAddress else { return }
          StateView(base, NoRecorder())[system.threads[thread].position] = UInt8(position + 1)
        }
      }
      next.append(after)
      if !taken.outcome.hasMoreChoices { break }
    }
    return (next, isNew)
  }
}

extension AccessObserver {
  /// One call of a machine's step.
  private struct Call {
    var before: [UInt64]
    var after: [UInt64]
    var outcome: Outcome
    var log: AccessLog
  }

  private func call(_ node: MachineNode, in state: [UInt64], choice: Int) -> Call? {
    var after = state
    return after.withUnsafeMutableBufferPointer { buffer -> Call? in
      guard let base = buffer.baseAddress else { return nil }
      var log = AccessLog(words: base, wordCount: buffer.count)
      log.watched = node.callees.map(\.cell)
      let outcome = withUnsafeMutablePointer(to: &log) {
        node.step(base, AccessLogRecorder(log: $0), choice)
      }
      return Call(before: state, after: Array(buffer), outcome: outcome, log: log)
    }
  }

  /// A hash of what tells a step from others: two steps with one have shown the same.
  private func signature(of call: Call, _ thread: Int, _ position: Int) -> Int {
    var hasher = Hasher()
    hasher.combine(thread)
    hasher.combine(position)
    hasher.combine(call.log.reads)
    hasher.combine(call.log.writes)
    hasher.combine(call.outcome)
    for state in [call.before, call.after] {
      state.withUnsafeBufferPointer { words in
        guard let base = words.baseAddress else { return }
        for field in control { hasher.combine(field.bits(in: base)) }
      }
    }
    return hasher.finalize()
  }

  /// Notes what a call did, less what its callee did, and the same of the callee.
  private func note(
    _ node: MachineNode, _ call: Call, _ thread: Int, _ choice: Int,
    _ lists: inout ObservedAccessLists
  ) -> Bool {
    var seen = ObservedAccessLists.Point()
    var accesses = accesses(of: call, thread)
    var isNew = false
    // Within a call the callee's rows tell what is held.
    var (calls, isInside, isEntry) = (false, false, true)
    if let (callee, inner) = callee(of: node, call, choice) {
      accesses.subtract(self.accesses(of: inner, thread))
      seen.operations.insert(.init(verb: .call, object: callee.name))
      isNew = note(callee, inner, thread, choice, &lists) || isNew
      (calls, isInside) = (true, !inner.outcome.isCompleted)
      isEntry = isAtStart(callee, inner.before)
    }
    seen.operations.formUnion(operations(of: accesses))
    if isEntry { seen.held = [held(in: call.before, by: thread)] }
    let from = place(node, call.before, isInCall: calls)
    let to = place(node, call.after, isInCall: isInside)
    if call.outcome.isCompleted {
      seen.next = ["end"]
    } else if !(isInside && from == to) {
      seen.next = [to]
    }
    return lists.add(seen, at: from, of: node.name, under: settings) || isNew
  }

  /// The callee that a call has run, and its own call.
  ///
  /// A machine may look at a callee's program point without running it: the last one looked at is
  /// the one that was run, if the machine has accessed all that it accesses. A callee of a single
  /// point does not look at it.
  private func callee(
    of node: MachineNode, _ call: Call, _ choice: Int
  ) -> (MachineNode, Call)? {
    let only = node.callees.first { $0.points.count == 1 }
    guard let callee = node.callees.first(where: { $0.cell == call.log.called.last }) ?? only,
      let before = callee.points.count == 1 ? call.before : call.log.calls[callee.cell],
      let inner = self.call(callee, in: before, choice: choice), !inner.log.writes.isEmpty,
      Set(inner.log.writes).isSubset(of: call.log.writes),
      Set(inner.log.reads).isSubset(of: call.log.reads)
    else { return nil }
    return (callee, inner)
  }

  /// Whether a machine is at its first point, and so are all that it could run.
  private func isAtStart(_ node: MachineNode, _ state: [UInt64]) -> Bool {
    bits(system.layout.fields[node.cell], state) == 0
      && node.callees.allSatisfy { isAtStart($0, state) }
  }

  private func place(
    _ node: MachineNode, _ state: [UInt64], isInCall: Bool
  ) -> String {
    var state = state
    return state.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { node.place($0, isInCall) } ?? ""
    }
  }

  /// An access to one cell.
  private struct Access: Hashable {
    var verb: AccessRow.Verb
    var cell: Int
  }

  private func accesses(of call: Call, _ thread: Int) -> Set<Access> {
    var accesses: Set<Access> = []
    let (reads, writes) = (Set(call.log.reads), Set(call.log.writes))
    for cell in reads.union(writes) {
      let field = system.layout.fields[cell]
      let isWritten = writes.contains(cell)
      let (old, new) = (bits(field, call.before), bits(field, call.after))
      switch field.role {
      case .local, .ghost: break
      case .lock:
        let me = UInt64(thread + 1)
        if isWritten, old != me { accesses.insert(Access(verb: .lock, cell: cell)) }
        if isWritten, new != me { accesses.insert(Access(verb: .unlock, cell: cell)) }
        if !isWritten { accesses.insert(Access(verb: .test, cell: cell)) }
      case .shared where readers[cell] == thread && isWritten:
        accesses.insert(Access(verb: new == 0 ? .leave : .enter, cell: cell))
      case .shared:
        if reads.contains(cell) { accesses.insert(Access(verb: .read, cell: cell)) }
        if isWritten { accesses.insert(Access(verb: .write, cell: cell)) }
      }
    }
    return accesses
  }

  private func operations(of accesses: Set<Access>) -> Set<AccessRow.Operation> {
    // The index that a reader starts under belongs to the entering.
    let enters = accesses.contains { $0.verb == .enter }
    return Set(
      accesses.compactMap { access in
        let family = families[access.cell]
        return enters && family == "srcu_idx" ? nil : .init(verb: access.verb, object: family)
      })
  }

  private func held(in state: [UInt64], by thread: Int) -> Set<String> {
    Set(
      system.layout.fields.indices.filter { cell in
        let field = system.layout.fields[cell]
        return field.role == .lock
          ? bits(field, state) == UInt64(thread + 1)
          : readers[cell] == thread && bits(field, state) != 0
      }.map { families[$0] })
  }

  private func bits(_ field: Layout.Field, _ state: [UInt64]) -> UInt64 {
    state.withUnsafeBufferPointer { $0.baseAddress.map(field.bits) ?? 0 }
  }
}
