internal import Scheduler

/// What is told of threads that never end: what each of them waits for, or round what it goes.
struct StuckStory {
  private let teller: RaceTeller
  private let run: ToldRun
  /// How many steps the run has.
  private let count: Int

  init(_ teller: RaceTeller, _ run: ToldRun) {
    (self.teller, self.run) = (teller, run)
    count = run.trace.steps.count
  }

  /// What becomes of each thread that must end and does not.
  var text: String {
    run.state(after: count) { state in
      run.trace.unfinished.filter(mustEnd).map { unfinished in
        let dry = DryRun(teller.machines[unfinished.thread.index], state)
        return "\(teller.name(of: unfinished.thread)) "
          + (loop(of: unfinished) ?? self.text(of: unfinished, dry))
      }.joined(separator: "; ")
    }
  }

  private func mustEnd(_ unfinished: Trace.Unfinished) -> Bool {
    let stuck = run.trace.stuck
    return stuck.isEmpty
      ? !teller.program.threads[unfinished.thread.index].isDaemon
      : stuck.contains(unfinished.thread)
  }

  private func text(of thread: Trace.Unfinished, _ run: DryRun) -> String {
    if thread.canStep { return goesRound(run, thread) }
    if let handler = interruption(of: run) {
      return "stands still while \(name(of: handler)) runs" + start(of: handler)
    }
    let place = teller.place(of: thread.location, in: thread.thread)
    return (waits(run) ?? "cannot go on at \(place)")
      + (self.run.trace.stepAgain.contains(thread.thread)
        ? ", goes on after that, and never ends all the same" : "")
  }

  // MARK: - Threads that go round

  /// The steps that a thread takes in the loop at the end of the run, if it takes any.
  private func loop(of thread: Trace.Unfinished) -> String? {
    guard let start = run.loopStart else { return nil }
    let steps = run.trace.steps[(start - 1)...].filter { $0.thread == thread.thread }
    if steps.isEmpty { return nil }
    return round(steps.map { ($0.location, $0.accesses ?? []) }, thread.thread)
  }

  /// The steps that a thread takes again and again if no other does, or what it comes to wait for.
  private func goesRound(_ dry: DryRun, _ thread: Trace.Unfinished) -> String {
    var dry = dry
    var steps: [(Location, [Trace.Access])] = []
    var seen: [Position: Int] = [:]
    while steps.count < Self.mostSteps {
      let position = Position(instruction: dry.position, written: dry.memory.written)
      if let first = seen[position] { return round(Array(steps[first...]), thread.thread) }
      seen[position] = steps.count
      let location = teller.source.location(
        of: dry.instruction, in: teller.program.threads[thread.thread.index])
      let note = teller.lockNote(of: dry)
      let step = dry.take()
      if step.result == .blocked, let end = waits(dry) { return "can go on, and then " + end }
      guard case .stopped = step.result else { break }
      steps.append((location, (note.map { [$0] } ?? []) + step.accesses.map(teller.told)))
    }
    return "can go on at \(teller.place(of: thread.location, in: thread.thread)), and never ends"
  }

  private static let mostSteps = 1_000

  private struct Position: Hashable {
    var instruction: Int32
    var written: [Int32: Int64]
  }

  private func round(_ steps: [(Location, [Trace.Access])], _ thread: ThreadID) -> String {
    var (lines, accesses): ([String], [String]) = ([], [])
    for (location, made) in steps {
      let line = "'\(location.label)' at \(teller.place(of: location, in: thread))"
      if !lines.contains(line) { lines.append(line) }
      for access in made where access.new == nil {
        let text = "\(access.name) = \(access.old)"
        if !accesses.contains(text) { accesses.append(text) }
      }
    }
    let shown = lines.prefix(3).joined(separator: ", ")
    return "goes round \(shown)" + (lines.count > 3 ? ", ..." : "")
      + (accesses.isEmpty ? "" : " while " + accesses.prefix(4).joined(separator: ", "))
  }

  // MARK: - Threads that wait

  /// What a thread waits for where it stands, and who keeps it from that; nil if that is not
  /// known.
  private func waits(_ dry: DryRun) -> String? {
    let memory = dry.memory
    let thread = ThreadID(dry.machine.thread)
    let location = teller.source.location(
      of: dry.instruction, in: teller.program.threads[thread.index])
    let place = teller.place(of: location, in: thread)
    if let sleep = SleepStory(of: dry, teller, run) {
      let isLost = run.state(after: count) { teller.sleepers.hasLostWakeUp(thread, in: $0) }
      return sleep.text(at: place, isLost: isLost)
    }
    if let bit = teller.bitLock(of: dry) {
      return "waits at \(place) for \(teller.name(of: bit))" + setter(of: bit)
    }
    // What comes first within `atomic` is what it waits for.
    let instruction =
      dry.instruction.operation == .atomicBegin
      ? dry.machine.code[Int(dry.position) + 1] : dry.instruction
    let values = NodeValues(image: teller.image, memory: memory, printer: teller.printer)
    var evaluator = Evaluator(teller.image, memory)
    let slot =
      instruction.address < 0 ? -1 : evaluator.slot(at: evaluator.value(instruction.address))
    let me = dry.machine.thread
    switch instruction.operation {
    case .await:
      return "waits at \(place) for '\(teller.source.callText(at: Int(instruction.offset)).text)'"
        + list(values.text(of: instruction.value), before: ": ")
    case .wait(.take) where slot >= 0:
      let cell = teller.program.slots[Int(slot)]
      return "waits at \(place) for \(cell.name), and its count is "
        + teller.printer.text(memory.read(slot), in: cell)
    case .readBegin where slot >= 0:
      let name = teller.program.slots[Int(slot)].name
      let writer = run.trace.steps.last { step in
        (step.accesses ?? []).contains { $0.name == name && $0.new != nil }
      }
      return "waits at \(place) until \(name) is even"
        + (writer.map {
          ", which \(teller.name(of: $0.thread)) made odd at \(teller.place(of: $0))"
        }
          ?? "")
    case .rcuAwait:
      return "waits at \(place) for readers (\(readers(memory, me).joined(separator: ", ")))"
    case .handler(let step): return waits(at: place, for: step, instruction, memory)
    case .lock(let operation, _) where slot >= 0:
      return "waits at \(place) for "
        + holders(of: slot, reads: operation == .readLock, me, memory)
    case .awaitWriteLock where slot >= 0:
      return "waits at \(place) for " + holders(of: slot, reads: false, me, memory)
    default: return nil
    }
  }

