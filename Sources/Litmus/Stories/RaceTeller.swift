internal import Scheduler

/// Tells of runs of a race file in the words of the file: what each step read and wrote, who is
/// inside of what, and what went wrong.
final class RaceTeller: RunTeller {
  let image: ProgramImage
  let cells: SystemCells
  let machines: [ThreadMachine]
  let source: SourceText
  let printer: AddressPrinter
  let regions: [Trace.Region]
  /// Tells who sleeps although what it waits for is true.
  let sleepers: Sleepers
  /// By slot: the name of its cell.
  private let cellNames: [Int32: String]
  /// By region: where it is read who is inside.
  private let places: [Place]

  private enum Place {
    /// The slot of who writes.
    case writer(Int32)
    /// The slot of how deep the first thread reads; the other threads' follow.
    case readers(Int32)
    case rcu
  }

  init(
    _ image: ProgramImage, _ cells: SystemCells, _ machines: [ThreadMachine], of source: SourceText,
    cellNames: [Int32: String], _ sleepers: Sleepers
  ) {
    (self.cellNames, self.sleepers) = (cellNames, sleepers)
    (self.image, self.cells, self.machines, self.source) = (image, cells, machines, source)
    let program = image.program
    printer = AddressPrinter(program)
    var (regions, places): ([Trace.Region], [Place]) = ([], [])
    for (number, slot) in program.slots.enumerated() {
      switch slot.use {
      case .value, .other, .life, .waiting: break
      case .writer(let lock, let sleeps):
        regions += [
          Trace.Region(lock, kind: .lock(sleeps ? .mutex : .spin)),
          Trace.Region(lock, kind: .readers),
        ]
        places += [.writer(Int32(number)), .readers(Int32(number) + 1)]
      case .reader(let domain):
        regions.append(Trace.Region(domain, kind: .readers))
        places.append(.readers(Int32(number)))
      }
    }
    if image.rcuDepth.contains(where: { $0 >= 0 }) {
      regions.append(Trace.Region("RCU", kind: .readers))
      places.append(.rcu)
    }
    (self.regions, self.places) = (regions, places)
  }

  var program: LoweredProgram { image.program }

  func threadsInside(_ state: Property.State) -> [[ThreadID]] {
    let memory = StateMemory(state, cells)
    let threads = machines.indices
    return places.map { place in
      switch place {
      case .writer(let slot):
        let writer = Int(memory.read(slot))
        return writer == 0 ? [] : [ThreadID(writer - 1)]
      case .readers(let first):
        return threads.filter { memory.read(first + Int32($0)) > 0 }.map(ThreadID.init)
      case .rcu:
        return threads.filter { thread in
          image.rcuDepth[thread] >= 0 && memory.read(image.rcuDepth[thread]) > 0
        }.map(ThreadID.init)
      }
    }
  }

  func accesses(of step: Schedule.Step, from state: Property.State) -> [Trace.Access] {
    var run = DryRun(machines[step.thread.index], state)
    var told = notes(of: run)
    let first = run.instruction
    let taken = run.take(choice: step.choice)
    told += lives(of: run, by: first, before: state)
    if let chosen = taken.chosen { told.append(Trace.Access("choose", old: "\(chosen)")) }
    for access in taken.accesses.filter({ !isFresh($0) }).prefix(Self.mostAccesses).map(self.told)
    where access.new != nil || !told.contains(access) { told.append(access) }
    let left = taken.accesses.count - Self.mostAccesses
    if left > 0 { told.append(Trace.Access("...", old: "\(left) accesses more")) }
    return told
  }

  /// What is told of a step that goes round in an `atomic` block.
  private static let mostAccesses = 64

  func told(_ access: TellingMemory.Access) -> Trace.Access {
    let slot = program.slots[Int(access.slot)]
    return Trace.Access(
      slot.name, old: printer.text(access.old, in: slot),
      new: access.new.map { printer.text($0, in: slot) })
  }

  func holders(in state: Property.State) -> [String: (name: String, empty: String)] {
    var found: [String: (name: String, empty: String)] = [:]
    for machine in machines {
      for (cell, slot) in machine.holders(in: state) {
        let holder = program.slots[Int(slot)]
        if let name = cellNames[cell] { found[name] = (holder.name, printer.text(0, in: holder)) }
      }
    }
    return found
  }

  func story(of id: String, in run: ToldRun) -> String? {
    if [Check.deadlock.id, Sleepers.lostWakeUpID, RaceSystem.progressID].contains(id) {
      return StuckStory(self, run).text
    }
    if id == RaceSystem.leaksID { return leakStory(run) }
    guard let finding = Finding.allCases.first(where: { $0.id == id }),
      let step = run.trace.steps.first(where: { $0.broken.contains(id) })
    else { return nil }
    return run.state(after: step.number - 1) { state in
      FindingStory(of: step, from: state, in: run, self)?.text(of: finding)
    }
  }
}

