extension BruteForce {
  /// Takes the steps of a program.
  final class Engine {
    let program: Program
    let mutation: Mutation?
    let offsets: [Int]
    /// Where a `struct s` has its head for RCU.
    let headOffset: Int
    /// Where it has its entry in lists.
    let linkOffset: Int
    let code: Code
    /// Where the objects of the heap begin.
    let firstPooled: Int

    init(_ program: Program, _ mutation: Mutation? = nil) {
      (self.program, self.mutation) = (program, mutation)
      let offsets = program.offsets
      self.offsets = offsets
      headOffset = program.members.firstIndex { $0.kind == .rcuHead }.map { offsets[$0] } ?? 0
      linkOffset = program.members.firstIndex { $0.kind == .listHead }.map { offsets[$0] } ?? 0
      code = Code(program, mutation)
      firstPooled = program.variables.count
    }

    /// What a step comes to.
    enum Outcome {
      case state(World)
      case fault(String)
    }

    func isHandler(_ machine: Int) -> Bool { program.machines[machine].role != .thread }

    /// Whether a machine of a processor stands still because another runs there.
    func standsStill(_ machine: Int, _ world: World) -> Bool {
      let cpu = processor(of: machine)
      func level(_ machine: Int) -> Int {
        switch program.machines[machine].role {
        case .interrupt: 2
        case .softInterrupt, .timer: 1
        case .thread, .work, .callbacks: 0
        }
      }
      return program.machines.indices.contains { other in
        other != machine && isHandler(other) && world.machines[other].point != nil
          && processor(of: other) == cpu && level(other) >= max(1, level(machine))
      }
    }

    /// Whether a handler may start.
    func mayStart(_ handler: Int, _ world: World) -> Bool {
      let (state, cpu) = (world.machines[handler], world.machines[processor(of: handler)])
      guard state.point == nil, !standsStill(handler, world) else { return false }
      let isOn = mutation == .disablingDoesNothing || !cpu.interruptsOff
      let halvesAreOn = mutation == .disablingDoesNothing || cpu.halvesOff == 0
      switch program.machines[handler].role {
      case .thread: return false
      case .work, .timer(nil): return state.pending
      case .timer: return state.pending && isOn && halvesAreOn
      case .callbacks: return world.callbacks.contains { $0.noted.isEmpty }
      case .interrupt(_, _, let most, let raised):
        return isOn && (raised ? state.pending : state.entries < most)
      case .softInterrupt(_, _, let most, let raised):
        return isOn && halvesAreOn && (raised ? state.pending : state.entries < most)
      }
    }

    /// Whether a handler may start, and no run has ended until it has.
    func mustStart(_ handler: Int, _ world: World) -> Bool {
      guard mayStart(handler, world) else { return false }
      switch program.machines[handler].role {
      case .interrupt(_, let least, _, false), .softInterrupt(_, let least, _, false):
        return world.machines[handler].entries < least
      default: return true
      }
    }

    func isFinal(_ world: World) -> Bool {
      program.machines.indices.allSatisfy {
        world.machines[$0].point == nil && !mustStart($0, world)
      }
    }

    /// The steps that a machine can take.
    func steps(of machine: Int, from world: World) throws -> [Outcome] {
      if world.machines[machine].point == nil {
        return isHandler(machine) && mayStart(machine, world) ? try start(machine, world) : []
      }
      if standsStill(machine, world) { return [] }
      return try advance(machine, world)
    }

    func start(_ handler: Int, _ world: World) throws -> [Outcome] {
      if program.machines[handler].role == .callbacks {
        return try world.callbacks.filter(\.noted.isEmpty).map { callback in
          var next = world
          next.callbacks.remove(callback)
          next.machines[handler].head = callback.object
          next.machines[handler].domain = callback.domain
          next.machines[handler].point = callback.function.map { code.functions[$0] } ?? code.free
          next.machines[handler].locals[BruteForce.argument] = .address(callback.object)
          let object = next.objects[callback.object.object]
          if object.state != .alive || object.life != callback.object.life {
            return .fault("use-after-free")
          }
          return try settled(handler, next)
        }
      }
      var next = world
      next.machines[handler].point = code.machines[handler]
      next.machines[handler].pending = false
      switch program.machines[handler].role {
      case .interrupt(_, _, let most, false), .softInterrupt(_, _, let most, false):
        next.machines[handler].entries = min(most, next.machines[handler].entries + 1)
      default: break
      }
      for machine in next.machines.indices where next.machines[machine].note?.machine == handler {
        if next.machines[machine].note?.pending == true {
          next.machines[machine].note = RunNote(machine: handler, running: true, pending: false)
        }
      }
      if mutation == .entryIsNoStep, isInInterrupt(handler),
        case .state(let entered) = try settled(handler, next)
      {
        return entered.machines[handler].point == nil
          ? [.state(entered)] : try advance(handler, entered)
      }
      return [try settled(handler, next)]
    }

