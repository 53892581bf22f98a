// Waits, interrupts, deferred work and lists.
extension BruteForce.Run {
  // MARK: - Waits

  func wait(_ call: BruteForce.Call) throws -> Cell {
    let (me, engine) = (me, engine)
    switch call {
    case .wakeUp(let place):
      return try modify(try target(place)) { cell, world in
        guard case .queue(let sleepers) = cell else { throw Fault(id: "wild") }
        for sleeper in sleepers { world.machines[sleeper].sleeping = false }
        return Self.done
      }
    case .complete(let place):
      return try modifyNumber(try target(place)) { number in
        if number >= 0 { number += 1 }
        return 0
      }
    case .completeAll(let place):
      return try modifyNumber(try target(place)) { number in
        number = -1
        return 0
      }
    case .reinitialize(let place):
      return try modifyNumber(try target(place)) { number in
        number = 0
        return 0
      }
    case .waitForCompletion(let place, let patience):
      return try modify(try target(place)) { cell, world in
        guard case .number(let number) = cell else { throw Fault(id: "wild") }
        if engine.mustNotBlock(me, world) { throw Fault(id: "sleep-in-atomic") }
        if number > 0 { cell = .number(number - 1) }
        if number != 0 { return .number(patience == .timeout ? 1 : 0) }
        return switch patience {
        case .endless: nil
        case .interruptible: .number(BruteForce.interrupted)
        case .timeout: .number(0)
        }
      }
    case .tryWaitForCompletion(let place):
      return try modifyNumber(try target(place)) { number in
        if number == 0 { return 0 }
        if number > 0 { number -= 1 }
        return 1
      }
    case .completionDone(let place):
      return try modifyNumber(try target(place)) { $0 == 0 ? 0 : 1 }
    case .setState(let isSleeping):
      return try change { world in
        world.machines[me].sleeping = isSleeping
        return Self.done
      }
    case .schedule(let patience):
      // What is left of a time of 1 is 1; the value of one that is over is 0.
      let way = try sleep(patience)
      return patience == .timeout ? .number(way.isTrue ? 0 : 1) : way
    case .down(let place): return try self.call(.waitForCompletion(place, .endless))
    case .tryDown(let place):
      return try modifyNumber(try target(place)) { number in
        if number == 0 { return 1 }
        number -= 1
        return 0
      }
    case .up(let place):
      return try modifyNumber(try target(place)) { number in
        number += 1
        return 0
      }
    case .wakeProcess(let thread):
      return try change { world in
        let slept = world.machines[thread].sleeping
        world.machines[thread].sleeping = false
        return .number(slept ? 1 : 0)
      }
    default: fatalError("no wait")
    }
  }

  // MARK: - Interrupts

  func interrupt(_ call: BruteForce.Call) throws -> Cell {
    let (me, cpu, engine) = (me, engine.processor(of: me), engine)
    // What an interrupt has off, it must leave off.
    let mustNotEnable = engine.isInInterrupt(me)
    return switch call {
    case .interruptsOff, .interruptsOn:
      try change { world in
        if case .interruptsOff = call {
          world.machines[cpu].interruptsOff = true
        } else {
          if mustNotEnable { throw Fault(id: "lock-misuse") }
          world.machines[cpu].interruptsOff = false
        }
        return Self.done
      }
    case .interruptsSave:
      try change { world in
        world.machines[me].saved.append(world.machines[cpu].interruptsOff)
        world.machines[cpu].interruptsOff = true
        return Self.done
      }
    case .interruptsRestore:
      try change { world in
        world.machines[cpu].interruptsOff = world.machines[me].saved.popLast() ?? false
        return Self.done
      }
    case .halvesOff:
      try change { world in
        world.machines[cpu].halvesOff += 1
        return Self.done
      }
    case .halvesOn:
      try change { world in
        if mustNotEnable || world.machines[cpu].halvesOff == 0 { throw Fault(id: "lock-misuse") }
        world.machines[cpu].halvesOff -= 1
        return Self.done
      }
    case .raise(let handler):
      try change { world in
        world.machines[handler].pending = true
        return Self.done
      }
    case .raiseAndWait(let handler): try raiseAndWait(handler, engine)
    default: fatalError("no interrupt")
    }
  }

  func raiseAndWait(_ handler: Int, _ engine: BruteForce.Engine) throws -> Cell {
    let me = me
    try change { world in
      world.machines[handler].pending = true
      world.machines[me].note = BruteForce.RunNote(machine: handler, running: false, pending: true)
      return Self.done
    }
    return try change { engine.noteIsOver(me, in: &$0) ? Self.done : nil }
  }

  // MARK: - Work and timers