  /// The handler that runs in the place of a thread or handler; nil if none does.
  private func interruption(of dry: DryRun) -> ThreadID? {
    let (image, me) = (teller.image, dry.machine.thread)
    let gate = image.gates[me]
    guard gate.slot >= 0, dry.memory.read(gate.slot) >= gate.least else { return nil }
    let running = (0..<image.threadCount).filter { other in
      let handler = image.handlers[other]
      return other != me && handler.processor.interrupted == gate.slot
        && dry.memory.read(handler.running) != 0
    }
    // A hard interrupt runs in the place of a soft one.
    return (running.first { !image.handlers[$0].isSoft } ?? running.first).map(ThreadID.init)
  }

  /// What a thread waits for that waits for a handler, and why that does not come or end.
  private func waits(
    at place: String, for step: HandlerStep, _ instruction: Instruction, _ memory: TellingMemory
  ) -> String? {
    let handler = ThreadID(Int(instruction.limit))
    let slots = teller.image.handlers[handler.index]
    switch step {
    case .awaitService:
      let words = "waits at \(place) until \(name(of: handler)) has run"
      if memory.read(slots.running) != 0 { return words + start(of: handler) }
      return words + (memory.isHeldOff(slots) ? ", which its processor holds off" : "")
    case .awaitRest:
      return "waits at \(place) until \(name(of: handler)) does not run" + start(of: handler)
    case .enter, .leave, .raise, .request, .disable, .enable: return nil
    }
  }

  private func name(of thread: ThreadID) -> String { teller.name(of: thread) }

  /// `, since FILE:12, step 4`.
  private func start(of handler: ThreadID) -> String {
    let slot = teller.image.handlers[handler.index].running
    let entry = (0..<count).last { number in
      run.trace.steps[number].thread == handler
        && run.state(after: number) { StateMemory($0, teller.cells).read(slot) == 0 }
    }
    return entry.map { ", since \(teller.place(of: run.trace.steps[$0]))" } ?? ""
  }

  private func setter(of bit: RaceTeller.Bit) -> String {
    teller.setter(of: bit, before: count, of: run).map {
      " (\(teller.name(of: $0.thread)) set it at \(teller.place(of: $0)))"
    } ?? ""
  }

  private func list(_ items: [String], before: String) -> String {
    items.isEmpty ? "" : before + items.joined(separator: ", ")
  }

  /// The lock and who keeps the thread from it: who holds it, or stands before it in line.
  private func holders(
    of slot: Int32, reads: Bool, _ me: Int, _ memory: TellingMemory
  ) -> String {
    guard let area = teller.area(of: slot, reads: false) else { return "a lock" }
    var words = since(area)
    if case .region = area, words.isEmpty {
      words =
        reads ? queue(of: slot, me, memory) : teller.area(of: slot, reads: true).map(since) ?? []
    }
    return teller.name(of: area) + (words.isEmpty ? "" : " (\(words.joined(separator: ", ")))")
  }

  private func since(_ area: RaceTeller.Area) -> [String] {
    teller.threads(inside: area, after: count, of: run).map {
      teller.since($0, area, before: count, of: run)
    }
  }

  /// Who waits to write, which keeps readers out.
  private func queue(of slot: Int32, _ me: Int, _ memory: TellingMemory) -> [String] {
    let threads = teller.image.threadCount
    return (0..<threads).filter { other in
      other != me && memory.read(slot + 1 + Int32(threads + other)) != 0
    }.map { "\(teller.name(of: ThreadID($0))) waits to write, and readers stand behind it" }
  }

  /// The readers that a thread waits for.
  private func readers(_ memory: TellingMemory, _ me: Int) -> [String] {
    let image = teller.image
    let waits = UInt64(bitPattern: memory.read(image.rcuWaits[me]))
    let object = image.rcuWaitsOn[me] < 0 ? 0 : memory.read(image.rcuWaitsOn[me])
    var evaluator = Evaluator(image, memory)
    let area = object == 0 ? teller.rcu : teller.area(of: evaluator.slot(at: object), reads: true)
    // Of an object, each thread has a bit for each of the readers that it is inside of.
    let width = object == 0 ? 1 : Lowering.readersInside
    let inside: UInt64 = 1 << UInt64(width) - 1
    return (0..<image.threadCount).filter {
      let bits = $0 * width < 64 ? waits >> UInt64($0 * width) : 0
      return bits & inside != 0
    }.map { reader in
      area.map { teller.since(ThreadID(reader), $0, before: count, of: run) }
        ?? teller.name(of: ThreadID(reader))
    }
  }
}