    /// Whether two machines stand before accesses that race.
    func hasRace(_ world: World) throws -> Bool {
      var seen: [Ahead] = []
      for machine in program.machines.indices {
        guard let point = world.machines[machine].point else { continue }
        let run = Run(self, machine, world.machines[machine])
        do { try execute(run, at: point) } catch is Pause {}
        let ahead = run.ahead(world)
        if ahead.contains(where: { one in seen.contains { $0.races(with: one) } }) { return true }
        seen += ahead
      }
      return false
    }

    func advance(_ machine: Int, _ world: World) throws -> [Outcome] {
      let run = Run(self, machine, world.machines[machine])
      var results: [(World, Cell)] = []
      do { try execute(run, at: world.machines[machine].point ?? 0) } catch is Pause {
        guard let pending = run.pending else { return [] }
        do { results = try pending(world) } catch let fault as Fault { return [.fault(fault.id)] }
      }
      return try results.map { next, cell in
        var next = next
        next.machines[machine].history.append(cell)
        return try settled(machine, next)
      }
    }

    func settled(_ machine: Int, _ world: World) throws -> Outcome {
      var world = world
      do { try settle(machine, in: &world) } catch let fault as Fault { return .fault(fault.id) }
      return .state(world)
    }

    /// What an operation evaluates; its place or test for those that jump.
    @discardableResult
    func execute(_ run: Run, at point: Int) throws -> [Cell] {
      switch code.ops[point] {
      case .run(let statement):
        try run.run(statement)
        return []
      case .branch(let test, _): return [try run.value(test)]
      case .invoke(let place, let argument):
        // The place of the function is read first, then the argument.
        let function = try run.read(try run.target(place), .plain)
        return [function, try run.value(argument)]
      case .jump, .leave: return []
      }
    }

    /// Does the local work of a machine up to its next access.
    func settle(_ machine: Int, in world: inout World) throws {
      while let point = world.machines[machine].point {
        let run = Run(self, machine, world.machines[machine])
        let values: [Cell]
        do { values = try execute(run, at: point) } catch is Pause { return }
        world.machines[machine].locals = run.locals
        world.machines[machine].history = []
        switch code.ops[point] {
        case .run: world.machines[machine].point = point + 1
        case .branch(_, let otherwise):
          world.machines[machine].point = values[0].isTrue ? point + 1 : otherwise
        case .jump(let target): world.machines[machine].point = target
        case .invoke:
          switch values[0] {
          case .function(let number):
            world.machines[machine].calls.append(point + 1)
            world.machines[machine].callers.append(run.locals)
            world.machines[machine].locals = BruteForce.locals.map { _ in .number(0) }
            world.machines[machine].locals[BruteForce.argument] = values[1]
            world.machines[machine].point = code.functions[number]
          case .number(0): throw Fault(id: "null")
          default: throw Fault(id: "wild")
          }
        case .leave:
          if let caller = world.machines[machine].calls.popLast() {
            world.machines[machine].point = caller
            world.machines[machine].locals = world.machines[machine].callers.removeLast()
          } else {
            end(machine, in: &world)
          }
        }
      }
    }

    func end(_ machine: Int, in world: inout World) {
      world.machines[machine].point = nil
      world.machines[machine].locals = BruteForce.locals.map { _ in .number(0) }
      if let head = world.machines[machine].head {
        for other in world.machines.indices { world.machines[other].barrier.remove(head) }
        (world.machines[machine].head, world.machines[machine].domain) = (nil, nil)
      }
      for other in world.machines.indices where world.machines[other].note?.machine == machine {
        world.machines[other].note?.running = false
      }
    }
  }
}