  func work(_ call: BruteForce.Call) throws -> Cell {
    let (me, engine) = (me, engine)
    func mustNotBeAtomic(_ world: BruteForce.World, _ handler: Int) throws {
      if engine.program.machines[handler].role == .work, engine.mustNotBlock(me, world) {
        throw Fault(id: "sleep-in-atomic")
      }
    }
    /// Waits until it does not run; gives what the last step gave.
    func awaitEnd(_ handler: Int, _ body: @escaping (inout World) -> Cell = { _ in Self.done })
      throws -> Cell
    {
      try change { world in
        if world.machines[handler].point != nil, engine.mutation != .cancelDoesNotWait {
          return nil
        }
        return body(&world)
      }
    }
    func stop(_ world: inout World, _ handler: Int) -> Cell {
      .number(engine.cancel(handler, in: &world) ? 1 : 0)
    }
    switch call {
    case .queue(let handler):
      let isWork = engine.program.machines[handler].role == .work
      return try change { world in
        let state = world.machines[handler]
        if state.isShut || state.refusals > 0 { return Self.done }
        world.machines[handler].pending = true
        return .number(state.pending != isWork ? 1 : 0)
      }
    case .cancel(let handler):
      return try change { stop(&$0, handler) }
    case .cancelSync(let handler):
      guard engine.program.machines[handler].role == .work else {
        return try awaitEnd(handler) { stop(&$0, handler) }
      }
      let was = try change { world in
        try mustNotBeAtomic(world, handler)
        world.machines[handler].refusals += 1
        return stop(&world, handler)
      }
      _ = try awaitEnd(handler) { world in
        world.machines[handler].refusals -= 1
        return Self.done
      }
      return was
    case .shutdownSync(let handler):
      let was = try change { world in
        world.machines[handler].isShut = true
        return stop(&world, handler)
      }
      _ = try awaitEnd(handler)
      return was
    case .flush(let handler):
      try change { world in
        try mustNotBeAtomic(world, handler)
        let state = world.machines[handler]
        world.machines[me].note = BruteForce.RunNote(
          machine: handler, running: state.point != nil, pending: state.pending)
        return Self.done
      }
      return try change { engine.noteIsOver(me, in: &$0) ? Self.done : nil }
    case .isPending(let handler):
      return try change { .number($0.machines[handler].pending ? 1 : 0) }
    default: fatalError("no work")
    }
  }

  // MARK: - Lists

  func list(_ call: BruteForce.Call) throws -> Cell {
    let linkOffset = engine.linkOffset
    /// The object that an entry is a member of.
    func container(_ cell: Cell) -> Cell {
      switch cell {
      case .address(var address):
        address.cell -= linkOffset
        return .address(address)
      case .number(0): return linkOffset == 0 ? cell : .nullPart
      default: return cell
      }
    }
    func link(_ place: BruteForce.Place) throws -> (next: Target, previous: Target, at: Cell) {
      let at = try address(place) { _ in 0 }
      return (.behind(at, offset: 0), .behind(at, offset: 1), at)
    }
    func add(_ new: (next: Target, previous: Target, at: Cell), _ previous: Cell, _ next: Cell)
      throws
    {
      try write(.behind(next, offset: 1), new.at, .plain)
      try write(new.next, next, .plain)
      try write(new.previous, previous, .plain)
      try write(.behind(previous, offset: 0), new.at)
    }
    switch call {
    case .listAdd(let place, let head):
      let (new, head) = (try link(place), try link(head))
      try add(new, head.at, try read(head.next, .plain))
    case .listAddTail(let place, let head):
      let (new, head) = (try link(place), try link(head))
      try add(new, try read(head.previous, .plain), head.at)
    case .listAddRCU(let place, let head):
      let (new, head) = (try link(place), try link(head))
      let next = try read(head.next, .plain)
      try write(new.next, next, .plain)
      try write(new.previous, head.at, .plain)
      try write(head.next, new.at)
      try write(.behind(next, offset: 1), new.at, .plain)
    case .listDelete(let place), .listDeleteInit(let place), .listDeleteRCU(let place):
      let entry = try link(place)
      let previous = try read(entry.previous, .plain)
      let next = try read(entry.next, .plain)
      try write(.behind(next, offset: 1), previous, .plain)
      try write(.behind(previous, offset: 0), next)
      switch call {
      case .listDelete:
        try write(entry.next, .poison, .plain)
        try write(entry.previous, .poison, .plain)
      case .listDeleteRCU: try write(entry.previous, .poison, .plain)
      default:
        try write(entry.next, entry.at)
        try write(entry.previous, entry.at)
      }
    case .listFirst(let head):
      let head = try link(head)
      let first = try read(head.next)
      return first.equals(head.at) ? .number(0) : container(first)
    case .listStart(let head, let style):
      return container(try read(try link(head).next, style))
    case .listNext(let local, let style):
      return container(try read(.behind(locals[local], offset: linkOffset), style))
    case .listInit(let place):
      let entry = try link(place)
      try write(entry.next, entry.at)
      try write(entry.previous, entry.at)
    case .listIsEmpty(let head):
      let head = try link(head)
      return flag(try read(head.next).equals(head.at))
    default: fatalError("no list")
    }
    return Self.done
  }
}
