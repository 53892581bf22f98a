internal import Scheduler

/// A system of the engine for a program, with as many bits for each slot as an encoding says.
final class RaceSystem: Sendable {
  let image: ProgramImage
  let system: System
  /// By the name of a cell: the slot that it holds.
  let slotOfCell: [String: Int]
  let machines: [ThreadMachine]
  private let cells: SystemCells

  init(
    _ image: ProgramImage, start: StartState, encodings: [Encoding], source: SourceText?,
    extra: ([ThreadMachine]) -> [Property] = { _ in [] }, identity: String = "",
    equal: EqualThreads? = nil, counter: StepCounter? = nil, deadlock: DeadlockRule? = nil
  ) {
    self.image = image
    let program = image.program
    var builder = SystemBuilder(threads: program.threads.map(\.name))
    builder.identity = identity
    builder.isNamedByIdentity = true
    builder.version = PackageVersion.current
    builder.daemons(builder.threads.filter { program.threads[$0.index].isDaemon })
    builder.ended(
      builder.threads.filter { thread in
        let (code, start) = (program.threads[thread.index].code, start.starts[thread.index])
        return code[Int(start)].operation == .end
      })
    // Where nobody can go round the states tell in which nobody can step, and nothing else is
    // needed: from a state after which a thread never ends every run leads to one of them, and
    // switches from threads that wait or have ended are free.
    if program.threads.contains(where: \.hasLoop) { builder.deadlock = .someThreadCannotEnd }
    if let deadlock { builder.deadlock = deadlock }
    let sleepers = Sleepers()
    if program.threads.contains(where: { $0.code.contains { $0.operation.isSleep } }) {
      builder.deadlockKind = DeadlockKind(
        Sleepers.lostWakeUpID, sentence: Sleepers.lostWakeUpSentence
      ) { state, threads in
        threads.contains { sleepers.hasLostWakeUp($0, in: state) }
      }
    }
    // The machine itself looks at the rules of locks, so that a broken one has the field's name.
    let locks = builder.locks(
      program.locks.map { Lock.Declaration(unchecked: $0.name, kind: $0.sleeps ? .mutex : .spin) })
    // Who drops no runs need not look in every state whether its run is dropped.
    let drops = program.threads.contains { thread in
      thread.code.contains { $0.operation == .check(.assume) }
    }
    let checks = Finding.allCases.map { finding in
      finding == .assume && drops
        ? builder.cut(finding.id, sentence: finding.sentence)
        : builder.check(finding.id, sentence: finding.sentence)
    }
    var byCode = Array(repeating: Check.assertion, count: Finding.allCases.count + 1)
    for (finding, check) in zip(Finding.allCases, checks) { byCode[Int(finding.rawValue)] = check }
    var (slotCells, names): ([SlotCell], [String: Int]) = ([], [:])
    let locations = image.locationCount
    let noCell: Cell<UInt64> = builder.layout.cell("nothing", bits: 0)
    let printer = AddressPrinter(program)
    // Threads have registers of their own only while they step.
    var registers = Array(repeating: Int32(0), count: program.threads.count)
    for (number, slot) in program.slots.enumerated() {
      let encoding = encodings[number]
      var made = SlotCell(encoding, in: noCell, locations: locations)
      if slot.isPassing, !slot.isUnused {
        made.register = registers[slot.thread ?? 0]
        registers[slot.thread ?? 0] += 1
        made.thread = Int32(slot.thread ?? 0)
      }
      if slot.hasCell {
        var name = slot.name
        while names[name] != nil { name += "'" }
        names[name] = number
        let decoder = made
        made.cell = builder.layout.cell(
          name, bits: encoding.bits(locations: locations), naming: program.scalarset(of: number),
          role: slot.thread.map { .local(ThreadID($0)) } ?? .shared,
          initial: made.encode(start.values[number]),
          print: { printer.text(decoder.decode($0), in: slot) })
      }
      slotCells.append(made)
    }
    // What no state has may be an address too, as what a function is about to return.
    let addressSlots = encodings.indices.filter {
      program.slots[$0].holdsAddresses
        && (encodings[$0].hasAddresses && program.slots[$0].hasCell || slotCells[$0].register >= 0)
    }
    cells = SystemCells(
      cells: slotCells, noCell: noCell, locks: locks, checks: byCode,
      addressSlots: addressSlots.map { Int32($0) })
    slotOfCell = names
    let thread = builder.threads
    var machines: [ThreadMachine] = []
    for (number, lowered) in program.threads.enumerated() {
      let first = lowered.stops.firstIndex(of: start.starts[number]) ?? 0
      let point = builder.layout.cell(
        "\(lowered.name).at", bits: Layout.bits(for: max(1, lowered.stops.count - 1)),
        role: .local(thread[number]), initial: CodePoint(stop: first))
      let machine = ThreadMachine(
        lowered, number: number, point: point, image, cells, source: source)
      machines.append(machine)
      builder.run([machine], on: thread[number])
    }
    self.machines = machines
    sleepers.set(machines)
    let cells = cells
    let cellNames = Dictionary(uniqueKeysWithValues: names.map { (Int32($0.value), $0.key) })
    builder.teller = source.map {
      RaceTeller(image, cells, machines, of: $0, cellNames: cellNames, sleepers)
    }
    for thread in builder.threads where program.handlers[thread.index].isHandler {
      let handler = program.handlers[thread.index]
      let runsCallbacks = thread.index == Int(program.callbacks.machine)
      builder.handler(
        thread,
        as: Handler(
          rests: { state in StateMemory(state, cells).readCell(handler.running) == 0 },
          isDone: { state in
            let memory = StateMemory(state, cells)
            return runsCallbacks ? memory.callbacksAreDone(image) : memory.isDone(handler)
          }))
    }
    builder.quiet { state in Self.isQuiet(image, cells, state) }
    for property in program.properties {
      builder.add(Self.property(property, image, cells))
    }
    for property in extra(machines) { builder.add(property) }
    if let observer = counter?.observer(image, cells) { builder.add(observer) }
    var system = builder.build()
    if let equal {
      let permutations = equal.permutations(of: system, slotsByName: names)
      system.permutations = { permutations }
    }
    self.system = system
  }

