// Readers, and those who wait for them.
extension BruteForce.Run {
  func readers(_ call: BruteForce.Call) throws -> Cell {
    let (me, engine) = (me, engine)
    switch call {
    case .readerEnters:
      return try change { world in
        world.machines[me].readersDepth += 1
        return Self.done
      }
    case .readerLeaves:
      return try change { world in
        if world.machines[me].readersDepth == 0 { throw Fault(id: "rcu") }
        world.machines[me].readersDepth -= 1
        if world.machines[me].readersDepth == 0 { engine.readerLeft([me], in: &world) }
        return Self.done
      }
    case .synchronize:
      try change { world in
        if engine.mustNotBlock(me, world) { throw Fault(id: "sleep-in-atomic") }
        world.machines[me].noted = engine.readersInside(world)
        return Self.done
      }
      return try awaitReaders()
    case .callback, .srcuCallback: return try queueCallback(call)
    case .barrier: return try awaitCallbacks(of: nil)
    case .srcuBarrier(.variable(let domain)): return try awaitCallbacks(of: domain)
    case .srcuEnters(let place):
      return try modify(try target(place)) { cell, _ in
        guard case .readers(var inside) = cell else { throw Fault(id: "wild") }
        let index = (0...).first { !inside.contains([me, $0]) } ?? 0
        inside.insert([me, index])
        cell = .readers(inside)
        return .number(index)
      }
    case .srcuLeaves(let place, let expression):
      let target = try target(place)
      guard case .number(let index) = try value(expression) else { throw Fault(id: "rcu") }
      return try modify(target) { cell, world in
        guard case .readers(var inside) = cell, inside.remove([me, index]) != nil else {
          throw Fault(id: "rcu")
        }
        cell = .readers(inside)
        engine.readerLeft([me, index], in: &world)
        return Self.done
      }
    case .srcuSynchronize(let place):
      _ = try modify(try target(place)) { cell, world in
        guard case .readers(let inside) = cell else { throw Fault(id: "wild") }
        if engine.mustNotBlock(me, world) { throw Fault(id: "sleep-in-atomic") }
        world.machines[me].noted = inside
        return Self.done
      }
      return try awaitReaders()
    default: fatalError("no reader")
    }
  }

  private func queueCallback(_ call: BruteForce.Call) throws -> Cell {
    let (pointer, function, domain): (Cell, Int?, Int?)
    switch call {
    case .callback(let expression, let called):
      (pointer, function, domain) = (try value(expression), called, nil)
    case .srcuCallback(.variable(let number), let expression, let called):
      (pointer, function, domain) = (try value(expression), called, number)
    default: fatalError("no callback")
    }
    return try change { [engine] world in
      let (object, _) = try engine.find(.behind(pointer, offset: engine.headOffset), in: world)
      let address = BruteForce.Address(object: object, life: world.objects[object].life, cell: 0)
      if world.callbacks.contains(where: { $0.object == address }) { throw Fault(id: "rcu") }
      var noted = engine.readersInside(world)
      if let domain {
        guard case .readers(let inside) = world.objects[domain].cells[0] else {
          throw Fault(id: "wild")
        }
        noted = inside
      }
      world.callbacks.insert(
        BruteForce.Callback(object: address, function: function, domain: domain, noted: noted))
      return Self.done
    }
  }

  /// Waits for the callbacks of a domain that are queued or run.
  private func awaitCallbacks(of domain: Int?) throws -> Cell {
    let (me, engine) = (me, engine)
    try change { world in
      if engine.mustNotBlock(me, world) { throw Fault(id: "sleep-in-atomic") }
      let queued = world.callbacks.filter { $0.domain == domain }.map(\.object)
      let running = world.machines.filter { $0.domain == domain }.compactMap(\.head)
      world.machines[me].barrier = Set(queued + running)
      return Self.done
    }
    return try change { $0.machines[me].barrier.isEmpty ? Self.done : nil }
  }

  func awaitReaders() throws -> Cell {
    let (me, engine) = (me, engine)
    return try change { world in
      if engine.mutation == .graceIsOver { world.machines[me].noted = [] }
      return world.machines[me].noted.isEmpty ? Self.done : nil
    }
  }
}
