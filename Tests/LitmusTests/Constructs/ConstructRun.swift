extension BruteForce {
  /// One statement of a machine, run from its start up to the first access that has not been made
  /// yet; or at once, in a step of its own.
  final class Run {
    let engine: Engine
    let me: Int
    var locals: [Cell]
    private let history: [Cell]
    private var made = 0
    private(set) var pending: Access?
    /// What the access touches that can race.
    private(set) var ahead: (World) -> [Ahead] = { _ in [] }
    /// What has been touched, where all is done at once.
    private(set) var touched: [Ahead] = []
    /// The state, where all is done at once.
    var world: World?

    init(_ engine: Engine, _ me: Int, _ state: MachineState) {
      (self.engine, self.me, locals, history) = (engine, me, state.locals, state.history)
    }

    init(_ engine: Engine, _ me: Int, locals: [Cell], atOnce world: World) {
      (self.engine, self.me, self.locals, history, self.world) = (engine, me, locals, [], world)
    }

    func make(
      _ access: @escaping Access, touching ahead: @escaping (World) -> [Ahead] = { _ in [] }
    ) throws -> Cell {
      if let world {
        touched += ahead(world)
        let results = try access(world)
        guard results.count == 1 else { throw Blocked() }
        self.world = results[0].0
        return results[0].1
      }
      if made < history.count {
        made += 1
        return history[made - 1]
      }
      (pending, self.ahead) = (access, ahead)
      throw Pause()
    }

    /// An access that is possible where it gives something.
    @discardableResult
    func change(
      touching ahead: @escaping (World) -> [Ahead] = { _ in [] },
      _ body: @escaping (inout World) throws -> Cell?
    ) throws -> Cell {
      try make(
        { world in
          var world = world
          guard let cell = try body(&world) else { return [] }
          return [(world, cell)]
        }, touching: ahead)
    }

    /// An access that can race.
    private func touch(_ target: Target, isWrite: Bool, isMarked: Bool) -> (World) -> [Ahead] {
      { [engine] world in
        guard let (object, cell) = try? engine.find(target, in: world) else { return [] }
        return [Ahead(object: object, cell: cell, isWrite: isWrite, isMarked: isMarked)]
      }
    }

    // MARK: - Places

    /// Where a place lies: known, or behind a pointer that the access looks at.
    enum Target {
      case known(object: Int, cell: Int)
      case behind(Cell, offset: Int)
    }

    func target(_ place: Place) throws -> Target {
      switch place {
      case .variable(let number): .known(object: number, cell: 0)
      case .part(let number, let member):
        .known(object: number, cell: engine.offsets[member])
      case .member(let pointer, let member):
        .behind(try value(pointer), offset: engine.offsets[member])
      }
    }

    /// The address of a place, without an access.
    func address(_ place: Place, in life: (Int) -> Int) throws -> Cell {
      switch try target(place) {
      case .known(let object, let cell):
        return .address(Address(object: object, life: life(object), cell: cell))
      case .behind(.address(var address), let offset):
        address.cell += offset
        return .address(address)
      case .behind(.number(0), let offset): return offset == 0 ? .number(0) : .nullPart
      case .behind(let other, _): return other
      }
    }

    func read(_ target: Target, _ style: Style = .once) throws -> Cell {
      let touched = touch(target, isWrite: false, isMarked: style != .plain)
      return try change(touching: touched) { [engine] world in
        let (object, cell) = try engine.find(target, in: world)
        let value = world.objects[object].cells[cell]
        if value == .none { throw Fault(id: "uninitialised") }
        return value
      }
    }

    func write(_ target: Target, _ value: Cell, _ style: Style = .once) throws {
      let touched = touch(target, isWrite: true, isMarked: style != .plain)
      try change(touching: touched) { [engine] world in
        let (object, cell) = try engine.find(target, in: world)
        world.objects[object].cells[cell] = value
        return .number(0)
      }
    }

    /// Reads, changes and writes in one step; gives what `body` gives.
    func modify(_ target: Target, _ body: @escaping (inout Cell, inout World) throws -> Cell?)
      throws
      -> Cell
    {
      try change(touching: touch(target, isWrite: true, isMarked: true)) { [engine] world in
        let (object, cell) = try engine.find(target, in: world)
        var content = world.objects[object].cells[cell]
        guard let result = try body(&content, &world) else { return nil }
        world.objects[object].cells[cell] = content
        return result
      }
    }

    func modifyNumber(_ target: Target, _ body: @escaping (inout Int) throws -> Int?) throws
      -> Cell
    {
      try modify(target) { cell, _ in
        guard case .number(var number) = cell else { throw Fault(id: "uninitialised") }
        guard let result = try body(&number) else { return nil }
        cell = .number(number)
        return .number(result)
      }
    }

    // MARK: - Statements

    func run(_ statement: Statement) throws {
      switch statement {
      case .evaluate(let expression): _ = try value(expression)
      case .set(let local, let expression): locals[local] = try value(expression)
      case .assign(let place, let expression, let style):
        let value = try value(expression)
        try write(try target(place), value, style)
      case .add(let place, let amount):
        let target = try target(place)
        if engine.mutation == .incrementIsOneStep {
          _ = try modifyNumber(target) { number in
            number += amount
            return number
          }
          return
        }
        guard case .number(let number) = try read(target, .plain) else {
          throw Fault(id: "wild")
        }
        try write(target, .number(number + amount), .plain)
      case .assert(let expression):
        if try !value(expression).isTrue { throw Fault(id: "assert") }
      case .await(let expression):
        _ = try make(
          { [locals, engine, me] world in
            let run = Run(engine, me, locals: locals, atOnce: world)
            return try run.value(expression).isTrue ? [(run.world ?? world, .number(0))] : []
          },
          touching: { [locals, engine, me] world in
            let run = Run(engine, me, locals: locals, atOnce: world)
            _ = try? run.value(expression)
            return run.touchedMarked
          })
      case .atomic(let statements):
        _ = try make(
          { [locals, engine, me] world in
            let run = Run(engine, me, locals: locals, atOnce: world)
            do { try run.runAtOnce(statements) } catch is Blocked { return [] }
            return [(run.world ?? world, .number(0))]
          },
          touching: { [locals, engine, me] world in
            let run = Run(engine, me, locals: locals, atOnce: world)
            try? run.runAtOnce(statements)
            return run.touchedMarked
          })
      case .enqueue(let queue):
        let me = me
        _ = try modify(try target(queue)) { cell, world in
          guard case .queue(var sleepers) = cell else { throw Fault(id: "wild") }
          sleepers.insert(me)
          cell = .queue(sleepers)
          world.machines[me].sleeping = true
          return .number(0)
        }
      case .sleep(let patience, let local): locals[local] = try sleep(patience)
      case .dequeue(let queue):
        let me = me
        _ = try modify(try target(queue)) { cell, world in
          guard case .queue(var sleepers) = cell else { throw Fault(id: "wild") }
          sleepers.remove(me)
          cell = .queue(sleepers)
          world.machines[me].sleeping = false
          return .number(0)
        }
      case .condition(let test, let first, let second):
        try runAtOnce(try value(test).isTrue ? first : second)
      case .loop, .rounds, .leave, .waitEvent, .sleepUntil, .invoke, .forEach:
        fatalError("no statement of one step")
      }
    }

    /// No step until somebody has woken the machine, or it gives up.
    func sleep(_ patience: Patience) throws -> Cell {
      try change { [engine, me] world in
        if engine.isAtomic(me, world) { throw Fault(id: "sleep-in-atomic") }
        if !world.machines[me].sleeping { return .number(0) }
        if patience == .endless { return nil }
        world.machines[me].sleeping = false
        return .number(1)
      }
    }

    /// What has been touched in one step, none of which is plain.
    private var touchedMarked: [Ahead] {
      touched.map {
        Ahead(object: $0.object, cell: $0.cell, isWrite: $0.isWrite, isMarked: true)
      }
    }

    private func runAtOnce(_ statements: [Statement]) throws { try statements.forEach(run) }

    // MARK: - Expressions

    private func number(_ cell: Cell) throws -> Int {
      guard case .number(let number) = cell else { throw Fault(id: "wild") }
      return number
    }

    func value(_ expression: Expression) throws -> Cell {
      switch expression {
      case .number(let number): return .number(number)
      case .null: return .number(0)
      case .local(let local): return locals[local]
      case .read(let place, let style): return try read(try target(place), style)
      case .address(let place): return try address(place) { _ in 0 }
      case .object(let number): return .address(Address(object: number, life: 0, cell: 0))
      case .function(let number): return .function(number)
      case .not(let operand): return .number(try value(operand).isTrue ? 0 : 1)
      case .and(let left, let right):
        guard try value(left).isTrue else { return .number(0) }
        return .number(try value(right).isTrue ? 1 : 0)
      case .or(let left, let right):
        guard try !value(left).isTrue else { return .number(1) }
        return .number(try value(right).isTrue ? 1 : 0)
      case .binary(let operation, let left, let right):
        let (first, second) = (try value(left), try value(right))
        switch operation {
        case .equal: return .number(first.equals(second) ? 1 : 0)
        case .notEqual: return .number(first.equals(second) ? 0 : 1)
        case .add: return .number(try number(first) + number(second))
        case .subtract: return .number(try number(first) - number(second))
        case .less: return .number(try number(first) < number(second) ? 1 : 0)
        case .and: return .number(try number(first) & number(second))
        case .xor: return .number(try number(first) ^ number(second))
        }
      case .call(let call): return try self.call(call)
      }
    }
  }
}