  /// Whether no thread holds a lock or is interrupted.
  static func isQuiet(
    _ image: ProgramImage, _ cells: SystemCells, _ state: Property.State
  ) -> Bool {
    let memory = StateMemory(state, cells)
    for lock in 0..<cells.lockCount where !memory.isFree(lock: Int32(lock)) { return false }
    for index in 0..<image.lockSlotCount where memory.readCell(image.lockSlots[index]) != 0 {
      return false
    }
    for thread in 0..<image.threadCount {
      let interrupted = image.interrupted[thread]
      if interrupted >= 0, memory.readCell(interrupted) != 0 { return false }
    }
    return true
  }

  private static func property(
    _ property: LoweredProperty, _ image: ProgramImage, _ cells: SystemCells
  ) -> Property {
    let expression = ExpressionCode(property.node, image, cells)
    let test: @Sendable (Property.State) -> Bool = { state in expression.holds(in: state) }
    let printer = AddressPrinter(image.program)
    let kind: Property.Kind =
      switch property.kind {
      case .always: .always(test)
      case .quiet: .quiet(test)
      case .finally: .atEnd(test)
      case .sometimes: .sometimes(test)
      }
    return Property(property.name, sentence: property.text, kind: kind) { state in
      let memory = StateMemory(state, cells)
      let values = NodeValues(image: image, memory: memory, printer: printer)
        .text(of: property.node)
      return values.isEmpty ? nil : "'\(property.text)' is false: " + values.joined(separator: ", ")
    }
  }