// Places in the file.
extension RaceTeller {
  /// `lost-kick.race:12`.
  func place(line: Int) -> String { "\(source.name.shown(limit: 200)):\(line)" }

  /// `lost-kick.race:12 in put()`; where the thread calls that more than once, ` called at
  /// lost-kick.race:30` says by which call.
  func place(of location: Location, in thread: ThreadID) -> String {
    let frames = program.threads[thread.index].frames
    let isOneOfMany = frames.count { $0.function == location.function } > 1
    var text = place(line: location.line ?? 0)
    for call in location.calls.reversed() {
      text += " in \(call.function)()"
      guard isOneOfMany else { break }
      text += " called at " + place(line: call.line)
    }
    return text
  }

  /// Where a step of the run stands, with its number.
  func place(of step: Trace.Step) -> String {
    "\(place(of: step.location, in: step.thread)), step \(step.number)"
  }

  func name(of thread: ThreadID) -> String { program.threads[thread.index].name }
}

// Who is where, and since when.
extension RaceTeller {
  /// Something that a thread can be inside of.
  enum Area: Hashable {
    /// A lock of the engine, by its number.
    case lock(Int)
    /// One of ``regions``, by its number.
    case region(Int)
  }

  func name(of area: Area) -> String {
    switch area {
    case .lock(let number): program.locks[number].name
    case .region(let number): regions[number].name
    }
  }

  /// All areas that a thread is inside of after a step of the run.
  func areas(of thread: ThreadID, after step: Trace.Step) -> [Area] {
    step.lockOwners.indices.filter { step.lockOwners[$0] == thread }.map(Area.lock)
      + step.inside.indices.filter { step.inside[$0].contains(thread) }.map(Area.region)
  }

  private func isInside(_ area: Area, _ thread: ThreadID, after step: Trace.Step) -> Bool {
    switch area {
    case .lock(let number): step.lockOwners[number] == thread
    case .region(let number): step.inside[number].contains(thread)
    }
  }

  /// The threads that are inside after the first `count` steps.
  func threads(inside area: Area, after count: Int, of run: ToldRun) -> [ThreadID] {
    guard count > 0 else { return [] }
    return machines.indices.map(ThreadID.init).filter {
      isInside(area, $0, after: run.trace.steps[count - 1])
    }
  }

  /// The step by which a thread got inside, where it is still after the first `count` steps.
  func entry(of thread: ThreadID, to area: Area, before count: Int, of run: ToldRun) -> Trace.Step?
  {
    run.trace.steps[..<count].reversed().prefix { isInside(area, thread, after: $0) }.last
  }

  /// The last step, of the first `count`, by which somebody left.
  func lastExit(from area: Area, before count: Int, of run: ToldRun) -> Trace.Step? {
    let steps = run.trace.steps[..<count]
    return steps.indices.dropFirst().last { index in
      machines.indices.map(ThreadID.init).contains { thread in
        isInside(area, thread, after: steps[index - 1])
          && !isInside(area, thread, after: steps[index])
      }
    }.map { steps[$0] }
  }

  /// `b took it at FILE:12 in both(), step 4`.
  func since(_ thread: ThreadID, _ area: Area, before count: Int, of run: ToldRun) -> String {
    let isReader =
      if case .region(let number) = area { regions[number].kind == .readers } else { false }
    let name = name(of: thread)
    guard let step = entry(of: thread, to: area, before: count, of: run) else {
      return "\(name) \(isReader ? "reads" : "holds it")"
    }
    return "\(name) \(isReader ? "has read since" : "took it at") \(place(of: step))"
  }

  /// The area of a lock or of readers whose first slot is given; of a lock for reading and writing
  /// that of those who read or of the one who writes.
  func area(of slot: Int32, reads: Bool) -> Area? {
    let lock = image.lockOfSlot[Int(slot)]
    if lock >= 0 { return .lock(Int(lock)) }
    let isWriter = if case .writer = program.slots[Int(slot)].use { true } else { false }
    let first = isWriter && reads ? slot + 1 : slot
    return places.firstIndex { place in
      switch place {
      case .writer(let own), .readers(let own): own == first
      case .rcu: false
      }
    }.map(Area.region)
  }

  /// RCU, where threads read under it.
  var rcu: Area? {
    places.firstIndex { if case .rcu = $0 { true } else { false } }.map(Area.region)
  }
}
