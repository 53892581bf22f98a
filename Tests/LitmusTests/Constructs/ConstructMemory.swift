// What lies where, and who reads it: the state without its steps.
extension BruteForce.Engine {
  typealias World = BruteForce.World
  typealias Cell = BruteForce.Cell
  typealias Fault = BruteForce.Fault
  typealias Kind = BruteForce.Kind
  typealias Object = BruteForce.Object
  typealias Address = BruteForce.Address
  typealias MachineState = BruteForce.MachineState
  typealias Run = BruteForce.Run

  private static func initial(_ kind: Kind, _ value: Int = 0) -> [Cell] {
    switch kind {
    case .int, .pointer, .function, .atomic, .refcount, .completion, .semaphore: [.number(value)]
    case .spinlock, .mutex: [.owner(nil)]
    case .rwlock, .rwsem: [.readWrite(writer: nil, readers: [], waiting: [])]
    case .rcuHead: [.head]
    case .listHead: [.number(0), .number(0)]
    case .waitQueue: [.queue([])]
    case .srcu: [.readers([])]
    }
  }

  func start() throws -> World {
    var objects: [Object] = []
    for (number, variable) in program.variables.enumerated() {
      var cells: [Cell]
      switch variable.kind {
      case .listHead?:
        // Heads and nodes start as `LIST_HEAD` makes them.
        cells = [.address(Address(object: number, life: 0, cell: 0))]
        cells.append(cells[0])
      case .function?: cells = [variable.target.map { .function($0) } ?? .number(0)]
      case .pointer?:
        cells = [
          variable.target.map { .address(Address(object: $0, life: 0, cell: 0)) } ?? .number(0)
        ]
      case let kind?: cells = Self.initial(kind, variable.value)
      case nil:
        cells = program.members.flatMap {
          Self.initial($0.kind, $0.kind == .refcount ? max(1, variable.value) : variable.value)
        }
        for (member, offset) in zip(program.members, offsets) where member.kind == .pointer {
          cells[offset] = .number(0)
        }
        for (member, offset) in zip(program.members, offsets) where member.kind == .function {
          cells[offset] = variable.target.map { .function($0) } ?? .number(0)
        }
      }
      objects.append(Object(cells: cells))
    }
    for _ in 0..<(program.pool ?? 0) { objects.append(Object(cells: [], state: .unused)) }
    let locals = BruteForce.locals.map { _ in Cell.number(0) }
    var world = World(
      objects: objects,
      perCPU: program.perCPU.map { _ in program.machines.map { _ in Cell.number(0) } },
      machines: program.machines.map { _ in MachineState(point: nil, locals: locals) })
    for (number, machine) in program.machines.enumerated() where machine.role == .thread {
      world.machines[number].point = code.machines[number]
      try settle(number, in: &world)
    }
    return world
  }

  /// The cell that a place is, if it can be accessed.
  func find(_ target: Run.Target, in world: World) throws -> (object: Int, cell: Int) {
    switch target {
    case .known(let object, let cell):
      if world.objects[object].state != .alive, mutation != .freeDoesNothing {
        throw Fault(id: "use-after-free")
      }
      return (object, cell)
    case .behind(.address(let address), let offset):
      let object = world.objects[address.object]
      if object.state != .alive || object.life != address.life {
        throw Fault(id: "use-after-free")
      }
      let cell = address.cell + offset
      if !object.cells.indices.contains(cell) { throw Fault(id: "wild") }
      return (address.object, cell)
    case .behind(.number(0), _), .behind(.nullPart, _): throw Fault(id: "null")
    case .behind(.none, _): throw Fault(id: "uninitialised")
    case .behind: throw Fault(id: "wild")
    }
  }

  func allocate(_ me: Int, _ isZeroed: Bool, _ mayNotSleep: Bool, _ world: World) throws -> [(
    World, Cell
  )] {
    if !mayNotSleep, mustNotBlock(me, world) { throw Fault(id: "sleep-in-atomic") }
    var results: [(World, Cell)] = []
    if program.mayFail { results.append((world, .number(0))) }
    let pooled = firstPooled..<world.objects.count
    guard
      let found = pooled.first(where: { world.objects[$0].state == .unused })
        ?? pooled.first(where: { world.objects[$0].state == .freed })
    else {
      if !program.mayFail { throw Fault(id: "pool") }
      return results
    }
    var next = world
    let life = world.objects[found].state == .freed ? world.objects[found].life + 1 : 0
    var cells = program.members.flatMap { Self.initial($0.kind) }
    if !isZeroed {
      for (member, offset) in zip(program.members, offsets) {
        switch member.kind {
        case .int, .pointer, .function, .atomic, .refcount: cells[offset] = .none
        case .listHead: (cells[offset], cells[offset + 1]) = (.none, .none)
        default: break
        }
      }
    }
    next.objects[found] = Object(cells: cells, life: life)
    results.append((next, .address(Address(object: found, life: life, cell: 0))))
    return results
  }