  /// Whether a node is true in a state; what follows a NULL or dead address is false.
  static func holds(
    _ node: Int32, _ image: ProgramImage, _ cells: SystemCells, _ state: Property.State
  ) -> Bool {
    var evaluator = Evaluator(
      image, StateMemory(state, cells))
    return evaluator.value(node) != 0 && evaluator.fault == nil
  }

  /// The value of a node in a state.
  func value(of node: Int32, in state: Property.State) -> Int64 {
    var evaluator = Evaluator(
      image, StateMemory(state, cells))
    return evaluator.value(node)
  }

  /// The values that a node is computed from in a state, by the names that the file has for them.
  func values(of node: Int32, in state: Property.State) -> [String] {
    NodeValues(
      image: image, memory: StateMemory(state, cells), printer: AddressPrinter(image.program)
    )
    .text(of: node)
  }

  func holds(_ node: Int32, in state: Property.State) -> Bool {
    Self.holds(node, image, cells, state)
  }

  /// The number in a slot of a state.
  func read(_ slot: Int32, in state: Property.State) -> Int64 {
    StateMemory(state, cells).read(slot)
  }
}

/// Prints numbers, and addresses by the names of what they lead to.
struct AddressPrinter: Sendable {
  private let names: [String]
  private let numberNames: [Int64: String]
  /// What a head is queued for, by the number that says so.
  private let queued: [String]

  init(_ program: LoweredProgram) {
    numberNames = program.numberNames
    let callbacks = program.callbackNames.map { "queued for \($0)()" }
    queued = ["idle"] + callbacks + callbacks.map { "\($0), its object freed" }
    names = program.slotOfLocation.indices.map { location in
      if location == Address.noValueLocation { return "no value" }
      if let name = program.locationNames[location] { return name }
      let number = Int(program.objectOfLocation[location])
      return number < 0 ? "nothing" : Self.name(of: location, in: program.objects[number], program)
    }
  }

  private static func name(
    of location: Int, in object: MemoryObject, _ program: LoweredProgram
  ) -> String {
    if case .grave(let number) = object.lifetime {
      let dead = program.objects[number]
      let name = name(of: location - object.base + dead.base, in: dead, program)
      return name + (dead.lifetime == .local ? ", dead" : ", freed")
    }
    if location == object.base { return "&\(object.name)" }
    let slot = program.slotOfLocation[location]
    return slot < 0 ? object.end : "&\(program.slots[Int(slot)].name)"
  }

  /// A value of a slot: NULL and large unsigned numbers as C writes them.
  func text(_ value: Int64, in slot: Slot) -> String {
    switch slot.content {
    case _ where slot.use == .queued:
      queued.indices.contains(Int(value)) ? queued[Int(value)] : "\(value)"
    case _ where slot.use == .life: LifeStage(rawValue: value)?.text ?? "\(value)"
    case _ where slot.use.isTaskState: TaskState.text(value)
    case _ where slot.use.isCompletion && value == WaitInstruction.all: "all"
    case .pointer where value == 0: "NULL"
    case .pointer: pointer(value)
    case .integer(.unsignedLong) where value < 0: "\(UInt64(bitPattern: value))"
    case .integer where !slot.holdsAddresses && value != Address.noValue: "\(value)"
    default: text(value)
    }
  }

  /// A pointer: what is no address as C programmers know it, and read poison.
  func pointer(_ value: Int64) -> String {
    if Address.isPartOfNull(value) { return "a part of NULL" }
    if let name = numberNames[value] { return name }
    let isSmall = (-0x1_0000..<0x1_0000).contains(value)
    if isSmall || Address.isAddress(value) { return text(value) }
    return "0x" + String(UInt64(bitPattern: value), radix: 16)
  }

  func text(_ value: Int64) -> String {
    let location = value &- Address.base
    if location >= 0, location < Int64(names.count) { return names[Int(location)] }
    return "\(value)"
  }
}