  func free(_ pointer: Cell, in world: inout World) throws {
    switch pointer {
    case .number(0): return
    case .address(let address):
      let object = world.objects[address.object]
      if address.cell != 0 { throw Fault(id: "wild") }
      if object.state != .alive || object.life != address.life {
        throw Fault(id: "double-free")
      }
      for cell in object.cells {
        switch cell {
        case .owner(.some): throw Fault(id: "lock-misuse")
        case .readWrite(let writer, let readers, let waiting)
        where writer != nil || !readers.isEmpty || !waiting.isEmpty:
          throw Fault(id: "lock-misuse")
        case .queue(let sleepers) where !sleepers.isEmpty: throw Fault(id: "lock-misuse")
        case .readers(let inside) where !inside.isEmpty: throw Fault(id: "lock-misuse")
        default: break
        }
      }
      if mutation == .freeDoesNothing { return }
      world.objects[address.object].state = .freed
      world.objects[address.object].cells = []
    default: throw Fault(id: "wild")
    }
  }

  // MARK: - Contexts

  /// The thread whose processor a machine runs on.
  func processor(of machine: Int) -> Int {
    switch program.machines[machine].role {
    case .interrupt(let thread, _, _, _), .softInterrupt(let thread, _, _, _),
      .timer(let thread?):
      thread
    case .thread, .work, .timer(nil), .callbacks: machine
    }
  }

  /// Whether all that a machine does is done in an interrupt, hard or soft.
  func isAtomicByRole(_ machine: Int) -> Bool {
    switch program.machines[machine].role {
    case .thread, .work: false
    case .interrupt, .softInterrupt, .timer, .callbacks: true
    }
  }

  func isInInterrupt(_ machine: Int) -> Bool {
    if case .interrupt = program.machines[machine].role { true } else { false }
  }

  /// Whether a machine must not sleep, or has said that it sleeps for something else.
  func mustNotBlock(_ machine: Int, _ world: World) -> Bool {
    isAtomic(machine, world) || world.machines[machine].sleeping
  }

  /// Whether a machine must not sleep.
  func isAtomic(_ machine: Int, _ world: World) -> Bool {
    if isAtomicByRole(machine) { return true }
    let state = world.machines[machine]
    return state.spins > 0 || state.readersDepth > 0 || state.interruptsOff
      || state.halvesOff > 0
  }

  func readersInside(_ world: World) -> Set<[Int]> {
    Set(world.machines.indices.filter { world.machines[$0].readersDepth > 0 }.map { [$0] })
  }

  /// Tells those who wait for a reader that it has left.
  func readerLeft(_ reader: [Int], in world: inout World) {
    for machine in world.machines.indices { world.machines[machine].noted.remove(reader) }
    world.callbacks = Set(
      world.callbacks.map { callback in
        var callback = callback
        callback.noted.remove(reader)
        return callback
      })
  }

  /// Makes a handler not pending; gives whether it was.
  func cancel(_ handler: Int, in world: inout World) -> Bool {
    let was = world.machines[handler].pending
    world.machines[handler].pending = false
    for machine in world.machines.indices
    where world.machines[machine].note?.machine == handler {
      world.machines[machine].note?.pending = false
    }
    return was
  }

  /// Whether the run that a machine waits for has ended; forgets it then.
  func noteIsOver(_ machine: Int, in world: inout World) -> Bool {
    if let note = world.machines[machine].note, note.running || note.pending { return false }
    world.machines[machine].note = nil
    return true
  }

  // MARK: - Ends

  /// Whether a machine sleeps and would leave its wait if somebody woke it.
  func hasLostItsWakeup(_ machine: Int, in world: World) -> Bool {
    guard let point = world.machines[machine].point, world.machines[machine].sleeping else {
      return false
    }
    switch code.ops[point] {
    case .run(.sleep), .run(.evaluate(.call(.schedule))), .run(.set(_, .call(.schedule))): break
    default: return false
    }
    guard let condition = code.conditions[point] else { return true }
    let run = Run(self, machine, locals: world.machines[machine].locals, atOnce: world)
    return (try? run.value(condition))?.isTrue ?? true
  }

  /// Whether a state counts for a property and breaks it: what follows NULL or a dead address is
  /// false.
  func breaks(_ property: BruteForce.Property, _ world: World) -> Bool {
    switch property.kind {
    case .always: break
    case .quiet: if !isQuiet(world) { return false }
    case .finally: if !isFinal(world) { return false }
    }
    let run = Run(self, 0, locals: world.machines[0].locals, atOnce: world)
    return (try? run.value(property.expression))?.isTrue != true
  }

  /// Whether nobody holds a lock, and no interrupt is being handled.
  private func isQuiet(_ world: World) -> Bool {
    for cell in world.objects.flatMap(\.cells) {
      switch cell {
      case .owner(.some): return false
      case .readWrite(let writer, let readers, _):
        if writer != nil || !readers.isEmpty { return false }
      default: break
      }
    }
    return !program.machines.indices.contains { machine in
      switch program.machines[machine].role {
      case .interrupt, .softInterrupt: world.machines[machine].point != nil
      default: false
      }
    }
  }

  /// Whether an object of the heap is left to which no pointer leads, from a global or from
  /// another object to which one leads.
  func hasLeak(_ world: World) -> Bool {
    var (reached, stack) = (Set<Int>(), Array(0..<firstPooled))
    while let object = stack.popLast() {
      guard world.objects[object].state == .alive else { continue }
      for case .address(let address) in world.objects[object].cells
      where world.objects[address.object].life == address.life {
        if reached.insert(address.object).inserted { stack.append(address.object) }
      }
    }
    return (firstPooled..<world.objects.count).contains {
      world.objects[$0].state == .alive && !reached.contains($0)
    }
  }
}
